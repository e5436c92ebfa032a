using System;
using System.Globalization;
using System.IO;
using System.Threading;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;
using Rnn.Models.Saving;
using Rnn.Models.Training;

namespace Rnn.Models.Word2Vec;

/// <summary>
/// word2vec as a network like any other: an embedding [V, E] and on top of it negative sampling or a softmax over all
/// words, trained by batches with Adam and the <see cref="Trainer{TBatch}"/>: checkpoints, validation, the same bits on
/// any number of threads. The set-up of the lesson. Source: Mikolov et al., "Efficient estimation of word
/// representations in vector space" and "Distributed representations of words and phrases and their
/// compositionality", 2013.
/// </summary>
public sealed class BatchedWord2Vec : Model<BatchedWord2VecOptions, WordBatch>
{
    private const string VocabularyKey = "vocabulary_size";

    /// <summary>
    /// A network with initial weights drawn from a seed: both tables uniform in +-1, as in the lesson; a softmax
    /// uniform in +-1/sqrt(E), bias included.
    /// </summary>
    /// <param name="vocabulary">V, more than 0.</param>
    /// <param name="options">Its shape.</param>
    /// <param name="seed">Of the initial weights.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public BatchedWord2Vec(int vocabulary, BatchedWord2VecOptions? options = null, ulong seed = 1)
        : this(vocabulary, options ?? new BatchedWord2VecOptions(), seed, file: null)
    {
    }

    private BatchedWord2Vec(int vocabulary, BatchedWord2VecOptions options, ulong seed,
        ModelReader<BatchedWord2VecOptions>? file)
        : base(Format, options, file)
    {
        options.Check();
        Throw.IfBelow(nameof(vocabulary), vocabulary, 1);
        Embedding = new Embedding(Layout, "in", vocabulary, options.Dimensions, initial: InitialValues.Uniform(1));
        if (options.Loss == Word2VecLoss.NegativeSampling)
        {
            Sampling = new NegativeSampling(Layout, "out", options.Dimensions, vocabulary,
                initial: InitialValues.Uniform(1));
        }
        else
        {
            Softmax = new SoftmaxHead(Layout, "out", options.Dimensions, vocabulary);
        }

        Complete(seed);
    }

    /// <summary>Its kind of file.</summary>
    public static ModelFormat<BatchedWord2VecOptions> Format { get; } =
        new("word2vec-batched/1", Word2VecJson.Default.BatchedWord2VecOptions);

    /// <summary>V.</summary>
    public int VocabularySize => Embedding.VocabularySize;

    /// <summary>[V, E], the words' vectors: row i is word i's.</summary>
    public ReadOnlyMatrixView Vectors => Parameters[Embedding.Table];

    /// <summary>[V, E], the table of the loss: what the words are predicted by.</summary>
    public ReadOnlyMatrixView OutputVectors => Parameters[Sampling?.Weights ?? Softmax!.Weights];

    /// <summary>Words to vectors.</summary>
    internal Embedding Embedding { get; }

    /// <summary>The loss, or null.</summary>
    internal NegativeSampling? Sampling { get; }

    /// <summary>The loss, or null.</summary>
    internal SoftmaxHead? Softmax { get; }

    /// <summary>Loads what <see cref="Model{TOptions, TBatch}.Save(string)"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, altered, or no model of this kind.</exception>
    public static BatchedWord2Vec Load(string path) => Format.Open(path).Make(Load);

    /// <summary>The same, from a stream.</summary>
    public static BatchedWord2Vec Load(Stream stream) => Format.Read(stream).Make(Load);

    /// <inheritdoc/>
    public override Pass<WordBatch> CreatePass(BatchShape most, TapeUse use = TapeUse.Training) =>
        new BatchedWord2VecPass(this, most);

    /// <summary>Trains on a text. Losses are means over predictions, in nats.</summary>
    /// <param name="ids">Words, each 0 .. V-1, or <see cref="WordBatches.SentenceEnd"/>.</param>
    /// <param name="counts">[V], how often each occurs.</param>
    /// <param name="options">How; the lesson's figures if null.</param>
    /// <param name="progress">Receives a report for every step and measurement.</param>
    /// <param name="cancellation">Ends the run after the current step.</param>
    /// <exception cref="ArgumentException">An option or word is out of range, or no word has another near
    /// it.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite, or losses have grown beyond twice
    /// those of initial weights.</exception>
    public TrainingResult Train(ReadOnlySpan<int> ids, ReadOnlySpan<long> counts, BatchedWord2VecTrainingOptions? options = null,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellation = default) =>
        CreateTrainer(ids, counts, options).Run(progress, cancellation);

    /// <summary>The trainer of a text, for those who resume from a checkpoint or watch its steps.</summary>
    /// <inheritdoc cref="Train"/>
    public Trainer<WordBatch> CreateTrainer(ReadOnlySpan<int> ids, ReadOnlySpan<long> counts,
        BatchedWord2VecTrainingOptions? options = null)
    {
        options ??= new BatchedWord2VecTrainingOptions();
        options.Check();
        if (counts.Length != VocabularySize)
            Throw.WordCounts(counts.Length, VocabularySize);

        int held = (int)(ids.Length * options.ValidationFraction);
        WordBatches training = new(ids[..^held], counts, Options, options, "the training part");
        WordBatches? validation = held == 0
            ? null
            : new WordBatches(ids[^held..], counts, Options, options, "the validation part");
        RunIdentity data = new RunIdentity().AddData("text", ids, "words").AddData("vocabulary", counts, "words");
        return CreateTrainer(training, validation, options, data, InitialLoss(options.Negatives));
    }

    /// <inheritdoc/>
    protected override void AddTo(ModelWriter file) =>
        file.Add(VocabularyKey, VocabularySize.ToString(CultureInfo.InvariantCulture));

    /// <summary>
    /// What initial weights give at most. A softmax begins near a guess, log V. Sampling begins with products z = x.w
    /// of weights uniform in +-1, about normal with s^2 = E/9 (the mean over contexts: less), and has K + 1 times
    /// E[log(1 + exp(z))] &lt;= log 2 + E[max(z, 0)] = log 2 + s/sqrt(2 pi): four times a guess for E = 300.
    /// </summary>
    private double InitialLoss(int negatives) => Options.Loss == Word2VecLoss.NegativeSampling
        ? (1 + negatives) * (Math.Log(2) + (Math.Sqrt(Options.Dimensions / 9.0) / Math.Sqrt(2 * Math.PI)))
        : Math.Log(Math.Max(2, VocabularySize));

    private static BatchedWord2Vec Load(ModelReader<BatchedWord2VecOptions> file) =>
        new(file.Entry(VocabularyKey, NumberText.ParseWhole<int>), file.Options, 0, file);
}
