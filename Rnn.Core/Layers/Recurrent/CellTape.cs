using System;
using Rnn.Core.Kernels.Recurrent;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>
/// The tape of a single recurrent cell. The gates [T, B, G] hold what the cell's derivation says, and after Backward
/// the gradients of the pre-activations.
/// </summary>
internal sealed class CellTape : RecurrentTape
{
    private readonly RecurrentCellLayer _layer;
    private readonly int _hidden;
    private readonly int _gateStride;
    private readonly RecurrentWorkspace _workspace;
    private ParameterBuffer? _vectorsOf;
    private long _vectorsVersion;
    private Buffers.AlignedBuffer? _cleared;

    public CellTape(RecurrentCellLayer layer, int maxSteps, int maxBatch, TapeUse use)
        : base(layer, maxSteps, maxBatch, use)
    {
        _layer = layer;
        _hidden = layer.HiddenSize;
        _gateStride = layer.GateStride;
        _workspace = new RecurrentWorkspace(maxSteps, maxBatch, _hidden, _gateStride, layer.ProductSize, layer.ApartSize,
            layer.HasCell, records: use == TapeUse.Training, layer.Variant);
        Weights = use == TapeUse.Training ? new CellWeights() : null;
        Dropped = layer.CreateDroppedWeights();
        if (layer.KeepStateGradients && use == TapeUse.Training)
            _workspace.KeptDHidden = new Buffers.AlignedBuffer((long)maxSteps * maxBatch * _hidden);
    }

    public RecurrentWorkspace Workspace => _workspace;

    /// <summary>The packed weights of a training tape; null for inference, which uses those that the parameters
    /// keep.</summary>
    public CellWeights? Weights { get; }

    /// <summary>The recurrent weights of windows that drop some; null where the layer never does.</summary>
    public DroppedWeights? Dropped { get; }

    public override SequenceView Output =>
        new(_workspace.Hidden.Span.Slice(Batch * _hidden, Steps * Batch * _hidden), Steps, Batch, _hidden);

    /// <summary>h before each step [T, B, H], as Wh read it: the same buffer one step earlier (design decision D4), or
    /// dropped out.</summary>
    public ReadOnlySequenceView Previous
    {
        get
        {
            Buffers.AlignedBuffer read =
                _workspace.Variant is { IsMasked: true } variant ? variant.Masked! : _workspace.Hidden;
            return new(read.Span[..(Steps * Batch * _hidden)], Steps, Batch, _hidden);
        }
    }

    public override SequenceView StateGradients => _workspace.KeptDHidden is null
        ? default
        : new(_workspace.KeptDHidden.Span[..(Steps * Batch * _hidden)], Steps, Batch, _hidden);

    /// <summary>Whether the workspace's bias and gains are not of these parameters; from now on they are.</summary>
    public bool MustLoadVectors(ParameterBuffer p)
    {
        bool isStale = !ReferenceEquals(_vectorsOf, p) || _vectorsVersion != p.Version;
        (_vectorsOf, _vectorsVersion) = (p, p.Version);
        return isStale;
    }

    /// <summary>The gates of steps first .. first+count-1, [count*B, GateStride].</summary>
    public Span<float> Gates(int first, int count) =>
        _workspace.Gates.Span.Slice(first * Batch * _gateStride, count * Batch * _gateStride);

    /// <summary>
    /// The input as a product over all steps may read it, where past a row's length it meets gradients of 0: itself, or
    /// where NaN or an infinity stands there, a copy with zeros in their place (D44).
    /// </summary>
    public RecurrentInput WithoutPadding(RecurrentInput x)
    {
        ReadOnlySpan<int> lengths = _workspace.Lengths;
        if (x.IsOneHot || lengths.IsEmpty || IsPaddingFinite(x.Dense, lengths))
            return x;

        _cleared ??= new Buffers.AlignedBuffer((long)MaxSteps * MaxBatch * x.Features);
        SequenceView cleared = new(_cleared.Span[..(x.Steps * x.Batch * x.Features)], x.Steps, x.Batch, x.Features);
        x.Dense.Span.CopyTo(cleared.Span);
        for (int t = 0; t < x.Steps; t++)
        {
            for (int b = 0; b < x.Batch; b++)
            {
                if (t >= lengths[b])
                    cleared[t].Row(b).Clear();
            }
        }

        return cleared;
    }

    private static bool IsPaddingFinite(ReadOnlySequenceView x, ReadOnlySpan<int> lengths)
    {
        for (int t = 0; t < x.Steps; t++)
        {
            for (int b = 0; b < x.Batch; b++)
            {
                if (t >= lengths[b] && !Reductions.AllFinite(x[t].Row(b)))
                    return false;
            }
        }

        return true;
    }

    internal override void Forward(ParameterBuffer p, RecurrentInput x, ReadOnlySpan<int> lengths)
    {
        _workspace.SetLengths(lengths);
        _layer.BeginWindow(this);
        _layer.Forward(p, x, this, 0);
    }

    internal override void Backward(ParameterBuffer p, RecurrentInput x, ReadOnlySequenceView dY, GradientBuffer g,
        SequenceView dX) => _layer.Backward(p, x, dY, this, g, dX);

    internal override void BeginSteps()
    {
        _workspace.SetLengths(default);
        _layer.BeginWindow(this);
    }

    internal override void ForwardStep(ParameterBuffer p, RecurrentInput x, int t) => _layer.Forward(p, x, this, t);

    internal override void BackwardStep(ParameterBuffer p, int t, ReadOnlyMatrixView dY, MatrixView dX) =>
        _layer.BackwardStep(p, t, dY, this, dX);

    internal override void AccumulateGradients(RecurrentInput x, GradientBuffer g) =>
        _layer.AccumulateGradients(x, this, g);

    internal override void LoadState(RecurrentState state)
    {
        state[0].Span.CopyTo(_workspace.Hidden.Span);
        if (_workspace.Cell is not null)
            state[1].Span.CopyTo(_workspace.Cell.Span);
    }

    internal override void BeginState(ParameterBuffer p)
    {
        int size = Batch * _hidden;
        RecurrentCellLayer.LoadInitial(p, _layer.InitialHidden, _workspace.Hidden.Span[..size]);
        if (_workspace.Cell is { } cell)
            RecurrentCellLayer.LoadInitial(p, _layer.InitialCell, cell.Span[..size]);
    }

    internal override void AccumulateInitialState(GradientBuffer g)
    {
        int size = Batch * _hidden;
        RecurrentCellLayer.AccumulateInitial(_layer.InitialHidden, _workspace.DHidden!.Span[..size], g);
        if (_workspace.DCell is { } dCell)
            RecurrentCellLayer.AccumulateInitial(_layer.InitialCell, dCell.Span[..size], g);
    }

    internal override void SaveState(RecurrentState state)
    {
        int size = Batch * _hidden;
        _workspace.Hidden.Span.Slice(Steps * size, size).CopyTo(state[0].Span);
        if (_workspace.Cell is not null)
            _workspace.Cell.Span.Slice(_workspace.Records ? Steps * size : 0, size).CopyTo(state[1].Span);
    }

    internal override void LoadStateGradient(RecurrentState dState)
    {
        dState[0].Span.CopyTo(_workspace.DHidden!.Span);
        if (_workspace.DCell is not null)
            dState[1].Span.CopyTo(_workspace.DCell.Span);
    }

    internal override void ClearStateGradient()
    {
        _workspace.DHidden!.Span[..(Batch * _hidden)].Clear();
        _workspace.DCell?.Span[..(Batch * _hidden)].Clear();
    }

    internal override void SaveStateGradient(RecurrentState dState)
    {
        int size = Batch * _hidden;
        _workspace.DHidden!.Span[..size].CopyTo(dState[0].Span);
        if (_workspace.DCell is not null)
            _workspace.DCell.Span[..size].CopyTo(dState[1].Span);
    }
}
