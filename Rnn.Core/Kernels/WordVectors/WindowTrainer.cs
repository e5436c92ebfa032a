using System;
using System.Numerics.Tensors;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.RandomNumbers;

namespace Rnn.Core.Kernels.WordVectors;

/// <summary>
/// The fused training step of word vectors with negative sampling (design decision D36): skip-gram or continuous bag of
/// words. For a word of the text, its window's context rows x (CBOW: their mean) and the output rows w of the word
/// itself (y = 1) and of K negatives (y = -1), which all contexts of the window share:
/// x += rate * y * sigmoid(-y*x.w) * w, w += rate * y * sigmoid(-y*x.w) * x, summed over the window: plain gradient
/// descent on sum of -log sigmoid(y*x.w). Gradients of a batch (up to 16 windows; less with many contexts or negatives,
/// high rates, or a word that is much of the text) are taken at the same parameters, which lack the update of the batch
/// before, and damped where their sum would overshoot, or taken in word2vec's order where one word is much of the noise:
/// see Word2Vec.md. The same seed gives the same bits on any number of threads. Nothing is allocated. One call at a
/// time, and nothing else may use the tables meanwhile.
/// Sources: Mikolov et al., "Distributed representations of words and phrases and their compositionality", 2013; Ji et
/// al., "Parallelizing word2vec in shared and distributed memory", 2016 (negatives shared by a window); Irsoy et al.,
/// "Corrected CBOW performs as well as skip-gram", 2021 (the gradient of the mean divided by the contexts).
/// </summary>
public sealed class WindowTrainer
{
    /// <summary>Entries of the text that have a learning rate together.</summary>
    public const int PieceLength = WindowPiece.Length;

    /// <summary>Most entries of one call.</summary>
    public const int BlockLength = WindowBlock.Length;

    /// <summary>Widest window.</summary>
    public const int MaxReach = 100;

    /// <summary>Most negatives of a window.</summary>
    public const int MaxNegatives = 100;

    private readonly EmbeddingShards _tables;
    private readonly WindowBlock _block;

    /// <summary>A trainer of the given tables.</summary>
    /// <param name="tables">[V, D], V at least 2. Learnt.</param>
    /// <param name="keepProbabilities">[V]: with which probability an occurrence of a word is kept. Read.</param>
    /// <param name="noise">V words, what negatives are drawn from; the window's own word is never one.</param>
    /// <param name="reach">A window has 1 .. reach words on each side, each number as often. 1 to 100.</param>
    /// <param name="negatives">K, 1 to 100.</param>
    /// <param name="averageContexts">Whether contexts are averaged (CBOW) or each learnt from (skip-gram).</param>
    /// <param name="seed">Of all that is drawn.</param>
    /// <exception cref="ArgumentException">A size disagrees, or a number is outside its range.</exception>
    public WindowTrainer(EmbeddingShards tables, ReadOnlySpan<float> keepProbabilities, AliasTable noise, int reach,
        int negatives, bool averageContexts, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(noise);
        if (tables.Rows < 2)
            Throw.OutOfRange(nameof(tables), tables.Rows, "at least 2 words");

        if (keepProbabilities.Length != tables.Rows)
            Throw.SpanLength(nameof(WindowTrainer), nameof(keepProbabilities), tables.Rows, keepProbabilities.Length);

        if (noise.Count != tables.Rows)
            Throw.OutOfRange(nameof(noise), noise.Count, $"{tables.Rows} words, as many as the tables have");

        if (reach is < 1 or > MaxReach)
            Throw.OutOfRange(nameof(reach), reach, $"1 to {MaxReach} words");

        if (negatives is < 1 or > MaxNegatives)
            Throw.OutOfRange(nameof(negatives), negatives, $"1 to {MaxNegatives} negatives");

        _tables = tables;
        WindowSettings settings = new()
        {
            Reach = reach,
            Negatives = negatives,
            Average = averageContexts,
            KeepThresholds = Thresholds(keepProbabilities),
            Noise = noise,
            Seed = seed,
        };
        _block = new WindowBlock(settings);
        Pipeline = new WindowPipeline(tables, settings, _block);
    }

    internal WindowPipeline Pipeline { get; }

    /// <summary>
    /// Trains on a block of text. All updates are made when it returns: results depend, a little, on where a text is
    /// cut into calls.
    /// </summary>
    /// <param name="entries">
    /// At most <see cref="BlockLength"/>: words, each a row of the tables, and negative numbers where a sentence ends.
    /// Windows reach neither beyond a sentence nor beyond the <see cref="PieceLength"/> entries of a piece. Read.
    /// </param>
    /// <param name="epoch">Which run through the text, from 0: what is drawn differs.</param>
    /// <param name="position">The place of entries[0] in the text, a multiple of PieceLength.</param>
    /// <param name="rates">
    /// The learning rate of each piece of the block, where it begins, and, if there is one more, of the last one's end.
    /// Read.
    /// </param>
    /// <returns>
    /// The sum of -log sigmoid(y*x.w) over all pairs of a context (CBOW: window) with its K + 1 targets, and the number
    /// of contexts (windows).
    /// </returns>
    /// <exception cref="ArgumentException">A length or a word is outside its range.</exception>
    public (double Loss, long Contexts) Train(ReadOnlySpan<int> entries, int epoch, long position,
        ReadOnlySpan<float> rates)
    {
        if (entries.Length > BlockLength)
            Throw.OutOfRange(nameof(entries), entries.Length, $"at most {BlockLength} entries");

        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        if (position < 0 || position % PieceLength != 0)
            Throw.OutOfRange(nameof(position), position, $"a multiple of {PieceLength}");

        int pieces = (entries.Length + PieceLength - 1) / PieceLength;
        if (rates.Length < pieces)
            Throw.SpanLength(nameof(WindowTrainer), nameof(rates), pieces, rates.Length);

        int largest = entries.IsEmpty ? -1 : TensorPrimitives.Max(entries);
        if (largest >= _tables.Rows)
            Throw.IndexOutside(nameof(WindowTrainer), nameof(entries), largest, _tables.Rows);

        _block.Begin(entries, epoch, position, rates);
        return (Pipeline.Run(), _block.Pairs);
    }

    // An occurrence is kept when its 32 random bits are at most the threshold.
    private static uint[] Thresholds(ReadOnlySpan<float> keepProbabilities)
    {
        uint[] thresholds = new uint[keepProbabilities.Length];
        for (int i = 0; i < thresholds.Length; i++)
        {
            float p = keepProbabilities[i];
            if (!(p > 0 && p <= 1))
                Throw.OutOfRange(nameof(keepProbabilities), p, "more than 0 and at most 1");

            thresholds[i] = (uint)Math.Min(uint.MaxValue, (double)p * uint.MaxValue);
        }

        return thresholds;
    }
}
