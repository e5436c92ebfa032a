using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Training;

namespace Rnn.Models.Translation;

/// <content>How it is trained and measured.</content>
public sealed partial class TranslationModel
{
    private const int EvaluationBatch = 64;

    /// <summary>The pairs that the model can read: both sides have 1 to <see cref="TranslationOptions.MaxTokens"/>
    /// tokens.</summary>
    public ParallelText Fitting(ParallelText pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        List<SentencePair> all = [];
        foreach (SentencePair pair in pairs)
        {
            if (Fits(Source.Tokenize(pair.Source).Count) && Fits(Target.Tokenize(pair.Target).Count))
                all.Add(pair);
        }

        return new ParallelText(all);

        bool Fits(int tokens) => tokens >= 1 && tokens <= Options.MaxTokens;
    }

    /// <summary>Trains on pairs.</summary>
    /// <param name="training">The pairs, each of which fits.</param>
    /// <param name="validation">Others; null (the default) to train without.</param>
    /// <param name="options">How; null is the default.</param>
    /// <param name="progress">Receives a report for every step and measurement.</param>
    /// <param name="cancellation">Ends the run after the current step.</param>
    /// <exception cref="ArgumentException">A pair is too long (see <see cref="Fitting"/>), or an option is out of
    /// range.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite, or losses have grown beyond twice
    /// those of guessing.</exception>
    public TrainingResult Train(ParallelText training, ParallelText? validation = null,
        TranslationTrainingOptions? options = null, IProgress<TrainingReport>? progress = null,
        CancellationToken cancellation = default) =>
        CreateTrainer(training, validation, options).Run(progress, cancellation);

    /// <summary>The trainer of pairs, for those who resume from a checkpoint or watch its steps.</summary>
    /// <inheritdoc cref="Train"/>
    public Trainer<PairBatch> CreateTrainer(ParallelText training, ParallelText? validation = null,
        TranslationTrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        options ??= new TranslationTrainingOptions();
        options.Check();
        (int[][] sources, int[][] targets) = Encode(training, nameof(training));
        (int[][] heldSources, int[][] heldTargets) = validation is null ? ([], []) : Encode(validation, nameof(validation));
        RunIdentity data = new RunIdentity()
            .Add(SourceKey, Source.Symbols)
            .Add(TargetKey, Target.Symbols)
            .AddData("pairs", Flat(sources, targets), "tokens")
            .AddData("validation pairs", Flat(heldSources, heldTargets), "tokens");
        return CreateTrainer(Batches(sources, targets, options.BatchSize, options.Seed),
            validation is null ? null : Batches(heldSources, heldTargets, EvaluationBatch), options, data,
            guessLoss: Math.Log(Target.Vocabulary.Count));
    }

    /// <summary>The loss of pairs: the sum of -ln p over every token of the targets and their ends, each predicted from
    /// all that stand before it.</summary>
    /// <param name="pairs">One or more, each of which fits.</param>
    /// <param name="cancellation">Asked before each batch.</param>
    /// <exception cref="ArgumentException">A pair is too long.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public LossSum Evaluate(ParallelText pairs, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        (int[][] sources, int[][] targets) = Encode(pairs, nameof(pairs));
        PairBatches batches = Batches(sources, targets, EvaluationBatch);
        Pass<PairBatch> pass = CreatePass(batches.Most, TapeUse.Inference);
        Measurements results = new();
        LossSum loss = default;
        for (int i = 0; i < batches.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            loss += pass.Evaluate(batches.Get(0, i), results);
        }

        return loss;
    }

    private (int[][] Sources, int[][] Targets) Encode(ParallelText pairs, string name)
    {
        int[][] sources = new int[pairs.Count][], targets = new int[pairs.Count][];
        for (int i = 0; i < pairs.Count; i++)
        {
            sources[i] = Source.Encode(pairs[i].Source);
            targets[i] = Target.Encode(pairs[i].Target);
            if (Math.Min(sources[i].Length, targets[i].Length) < 1
                || Math.Max(sources[i].Length, targets[i].Length) > Options.MaxTokens)
            {
                Throw.PairLength(name, i, sources[i].Length, targets[i].Length, Options.MaxTokens);
            }
        }

        return (sources, targets);
    }

    private static PairBatches Batches(int[][] sources, int[][] targets, int batchSize, ulong? seed = null) =>
        new(sources, targets, batchSize, TranslationVocabulary.Start, TranslationVocabulary.End, seed);

    // All tokens, and where each text ends.
    private static int[] Flat(int[][] sources, int[][] targets)
    {
        List<int> all = [];
        foreach (int[] text in sources.Concat(targets))
        {
            all.AddRange(text);
            all.Add(-1);
        }

        return [.. all];
    }
}
