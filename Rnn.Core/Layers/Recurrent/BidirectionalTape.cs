using System;
using Rnn.Core.Buffers;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>The tape of two directions: the layers' own, the joined output, and the reversed input.</summary>
internal sealed class BidirectionalTape : RecurrentTape
{
    private readonly Bidirectional _layer;
    private readonly AlignedBuffer _output;
    private readonly int[] _lengths;
    private AlignedBuffer? _reversed;
    private AlignedBuffer? _dFirst;
    private AlignedBuffer? _dSecond;
    private AlignedBuffer? _dMirrored;
    private int[]? _reversedIndices;

    public BidirectionalTape(Bidirectional layer, int maxSteps, int maxBatch, TapeUse use)
        : base(layer, maxSteps, maxBatch, use)
    {
        _layer = layer;
        First = layer.Forwards.CreateTape(maxSteps, maxBatch, use);
        Second = layer.Backwards.CreateTape(maxSteps, maxBatch, use);
        _output = new AlignedBuffer((long)maxSteps * maxBatch * layer.OutputSize);
        _lengths = new int[maxBatch];
    }

    public RecurrentTape First { get; }

    public RecurrentTape Second { get; }

    public override SequenceView Output =>
        new(_output.Span[..(Steps * Batch * _layer.OutputSize)], Steps, Batch, _layer.OutputSize);

    public SequenceView DFirst => View(ref _dFirst, _layer.Forwards.OutputSize);

    public SequenceView DSecond => View(ref _dSecond, _layer.Backwards.OutputSize);

    /// <summary>The gradient of the reversed input.</summary>
    public SequenceView DMirrored => View(ref _dMirrored, _layer.InputSize);

    public void SetLengths(ReadOnlySpan<int> lengths)
    {
        if (lengths.IsEmpty)
            Array.Fill(_lengths, Steps, 0, Batch);
        else
            lengths.CopyTo(_lengths);
    }

    /// <summary>The step that stands at t when row b is reversed within its length; itself past the length.</summary>
    public int Mirror(int t, int b) => t < _lengths[b] ? _lengths[b] - 1 - t : t;

    /// <summary>The input with each row reversed within its length.</summary>
    public RecurrentInput Reverse(RecurrentInput x)
    {
        if (x.IsOneHot)
        {
            _reversedIndices ??= new int[MaxSteps * MaxBatch];
            for (int t = 0; t < Steps; t++)
            {
                for (int b = 0; b < Batch; b++)
                    _reversedIndices[(t * Batch) + b] = x.Indices[(Mirror(t, b) * Batch) + b];
            }

            return RecurrentInput.OneHot(_reversedIndices.AsSpan(0, Steps * Batch), Steps, Batch, x.Features);
        }

        SequenceView reversed = View(ref _reversed, _layer.InputSize);
        for (int t = 0; t < Steps; t++)
        {
            for (int b = 0; b < Batch; b++)
                x.Dense[Mirror(t, b)].Row(b).CopyTo(reversed[t].Row(b));
        }

        return reversed;
    }

    internal override void Forward(ParameterBuffer p, RecurrentInput x, ReadOnlySpan<int> lengths) =>
        _layer.Forward(p, x, lengths, this);

    internal override void Backward(ParameterBuffer p, RecurrentInput x, ReadOnlySequenceView dY, GradientBuffer g,
        SequenceView dX) => _layer.Backward(p, x, dY, this, g, dX);

    internal override void Record(int steps, int batch, Mode mode, TapeStage stage)
    {
        base.Record(steps, batch, mode, stage);
        First.Record(steps, batch, mode, stage);
        Second.Record(steps, batch, mode, stage);
    }

    internal override void MoveTo(TapeStage stage)
    {
        base.MoveTo(stage);
        First.MoveTo(stage);
        Second.MoveTo(stage);
    }

    internal override void LoadState(RecurrentState state)
    {
        First.LoadState(state.Child(0));
        Second.LoadState(state.Child(1));
    }

    internal override void BeginState(ParameterBuffer p)
    {
        First.BeginState(p);
        Second.BeginState(p);
    }

    internal override void AccumulateInitialState(GradientBuffer g)
    {
        First.AccumulateInitialState(g);
        Second.AccumulateInitialState(g);
    }

    internal override void SaveState(RecurrentState state)
    {
        First.SaveState(state.Child(0));
        Second.SaveState(state.Child(1));
    }

    internal override void LoadStateGradient(RecurrentState dState)
    {
        First.LoadStateGradient(dState.Child(0));
        Second.LoadStateGradient(dState.Child(1));
    }

    internal override void ClearStateGradient()
    {
        First.ClearStateGradient();
        Second.ClearStateGradient();
    }

    internal override void SaveStateGradient(RecurrentState dState)
    {
        First.SaveStateGradient(dState.Child(0));
        Second.SaveStateGradient(dState.Child(1));
    }

    private SequenceView View(ref AlignedBuffer? buffer, int features)
    {
        buffer ??= new AlignedBuffer((long)MaxSteps * MaxBatch * features);
        return new SequenceView(buffer.Span[..(Steps * Batch * features)], Steps, Batch, features);
    }
}
