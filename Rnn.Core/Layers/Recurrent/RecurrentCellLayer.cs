using System;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Recurrent;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>
/// What SimpleRnn, Lstm and Gru have in common: gates = X*Wx, for all steps at once or, where rows are many, in the
/// time loop of the cell (design decision D29), and after the way back the parameter gradients of all steps at once
/// (D5).
/// </summary>
public abstract partial class RecurrentCellLayer : RecurrentLayer
{
    private readonly int _gates;
    private readonly Dropout _recurrentDropout;
    private readonly Dropout _weightDropout;

    private protected RecurrentCellLayer(ParameterLayout layout, string name, int inputSize, int hiddenSize, int gates,
        int gateStride, bool hasCell, bool mergeableBiases, InitialValues? bias, RecurrentOptions? options)
        : base(name, inputSize, hiddenSize)
    {
        ArgumentNullException.ThrowIfNull(layout);
        options ??= new RecurrentOptions();
        HiddenSize = hiddenSize;
        HasCell = hasCell;
        GateStride = gateStride;
        _gates = gates;
        Variant = options.Check(name, isLstm: hasCell);
        KeepStateGradients = options.KeepStateGradients;
        string s = options.Suffix;
        _recurrentDropout = new Dropout($"{name}.recurrent{s}", options.RecurrentDropout, isLocked: true);
        _weightDropout = new Dropout($"{name}.weights{s}", options.WeightDropout);
        int wide = checked(gates * hiddenSize);
        bool isUniform = options.Initialization == RecurrentInitialization.PyTorch;
        InitialValues uniform = InitialValues.UniformByInputs(hiddenSize), one = InitialValues.Constant(1);
        InputWeights = layout.Add($"{name}.weight_ih{s}", inputSize, wide, SlotOrientation.Transposed,
            initial: isUniform ? uniform : InitialValues.Glorot);
        RecurrentWeights = layout.Add($"{name}.weight_hh{s}", hiddenSize, wide, SlotOrientation.Transposed,
            initial: isUniform ? uniform : InitialValues.Orthogonal(gates));
        TwoBiases = options.TwoBiases || !mergeableBiases;
        InputBias = layout.Add($"{name}.bias_ih{s}", 1, wide, SlotOrientation.Vector,
            zeroTwin: TwoBiases ? null : $"{name}.bias_hh{s}", initial: isUniform ? uniform : bias);
        RecurrentBias = TwoBiases ? Vector("bias_hh", wide, isUniform ? uniform : null) : null;
        InputGain = Variant.IsNormalized ? Vector("gain_ih", wide, one) : null;
        RecurrentGain = Variant.IsNormalized ? Vector("gain_hh", wide, one) : null;
        CellGain = Variant.NormalizesCell ? Vector("gain_cell", hiddenSize, one) : null;
        CellBias = Variant.NormalizesCell ? Vector("bias_cell", hiddenSize) : null;
        Peepholes = Variant.HasPeepholes ? Vector("peephole", (gates - 1) * hiddenSize) : null;
        InitialHidden = options.LearnInitialState ? Vector("initial_hidden", hiddenSize) : null;
        InitialCell = options.LearnInitialState && hasCell ? Vector("initial_cell", hiddenSize) : null;

        ParameterSlot Vector(string part, int size, InitialValues? initial = null) =>
            layout.Add($"{name}.{part}{s}", 1, size, SlotOrientation.Vector, initial: initial);
    }

    /// <summary>H, the number of units.</summary>
    public int HiddenSize { get; }

    /// <summary>Wx [I, G*H].</summary>
    public ParameterSlot InputWeights { get; }

    /// <summary>Wh [H, G*H].</summary>
    public ParameterSlot RecurrentWeights { get; }

    /// <summary>b [1, G*H]: added to X*Wx; where there is one bias, this is it.</summary>
    public ParameterSlot InputBias { get; }

    /// <summary>The bias added to h*Wh [1, G*H], or null where one bias serves for both.</summary>
    public ParameterSlot? RecurrentBias { get; }

    /// <summary>The gain of the normalised x*Wx [1, G*H], or null where it isn't normalised.</summary>
    public ParameterSlot? InputGain { get; }

    /// <summary>The gain of the normalised h*Wh [1, G*H], or null where it isn't normalised.</summary>
    public ParameterSlot? RecurrentGain { get; }

    /// <summary>The gain of an LSTM's normalised c [1, H], or null where it isn't normalised.</summary>
    public ParameterSlot? CellGain { get; }

    /// <summary>What is added to an LSTM's normalised c [1, H], or null where it isn't normalised.</summary>
    public ParameterSlot? CellBias { get; }

    /// <summary>The weights of c in the gates i, f, o [1, 3H], of coupled gates in f, o [1, 2H]; null without
    /// peepholes.</summary>
    public ParameterSlot? Peepholes { get; }

    /// <summary>h from which a sequence begins [1, H], or null where it is zeros.</summary>
    public ParameterSlot? InitialHidden { get; }

    /// <summary>c from which a sequence begins [1, H], or null where it is zeros or there is none.</summary>
    public ParameterSlot? InitialCell { get; }

    /// <summary>Whether there are two biases.</summary>
    public bool TwoBiases { get; }

    /// <summary>Whether its tapes keep the gradient of h of every step.</summary>
    public bool KeepStateGradients { get; }

    /// <summary>The rate at which h is dropped out on its way to Wh.</summary>
    public double RecurrentDropout => _recurrentDropout.Rate;

    /// <summary>The rate at which elements of Wh are dropped for a window.</summary>
    public double WeightDropout => _weightDropout.Rate;

    /// <summary>What its cell does beyond the plain one.</summary>
    internal CellVariant Variant { get; }

    /// <summary>The option by which its cell is another one than that of PyTorch, Keras and ONNX; or null.</summary>
    internal string? OptionBeyondPlain => InputGain is not null ? nameof(RecurrentOptions.LayerNormalization)
        : Peepholes is not null ? nameof(RecurrentOptions.Peepholes)
        : Variant.IsCoupled ? nameof(RecurrentOptions.CoupledGates) : null;

    /// <summary>G*H, the columns of both products.</summary>
    internal int ProductSize => _gates * HiddenSize;

    /// <summary>The last columns of h*Wh, which the cell keeps apart from X*Wx.</summary>
    internal int ApartSize => GatesApart * HiddenSize;

    /// <summary>Floats of a row of gates on the tape.</summary>
    internal int GateStride { get; }

    /// <summary>Whether there is a c beside h.</summary>
    internal bool HasCell { get; }

    /// <summary>The last gates whose product with h the cell keeps apart from X*Wx.</summary>
    private protected virtual int GatesApart => 0;

    /// <inheritdoc/>
    public override RecurrentState CreateState(int batch) => new(batch, HiddenSize, HasCell ? 2 : 1);

    /// <inheritdoc/>
    public override RecurrentTape CreateTape(int maxSteps, int maxBatch, TapeUse use = TapeUse.Training) =>
        new CellTape(this, maxSteps, maxBatch, use);

    /// <summary>Draws the mask of recurrent dropout for a window that begins.</summary>
    internal void BeginWindow(CellTape tape)
    {
        if (tape.Workspace.Variant is not { Mask: { } mask } variant)
            return;

        variant.IsMasked = _recurrentDropout.IsActive(tape.Mode);
        if (!variant.IsMasked)
            return;

        Span<float> rows = mask.Span[..(tape.Batch * HiddenSize)];
        rows.Fill(1f);
        _recurrentDropout.Forward(rows, rows, tape.Mode);
    }

    /// <summary>What a tape needs to drop weights; null where none ever are.</summary>
    internal DroppedWeights? CreateDroppedWeights() =>
        _weightDropout.Rate > 0 ? new DroppedWeights(RecurrentWeights, _weightDropout) : null;

    internal override void LoadInitial(ParameterBuffer p, RecurrentState state)
    {
        LoadInitial(p, InitialHidden, state[0].Span);
        if (HasCell)
            LoadInitial(p, InitialCell, state[1].Span);
    }

    internal override void AccumulateInitial(RecurrentState dState, GradientBuffer g)
    {
        AccumulateInitial(InitialHidden, dState[0].Span, g);
        if (HasCell)
            AccumulateInitial(InitialCell, dState[1].Span, g);
    }

    /// <summary>Every row [B, H] becomes what was learnt, or zeros.</summary>
    internal static void LoadInitial(ParameterBuffer p, ParameterSlot? slot, Span<float> rows)
    {
        if (slot is not { } learnt)
        {
            rows.Clear();
            return;
        }

        ReadOnlySpan<float> row = p[learnt].Span;
        for (int at = 0; at < rows.Length; at += row.Length)
            row.CopyTo(rows[at..]);
    }

    /// <summary>The sum of the rows [B, H] is the gradient of what was learnt.</summary>
    internal static void AccumulateInitial(ParameterSlot? slot, ReadOnlySpan<float> dRows, GradientBuffer g)
    {
        if (slot is { } learnt)
            Reductions.SumRows(dRows, dRows.Length / learnt.Cols, g[learnt].Span);
    }

    internal override bool StateFits(RecurrentState state) =>
        state.ChildCount == 0 && state.Count == (HasCell ? 2 : 1) && state[0].Cols == HiddenSize;

    /// <summary>
    /// Steps first .. first+x.Steps-1. X*Wx is left to the loop where rows are gathered (D22) or are many (D29), and
    /// where there is but one step; else it is one product for all steps (D5).
    /// </summary>
    internal void Forward(ParameterBuffer p, RecurrentInput x, CellTape tape, int first)
    {
        if (tape.MustLoadVectors(p))
            LoadVectors(p, tape.Workspace);

        RecurrentMatrices wh = PackRecurrent(p, tape, back: false);
        int wide = ProductSize;
        if (Variant.IsNormalized)
        {
            RunNormalized(p, x, tape, first, wh);
        }
        else if (x.IsOneHot)
        {
            RunForward(tape, first, x.Steps, wh,
                new StepInput { Indices = x.Indices, Table = p[InputWeights].Span, Gates = wide });
        }
        else if (x.Steps == 1 || RecurrentLoop.HasRowsForInput(x.Batch))
        {
            PackedMatrix wx = PackInput(p, tape, back: false);
            RunForward(tape, first, x.Steps, wh,
                new StepInput { Rows = x.Dense.Span, Size = InputSize, Weights = wx, Gates = wide });
        }
        else if (tape.Use == TapeUse.Training)
        {
            Gemm.Multiply(GemmForm.NN, x.Steps * x.Batch, wide, InputSize, x.Dense.Span, InputSize,
                p[InputWeights].Span, wide, tape.Gates(first, x.Steps), GateStride);
            RunForward(tape, first, x.Steps, wh, default);
        }
        else
        {
            RunBlocks(PackInput(p, tape, back: false), wh, x.Dense, tape, first);
        }
    }

    internal void Backward(ParameterBuffer p, RecurrentInput x, ReadOnlySequenceView dY, CellTape tape,
        GradientBuffer g, SequenceView dX)
    {
        bool inLoop = BackwardSteps(p, tape, 0, tape.Steps, dY.Span, dX.Span, x.Dense.Span);
        AccumulateGradients(x, tape, g);
        if (inLoop)
            return;

        int rows = tape.Steps * tape.Batch;
        if (Variant.IsNormalized)
            InputGradient(p, tape.Workspace.Variant!.Input!.Span, ProductSize, rows, dX.Span);
        else
            InputGradient(p, tape.Gates(0, tape.Steps), GateStride, rows, dX.Span);
    }

    internal void BackwardStep(ParameterBuffer p, int t, ReadOnlyMatrixView dY, CellTape tape, MatrixView dX)
    {
        if (BackwardSteps(p, tape, t, 1, dY.Span, dX.Span, default))
            return;

        int rows = tape.Batch;
        if (Variant.IsNormalized)   // the tape's xHat stays for the gradients of all steps
            InputGradient(p, tape.Workspace.InputStepGradient(t * rows, rows), ProductSize, rows, dX.Span);
        else
            InputGradient(p, tape.Gates(t, 1), GateStride, rows, dX.Span);
    }

    internal void AccumulateGradients(RecurrentInput x, CellTape tape, GradientBuffer g)
    {
        int rows = tape.Steps * tape.Batch;
        ReadOnlySpan<float> dGates = tape.Gates(0, tape.Steps);
        DroppedWeights? dropped = DroppedBy(tape);
        Span<float> dWh = g[RecurrentWeights].Span, product = dropped is null ? dWh : dropped.BeginGradient();
        if (Variant.IsNormalized)
            AccumulateNormalized(tape.WithoutPadding(x), tape, rows, g, product);
        else
            AccumulateWeights(tape.WithoutPadding(x), tape.Previous.Span, dGates, rows, g, product);

        dropped?.EndGradient(dWh);
        if (Variant.HasPeepholes || Variant.NormalizesCell)
            AccumulateCell(tape, g);

        Span<float> sums = tape.Workspace.DBias!.Span;
        sums.Clear();
        Reductions.SumRows(dGates, rows, sums);
        AccumulateBias(sums, g);
    }

    /// <summary>dWx += X^T*dGates and dWh += H^T*dGates over all steps; dWh where it is told to.</summary>
    private protected virtual void AccumulateWeights(RecurrentInput x, ReadOnlySpan<float> previous,
        ReadOnlySpan<float> dGates, int rows, GradientBuffer g, Span<float> dWh)
    {
        int wide = ProductSize;
        if (x.IsOneHot)
        {
            AccumulateInputWeights(x, dGates, GateStride, rows, g);
            Gemm.Multiply(GemmForm.TN, HiddenSize, wide, rows, previous, HiddenSize, dGates, GateStride, dWh, wide,
                add: true);
        }
        else
        {
            Gemm.AddTransposedPair(wide, rows, x.Dense.Span, InputSize, previous, HiddenSize, dGates, GateStride,
                g[InputWeights].Span, dWh);
        }
    }

    /// <summary>dWx += X^T*d over all steps, d being rows of G*H numbers that lie stride apart.</summary>
    private protected void AccumulateInputWeights(RecurrentInput x, ReadOnlySpan<float> d, int stride, int rows,
        GradientBuffer g)
    {
        int wide = ProductSize;
        if (x.IsOneHot)
        {
            Gather.AddRows(x.Indices, d, stride, wide, g[InputWeights].Span);
        }
        else
        {
            Gemm.Multiply(GemmForm.TN, InputSize, wide, rows, x.Dense.Span, InputSize, d, stride, g[InputWeights].Span,
                wide, add: true);
        }
    }

    /// <summary>db += sum of rows of dGates; both biases receive it.</summary>
    /// <param name="sums">[GateStride], that sum. Read.</param>
    /// <param name="g">Accumulated.</param>
    private protected virtual void AccumulateBias(ReadOnlySpan<float> sums, GradientBuffer g)
    {
        Elementwise.Add(g[InputBias].Span, sums, g[InputBias].Span);
        if (RecurrentBias is { } second)
            Elementwise.Add(g[second].Span, sums, g[second].Span);
    }

    /// <summary>Everything that the cell adds or multiplies with element by element.</summary>
    private void LoadVectors(ParameterBuffer p, RecurrentWorkspace workspace)
    {
        LoadBias(p, workspace.Bias.Span);
        if (workspace.Variant is not { } v)
            return;

        Load(InputGain, v.InputGain);
        Load(RecurrentGain, v.ProductGain);
        Load(CellGain, v.CellGain);
        Load(CellBias, v.CellShift);
        Load(Peepholes, v.Peepholes);

        void Load(ParameterSlot? slot, AlignedBuffer? buffer)
        {
            if (slot is { } from)
                p[from].Span.CopyTo(buffer!.Span);
        }
    }

    /// <summary>The biases as the cell adds them [GateStride].</summary>
    private protected virtual void LoadBias(ParameterBuffer p, Span<float> bias)
    {
        p[InputBias].Span.CopyTo(bias);
        if (RecurrentBias is { } second)
            Elementwise.Add(bias, p[second].Span, bias);
    }

    private protected abstract void RunForward(CellTape tape, int first, int count, in RecurrentMatrices wh,
        in StepInput input);

    private protected abstract void RunBackward(CellTape tape, int first, int count, ReadOnlySpan<float> dY,
        in RecurrentMatrices wh, in StepInputGradient dX);

    /// <summary>Wh, or its transpose for the way back, as the time loop multiplies with it; with some of its elements dropped
    /// where this window does.</summary>
    private RecurrentMatrices PackRecurrent(ParameterBuffer p, CellTape tape, bool back)
    {
        int all = ProductSize, apart = Variant.IsNormalized ? 0 : ApartSize;
        WeightPart main = new(RecurrentWeights, 0, all - apart, back);
        WeightPart second = new(RecurrentWeights, all - apart, apart, back);
        if (DroppedBy(tape) is { } dropped)
        {
            return new RecurrentMatrices(dropped.Get(p, tape.Mode, main, isApart: false),
                apart == 0 ? null : dropped.Get(p, tape.Mode, second, isApart: true));
        }

        CellWeights? own = tape.Weights;
        return new RecurrentMatrices(PackedWeights.Of(p, main, back ? own?.RecurrentBack : own?.Recurrent),
            apart == 0 ? null : PackedWeights.Of(p, second, back ? own?.ApartBack : own?.Apart));
    }

    private DroppedWeights? DroppedBy(CellTape tape) => _weightDropout.IsActive(tape.Mode) ? tape.Dropped : null;

    private PackedMatrix PackInput(ParameterBuffer p, CellTape tape, bool back) =>
        PackedWeights.Of(p, new WeightPart(InputWeights, back), back ? tape.Weights?.InputBack : tape.Weights?.Input);

    /// <summary>The same with a tape whose gates hold fewer steps: that many at a time.</summary>
    private void RunBlocks(PackedMatrix wx, in RecurrentMatrices wh, ReadOnlySequenceView x, CellTape tape, int first)
    {
        int most = tape.Workspace.GateRows / x.Batch;
        for (int t = 0; t < x.Steps; t += most)
        {
            int count = Math.Min(most, x.Steps - t), rows = count * x.Batch;
            Gemm.Multiply(rows, x.Span.Slice(t * x.Batch * InputSize, rows * InputSize), InputSize, wx,
                tape.Gates(0, count), GateStride);
            RunForward(tape, first + t, count, wh, default);
        }
    }

    /// <summary>Steps first+count-1 down to first; whether dX is done, or there is none.</summary>
    private bool BackwardSteps(ParameterBuffer p, CellTape tape, int first, int count, ReadOnlySpan<float> dY,
        Span<float> dX, ReadOnlySpan<float> x)
    {
        // dX may be dY's memory (D30): a step's rows are read before they are overwritten, if they lie in the same
        // place. And it may be x's, which the weight gradients still have to read.
        bool apart = !Variant.IsNormalized && (InputSize == HiddenSize || !dY.Overlaps(dX)) && !x.Overlaps(dX);
        bool inLoop = apart && (count == 1 || RecurrentLoop.HasRowsForInput(tape.Batch));
        StepInputGradient dInput = dX.IsEmpty || !inLoop ? default : new StepInputGradient
        {
            Rows = dX,
            Size = InputSize,
            Weights = PackInput(p, tape, back: true),
            Gates = ProductSize,
        };
        RunBackward(tape, first, count, dY, PackRecurrent(p, tape, back: true), dInput);
        return inLoop || dX.IsEmpty;
    }

    /// <summary>dX = d*Wx^T, d being rows of G*H numbers that lie stride apart.</summary>
    private void InputGradient(ParameterBuffer p, ReadOnlySpan<float> d, int stride, int rows, Span<float> dX) =>
        Gemm.Multiply(GemmForm.NT, rows, InputSize, ProductSize, d, stride, p[InputWeights].Span, ProductSize, dX,
            InputSize);
}
