using System;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Parameters;

namespace Rnn.Core.Layers.Transformer;

/// <summary>
/// What Forward of a <see cref="FeedForward"/> wrote so that Backward can read it. Made by
/// <see cref="FeedForward.CreateTape"/> and used with that layer only; one tape for each thread that runs it.
/// </summary>
public sealed class FeedForwardTape
{
    private readonly AlignedBuffer _hidden;
    private readonly AlignedBuffer _sums;
    private readonly AlignedBuffer? _gradient;
    private TapeStamp _stamp;

    /// <param name="layer">Whose.</param>
    /// <param name="maxRows">The most rows.</param>
    /// <param name="use">Whether Backward will follow.</param>
    /// <param name="other">The tape of a layer alike that doesn't run at the same time, whose scratch this one shares:
    /// in inference all of it.</param>
    internal FeedForwardTape(FeedForward layer, int maxRows, TapeUse use, FeedForwardTape? other = null)
    {
        Layer = layer;
        MaxRows = maxRows;
        Use = use;
        long length = (long)maxRows * layer.HiddenSize;
        _hidden = other is not null && use == TapeUse.Inference ? other._hidden : new AlignedBuffer(length);

        // relu goes back by the sign of h alone.
        _sums = layer.Activation != TransformerActivation.Gelu ? _hidden
            : other is not null && use == TapeUse.Inference ? other._sums : new AlignedBuffer(length);
        _gradient = use == TapeUse.Inference ? null : other?._gradient ?? new AlignedBuffer(length);
    }

    /// <summary>The most rows that fit.</summary>
    public int MaxRows { get; }

    /// <summary>Whether Backward may read it.</summary>
    public TapeUse Use { get; }

    /// <summary>N of what is recorded.</summary>
    public int Rows { get; private set; }

    internal FeedForward Layer { get; }

    internal ref TapeStamp Stamp => ref _stamp;

    internal DropoutDraw Draw { get; private set; }

    /// <summary>z = x*W1 + b1; with relu the memory of h.</summary>
    internal Span<float> Sums => Of(_sums);

    /// <summary>h = dropout(f(z)).</summary>
    internal Span<float> Hidden => Of(_hidden);

    /// <summary>dh, then dz.</summary>
    internal Span<float> HiddenGradient => Of(_gradient!);

    internal void Begin(ParameterBuffer p, int rows, in DropoutDraw draw)
    {
        _stamp.Begin(p);
        Rows = rows;
        Draw = draw;
    }

    private Span<float> Of(AlignedBuffer buffer) => buffer.Span[..(Rows * Layer.HiddenSize)];
}
