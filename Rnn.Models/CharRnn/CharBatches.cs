using System;
using Rnn.Models.Diagnostics;
using Rnn.Models.Training;

namespace Rnn.Models.CharRnn;

/// <summary>
/// A text cut into B pieces of equal length that are read side by side, T characters at a time, so that the state of
/// each row carries on from window to window. What doesn't fill a window is left out. The target of a piece's last
/// character is the one that follows it in the text.
/// </summary>
public sealed class CharBatches : IBatches<CharBatch>
{
    private readonly int[] _symbols;
    private readonly int[] _inputs;
    private readonly int[] _targets;
    private readonly int _batch;
    private readonly int _steps;

    /// <summary>Windows of a text.</summary>
    /// <param name="symbols">The text as symbols of a vocabulary. Kept, not copied.</param>
    /// <param name="batchSize">B, more than 0.</param>
    /// <param name="sequenceLength">T, more than 0.</param>
    /// <param name="what">What the text is, for the message: "the validation part".</param>
    /// <exception cref="ArgumentException">The text is shorter than one window of B*T characters and one
    /// more.</exception>
    public CharBatches(int[] symbols, int batchSize, int sequenceLength, string what = "the text")
    {
        ArgumentNullException.ThrowIfNull(symbols);
        Throw.IfBelow(nameof(batchSize), batchSize, 1);
        Throw.IfBelow(nameof(sequenceLength), sequenceLength, 1);
        long window = (long)batchSize * sequenceLength;
        if (symbols.Length - 1 < window)
        {
            Throw.TextTooShort(what, symbols.Length, batchSize, sequenceLength);
        }

        _symbols = symbols;
        _batch = batchSize;
        _steps = sequenceLength;
        Count = (int)((symbols.Length - 1) / window);
        _inputs = new int[window];
        _targets = new int[window];
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Targets of an epoch: Count*B*T.</summary>
    public long CharacterCount => (long)Count * _batch * _steps;

    /// <inheritdoc/>
    /// <remarks>The memory of the batch is used again by the next call.</remarks>
    public CharBatch Get(int epoch, int index)
    {
        if ((uint)index >= (uint)Count)
        {
            Throw.Outside(nameof(index), index, $"0 to {Count - 1}");
        }

        int piece = Count * _steps;
        for (int b = 0; b < _batch; b++)
        {
            ReadOnlySpan<int> from = _symbols.AsSpan((b * piece) + (index * _steps), _steps + 1);
            for (int t = 0; t < _steps; t++)
            {
                _inputs[(t * _batch) + b] = from[t];
                _targets[(t * _batch) + b] = from[t + 1];
            }
        }

        return new CharBatch(_inputs, _targets, _steps, _batch, index == 0);
    }
}
