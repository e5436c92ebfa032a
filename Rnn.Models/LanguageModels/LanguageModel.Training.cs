using System;
using System.Threading;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;
using Rnn.Models.Training;

namespace Rnn.Models.LanguageModels;

/// <content>How it is trained and measured.</content>
public sealed partial class LanguageModel
{
    private const int EvaluationWindow = 128, ValidationRows = 10;

    // What TuneCache tries.
    private static readonly double[] s_sharpness = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1];
    private static readonly double[] s_weights = [0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.25, 0.3, 0.4];

    /// <summary>Trains on a text.</summary>
    /// <param name="training">The text as numbers of the vocabulary, two at least. Kept, not copied.</param>
    /// <param name="validation">Another one; empty (the default) to train without.</param>
    /// <param name="options">How; null is the default.</param>
    /// <param name="progress">Receives a report for every step and measurement.</param>
    /// <param name="cancellation">Ends the run after the current step.</param>
    /// <exception cref="ArgumentException">A text is too short, or an option is out of range.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite, or losses have grown beyond twice
    /// those of guessing.</exception>
    public TrainingResult Train(ReadOnlyMemory<int> training, ReadOnlyMemory<int> validation = default,
        LanguageModelTrainingOptions? options = null, IProgress<TrainingReport>? progress = null,
        CancellationToken cancellation = default) =>
        CreateTrainer(training, validation, options).Run(progress, cancellation);

    /// <summary>The trainer of a text, for those who resume from a checkpoint or watch its steps.</summary>
    /// <inheritdoc cref="Train"/>
    public Trainer<TokenWindow> CreateTrainer(ReadOnlyMemory<int> training, ReadOnlyMemory<int> validation = default,
        LanguageModelTrainingOptions? options = null)
    {
        options ??= new LanguageModelTrainingOptions();
        options.Check();
        if (training.Length < 2)
            Throw.TooFewTokens(nameof(LanguageModel), nameof(training), training.Length, 2);

        if (validation.Length == 1)
            Throw.TooFewTokens(nameof(LanguageModel), nameof(validation), validation.Length, 2);

        TokenWindows windows = new(training, options.BatchSize, options.SequenceLength, dropLast: false,
            "The training text", options.VaryLength, options.Seed);
        TokenWindows? held = validation.IsEmpty
            ? null
            : new TokenWindows(validation, ValidationRows, options.SequenceLength, dropLast: false, "The validation text");
        RunIdentity data = new RunIdentity()
            .Add(VocabularyKey, Vocabulary.Symbols)
            .AddData("text", training.Span, "tokens")
            .AddData("validation text", validation.Span, "tokens");
        return CreateTrainer(windows, held, options, data, guessLoss: Math.Log(Vocabulary.Count));
    }

    /// <summary>
    /// The loss of a text: the mean of -log p over every token but the first, each predicted from all that stand before it.
    /// A larger B is faster and cuts the text into B pieces, each of which is read from an empty state.
    /// </summary>
    /// <param name="tokens">At least two, numbers of the vocabulary.</param>
    /// <param name="batchSize">B, more than 0; 1 by default.</param>
    /// <param name="cache">A memory of the words read so far, mixed in; null (the default) for none. Needs B = 1.</param>
    /// <param name="cancellation">Asked before each window.</param>
    /// <exception cref="ArgumentException">The text is too short, or a token is not in the vocabulary.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public LanguageModelEvaluation Evaluate(ReadOnlyMemory<int> tokens, int batchSize = 1,
        ContinuousCacheOptions? cache = null, CancellationToken cancellation = default)
    {
        if (cache is not null)
        {
            cache.Check();
            if (batchSize != 1)
                Throw.NoCacheOfSeveralRows(nameof(batchSize), batchSize);

            (double[] losses, double[] remembered) = Read(tokens, cache.Window, [cache.Sharpness], cancellation);
            return new LanguageModelEvaluation(Mixed(losses, remembered, cache.Weight), losses.Length);
        }

        TokenWindows windows = new(tokens, batchSize, EvaluationWindow);
        Pass<TokenWindow> pass = CreatePass(windows.Most, TapeUse.Inference);
        Measurements results = new();
        LossSum loss = default;
        for (int i = 0; i < windows.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            loss += pass.Evaluate(windows.Get(0, i), results);
        }

        return new LanguageModelEvaluation(loss.Sum, loss.Count);
    }

    /// <summary>-ln p of every token of a text but the first.</summary>
    /// <inheritdoc cref="Evaluate"/>
    public double[] Losses(ReadOnlyMemory<int> tokens, CancellationToken cancellation = default) =>
        Read(tokens, 0, [], cancellation).Losses;

    /// <summary>Sharpness and weight of a cache with which a text's loss is lowest, of those that are tried: choose them on
    /// validation text. A weight of 0 says that no cache helps.</summary>
    /// <param name="tokens">At least two, numbers of the vocabulary.</param>
    /// <param name="window">How many tokens are remembered; 2,000 by default.</param>
    /// <param name="cancellation">Asked before each window.</param>
    /// <exception cref="ArgumentException">The text is too short, or a token is not in the vocabulary.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public (ContinuousCacheOptions Options, LanguageModelEvaluation Evaluation) TuneCache(ReadOnlyMemory<int> tokens,
        int window = 2000, CancellationToken cancellation = default)
    {
        Throw.IfBelow(nameof(window), window, 1);
        (double[] losses, double[] remembered) = Read(tokens, window, s_sharpness, cancellation);
        (double Sum, double Sharpness, double Weight) best = (double.PositiveInfinity, 0, 0);
        for (int k = 0; k < s_sharpness.Length; k++)
        {
            foreach (double weight in s_weights)
            {
                double sum = Mixed(losses, remembered.AsSpan(k * losses.Length, losses.Length), weight);
                if (sum < best.Sum)
                    best = (sum, s_sharpness[k], weight);
            }
        }

        if (!double.IsFinite(best.Sum))
            Throw.NoFiniteLoss(nameof(tokens));

        return (new ContinuousCacheOptions { Window = window, Sharpness = best.Sharpness, Weight = best.Weight },
            new LanguageModelEvaluation(best.Sum, losses.Length));
    }

    private static double Mixed(ReadOnlySpan<double> losses, ReadOnlySpan<double> remembered, double weight)
    {
        double sum = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            sum += double.IsNaN(remembered[i])   // nothing is remembered yet
                ? losses[i]
                : -Math.Log(((1 - weight) * Math.Exp(-losses[i])) + (weight * remembered[i]));
        }

        return sum;
    }

    // The model's loss of every token but the first, and the probabilities of a memory for several sharpnesses.
    private (double[] Losses, double[] Remembered) Read(ReadOnlyMemory<int> text, int window, double[] sharpness,
        CancellationToken cancellation)
    {
        ReadOnlySpan<int> tokens = text.Span;
        if (tokens.Length < 2)
            Throw.TooFewTokens(nameof(LanguageModel), nameof(text), tokens.Length, 2);

        int targets = tokens.Length - 1;
        double[] losses = new double[targets], remembered = new double[(long)targets * sharpness.Length];
        LanguageModelReader reader = new(this, Math.Min(EvaluationWindow, targets));
        ContinuousCache? cache = sharpness.Length == 0 ? null
            : new ContinuousCache(window, Encoder.OutputSize, Vocabulary.Count, reader.WindowLength);
        double[] block = new double[reader.WindowLength * sharpness.Length];
        for (int at = 0; at < targets; at += reader.WindowLength)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(reader.WindowLength, targets - at);
            ReadOnlySpan<int> next = tokens.Slice(at + 1, count);
            reader.Read(tokens.Slice(at, count));
            reader.Predict(next, losses.AsSpan(at, count));
            cache?.Read(reader.Hidden, next, sharpness, block.AsSpan(0, count * sharpness.Length));
            for (int k = 0; k < sharpness.Length; k++)
                block.AsSpan(k * count, count).CopyTo(remembered.AsSpan((k * targets) + at));
        }

        return (losses, remembered);
    }
}
