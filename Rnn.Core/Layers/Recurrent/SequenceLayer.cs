using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>
/// A layer that reads a whole sequence [T, B, InputSize] and writes one [T, B, OutputSize]. It owns no values:
/// parameters, gradients, tape and state are handed in, so one layer object serves any number of threads, each with its
/// own tape and state. What can also run one step at a time is a <see cref="RecurrentLayer"/> (design decision
/// D56).
/// </summary>
public abstract class SequenceLayer
{
    private protected SequenceLayer(string name, int inputSize, int outputSize)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (inputSize <= 0 || outputSize <= 0)
            Throw.NotPositive(inputSize <= 0 ? nameof(inputSize) : nameof(outputSize), Math.Min(inputSize, outputSize));

        Name = name;
        InputSize = inputSize;
        OutputSize = outputSize;
    }

    /// <summary>The name that its parameters begin with.</summary>
    public string Name { get; }

    /// <summary>I, elements of an input row.</summary>
    public int InputSize { get; }

    /// <summary>Elements of an output row: H, or 2H in two directions.</summary>
    public int OutputSize { get; }

    /// <summary>Whether it can run step by step: a layer that reads the sequence from its end can't.</summary>
    public virtual bool SupportsSteps => false;

    /// <summary>The state of this layer for B rows, all zeros.</summary>
    public abstract RecurrentState CreateState(int batch);

    /// <summary>A tape for windows of up to this many steps and rows.</summary>
    /// <param name="maxSteps">The most steps, more than 0.</param>
    /// <param name="maxBatch">The most rows, more than 0.</param>
    /// <param name="use">Whether Backward will follow, as by default. For inference it takes about a third of
    /// the memory, and less time; dropout, if asked for by the mode, is the same.</param>
    public abstract RecurrentTape CreateTape(int maxSteps, int maxBatch, TapeUse use = TapeUse.Training);

    /// <summary>Runs a whole known input: the fast path.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[T, B, I]. Read, and read again by Backward. What stands past a row's length counts nowhere,
    /// NaN included (indices must be in range there too).</param>
    /// <param name="lengths">Steps of each row [B], 1 .. T, in any order; empty when all have T. Read.</param>
    /// <param name="state">Initial state. Read, then overwritten with the final state, from which the next window goes
    /// on; where the next window is a new sequence, give it that of LoadInitialState.</param>
    /// <param name="mode">Inference, or training with the key of dropout.</param>
    /// <param name="tape">Overwritten; holds the output.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the layer's, or the tape or state is another
    /// layer's.</exception>
    public void Forward(ParameterBuffer p, RecurrentInput x, ReadOnlySpan<int> lengths, RecurrentState state, Mode mode,
        RecurrentTape tape)
    {
        Check(p, x, lengths, tape);
        CheckState(state, x.Batch);
        tape.Record(x.Steps, x.Batch, mode, TapeStage.Recorded);
        tape.RememberParameters(p);
        tape.LoadState(state);
        tape.Forward(p, x, lengths);
        tape.SaveState(state);
    }

    /// <summary>The same for sequences of which nothing came before: the initial state is the layer's own,
    /// zeros unless it is learnt, and the final one is not kept.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[T, B, I]. Read, and read again by Backward.</param>
    /// <param name="lengths">Steps of each row [B], 1 .. T, in any order; empty when all have T. Read.</param>
    /// <param name="mode">Inference, or training with the key of dropout.</param>
    /// <param name="tape">Overwritten; holds the output.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the layer's, or the tape is another
    /// layer's.</exception>
    public void Forward(ParameterBuffer p, RecurrentInput x, ReadOnlySpan<int> lengths, Mode mode, RecurrentTape tape)
    {
        Check(p, x, lengths, tape);
        tape.Record(x.Steps, x.Batch, mode, TapeStage.Recorded);
        tape.RememberParameters(p);
        tape.BeginState(p);
        tape.BeganFresh = true;
        tape.Forward(p, x, lengths);
    }

    /// <summary>Backward of Forward: backpropagation through all its steps.</summary>
    /// <param name="p">Parameters, as given to Forward. Read.</param>
    /// <param name="x">[T, B, I], as given to Forward. Read.</param>
    /// <param name="dY">[T, B, OutputSize], gradient of the output; default for zeros. Read up to each row's length:
    /// the output past it is a copy, whose gradient belongs at the row's last step, or in dState.</param>
    /// <param name="dState">Enters as the gradient of the final state, leaves as that of the initial state. In a loop,
    /// clear it before each call, unless the loss does read the final state: what one call leaves is no gradient of the
    /// next window's end.</param>
    /// <param name="tape">As recorded by Forward. Consumed.</param>
    /// <param name="g">Gradients of this layer's parameters. Accumulated.</param>
    /// <param name="dX">[T, B, I]. Overwritten; default to skip it. May be x's memory. Not possible for one-hot
    /// input.</param>
    /// <exception cref="InvalidOperationException">The tape holds no Forward, was consumed, or is for inference.
    /// </exception>
    /// <exception cref="ArgumentException">A shape disagrees with Forward's.</exception>
    public void Backward(ParameterBuffer p, RecurrentInput x, ReadOnlySequenceView dY, RecurrentState dState,
        RecurrentTape tape, GradientBuffer g, SequenceView dX)
    {
        CheckBackward(p, x, dY, tape, g, dX);
        CheckState(dState, x.Batch);
        tape.LoadStateGradient(dState);
        tape.Backward(p, x, dY, g, dX);
        tape.SaveStateGradient(dState);
        AccumulateInitialState(tape, g);
        tape.MoveTo(TapeStage.Consumed);
    }

    /// <summary>The same where the loss doesn't read the final state, and nobody asks for the gradient of the initial
    /// one.</summary>
    /// <param name="p">Parameters, as given to Forward. Read.</param>
    /// <param name="x">[T, B, I], as given to Forward. Read.</param>
    /// <param name="dY">[T, B, OutputSize], gradient of the output. Read up to each row's length.</param>
    /// <param name="tape">As recorded by Forward, with or without a state. Consumed.</param>
    /// <param name="g">Gradients of this layer's parameters. Accumulated.</param>
    /// <param name="dX">[T, B, I]. Overwritten; default to skip it. May be x's memory. Not possible for one-hot
    /// input.</param>
    /// <exception cref="InvalidOperationException">The tape holds no Forward, was consumed, or is for inference.
    /// </exception>
    /// <exception cref="ArgumentException">A shape disagrees with Forward's.</exception>
    public void Backward(ParameterBuffer p, RecurrentInput x, ReadOnlySequenceView dY, RecurrentTape tape,
        GradientBuffer g, SequenceView dX)
    {
        CheckBackward(p, x, dY, tape, g, dX);
        tape.ClearStateGradient();
        tape.Backward(p, x, dY, g, dX);
        AccumulateInitialState(tape, g);
        tape.MoveTo(TapeStage.Consumed);
    }

    /// <summary>Writes the state from which a sequence begins into every row: zeros, or what the layer has
    /// learnt.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="state">Overwritten.</param>
    /// <exception cref="ArgumentException">The state is another layer's.</exception>
    public void LoadInitialState(ParameterBuffer p, RecurrentState state)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(state);
        CheckState(state, state.Batch);
        LoadInitial(p, state);
    }

    /// <summary>
    /// Backward of <see cref="LoadInitialState"/>, for rows that began there; nothing where the initial state isn't
    /// learnt. A Forward without a state needs no call: its Backward does this.
    /// </summary>
    /// <param name="dState">The gradient of the initial state, as Backward leaves it. Read.</param>
    /// <param name="g">Gradients of this layer's parameters. Accumulated.</param>
    /// <exception cref="ArgumentException">The state is another layer's.</exception>
    public void AccumulateInitialState(RecurrentState dState, GradientBuffer g)
    {
        ArgumentNullException.ThrowIfNull(dState);
        ArgumentNullException.ThrowIfNull(g);
        CheckState(dState, dState.Batch);
        AccumulateInitial(dState, g);
    }

    internal abstract void LoadInitial(ParameterBuffer p, RecurrentState state);

    internal abstract void AccumulateInitial(RecurrentState dState, GradientBuffer g);

    private static void AccumulateInitialState(RecurrentTape tape, GradientBuffer g)
    {
        if (tape.BeganFresh)
            tape.AccumulateInitialState(g);
    }

    /// <summary>Whether a state has this layer's shape.</summary>
    internal abstract bool StateFits(RecurrentState state);

    private void Check(ParameterBuffer p, RecurrentInput x, ReadOnlySpan<int> lengths, RecurrentTape tape)
    {
        ArgumentNullException.ThrowIfNull(p);
        if (x.Features != InputSize)
            Throw.InputSize(Name, InputSize, x.Features, x.ToString());

        CheckTape(tape, x.Steps, x.Batch);
        if (!lengths.IsEmpty && lengths.Length != x.Batch)
            Throw.SpanLength(Name, nameof(lengths), x.Batch, lengths.Length);

        foreach (int length in lengths)
        {
            if (length < 1 || length > x.Steps)
                Throw.OutOfRange(nameof(lengths), length, $"1 to {x.Steps} (T)");
        }
    }

    private protected void CheckTape(RecurrentTape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (!ReferenceEquals(tape.Layer, this))
            Throw.OtherLayersTape(Name, tape.Layer.Name);
    }

    private protected void CheckTape(RecurrentTape tape, int steps, int batch)
    {
        CheckTape(tape);
        if (steps < 1 || steps > tape.MaxSteps || batch < 1 || batch > tape.MaxBatch)
            Throw.TapeTooSmall(Name, steps, batch, tape.MaxSteps, tape.MaxBatch);
    }

    private protected void CheckParameters(ParameterBuffer p, RecurrentTape tape)
    {
        if (!tape.WasRecordedWith(p))
            Throw.ParametersChanged(Name);
    }

    private protected void CheckRecorded(RecurrentTape tape)
    {
        if (tape.Use != TapeUse.Training)
            Throw.TapeForInference(Name);

        if (tape.Stage != TapeStage.Recorded)
            Throw.TapeNotRecorded(tape.Stage.ToString());
    }

    private void CheckBackward(ParameterBuffer p, RecurrentInput x, ReadOnlySequenceView dY, RecurrentTape tape,
        GradientBuffer g, SequenceView dX)
    {
        ArgumentNullException.ThrowIfNull(g);
        Check(p, x, default, tape);
        CheckRecorded(tape);
        CheckParameters(p, tape);
        CheckGradients(g, tape);
        CheckGradients(x, dY, tape, dX);
    }

    internal void CheckState(RecurrentState state, int batch)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Batch != batch)
            Throw.ShapeMismatch(Name, nameof(state), $"for B={batch} rows", $"for B={state.Batch} rows");

        if (!StateFits(state))
            Throw.OtherLayersState(Name);
    }

    private protected void CheckGradients(GradientBuffer g, RecurrentTape tape)
    {
        if (!tape.HasLayoutOf(g))
            Throw.OtherLayoutsGradients(Name);
    }

    private void CheckGradients(RecurrentInput x, ReadOnlySequenceView dY, RecurrentTape tape, SequenceView dX)
    {
        if (x.Steps != tape.Steps || x.Batch != tape.Batch)
        {
            Throw.ShapeMismatch(Name, nameof(x),
                $"[T={tape.Steps}, B={tape.Batch}, {InputSize}] as in Forward", x.ToString());
        }

        if (!dY.IsEmpty && (dY.Steps != tape.Steps || dY.Batch != tape.Batch || dY.Features != OutputSize))
            Throw.ShapeMismatch(Name, nameof(dY), $"[T={tape.Steps}, B={tape.Batch}, {OutputSize}]", dY.ToString());

        if (!dX.IsEmpty && x.IsOneHot)
            Throw.NoGradientOfIndices(Name);

        if (!dX.IsEmpty && (dX.Steps != tape.Steps || dX.Batch != tape.Batch || dX.Features != InputSize))
            Throw.ShapeMismatch(Name, nameof(dX), $"[T={tape.Steps}, B={tape.Batch}, {InputSize}]", dX.ToString());
    }
}
