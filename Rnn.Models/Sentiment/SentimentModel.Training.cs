using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text.Labelled;
using Rnn.Models.Training;

namespace Rnn.Models.Sentiment;

/// <content>How it is trained.</content>
public sealed partial class SentimentModel
{
    /// <summary>Trains on texts; the best parameters by the validation texts, if there are any, are kept.</summary>
    /// <param name="training">Texts with this model's classes.</param>
    /// <param name="validation">Others, or null (the default).</param>
    /// <param name="options">How; null is the default.</param>
    /// <param name="progress">Receives a report for every step and measurement.</param>
    /// <param name="cancellation">Ends the run after the current step.</param>
    /// <exception cref="ArgumentException">The texts have other classes.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite, or losses have grown beyond twice
    /// those of guessing.</exception>
    public TrainingResult Train(LabelledTexts training, LabelledTexts? validation = null,
        SentimentTrainingOptions? options = null, IProgress<TrainingReport>? progress = null,
        CancellationToken cancellation = default) =>
        CreateTrainer(training, validation, options).Run(progress, cancellation);

    /// <summary>The trainer of texts, for those who resume from a checkpoint or watch its steps.</summary>
    /// <inheritdoc cref="Train"/>
    public Trainer<LabelledBatch> CreateTrainer(LabelledTexts training, LabelledTexts? validation = null,
        SentimentTrainingOptions? options = null)
    {
        options ??= new SentimentTrainingOptions();
        options.Check();
        LabelledSequences batches = Batches(training, options.BatchSize, options.Seed);
        LabelledSequences? held = validation is null ? null : Batches(validation, Math.Min(EvaluationBatch, options.BatchSize));
        return CreateTrainer(batches, held, options, Identity(training, batches), Math.Log(Classes.Count));
    }

    /// <summary>Batches of texts as this model reads them: buckets by length, cut into pieces as its options say.</summary>
    /// <param name="texts">With this model's classes.</param>
    /// <param name="batchSize">Texts of a batch.</param>
    /// <param name="shuffleSeed">Of the order; null (the default): by length, in every epoch.</param>
    /// <exception cref="ArgumentException">The texts have other classes.</exception>
    public LabelledSequences Batches(LabelledTexts texts, int batchSize, ulong? shuffleSeed = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        CheckClasses(nameof(texts), texts.Classes, Classes);
        int[][] tokens = new int[texts.Texts.Count][];
        for (int i = 0; i < tokens.Length; i++)
            tokens[i] = Vocabulary.Encode(texts.Texts[i]);

        return new LabelledSequences(tokens, texts.Labels, batchSize, shuffleSeed, Options.PieceLength);
    }

    /// <summary>What must agree when a run goes on.</summary>
    internal RunIdentity Identity(LabelledTexts training, LabelledSequences batches)
    {
        return new RunIdentity()
            .Add(WordsKey, string.Join('\n', Vocabulary.Words.Words))
            .Add(ClassesKey, string.Join('\n', Classes))
            .AddData("labels", training.Labels, "texts")
            .AddData("texts", batches.Tokens, "tokens");
    }

    /// <summary>Refuses other classes than a model's.</summary>
    internal static void CheckClasses(string what, IReadOnlyList<string> actual, IReadOnlyList<string> expected)
    {
        if (!actual.SequenceEqual(expected, StringComparer.Ordinal))
            Throw.OtherClasses(what, string.Join(", ", actual), string.Join(", ", expected));
    }
}
