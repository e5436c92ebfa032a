using System;
using Rnn.Core.Buffers;
using Rnn.Core.Parameters;

namespace Rnn.Core.Layers.Normalization;

/// <summary>
/// What Forward of a <see cref="LayerNorm"/> wrote so that Backward can read it: xHat and 1/sqrt(variance + 1e-5) of
/// each row. Made by <see cref="LayerNorm.CreateTape"/> and used with that layer only; one tape for each thread that
/// runs it.
/// </summary>
public sealed class LayerNormTape
{
    private readonly AlignedBuffer _normalized;
    private readonly AlignedBuffer _scales;
    private TapeStamp _stamp;

    internal LayerNormTape(LayerNorm layer, int maxRows, TapeUse use)
    {
        Layer = layer;
        MaxRows = maxRows;
        Use = use;
        _normalized = new AlignedBuffer((long)maxRows * layer.Size);
        _scales = new AlignedBuffer(maxRows);
    }

    /// <summary>The most rows that fit.</summary>
    public int MaxRows { get; }

    /// <summary>Whether Backward may read it.</summary>
    public TapeUse Use { get; }

    /// <summary>N of what is recorded.</summary>
    public int Rows { get; private set; }

    internal LayerNorm Layer { get; }

    internal ref TapeStamp Stamp => ref _stamp;

    internal Span<float> Normalized => _normalized.Span[..(Rows * Layer.Size)];

    internal Span<float> Scales => _scales.Span[..Rows];

    internal void Begin(ParameterBuffer p, int rows)
    {
        _stamp.Begin(p);
        Rows = rows;
    }
}
