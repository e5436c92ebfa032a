using System;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Losses;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text;

namespace Rnn.Models.Batching;

/// <summary>
/// A text of tokens (characters, words) cut into B contiguous pieces that are read side by side, T tokens at a time, so
/// that the state of each row carries on from window to window. The target of a piece's last token is the one that
/// follows it in the text. Every token but the first is a target once: pieces differ by one token at most, and what a
/// row lacks in the last window is filled with targets that don't count. Or, if the last is dropped, pieces have the
/// same number of whole windows, and what doesn't fill a window of all rows is left out. The borders between windows may
/// be drawn anew for each epoch, around where they lie otherwise (design decision D74).
/// </summary>
public sealed class TokenWindows : IBatches<TokenWindow>
{
    private const ulong BorderStream = 5ul << 60;   // the epoch's number in the lower bits

    private readonly SymbolText _tokens;
    private readonly int[] _inputs;
    private readonly int[] _targets;
    private readonly int[] _row;   // a piece's inputs and the target of the last
    private readonly int _steps;   // of a window, but for the last
    private readonly int _shift;   // the most that a border lies away from a multiple of that
    private readonly ulong _seed;
    private readonly int _piece;   // targets of the shorter pieces
    private readonly int _longer;  // pieces, the first ones, that have one more

    /// <summary>Windows of a text.</summary>
    /// <param name="tokens">The text as numbers of a vocabulary, at least two. Kept, not copied.</param>
    /// <param name="batchSize">B, more than 0; fewer if there are fewer targets.</param>
    /// <param name="sequenceLength">T, more than 0.</param>
    /// <param name="dropLast">Leaves out what doesn't fill a window of all rows; false reads all.</param>
    /// <param name="what">What the text is, for the message: "The validation part of the text".</param>
    /// <param name="varyBy">How far the borders between windows may lie from multiples of T, as a share of T: 0 (the default)
    /// to less than 0.5. A window then has (1 - 2*varyBy)*T to (1 + 2*varyBy)*T steps; the last may have fewer.</param>
    /// <param name="seed">Of the borders; 1 by default.</param>
    /// <exception cref="ArgumentException">The text has one token at most, or, if the last window is dropped, not
    /// one whole window of B*T tokens and one more.</exception>
    public TokenWindows(ReadOnlyMemory<int> tokens, int batchSize, int sequenceLength, bool dropLast = false,
        string what = "The text", double varyBy = 0, ulong seed = 1)
        : this(SymbolText.Of(tokens), batchSize, sequenceLength, dropLast, what, varyBy, seed)
    {
    }

    internal TokenWindows(SymbolText tokens, int batchSize, int sequenceLength, bool dropLast = false,
        string what = "The text", double varyBy = 0, ulong seed = 1)
    {
        Throw.IfBelow(nameof(batchSize), batchSize, 1);
        Throw.IfBelow(nameof(sequenceLength), sequenceLength, 1);
        if (!(varyBy is >= 0 and < 0.5))
            Throw.Outside(nameof(varyBy), varyBy, "0 or more and less than 0.5");

        long window = (long)batchSize * sequenceLength;
        int targets = tokens.Length - 1;
        if (targets < (dropLast ? window : 1))
            Throw.TextTooShort(what, tokens.Length, dropLast ? batchSize : 1, dropLast ? sequenceLength : 1);

        _tokens = tokens;
        BatchSize = Math.Min(batchSize, targets);
        if (dropLast)
        {
            Count = (int)(targets / window);
            _piece = Count * sequenceLength;
            TargetCount = (long)Count * window;
        }
        else
        {
            (_piece, _longer) = Math.DivRem(targets, BatchSize);
            Count = (int)(((long)_piece + (_longer > 0 ? 1 : 0) + sequenceLength - 1) / sequenceLength);
            TargetCount = targets;
        }

        _steps = Math.Min(sequenceLength, Longest);
        _shift = (int)(varyBy * _steps);   // less than half of it, so that borders keep their order
        _seed = seed;
        int most = Count == 1 ? _steps : Math.Min(_steps + ((Count == 2 ? 1 : 2) * _shift), Longest);
        Most = new BatchShape(BatchSize, most);
        _inputs = new int[checked(most * BatchSize)];
        _targets = new int[_inputs.Length];
        _row = new int[most + 1];
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public BatchShape Most { get; }

    /// <summary>B, rows of each batch.</summary>
    public int BatchSize { get; }

    /// <summary>T, the steps of a batch, about which they may vary; the last may have fewer.</summary>
    public int SequenceLength => _steps;

    /// <summary>Targets of an epoch that count.</summary>
    public long TargetCount { get; }

    /// <inheritdoc/>
    public long Targets(int epoch, int index)
    {
        (int first, int steps) = Window(epoch, index);
        long known = Math.Min(steps, _piece - first);   // of a shorter piece
        return (BatchSize * known) + (known < steps ? _longer : 0);
    }

    /// <inheritdoc/>
    /// <remarks>The memory of the batch is used again by the next call.</remarks>
    public TokenWindow Get(int epoch, int index)
    {
        (int first, int steps) = Window(epoch, index);
        for (int b = 0; b < BatchSize; b++)
        {
            int start = (b * _piece) + Math.Min(b, _longer), length = _piece + (b < _longer ? 1 : 0);
            int known = Math.Min(steps, length - first);
            Span<int> from = _row.AsSpan(0, known + 1);
            _tokens.CopyTo(start + first, from);
            for (int t = 0; t < steps; t++)
            {
                _inputs[(t * BatchSize) + b] = t < known ? from[t] : 0;
                _targets[(t * BatchSize) + b] = t < known ? from[t + 1] : SoftmaxCrossEntropy.IgnoredTarget;
            }
        }

        int n = steps * BatchSize;
        return new TokenWindow(_inputs.AsMemory(0, n), _targets.AsMemory(0, n), steps, BatchSize, index == 0);
    }

    /// <summary>Targets of the longest pieces.</summary>
    private int Longest => _piece + (_longer > 0 ? 1 : 0);

    /// <summary>Where a window begins in its pieces, and how many steps it has.</summary>
    private (int First, int Steps) Window(int epoch, int index)
    {
        if ((uint)index >= (uint)Count)
            Throw.Outside(nameof(index), index, $"0 to {Count - 1}");

        int first = Border(epoch, index);
        return (first, Border(epoch, index + 1) - first);
    }

    /// <summary>Where window number index of an epoch begins and the one before it ends, in steps: a function of the two
    /// numbers and the seed.</summary>
    private int Border(int epoch, int index)
    {
        if (index == Count)
            return Longest;

        int middle = index * _steps;
        if (_shift == 0 || index == 0)
            return middle;

        int after = Math.Min(_shift, Longest - 1 - middle);   // the last window has a step at least
        Philox random = new(_seed, BorderStream | (uint)epoch) { Position = 4 * (ulong)index };
        return middle - _shift + random.NextInt32(_shift + after + 1);
    }
}
