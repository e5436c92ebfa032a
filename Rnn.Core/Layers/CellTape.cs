using System;
using Rnn.Core.Kernels;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers;

/// <summary>
/// The tape of a single recurrent cell. The gates [T, B, G] hold what the cell's derivation says, and after Backward
/// the gradients of the pre-activations.
/// </summary>
internal sealed class CellTape : RecurrentTape
{
    private readonly int _hidden;
    private readonly int _gateStride;
    private readonly RecurrentWorkspace _workspace;
    private Buffers.AlignedBuffer? _cleared;

    public CellTape(RecurrentCellLayer layer, int maxSteps, int maxBatch, TapeUse use)
        : base(layer, maxSteps, maxBatch, use)
    {
        _hidden = layer.HiddenSize;
        _gateStride = layer.GateStride;
        _workspace = new RecurrentWorkspace(maxSteps, maxBatch, _hidden, _gateStride, layer.HasCell,
            records: use == TapeUse.Training);
        if (layer.KeepStateGradients && use == TapeUse.Training)
        {
            _workspace.KeptDHidden = new Buffers.AlignedBuffer((long)maxSteps * maxBatch * _hidden);
        }
    }

    public RecurrentWorkspace Workspace => _workspace;

    /// <summary>The recurrent weights as Forward multiplies them, and as Backward does.</summary>
    public CellWeights Weights { get; } = new();

    public override SequenceView Output =>
        new(_workspace.Hidden.Span.Slice(Batch * _hidden, Steps * Batch * _hidden), Steps, Batch, _hidden);

    /// <summary>h before each step [T, B, H]: the same buffer one step earlier (design decision D4).</summary>
    public ReadOnlySequenceView Previous =>
        new(_workspace.Hidden.Span[..(Steps * Batch * _hidden)], Steps, Batch, _hidden);

    public override SequenceView StateGradients => _workspace.KeptDHidden is null
        ? default
        : new(_workspace.KeptDHidden.Span[..(Steps * Batch * _hidden)], Steps, Batch, _hidden);

    /// <summary>The gates of steps first .. first+count-1, [count*B, GateStride].</summary>
    public Span<float> Gates(int first, int count) =>
        _workspace.Gates.Span.Slice(first * Batch * _gateStride, count * Batch * _gateStride);

    /// <summary>
    /// The input as a product over all steps may read it, where past a row's length it meets gradients of 0: itself, or
    /// where NaN or an infinity stands there, a copy with zeros in their place.
    /// </summary>
    public RecurrentInput WithoutPadding(RecurrentInput x)
    {
        ReadOnlySpan<int> lengths = _workspace.Lengths;
        if (x.IsOneHot || lengths.IsEmpty || IsPaddingFinite(x.Dense, lengths))
        {
            return x;
        }

        _cleared ??= new Buffers.AlignedBuffer((long)MaxSteps * MaxBatch * x.Features);
        SequenceView cleared = new(_cleared.Span[..(x.Steps * x.Batch * x.Features)], x.Steps, x.Batch, x.Features);
        x.Dense.Span.CopyTo(cleared.Span);
        for (int t = 0; t < x.Steps; t++)
        {
            for (int b = 0; b < x.Batch; b++)
            {
                if (t >= lengths[b])
                {
                    cleared[t].Row(b).Clear();
                }
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
                {
                    return false;
                }
            }
        }

        return true;
    }

    internal override void LoadState(RecurrentState state)
    {
        state[0].Span.CopyTo(_workspace.Hidden.Span);
        if (_workspace.Cell is not null)
        {
            state[1].Span.CopyTo(_workspace.Cell.Span);
        }
    }

    internal override void SaveState(RecurrentState state)
    {
        int size = Batch * _hidden;
        _workspace.Hidden.Span.Slice(Steps * size, size).CopyTo(state[0].Span);
        if (_workspace.Cell is not null)
        {
            _workspace.Cell.Span.Slice(_workspace.Records ? Steps * size : 0, size).CopyTo(state[1].Span);
        }
    }

    internal override void LoadStateGradient(RecurrentState dState)
    {
        dState[0].Span.CopyTo(_workspace.DHidden!.Span);
        if (_workspace.DCell is not null)
        {
            dState[1].Span.CopyTo(_workspace.DCell.Span);
        }
    }

    internal override void SaveStateGradient(RecurrentState dState)
    {
        int size = Batch * _hidden;
        _workspace.DHidden!.Span[..size].CopyTo(dState[0].Span);
        if (_workspace.DCell is not null)
        {
            _workspace.DCell.Span[..size].CopyTo(dState[1].Span);
        }
    }
}

/// <summary>
/// The recurrent weights of a cell in packed form: [H, .] for Forward, transposed for Backward, each in one or two
/// parts. Packed again when the parameters' version has moved (design decision D16); never saved.
/// </summary>
internal sealed class CellWeights
{
    private ParameterBuffer? _forwardOf;
    private long _forwardVersion;
    private ParameterBuffer? _backwardOf;
    private long _backwardVersion;

    public PackedMatrix? Forward { get; set; }

    public PackedMatrix? Forward2 { get; set; }

    public PackedMatrix? Backward { get; set; }

    public PackedMatrix? Backward2 { get; set; }

    /// <summary>Whether Forward must be packed again.</summary>
    public bool IsForwardStale(ParameterBuffer p) => !ReferenceEquals(_forwardOf, p) || _forwardVersion != p.Version;

    /// <summary>Whether Backward must be packed again.</summary>
    public bool IsBackwardStale(ParameterBuffer p) => !ReferenceEquals(_backwardOf, p) || _backwardVersion != p.Version;

    /// <summary>The input weights, where the time loop multiplies with them.</summary>
    public PackedWeights Input { get; } = new();

    /// <summary>Their transpose, for the way back.</summary>
    public PackedWeights InputBack { get; } = new();

    /// <summary>Forward is packed from these values.</summary>
    public void ForwardPacked(ParameterBuffer p) => (_forwardOf, _forwardVersion) = (p, p.Version);

    /// <summary>Backward is packed from these values.</summary>
    public void BackwardPacked(ParameterBuffer p) => (_backwardOf, _backwardVersion) = (p, p.Version);
}
