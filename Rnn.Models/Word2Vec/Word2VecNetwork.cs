using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading;
using Rnn.Core.Kernels;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text;
using Rnn.Models.Training;

namespace Rnn.Models.Word2Vec;

/// <summary>
/// word2vec as a network like any other: an embedding [V, E] and on top of it negative sampling or a softmax over all
/// words, trained by batches with Adam and the <see cref="Trainer{TBatch}"/>: checkpoints, validation, the same bits on
/// any number of threads. The set-up of the lesson. Source: Mikolov et al., "Efficient estimation of word
/// representations in vector space" and "Distributed representations of words and phrases and their
/// compositionality", 2013.
/// </summary>
public sealed class Word2VecNetwork
{
    // What is twice as bad as initial weights, on the mean of some steps, won't come back.
    private const double DivergedTimesInitial = 2;

    private readonly ParameterLayout _layout = new();

    /// <summary>
    /// A network with initial weights drawn from a seed: both tables uniform in +-1, as in the lesson; a softmax
    /// uniform in +-1/sqrt(E), bias included.
    /// </summary>
    /// <param name="vocabulary">V, more than 0.</param>
    /// <param name="options">Its shape.</param>
    /// <param name="seed">Of the initial weights.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Word2VecNetwork(int vocabulary, Word2VecNetworkOptions? options = null, ulong seed = 1)
    {
        Options = options ?? new Word2VecNetworkOptions();
        Options.Check();
        Throw.IfBelow(nameof(vocabulary), vocabulary, 1);
        int size = Options.Dimensions;
        Embedding = new Embedding(_layout, "in", vocabulary, size);
        if (Options.Loss == Word2VecLoss.NegativeSampling)
            Sampling = new NegativeSampling(_layout, "out", size, vocabulary);
        else
            Softmax = new SoftmaxHead(_layout, "out", size, vocabulary);

        Parameters = new ParameterBuffer(_layout);
        Philox random = new(seed, RandomStreams.InitialWeights);
        ParameterWriter writer = Parameters.BeginWrite();
        Initializer.Uniform(writer[Embedding.Table].Span, -1f, 1f, ref random);
        if (Sampling is not null)
            Initializer.Uniform(writer[Sampling.Weights].Span, -1f, 1f, ref random);

        Softmax?.Initialize(writer, ref random);
    }

    /// <summary>Its shape.</summary>
    public Word2VecNetworkOptions Options { get; }

    /// <summary>V.</summary>
    public int VocabularySize => Embedding.VocabularySize;

    /// <summary>Its weights: "in.weight" [V, E], "out.weight" [V, E], and with a softmax "out.bias" [V].</summary>
    public ParameterBuffer Parameters { get; }

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
    public TrainingResult Train(ReadOnlySpan<int> ids, ReadOnlySpan<long> counts, AdamTrainingOptions? options = null,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellation = default) =>
        CreateTrainer(ids, counts, options).Run(progress, cancellation);

    /// <summary>The trainer of a text, for those who resume from a checkpoint or watch its steps.</summary>
    /// <inheritdoc cref="Train"/>
    public Trainer<WordBatch> CreateTrainer(ReadOnlySpan<int> ids, ReadOnlySpan<long> counts,
        AdamTrainingOptions? options = null)
    {
        options ??= new AdamTrainingOptions();
        options.Check();
        if (counts.Length != VocabularySize)
            Throw.WordCounts(counts.Length, VocabularySize);

        int held = (int)(ids.Length * options.ValidationFraction);
        WordBatches training = new(ids[..^held], counts, Options, options, "the training part");
        WordBatches? validation = held == 0
            ? null
            : new WordBatches(ids[^held..], counts, Options, options, "the validation part");
        Word2VecTask task = new(this,
            Math.Max(training.MaxPredictions, validation?.MaxPredictions ?? 0),
            Math.Max(training.MaxInputs, validation?.MaxInputs ?? 0), options.Negatives);
        TrainingOptions how = options.Training;
        if (how.DivergenceLoss == 0)
            how = how with { DivergenceLoss = DivergedTimesInitial * InitialLoss(options.Negatives) };

        return new Trainer<WordBatch>(task,
            options.Optimizer?.Invoke(_layout) ?? new Adam(_layout, byRow: options.RowUpdate),
            training, validation, how, Configuration(options, ids, counts));
    }

    /// <summary>
    /// What initial weights give at most. A softmax begins near a guess, log V. Sampling begins with products z = x.w
    /// of weights uniform in +-1, about normal with s^2 = E/9 (the mean over contexts: less), and has K + 1 times
    /// E[log(1 + exp(z))] &lt;= log 2 + E[max(z, 0)] = log 2 + s/sqrt(2 pi): four times a guess for E = 300.
    /// </summary>
    private double InitialLoss(int negatives) => Options.Loss == Word2VecLoss.NegativeSampling
        ? (1 + negatives) * (Math.Log(2) + (Math.Sqrt(Options.Dimensions / 9.0) / Math.Sqrt(2 * Math.PI)))
        : Math.Log(Math.Max(2, VocabularySize));

    private static string Hash<T>(ReadOnlySpan<T> values)
        where T : unmanaged => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values)))[..16];

    private Dictionary<string, string> Configuration(AdamTrainingOptions options, ReadOnlySpan<int> ids,
        ReadOnlySpan<long> counts) => new(StringComparer.Ordinal)
        {
            ["architecture"] = Options.Architecture.ToString(),
            ["loss"] = Options.Loss.ToString(),
            ["dimensions"] = Options.Dimensions.ToString(CultureInfo.InvariantCulture),
            ["batch size"] = options.BatchSize.ToString(CultureInfo.InvariantCulture),
            ["window"] = options.Window.ToString(CultureInfo.InvariantCulture),
            ["negatives"] = options.Negatives.ToString(CultureInfo.InvariantCulture),
            ["noise power"] = options.NoisePower.ToString("R", CultureInfo.InvariantCulture),
            ["subsampling threshold"] = options.SubsamplingThreshold.ToString("R", CultureInfo.InvariantCulture),
            ["validation fraction"] = options.ValidationFraction.ToString("R", CultureInfo.InvariantCulture),
            ["text"] = $"{ids.Length} words, sha256 {Hash(ids)}",
            ["vocabulary"] = $"{counts.Length} words, sha256 {Hash(counts)}",
        };
}
