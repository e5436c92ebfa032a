using System;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Parameters;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>
/// The recurrent weights of a window that drops some of them (design decision D71): Wh*M, each M 0 with the probability
/// asked for, else 1/(1-rate), the same for all rows and steps. It belongs to a tape, which has its own M for each window,
/// as the key of the mode changes. Made at first use: a tape that only ever infers has none.
/// </summary>
/// <param name="slot">Wh [H, G*H].</param>
/// <param name="dropout">What draws M; the place of an element is that in Wh.</param>
internal sealed class DroppedWeights(ParameterSlot slot, Dropout dropout)
{
    private readonly CellWeights _packed = new();
    private AlignedBuffer? _values;   // Wh*M, and after the way back scratch of its gradient
    private ParameterBuffer? _of;     // what they were made of; null: they are not there
    private long _version;
    private Mode _mode;
    private long _draws;

    /// <summary>Wh*M, or a part of it, as the time loop multiplies with it.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="mode">Training, with the key of M.</param>
    /// <param name="part">Of Wh.</param>
    /// <param name="isApart">Whether that is what the cell keeps apart.</param>
    public PackedMatrix Get(ParameterBuffer p, Mode mode, in WeightPart part, bool isApart)
    {
        if (!ReferenceEquals(_of, p) || _version != p.Version || _mode != mode)
        {
            _values ??= new AlignedBuffer(slot.Count);
            dropout.Forward(p[slot].Span, _values.Span, mode);
            (_of, _version, _mode) = (p, p.Version, mode);
            _draws++;
        }

        PackedWeights room = part.IsTransposed
            ? isApart ? _packed.ApartBack : _packed.RecurrentBack
            : isApart ? _packed.Apart : _packed.Recurrent;
        return room.Get(this, _draws, _values!.Span, part);
    }

    /// <summary>Room for d(Wh*M) [H, G*H], all zeros: the memory of Wh*M, which the way back has read by then.</summary>
    public Span<float> BeginGradient()
    {
        _of = null;
        _values!.Clear();
        return _values.Span;
    }

    /// <summary>dWh += d(Wh*M)*M.</summary>
    /// <param name="dWh">[H, G*H]. Accumulated.</param>
    public void EndGradient(Span<float> dWh)
    {
        Span<float> d = _values!.Span;
        dropout.Backward(d, d, _mode);
        Elementwise.Add(dWh, d, dWh);
    }
}
