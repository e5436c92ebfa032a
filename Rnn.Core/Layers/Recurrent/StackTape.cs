using System;
using Rnn.Core.Buffers;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>The tape of a stack: those of its layers, and what lies between them. Buffers are made at first
/// use.</summary>
internal sealed class StackTape : RecurrentTape
{
    private readonly RecurrentStack _stack;
    private readonly AlignedBuffer?[] _dropped;
    private readonly int _widest;

    public StackTape(RecurrentStack stack, RecurrentTape[] children, int maxSteps, int maxBatch, TapeUse use)
        : base(stack, maxSteps, maxBatch, use)
    {
        _stack = stack;
        Children = children;
        _dropped = new AlignedBuffer?[children.Length];
        foreach (SequenceLayer layer in stack.Layers)
            _widest = Math.Max(_widest, layer.OutputSize);
    }

    public RecurrentTape[] Children { get; }

    public override SequenceView Output => Children[^1].Output;

    public override SequenceView StateGradients => Children[^1].StateGradients;

    /// <summary>The output of layer i after dropout [T, B, F].</summary>
    public SequenceView Dropped(int i) => View(ref _dropped[i], _stack.Layers[i].OutputSize);

    /// <summary>
    /// The gradient of layer i's input [T, B, F]. One buffer serves for all, and for the gradient of the output: a layer
    /// has read that of its output to the end before it writes that of its input (D30).
    /// </summary>
    public SequenceView Between(int i) => Gradient(_stack.Layers[i].InputSize);

    /// <summary>
    /// The same of step t alone. Here a step lies as far from the next as the widest layer wants it: narrower gradients,
    /// such as those of the output that lie in this buffer too, begin before it, and those of earlier steps are still
    /// to be read.
    /// </summary>
    public MatrixView Between(int i, int t)
    {
        int features = _stack.Layers[i].InputSize;
        return new MatrixView(GradientBuffer(_widest).Span.Slice(t * Batch * _widest, Batch * features), Batch, features);
    }

    public override SequenceView OutputGradient => Gradient(_stack.OutputSize);

    internal override void Forward(ParameterBuffer p, RecurrentInput x, ReadOnlySpan<int> lengths) =>
        _stack.Forward(p, x, lengths, this);

    internal override void Backward(ParameterBuffer p, RecurrentInput x, ReadOnlySequenceView dY, GradientBuffer g,
        SequenceView dX) => _stack.Backward(p, x, dY, this, g, dX);

    internal override void BeginSteps()
    {
        foreach (RecurrentTape child in Children)
            child.BeginSteps();
    }

    internal override void ForwardStep(ParameterBuffer p, RecurrentInput x, int t) =>
        _stack.ForwardStep(p, x, t, this);

    internal override void BackwardStep(ParameterBuffer p, int t, ReadOnlyMatrixView dY, MatrixView dX) =>
        _stack.BackwardStep(p, t, dY, this, dX);

    internal override void AccumulateGradients(RecurrentInput x, GradientBuffer g) =>
        _stack.AccumulateGradients(x, this, g);

    internal override void Record(int steps, int batch, Mode mode, TapeStage stage)
    {
        base.Record(steps, batch, mode, stage);
        foreach (RecurrentTape child in Children)
            child.Record(steps, batch, mode, stage);
    }

    internal override void MoveTo(TapeStage stage)
    {
        base.MoveTo(stage);
        foreach (RecurrentTape child in Children)
            child.MoveTo(stage);
    }

    internal override void LoadState(RecurrentState state)
    {
        for (int i = 0; i < Children.Length; i++)
            Children[i].LoadState(state.Child(i));
    }

    internal override void BeginState(ParameterBuffer p)
    {
        foreach (RecurrentTape child in Children)
            child.BeginState(p);
    }

    internal override void AccumulateInitialState(GradientBuffer g)
    {
        foreach (RecurrentTape child in Children)
            child.AccumulateInitialState(g);
    }

    internal override void SaveState(RecurrentState state)
    {
        for (int i = 0; i < Children.Length; i++)
            Children[i].SaveState(state.Child(i));
    }

    internal override void LoadStateGradient(RecurrentState dState)
    {
        for (int i = 0; i < Children.Length; i++)
            Children[i].LoadStateGradient(dState.Child(i));
    }

    internal override void ClearStateGradient()
    {
        foreach (RecurrentTape child in Children)
            child.ClearStateGradient();
    }

    internal override void SaveStateGradient(RecurrentState dState)
    {
        for (int i = 0; i < Children.Length; i++)
            Children[i].SaveStateGradient(dState.Child(i));
    }

    private SequenceView Gradient(int features) =>
        new(GradientBuffer(_widest).Span[..(Steps * Batch * features)], Steps, Batch, features);

    private SequenceView View(ref AlignedBuffer? buffer, int features)
    {
        long most = (long)MaxSteps * MaxBatch * features;
        Span<float> values = AlignedBuffer.AtLeast(ref buffer, most).Span;
        return new SequenceView(values[..(Steps * Batch * features)], Steps, Batch, features);
    }
}
