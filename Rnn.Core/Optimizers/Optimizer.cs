using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Updates;
using Rnn.Core.Parameters;

namespace Rnn.Core.Optimizers;

/// <summary>
/// Moves parameters along their gradients: one pass over the dense slots, the touched rows (or all rows) of by-row
/// slots. Slots that are not trainable stay; weight decay applies to slots with Decay. The formulas are PyTorch's. All
/// state is made by the constructor, and a step allocates nothing. The bits don't depend on the number of threads. One
/// of one's own is a class that derives from it (design decision D59).
/// </summary>
public abstract class Optimizer
{
    private readonly UpdateRange[] _ranges;
    private readonly OptimizerBuffer[] _state;
    private long _stepCount;

    /// <summary>State 0 for a layout, which is closed by this.</summary>
    /// <param name="layout">What the parameters are.</param>
    /// <param name="name">The method's name in checkpoints: a run that another one began is refused.</param>
    /// <param name="hyperparameters">All settings but the learning rate, as "name=value" separated by blanks.</param>
    /// <param name="byRow">What happens to rows without gradient.</param>
    /// <param name="states">What is kept for every parameter: the names of the buffers in <see cref="State"/>, each
    /// once.</param>
    /// <exception cref="ArgumentException">A name is empty, or a state's is given twice.</exception>
    protected Optimizer(ParameterLayout layout, string name, string hyperparameters, ByRowUpdate byRow,
        params ReadOnlySpan<string> states)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        for (int i = 0; i < states.Length; i++)
        {
            ArgumentException.ThrowIfNullOrEmpty(states[i], nameof(states));
            if (states[..i].Contains(states[i]))
                Throw.StateTwice(name, states[i]);
        }

        layout.Close();
        Layout = layout;
        Name = name;
        Hyperparameters = $"{hyperparameters} by_row={(byRow == ByRowUpdate.Lazy ? "lazy" : "dense")}";
        ByRow = byRow;
        _ranges = Ranges(layout);
        _state = new OptimizerBuffer[states.Length];
        for (int i = 0; i < states.Length; i++)
            _state[i] = new OptimizerBuffer(states[i], layout);
    }

    /// <summary>What the parameters are.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The method: "sgd", "adagrad", "rmsprop", "adam", "adamw", or one's own.</summary>
    public string Name { get; }

    /// <summary>All settings but the learning rate, as "name=value" separated by blanks.</summary>
    public string Hyperparameters { get; }

    /// <summary>What happens to rows without gradient.</summary>
    public ByRowUpdate ByRow { get; }

    /// <summary>
    /// What is kept for every parameter, always in the same order. Together with StepCount, the whole state.
    /// </summary>
    public IReadOnlyList<OptimizerBuffer> State => _state;

    /// <summary>How many steps were made. Set it, and overwrite State, to go on from a checkpoint.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long StepCount
    {
        get => _stepCount;
        set
        {
            if (value < 0)
                Throw.OutOfRange(nameof(StepCount), value, "0 or more");

            _stepCount = value;
        }
    }

    /// <summary>One step: parameters and state move, gradients stay as they are.</summary>
    /// <param name="parameters">Updated; its Version rises.</param>
    /// <param name="gradients">Read. NaN and infinities enter parameters and state: look at the norm before.</param>
    /// <param name="learningRate">0 or more, finite.</param>
    /// <exception cref="ArgumentException">A buffer has another layout than this optimiser.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or not finite.</exception>
    public void Step(ParameterBuffer parameters, GradientBuffer gradients, float learningRate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradients);
        if (!ReferenceEquals(parameters.Layout, Layout))
            Throw.OtherOptimizersLayout(Name, nameof(parameters));

        if (!ReferenceEquals(gradients.Layout, Layout))
            Throw.OtherOptimizersLayout(Name, nameof(gradients));

        if (!(learningRate >= 0 && float.IsFinite(learningRate)))
            Throw.OutOfRange(nameof(learningRate), learningRate, "0 or more, and finite");

        _stepCount++;
        Update(parameters.BeginWrite(), gradients, learningRate);
    }

    /// <summary>Back to the beginning: state 0, no steps.</summary>
    public void Reset()
    {
        _stepCount = 0;
        foreach (OptimizerBuffer buffer in _state)
            buffer.Clear();
    }

    /// <summary>
    /// Moves every trainable slot and its state once. <see cref="StepCount"/> is this step's number, counted from 1. A
    /// method of one's own reads <c>gradients[slot]</c> of dense slots and <see cref="GradientBuffer.Rows"/> of those by
    /// row, decays weights where <see cref="ParameterSlot.Decay"/> says so if it does at all, and must give the same bits
    /// on any number of threads and allocate nothing, if training is to.
    /// </summary>
    /// <param name="parameters">Updated.</param>
    /// <param name="gradients">Read.</param>
    /// <param name="learningRate">0 or more, finite.</param>
    protected abstract void Update(ParameterWriter parameters, GradientBuffer gradients, double learningRate);

    private protected void Apply<TRule>(TRule rule, ParameterWriter parameters, GradientBuffer gradients)
        where TRule : unmanaged, IUpdateRule<TRule>
    {
        Span<float> first = TRule.States > 0 ? _state[0].Dense : default;
        Span<float> second = TRule.States > 1 ? _state[1].Dense : default;
        OptimizerKernels.Dense(rule, _ranges, gradients.Dense, first, second, parameters.Dense);

        foreach (ParameterSlot slot in Layout.SlotSpan)
        {
            if (!slot.Trainable || slot.Storage != SlotStorage.ByRow)
                continue;

            TRule slotRule = slot.Decay ? rule : rule.WithoutDecay();
            first = TRule.States > 0 ? _state[0][slot].Span : default;
            second = TRule.States > 1 ? _state[1][slot].Span : default;
            Span<float> table = parameters[slot].Span;
            RowGradients rows = gradients.Rows(slot);
            if (ByRow == ByRowUpdate.Lazy)
                OptimizerKernels.TouchedRows(slotRule, rows.Touched, rows.Values.Span, slot.Cols, first, second, table);
            else
                OptimizerKernels.AllRows(slotRule, rows.Positions, rows.Values.Span, slot.Cols, first, second, table);
        }
    }

    private protected static void CheckFraction(string what, double value)
    {
        if (!(value >= 0 && value < 1))
            Throw.OutOfRange(what, value, "0 or more and less than 1");
    }

    private protected static void CheckDecay(string what, double value)
    {
        if (!(value >= 0 && double.IsFinite(value)))
            Throw.OutOfRange(what, value, "0 or more, and finite");
    }

    private protected static void CheckEpsilon(string what, double value)
    {
        // As a float: with 0 a parameter without gradient, and every gap between slots, would be 0/0.
        if (!((float)value > 0 && double.IsFinite(value)))
            Throw.OutOfRange(what, value, "more than 0 in float, and finite");
    }

    // Trainable dense slots as ranges. Neighbours with equal Decay are one run, the gap between them (all 0) included.
    // Ranges that begin early in their slots come first, of all slots: a thread then updates those parts of each whose
    // gradients it has in its cache (D113).
    private static UpdateRange[] Ranges(ParameterLayout layout)
    {
        List<UpdateRange> ranges = [];
        int start = 0, end = 0;
        bool decay = false, open = false;
        foreach (ParameterSlot slot in layout.Slots)
        {
            if (slot.Storage != SlotStorage.Dense)
                continue;

            if (open && (!slot.Trainable || slot.Decay != decay))
            {
                Cut(ranges, start, end, decay);
                open = false;
            }

            if (slot.Trainable)
            {
                start = open ? start : slot.Offset;
                end = slot.Offset + slot.Count;
                decay = slot.Decay;
                open = true;
            }
        }

        if (open)
            Cut(ranges, start, end, decay);

        return [.. ranges.OrderBy(range => PlaceInSlot(layout, range.Start))];
    }

    // How far inside its slot an element of the dense buffer lies, from 0 to 1; a little more in the gap behind it.
    private static double PlaceInSlot(ParameterLayout layout, int start)
    {
        ParameterSlot slot = layout.Slots.Last(s => s.Storage == SlotStorage.Dense && s.Offset <= start);
        return (start - slot.Offset) / (double)slot.Count;
    }

    private static void Cut(List<UpdateRange> ranges, int start, int end, bool decay)
    {
        for (; end - start > OptimizerKernels.ChunkLength; start += OptimizerKernels.ChunkLength)
            ranges.Add(new UpdateRange(start, OptimizerKernels.ChunkLength, decay));

        ranges.Add(new UpdateRange(start, end - start, decay));
    }
}
