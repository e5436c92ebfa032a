using System;
using Rnn.Core.Losses;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text;

namespace Rnn.Models.Batching;

/// <summary>
/// A text of tokens (characters, words) cut into B contiguous pieces that are read side by side, T tokens at a time, so
/// that the state of each row carries on from window to window. The target of a piece's last token is the one that
/// follows it in the text. Every token but the first is a target once: pieces differ by one token at most, and what a
/// row lacks in the last window is filled with targets that don't count. Or, if the last is dropped, pieces have the
/// same number of whole windows, and what doesn't fill a window of all rows is left out.
/// </summary>
public sealed class TokenWindows : IBatches<TokenWindow>
{
    private readonly SymbolText _tokens;
    private readonly int[] _inputs;
    private readonly int[] _targets;
    private readonly int[] _row;   // a piece's inputs and the target of the last
    private readonly int _steps;
    private readonly int _piece;   // targets of the shorter pieces
    private readonly int _longer;  // pieces, the first ones, that have one more

    /// <summary>Windows of a text.</summary>
    /// <param name="tokens">The text as numbers of a vocabulary, at least two. Kept, not copied.</param>
    /// <param name="batchSize">B, more than 0; fewer if there are fewer targets.</param>
    /// <param name="sequenceLength">T, more than 0.</param>
    /// <param name="dropLast">Leaves out what doesn't fill a window of all rows; false reads all.</param>
    /// <param name="what">What the text is, for the message: "The validation part of the text".</param>
    /// <exception cref="ArgumentException">The text has one token at most, or, if the last window is dropped, not
    /// one whole window of B*T tokens and one more.</exception>
    public TokenWindows(ReadOnlyMemory<int> tokens, int batchSize, int sequenceLength, bool dropLast = false,
        string what = "The text")
        : this(SymbolText.Of(tokens), batchSize, sequenceLength, dropLast, what)
    {
    }

    internal TokenWindows(SymbolText tokens, int batchSize, int sequenceLength, bool dropLast = false,
        string what = "The text")
    {
        Throw.IfBelow(nameof(batchSize), batchSize, 1);
        Throw.IfBelow(nameof(sequenceLength), sequenceLength, 1);
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

        _steps = Math.Min(sequenceLength, _piece + (_longer > 0 ? 1 : 0));
        _inputs = new int[checked(_steps * BatchSize)];
        _targets = new int[_inputs.Length];
        _row = new int[_steps + 1];
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public BatchShape Most => new(BatchSize, _steps);

    /// <summary>B, rows of each batch.</summary>
    public int BatchSize { get; }

    /// <summary>T, the most steps of a batch; the last may have fewer.</summary>
    public int SequenceLength => _steps;

    /// <summary>Targets of an epoch that count.</summary>
    public long TargetCount { get; }

    /// <inheritdoc/>
    public long Targets(int epoch, int index)
    {
        (int first, int steps) = Window(index);
        long known = Math.Min(steps, _piece - first);   // of a shorter piece
        return (BatchSize * known) + (known < steps ? _longer : 0);
    }

    /// <inheritdoc/>
    /// <remarks>The memory of the batch is used again by the next call.</remarks>
    public TokenWindow Get(int epoch, int index)
    {
        (int first, int steps) = Window(index);
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

    /// <summary>Where a window begins in its pieces, and how many steps it has.</summary>
    private (int First, int Steps) Window(int index)
    {
        if ((uint)index >= (uint)Count)
            Throw.Outside(nameof(index), index, $"0 to {Count - 1}");

        int first = index * _steps;
        return (first, Math.Min(_steps, _piece + (_longer > 0 ? 1 : 0) - first));
    }
}
