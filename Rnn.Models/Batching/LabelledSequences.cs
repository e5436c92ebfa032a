using System;
using System.Collections.Generic;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Batching;

/// <summary>
/// Sequences of any length with a label each, in batches of sequences of similar length: little of a batch is padding.
/// Shuffled, the order is drawn anew for each epoch from the seed and the epoch's number: all sequences are mixed, runs
/// of 50 batches are sorted by length and cut, the batches are mixed again. Not shuffled, all are sorted by length. The
/// last batch that is cut may have fewer sequences. Long sequences can be cut into pieces of nearly equal length, which
/// are rows of the same batch; what is sorted by length are then the pieces.
/// </summary>
public sealed class LabelledSequences : IBatches<LabelledBatch>
{
    private const int SortedBatches = 50;

    private readonly int[] _tokens;    // of all sequences, one after another
    private readonly int[] _starts;    // [N + 1]
    private readonly int[] _labels;
    private readonly int _batchSize;
    private readonly int _pieceLength;
    private readonly SimilarLengths _order;
    private readonly int[] _batchTokens, _batchLengths, _batchLabels, _batchFirstRows;

    /// <summary>Batches of sequences.</summary>
    /// <param name="sequences">N, each with one token at least. Copied.</param>
    /// <param name="labels">[N]. Copied.</param>
    /// <param name="batchSize">B, more than 0; fewer if there are fewer sequences.</param>
    /// <param name="shuffleSeed">Of the order; null (the default): by length, in every epoch.</param>
    /// <param name="pieceLength">The most steps of a row: longer sequences are cut into several; 0 (the default): none
    /// is cut.</param>
    /// <exception cref="ArgumentException">There is no sequence, one is empty, or there is another number of
    /// labels.</exception>
    public LabelledSequences(IReadOnlyList<int[]> sequences, ReadOnlySpan<int> labels, int batchSize,
        ulong? shuffleSeed = null, int pieceLength = 0)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        Throw.IfBelow(nameof(batchSize), batchSize, 1);
        Throw.IfBelow(nameof(pieceLength), pieceLength, 0);
        if (sequences.Count == 0 || labels.Length != sequences.Count)
            Throw.LabelCount(nameof(labels), labels.Length, sequences.Count);

        _labels = labels.ToArray();
        _starts = new int[sequences.Count + 1];
        _pieceLength = pieceLength;
        for (int i = 0; i < sequences.Count; i++)
        {
            if (sequences[i] is not { Length: > 0 } sequence)
                throw Throw.EmptySequence(nameof(sequences), i);

            _starts[i + 1] = checked(_starts[i] + sequence.Length);
        }

        _tokens = new int[_starts[^1]];
        for (int i = 0; i < sequences.Count; i++)
            sequences[i].CopyTo(_tokens, _starts[i]);

        _batchSize = Math.Min(batchSize, sequences.Count);
        int[] longestPieces = new int[sequences.Count];
        for (int i = 0; i < longestPieces.Length; i++)
            longestPieces[i] = LongestPiece(i);

        _order = new SimilarLengths(longestPieces, _batchSize, shuffleSeed, SortedBatches);
        Most = Largest();
        _batchTokens = new int[Most.Items];
        _batchLengths = new int[Most.Rows];
        _batchLabels = new int[_batchSize];
        _batchFirstRows = new int[_batchSize + 1];
    }

    /// <inheritdoc/>
    public int Count => _order.Count;

    /// <inheritdoc/>
    public BatchShape Most { get; }

    /// <summary>The tokens of all sequences, one after another.</summary>
    public ReadOnlySpan<int> Tokens => _tokens;

    /// <summary>The share of an epoch's steps that are padding.</summary>
    public double PaddingShare(int epoch)
    {
        long steps = 0;
        for (int index = 0; index < Count; index++)
        {
            (int rows, int longest) = ShapeOf(SequencesOf(epoch, index));
            steps += (long)rows * longest;
        }

        return 1 - (_tokens.Length / (double)steps);
    }

    /// <inheritdoc/>
    public long Targets(int epoch, int index) => SequencesOf(epoch, index).Length;

    /// <inheritdoc/>
    /// <remarks>The memory of the batch is used again by the next call.</remarks>
    public LabelledBatch Get(int epoch, int index)
    {
        ReadOnlySpan<int> sequences = SequencesOf(epoch, index);
        (int rows, int steps) = ShapeOf(sequences);
        _batchTokens.AsSpan(0, steps * rows).Clear();
        int b = 0;
        for (int n = 0; n < sequences.Length; n++)
        {
            (int start, int length, int pieces) = Cut(sequences[n]);
            _batchLabels[n] = _labels[sequences[n]];
            _batchFirstRows[n] = b;
            for (int piece = 0; piece < pieces; piece++, b++)
            {
                int first = (int)((long)length * piece / pieces), end = (int)((long)length * (piece + 1) / pieces);
                for (int t = 0; t < end - first; t++)
                    _batchTokens[(t * rows) + b] = _tokens[start + first + t];

                _batchLengths[b] = end - first;
            }
        }

        _batchFirstRows[sequences.Length] = b;
        return new LabelledBatch(_batchTokens.AsMemory(0, steps * rows), _batchLengths.AsMemory(0, rows),
            _batchLabels.AsMemory(0, sequences.Length), steps,
            _pieceLength > 0 ? _batchFirstRows.AsMemory(0, sequences.Length + 1) : default);
    }

    /// <summary>The numbers of a batch's sequences, by their places in the constructor's list.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="index">0 to Count - 1.</param>
    public ReadOnlySpan<int> SequencesOf(int epoch, int index) => _order.ItemsOf(epoch, index);

    /// <summary>Rows of a batch, and the tokens in them.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="index">0 to Count - 1.</param>
    public (int Rows, int Tokens) SizeOf(int epoch, int index)
    {
        (int rows, int tokens) = (0, 0);
        foreach (int sequence in SequencesOf(epoch, index))
        {
            (_, int length, int pieces) = Cut(sequence);
            rows += pieces;
            tokens += length;
        }

        return (rows, tokens);
    }

    /// <summary>What no batch exceeds, whatever the order: the sequences of most pieces may meet in one.</summary>
    private BatchShape Largest()
    {
        int steps = 0;
        int[] pieces = new int[_labels.Length];
        for (int i = 0; i < pieces.Length; i++)
        {
            steps = Math.Max(steps, LongestPiece(i));
            pieces[i] = Cut(i).Pieces;
        }

        Array.Sort(pieces);
        long rows = 0;
        foreach (int count in pieces.AsSpan(pieces.Length - _batchSize))
            rows += count;

        return new BatchShape(checked((int)rows), steps, _batchSize);
    }

    private (int Rows, int Steps) ShapeOf(ReadOnlySpan<int> sequences)
    {
        (int rows, int steps) = (0, 0);
        foreach (int sequence in sequences)
        {
            rows += Cut(sequence).Pieces;
            steps = Math.Max(steps, LongestPiece(sequence));
        }

        return (rows, steps);
    }

    private (int Start, int Length, int Pieces) Cut(int sequence)
    {
        (int start, int length) = (_starts[sequence], _starts[sequence + 1] - _starts[sequence]);
        return (start, length, _pieceLength > 0 ? ((length - 1) / _pieceLength) + 1 : 1);
    }

    private int LongestPiece(int sequence)
    {
        (_, int length, int pieces) = Cut(sequence);
        return ((length - 1) / pieces) + 1;
    }
}
