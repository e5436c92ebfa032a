using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>
/// A sequence layer whose step t depends on step t-1 alone, so that it can also run one step at a time:
/// <see cref="Begin"/>, <see cref="ForwardStep"/> for each, <see cref="End"/>, and the same backwards.
/// </summary>
public abstract class RecurrentLayer : SequenceLayer
{
    private protected RecurrentLayer(string name, int inputSize, int outputSize)
        : base(name, inputSize, outputSize)
    {
    }

    /// <inheritdoc/>
    public override bool SupportsSteps => true;

    /// <summary>Begins step-by-step use: the next input depends on the last output.</summary>
    /// <param name="state">Initial state. Read. At the beginning of a sequence that of LoadInitialState, zeros unless it is
    /// learnt.</param>
    /// <param name="steps">How many steps will follow, at most the tape's; for endless use, 1 and Begin again.</param>
    /// <param name="mode">Inference, or training with the key of dropout.</param>
    /// <param name="tape">Overwritten.</param>
    /// <exception cref="NotSupportedException">The layer can't run step by step.</exception>
    /// <exception cref="ArgumentException">The tape or the state is another layer's, or the tape is too small.
    /// </exception>
    public void Begin(RecurrentState state, int steps, Mode mode, RecurrentTape tape)
    {
        ArgumentNullException.ThrowIfNull(state);
        CheckTape(tape, steps, state.Batch);
        if (!SupportsSteps)
            Throw.NoSteps(Name);

        CheckState(state, state.Batch);
        tape.Record(steps, state.Batch, mode, TapeStage.Recording);
        tape.LoadState(state);
        tape.BeginSteps();
    }

    /// <summary>Step t of a sequence begun with <see cref="Begin"/>; the bits are those of Forward's.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[1, B, I], the input of this step. Read.</param>
    /// <param name="t">0, then 1, ... Output[t] of the tape holds the result.</param>
    /// <param name="tape">Recorded into.</param>
    /// <exception cref="InvalidOperationException">The tape was not begun, t is not the next step, or the parameters
    /// changed between steps that Backward will read.</exception>
    /// <exception cref="ArgumentException">A shape disagrees with the layer's, or the tape is another
    /// layer's.</exception>
    public void ForwardStep(ParameterBuffer p, RecurrentInput x, int t, RecurrentTape tape)
    {
        ArgumentNullException.ThrowIfNull(p);
        CheckTape(tape);
        CheckStep(x, t, tape);
        if (t > 0 && tape.Use == TapeUse.Training)
            CheckParameters(p, tape);

        tape.RememberParameters(p);
        tape.ForwardStep(p, x, t);
        tape.StepsDone = t + 1;
    }

    /// <summary>Ends a sequence of steps: copies the final state out.</summary>
    /// <param name="state">Overwritten.</param>
    /// <param name="tape">From now on Backward steps may read it.</param>
    /// <exception cref="InvalidOperationException">The tape was not begun, or steps are missing.</exception>
    /// <exception cref="ArgumentException">The tape or the state is another layer's.</exception>
    public void End(RecurrentState state, RecurrentTape tape)
    {
        ArgumentNullException.ThrowIfNull(state);
        CheckTape(tape);
        if (tape.Stage != TapeStage.Recording)
            Throw.TapeNotBegun(tape.Stage.ToString());

        CheckState(state, tape.Batch);

        if (tape.StepsDone != tape.Steps)
            Throw.StepsMissing(Name, tape.StepsDone, tape.Steps);

        tape.SaveState(state);
        tape.MoveTo(TapeStage.Recorded);
    }

    /// <summary>Begins the way back through a sequence of steps.</summary>
    /// <param name="dState">Gradient of the final state. Read.</param>
    /// <param name="tape">As recorded by Forward steps.</param>
    /// <exception cref="InvalidOperationException">The tape holds no Forward, was consumed, or is for inference.
    /// </exception>
    public void BeginBackward(RecurrentState dState, RecurrentTape tape)
    {
        ArgumentNullException.ThrowIfNull(dState);
        CheckTape(tape);
        CheckRecorded(tape);
        CheckState(dState, tape.Batch);
        tape.LoadStateGradient(dState);
        tape.StepsDone = tape.Steps;
        tape.MoveTo(TapeStage.Consuming);
    }

    /// <summary>Backward of step t; the steps go from the last down to 0.</summary>
    /// <param name="p">Parameters, as given to ForwardStep. Read.</param>
    /// <param name="t">T-1, then T-2, ... 0.</param>
    /// <param name="dY">[B, OutputSize], gradient of this step's output; default for zeros. Read.</param>
    /// <param name="tape">Consumed step by step.</param>
    /// <param name="dX">[B, I]. Overwritten; default to skip it. Not x's memory, which EndBackward reads.</param>
    /// <exception cref="InvalidOperationException">BeginBackward is missing, or t is not the next step.</exception>
    /// <exception cref="ArgumentException">A shape disagrees with the layer's, or the tape is another
    /// layer's.</exception>
    public void BackwardStep(ParameterBuffer p, int t, ReadOnlyMatrixView dY, RecurrentTape tape, MatrixView dX)
    {
        ArgumentNullException.ThrowIfNull(p);
        CheckTape(tape);
        CheckConsuming(tape);
        CheckParameters(p, tape);
        if ((uint)t >= (uint)tape.Steps)
            Throw.IndexOutside(Name, nameof(t), t, tape.Steps);

        if (t != tape.StepsDone - 1)
            Throw.StepOutOfOrder(Name, t, tape.StepsDone - 1);

        if (!dY.IsEmpty && (dY.Rows != tape.Batch || dY.Cols != OutputSize))
            Throw.ShapeMismatch(Name, nameof(dY), $"[{tape.Batch}, {OutputSize}]", dY.ToString());

        if (!dX.IsEmpty && (dX.Rows != tape.Batch || dX.Cols != InputSize))
            Throw.ShapeMismatch(Name, nameof(dX), $"[{tape.Batch}, {InputSize}]", dX.ToString());

        tape.BackwardStep(p, t, dY, dX);
        tape.StepsDone = t;
    }

    /// <summary>
    /// Ends the way back: parameter gradients of all steps at once (design decision D5), and the gradient of the
    /// initial state.
    /// </summary>
    /// <param name="x">[T, B, I], the inputs of all steps. Read.</param>
    /// <param name="dState">Overwritten with the gradient of the initial state.</param>
    /// <param name="tape">Consumed.</param>
    /// <param name="g">Gradients of this layer's parameters. Accumulated.</param>
    /// <exception cref="InvalidOperationException">BeginBackward or steps are missing.</exception>
    /// <exception cref="ArgumentException">A shape or a layout disagrees with Forward's.</exception>
    public void EndBackward(RecurrentInput x, RecurrentState dState, RecurrentTape tape, GradientBuffer g)
    {
        ArgumentNullException.ThrowIfNull(dState);
        ArgumentNullException.ThrowIfNull(g);
        CheckTape(tape);
        CheckConsuming(tape);
        CheckGradients(g, tape);
        CheckState(dState, tape.Batch);
        if (x.Steps != tape.Steps || x.Batch != tape.Batch || x.Features != InputSize)
            Throw.ShapeMismatch(Name, nameof(x), $"[T={tape.Steps}, B={tape.Batch}, {InputSize}]", x.ToString());

        if (tape.StepsDone != 0)
            Throw.StepsMissing(Name, tape.Steps - tape.StepsDone, tape.Steps);

        tape.AccumulateGradients(x, g);
        tape.SaveStateGradient(dState);
        tape.MoveTo(TapeStage.Consumed);
    }

    private static void CheckConsuming(RecurrentTape tape)
    {
        if (tape.Stage != TapeStage.Consuming)
            Throw.TapeNotBegunBack(tape.Stage.ToString());
    }

    private void CheckStep(RecurrentInput x, int t, RecurrentTape tape)
    {
        if (tape.Stage != TapeStage.Recording)
            Throw.TapeNotBegun(tape.Stage.ToString());

        if ((uint)t >= (uint)tape.Steps)
            Throw.IndexOutside(Name, nameof(t), t, tape.Steps);

        if (t != tape.StepsDone)
            Throw.StepOutOfOrder(Name, t, tape.StepsDone);

        if (x.Steps != 1 || x.Batch != tape.Batch || x.Features != InputSize)
            Throw.ShapeMismatch(Name, nameof(x), $"[T=1, B={tape.Batch}, {InputSize}]", x.ToString());
    }
}
