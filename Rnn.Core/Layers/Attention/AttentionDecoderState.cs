using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Attention;

/// <summary>What an <see cref="AttentionDecoder"/> carries from one step of generation to the next: the cells' state
/// and, with input feeding, the last output.</summary>
public sealed class AttentionDecoderState
{
    private readonly Tensor? _fed;

    internal AttentionDecoderState(RecurrentState recurrent, int fedSize)
    {
        Recurrent = recurrent;
        _fed = fedSize > 0 ? new Tensor(recurrent.Batch, fedSize) : null;
    }

    /// <summary>B, the number of rows.</summary>
    public int Batch => Recurrent.Batch;

    /// <summary>h, and c of an LSTM, of every layer.</summary>
    public RecurrentState Recurrent { get; }

    /// <summary>The last output [B, H], zeros before the first step; empty without input feeding.</summary>
    public MatrixView Fed => _fed is null ? default : _fed.AsMatrix();

    /// <summary>All zeros.</summary>
    public void Clear()
    {
        Recurrent.Clear();
        _fed?.Span.Clear();
    }

    /// <summary>Row b becomes row parents[b] of another state: the survivors of a beam search.</summary>
    /// <param name="from">Another state of the same decoder; its B may differ. Read.</param>
    /// <param name="parents">[B], each a row of from; a row may stand more than once. Read.</param>
    /// <exception cref="ArgumentException">The layers differ, it is this state itself, or there is no such
    /// row.</exception>
    public void GatherRows(AttentionDecoderState from, ReadOnlySpan<int> parents)
    {
        ArgumentNullException.ThrowIfNull(from);
        if (from.Fed.Cols != Fed.Cols)
            Throw.ShapeMismatch(nameof(AttentionDecoderState), nameof(from), $"H={Fed.Cols} fed", $"H={from.Fed.Cols} fed");

        Recurrent.GatherRows(from.Recurrent, parents);
        for (int b = 0; b < parents.Length && _fed is not null; b++)
            from.Fed.Row(parents[b]).CopyTo(Fed.Row(b));
    }
}
