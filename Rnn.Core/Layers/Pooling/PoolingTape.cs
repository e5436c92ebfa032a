using System;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Pooling;
using Rnn.Core.Parameters;

namespace Rnn.Core.Layers.Pooling;

/// <summary>
/// What Forward of a <see cref="SequencePooling"/> wrote so that Backward can read it, and all the scratch the layer
/// needs, sized once. Made by <see cref="SequencePooling.CreateTape"/> and used with that layer only; one tape for each
/// thread that runs it.
/// </summary>
public sealed class PoolingTape
{
    private ParameterBuffer? _parameters;
    private long _version;

    internal PoolingTape(SequencePooling layer, int maxSteps, int maxRows, TapeUse use)
    {
        Layer = layer;
        MaxSteps = maxSteps;
        MaxRows = maxRows;
        Use = use;
        Plan = new PooledSteps(maxSteps, maxRows);
    }

    /// <summary>The most steps that fit.</summary>
    public int MaxSteps { get; }

    /// <summary>The most rows, and items, that fit.</summary>
    public int MaxRows { get; }

    /// <summary>Whether Backward may read it.</summary>
    public TapeUse Use { get; }

    /// <summary>T of what is recorded.</summary>
    public int Steps => Plan.Steps;

    /// <summary>B of what is recorded.</summary>
    public int Batch => Plan.Batch;

    /// <summary>N of what is recorded.</summary>
    public int Items => Plan.Items;

    internal SequencePooling Layer { get; }

    internal PoolingStage Stage { get; private set; }

    internal PooledSteps Plan { get; }

    /// <summary>Max: for each feature of an item [N, F], the row of x in which its largest value stands.</summary>
    internal PinnedArray<int>? Places { get; set; }

    /// <summary>Attention's.</summary>
    internal AttentionPoolingBuffers? Attention { get; set; }

    /// <summary>Remembers the items and which parameters Forward reads: Backward refuses others (D25).</summary>
    internal void Begin(ParameterBuffer p, int steps, int batch, ReadOnlySpan<int> lengths, ReadOnlySpan<int> firstRows)
    {
        Stage = PoolingStage.Empty;   // until Forward has come to its end
        Plan.Set(steps, batch, lengths, firstRows);
        (_parameters, _version) = (p, p.Version);
    }

    internal void MoveTo(PoolingStage stage) => Stage = stage;

    /// <summary>Whether these are still the values that Forward read.</summary>
    internal bool WasRecordedWith(ParameterBuffer p) => ReferenceEquals(_parameters, p) && _version == p.Version;

    /// <summary>Whether these are gradients of the parameters that Forward read.</summary>
    internal bool HasLayoutOf(GradientBuffer g) => ReferenceEquals(_parameters?.Layout, g.Layout);
}

/// <summary>Where a tape stands.</summary>
internal enum PoolingStage
{
    /// <summary>Nothing recorded.</summary>
    Empty,

    /// <summary>Forward has recorded; Backward may read.</summary>
    Recorded,

    /// <summary>Backward has overwritten what Forward recorded (design decision D6).</summary>
    Consumed,
}
