using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Attention;

/// <summary>
/// A recurrent layer that attends to a memory [S, B, M] at every step, with h of its top layer:
/// <list type="bullet">
/// <item><see cref="AttentionOrder.Before"/> (Bahdanau): c_t = attention(h_{t-1}), h_t = cell([x_t; c_t], h_{t-1}),
/// output [h_t; c_t].</item>
/// <item><see cref="AttentionOrder.After"/> (Luong): h_t = cell(x_t, h_{t-1}), c_t = attention(h_t), output
/// a_t = tanh(Wc [c_t; h_t]); with input feeding the cell reads [x_t; a_{t-1}], a_{-1} = 0.</item>
/// </list>
/// <para>Forward and Backward run known inputs (teacher forcing): step by step, but After without input feeding all at
/// once. <see cref="Step"/> goes on from the output, with the bits of Forward. Rows past the end of a target need no
/// care: where the loss gives no gradient, there is none. Past a source's length nothing of the memory is read. A row's
/// result has the same bits alone and in any batch, on any number of threads. Nothing is allocated. The derivation is
/// in AttentionDecoder.md.</para>
/// <para>Sources: Bahdanau, Cho and Bengio 2015, section 3.1; Luong, Pham and Manning 2015, equations 5 and 6, and
/// section 3.3.</para>
/// </summary>
public sealed class AttentionDecoder
{
    private readonly Linear? _combine;

    /// <summary>A decoder of layers that declared their parameters themselves.</summary>
    /// <param name="layout">For After receives "name.combine.weight" Wc [M + H, H], with PyTorch's initial
    /// values.</param>
    /// <param name="name">What the name of Wc begins with.</param>
    /// <param name="recurrent">The cells, H units at the top; its input has the size that
    /// <see cref="RecurrentInputSize"/> gives.</param>
    /// <param name="attention">Its queries have H elements.</param>
    /// <param name="options">When it attends.</param>
    /// <exception cref="ArgumentException">Sizes don't fit, the name is taken or empty, or an option belongs to another
    /// order.</exception>
    /// <exception cref="NotSupportedException">The recurrent layer can't run step by step.</exception>
    public AttentionDecoder(ParameterLayout layout, string name, RecurrentLayer recurrent, GlobalAttention attention,
        AttentionDecoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(recurrent);
        ArgumentNullException.ThrowIfNull(attention);
        ArgumentNullException.ThrowIfNull(options);
        if (!Enum.IsDefined(options.Order))
            Throw.UnknownChoice(nameof(options.Order), options.Order);

        if (options.InputFeeding && options.Order != AttentionOrder.After)
            Throw.OptionNeedsOrder(name, nameof(options.InputFeeding), nameof(AttentionOrder.After));

        if (!recurrent.SupportsSteps)
            Throw.NoSteps(recurrent.Name);

        int hidden = recurrent.OutputSize;
        if (attention.QuerySize != hidden)
            Throw.DecoderSizes(name, nameof(attention.QuerySize), hidden, attention.QuerySize);

        int fed = RecurrentInputSize(0, hidden, attention.MemorySize, options);
        if (recurrent.InputSize <= fed)
            Throw.DecoderInput(name, recurrent.InputSize, fed);

        Name = name;
        Recurrent = recurrent;
        Attention = attention;
        Options = options;
        InputSize = recurrent.InputSize - fed;
        if (options.Order == AttentionOrder.After)
            _combine = new Linear(layout, $"{name}.combine", attention.MemorySize + hidden, hidden, bias: false);
    }

    /// <summary>The name that its own parameter begins with.</summary>
    public string Name { get; }

    /// <summary>The cells.</summary>
    public RecurrentLayer Recurrent { get; }

    /// <summary>Where they look.</summary>
    public GlobalAttention Attention { get; }

    /// <summary>When.</summary>
    public AttentionDecoderOptions Options { get; }

    /// <summary>E, elements of an input row.</summary>
    public int InputSize { get; }

    /// <summary>M, elements of a step of the memory.</summary>
    public int MemorySize => Attention.MemorySize;

    /// <summary>Elements of an output row: H + M for Before, H for After.</summary>
    public int OutputSize => _combine is null ? HiddenSize + MemorySize : HiddenSize;

    /// <summary>Wc [M + H, H], or null.</summary>
    public ParameterSlot? CombineWeights => _combine?.Weights;

    /// <summary>From [c; h] to the output's tanh, or null.</summary>
    internal Linear? CombineLayer => _combine;

    /// <summary>Whether a step's input depends on the step before, beyond the cells' state.</summary>
    internal bool RunsStepByStep => Options.Order == AttentionOrder.Before || Options.InputFeeding;

    /// <summary>Elements of [c; h].</summary>
    internal int JoinedSize => MemorySize + HiddenSize;

    private int HiddenSize => Recurrent.OutputSize;

    /// <summary>The input size that the recurrent layer of a decoder must have.</summary>
    /// <param name="inputSize">E, elements of x.</param>
    /// <param name="hiddenSize">H, units of the top layer.</param>
    /// <param name="memorySize">M.</param>
    /// <param name="options">When it attends.</param>
    /// <returns>E + M for Before, E + H for After with input feeding, else E.</returns>
    public static int RecurrentInputSize(int inputSize, int hiddenSize, int memorySize, AttentionDecoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return inputSize + (options.Order == AttentionOrder.Before ? memorySize : options.InputFeeding ? hiddenSize : 0);
    }

    /// <summary>A tape for targets and sources of up to so many steps and rows.</summary>
    /// <param name="maxSteps">The most steps of a target, more than 0; 1 is enough for generation.</param>
    /// <param name="maxRows">The most rows, more than 0: of a step, and of the memory.</param>
    /// <param name="maxSource">The most steps of a source, more than 0.</param>
    /// <param name="use">Whether Backward will follow, as by default; generation needs a tape for inference.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or they are too large
    /// together.</exception>
    public AttentionDecoderTape CreateTape(int maxSteps, int maxRows, int maxSource, TapeUse use = TapeUse.Training) =>
        new(this, maxSteps, maxRows, maxSource, use);

    /// <summary>The state of a generation of so many rows, all zeros.</summary>
    /// <param name="rows">B, more than 0.</param>
    public AttentionDecoderState CreateState(int rows) =>
        new(Recurrent.CreateState(rows), Options.InputFeeding ? HiddenSize : 0);

    /// <summary>Runs whole known inputs; with input feeding the first step is fed zeros.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[T, B, E]. Read, and read again by Backward.</param>
    /// <param name="memory">[S, B, M]. Read up to the lengths, and read again by Backward.</param>
    /// <param name="lengths">Steps of each row of the memory [B], 1 .. S; empty when all have S. Read.</param>
    /// <param name="state">Initial state of the cells. Read, then overwritten with the final state.</param>
    /// <param name="mode">Inference, or training with the key of the cells' dropout.</param>
    /// <param name="tape">Overwritten; holds the output.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the decoder's, a length is not 1 .. S, or tape or
    /// state are another layer's or too small.</exception>
    public void Forward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySequenceView memory, ReadOnlySpan<int> lengths,
        RecurrentState state, Mode mode, AttentionDecoderTape tape)
    {
        CheckForward(p, x, memory, state, tape);
        tape.Record(x.Steps, x.Batch, TapeStage.Empty);   // until it has come to its end
        Attention.Begin(p, memory, lengths, x.Steps, tape.Attention);
        if (RunsStepByStep)
        {
            Recurrent.Begin(state, x.Steps, mode, tape.Recurrent);
            MatrixView last = state.Hidden(state.Layers - 1);   // the top layer's; End overwrites it
            for (int t = 0; t < x.Steps; t++)
            {
                ReadOnlyMatrixView fed = _combine is null ? last : t == 0 ? default : tape.Output[t - 1];
                ForwardStep(p, t, t, x[t], fed, memory, tape, tape.Output[t], default);
                last = tape.Recurrent.Output[t];
            }

            Recurrent.End(state, tape.Recurrent);
        }
        else
        {
            Recurrent.Forward(p, x, default, state, mode, tape.Recurrent);
            MatrixView hidden = tape.Recurrent.Output.Flattened, joined = tape.Joined.Flattened;
            Attention.ForwardSteps(p, 0, x.Steps, hidden, memory, tape.Attention, joined.Columns(0, MemorySize));
            hidden.CopyTo(joined.Columns(MemorySize, HiddenSize));
            ForwardCombine(p, joined, tape, tape.Output.Flattened);
        }

        tape.MoveTo(TapeStage.Recorded);
    }

    /// <summary>Backward of Forward, through all steps of cells and attention.</summary>
    /// <param name="p">Parameters, as given to Forward. Read.</param>
    /// <param name="x">[T, B, E], as given to Forward. Read.</param>
    /// <param name="memory">[S, B, M], as given to Forward. Read up to the lengths.</param>
    /// <param name="dY">[T, B, OutputSize], gradient of the output; may be the tape's OutputGradient. Read.</param>
    /// <param name="dState">Enters as the gradient of the final state, leaves as that of the initial state.</param>
    /// <param name="tape">As recorded by Forward. Consumed.</param>
    /// <param name="g">Gradients of the parameters of cells, attention and Wc. Accumulated.</param>
    /// <param name="dX">[T, B, E]. Overwritten; may be x's memory; default to skip it.</param>
    /// <param name="dMemory">[S, B, M]. Overwritten, with 0 past the lengths; default to skip it.</param>
    /// <exception cref="InvalidOperationException">The tape holds no Forward, was consumed, or is for inference, or the
    /// parameters have changed since.</exception>
    /// <exception cref="ArgumentException">A shape or a layout disagrees with Forward's.</exception>
    public void Backward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySequenceView memory, ReadOnlySequenceView dY,
        RecurrentState dState, AttentionDecoderTape tape, GradientBuffer g, SequenceView dX, SequenceView dMemory)
    {
        CheckBackward(p, x, memory, dY, dState, tape, g, dX, dMemory);
        Attention.BeginBackward(tape.Attention);
        if (RunsStepByStep)
            BackwardAllSteps(p, x, memory, dY, dState, tape, g, dX, dMemory);
        else
            BackwardAtOnce(p, x, memory, dY, dState, tape, g, dX, dMemory);

        tape.MoveTo(TapeStage.Consumed);
    }

    /// <summary>Begins generation from a memory: Steps follow, any number of them.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="memory">[S, N, M]. Read up to the lengths.</param>
    /// <param name="lengths">Steps of each row of the memory [N], 1 .. S; empty when all have S. Read.</param>
    /// <param name="tape">Made for inference. Overwritten.</param>
    /// <exception cref="InvalidOperationException">The tape is for training.</exception>
    /// <exception cref="ArgumentException">A shape disagrees with the decoder's, a length is not 1 .. S, or the tape is
    /// another decoder's or too small.</exception>
    public void Begin(ParameterBuffer p, ReadOnlySequenceView memory, ReadOnlySpan<int> lengths, AttentionDecoderTape tape)
    {
        CheckTape(tape);
        if (tape.Use != TapeUse.Inference)
            Throw.StepNeedsInference(Name);

        tape.Record(1, memory.Batch, TapeStage.Empty);
        Attention.Begin(p, memory, lengths, 1, tape.Attention);
        tape.MoveTo(TapeStage.Recording);
    }

    /// <summary>One step of generation; its bits are those of Forward's. The tape's Weights(0) are this
    /// step's.</summary>
    /// <param name="p">Parameters, as given to Begin. Read.</param>
    /// <param name="x">[B, E]. Read.</param>
    /// <param name="memory">[S, N, M], as given to Begin. Read up to the lengths.</param>
    /// <param name="sources">[B], for each row the row of the memory that it reads; empty when row b reads row b. Read.
    /// </param>
    /// <param name="state">Of B rows. Read, then overwritten with the state after this step.</param>
    /// <param name="tape">Begun with <see cref="Begin"/>.</param>
    /// <param name="output">[B, OutputSize]. Overwritten.</param>
    /// <exception cref="InvalidOperationException">The tape was not begun, or the parameters have changed.</exception>
    /// <exception cref="ArgumentException">A shape disagrees with the decoder's or Begin's, or tape or state are
    /// another layer's or too small.</exception>
    public void Step(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySequenceView memory, ReadOnlySpan<int> sources,
        AttentionDecoderState state, AttentionDecoderTape tape, MatrixView output)
    {
        CheckStep(p, x, memory, sources, state, tape, output);
        tape.Record(1, x.Rows, TapeStage.Recording);
        Recurrent.Begin(state.Recurrent, 1, Mode.Inference, tape.Recurrent);
        if (RunsStepByStep)
        {
            MatrixView fed = _combine is null ? state.Recurrent.Hidden(state.Recurrent.Layers - 1) : state.Fed;
            ForwardStep(p, 0, 0, x, fed, memory, tape, output, sources);
        }
        else
        {
            Recurrent.ForwardStep(p, x, 0, tape.Recurrent);
            ForwardAttention(p, 0, memory, tape, output, sources);
        }

        Recurrent.End(state.Recurrent, tape.Recurrent);
        if (Options.InputFeeding)
            output.CopyTo(state.Fed);
    }

    /// <summary>Step t: [x; fed] into the cell, where fed is the last output or, Before, the context that it is the
    /// query of.</summary>
    private void ForwardStep(ParameterBuffer p, int t, int kept, ReadOnlyMatrixView x, ReadOnlyMatrixView fed,
        ReadOnlySequenceView memory, AttentionDecoderTape tape, MatrixView output, ReadOnlySpan<int> sources)
    {
        MatrixView input = tape.Inputs[tape.Use == TapeUse.Training ? kept : 0];
        x.CopyTo(input.Columns(0, InputSize));
        MatrixView beside = input.Columns(InputSize, input.Cols - InputSize);
        if (_combine is not null)
        {
            if (fed.IsEmpty)
                beside.Clear();
            else
                fed.CopyTo(beside);

            Recurrent.ForwardStep(p, input, t, tape.Recurrent);
            ForwardAttention(p, t, memory, tape, output, sources);
            return;
        }

        if (tape.Use == TapeUse.Training)
            fed.CopyTo(tape.Queries[t]);

        Attention.ForwardStep(p, t, fed, memory, tape.Attention, beside, sources);
        Recurrent.ForwardStep(p, input, t, tape.Recurrent);
        tape.Recurrent.Output[t].CopyTo(output.Columns(0, HiddenSize));
        beside.CopyTo(output.Columns(HiddenSize, MemorySize));
    }

    /// <summary>After: attends with h_t; output = tanh(Wc [c; h]).</summary>
    private void ForwardAttention(ParameterBuffer p, int t, ReadOnlySequenceView memory, AttentionDecoderTape tape,
        MatrixView output, ReadOnlySpan<int> sources)
    {
        MatrixView hidden = tape.Recurrent.Output[t];
        MatrixView joined = tape.Joined[tape.Use == TapeUse.Training ? t : 0];
        Attention.ForwardStep(p, t, hidden, memory, tape.Attention, joined.Columns(0, MemorySize), sources);
        hidden.CopyTo(joined.Columns(MemorySize, HiddenSize));
        ForwardCombine(p, joined, tape, output);
    }

    /// <summary>y = tanh(joined*Wc).</summary>
    private void ForwardCombine(ParameterBuffer p, ReadOnlyMatrixView joined, AttentionDecoderTape tape, MatrixView y)
    {
        Gemm.Multiply(joined.Rows, joined.Span, JoinedSize, Combine(p, tape.Combine, back: false), y.Extent,
            y.Stride);
        for (int row = 0; row < y.Rows; row++)
            Activations.Tanh(y.Row(row), y.Row(row));
    }

    /// <summary>dJoined = dCombined*Wc^T, where dCombined = dY*(1 - y*y) is already there.</summary>
    private void BackwardCombine(ParameterBuffer p, ReadOnlyMatrixView dCombined, AttentionDecoderTape tape,
        MatrixView dJoined) =>
        Gemm.Multiply(dCombined.Rows, dCombined.Span, OutputSize, Combine(p, tape.CombineBack, back: true),
            dJoined.Span, JoinedSize);

    /// <summary>After: backward of <see cref="ForwardAttention"/>; dHidden is overwritten with the gradient of
    /// h_t.</summary>
    private void BackwardAttention(ParameterBuffer p, int t, ReadOnlySequenceView memory, AttentionDecoderTape tape,
        MatrixView dHidden)
    {
        MatrixView dJoined = tape.DJoined[t];
        BackwardCombine(p, tape.DCombined[t], tape, dJoined);                      // y = tanh(joined*Wc)
        Attention.BackwardSteps(p, t, 1, memory, dJoined.Columns(0, MemorySize), tape.Attention, dHidden);
        Add(dJoined.Columns(MemorySize, HiddenSize), dHidden);                     // joined = [c; h]
    }

    /// <summary>Backward of <see cref="ForwardStep"/>: dFed, the gradient of what was fed to step t, enters as that of
    /// what step t gave to the next.</summary>
    private void BackwardStep(ParameterBuffer p, int t, ReadOnlySequenceView memory, ReadOnlyMatrixView dY,
        AttentionDecoderTape tape, SequenceView dX, MatrixView dFed)
    {
        MatrixView dHidden = tape.DHidden[0], dInput;
        if (_combine is not null)
        {
            Span<float> dCombined = tape.DCombined[t].Span;
            Elementwise.Add(dY.Span, dFed.Span, dCombined);
            Activations.TanhBackward(tape.Output[t].Span, dCombined, dCombined);   // y = tanh(.)
            BackwardAttention(p, t, memory, tape, dHidden);
            dInput = tape.DInputs[0];
            Recurrent.BackwardStep(p, t, dHidden, tape.Recurrent, dInput);         // h = cell([x; fed])
            dInput.Columns(InputSize, HiddenSize).CopyTo(dFed);
        }
        else
        {
            dY.Columns(0, HiddenSize).CopyTo(dHidden);                             // y = [h; c]
            Add(dFed, dHidden);                                                    // h was the next step's query
            dInput = tape.DInputs[t];
            Recurrent.BackwardStep(p, t, dHidden, tape.Recurrent, dInput);         // h = cell([x; c])
            MatrixView dContext = dInput.Columns(InputSize, MemorySize);
            Add(dY.Columns(HiddenSize, MemorySize), dContext);                     // y = [h; c]
            Attention.BackwardSteps(p, t, 1, memory, dContext, tape.Attention, dFed);
        }

        if (!dX.IsEmpty)
            dInput.Columns(0, InputSize).CopyTo(dX[t]);
    }

    private void BackwardAllSteps(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySequenceView memory,
        ReadOnlySequenceView dY, RecurrentState dState, AttentionDecoderTape tape, GradientBuffer g, SequenceView dX,
        SequenceView dMemory)
    {
        MatrixView dFed = tape.DQueries[0];
        dFed.Clear();
        Recurrent.BeginBackward(dState, tape.Recurrent);
        for (int t = x.Steps - 1; t >= 0; t--)
            BackwardStep(p, t, memory, dY[t], tape, dX, dFed);

        Recurrent.EndBackward(tape.Inputs, dState, tape.Recurrent, g);
        if (_combine is null)
        {
            Add(dFed, dState.Hidden(dState.Layers - 1));   // the first query was the initial state
            Attention.EndBackward(p, tape.Queries, memory, tape.DInputs.Flattened.Columns(InputSize, MemorySize),
                tape.Attention, g, dMemory);
        }
        else
        {
            EndAfter(p, memory, tape, g, dMemory);
        }
    }

    private void BackwardAtOnce(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySequenceView memory,
        ReadOnlySequenceView dY, RecurrentState dState, AttentionDecoderTape tape, GradientBuffer g, SequenceView dX,
        SequenceView dMemory)
    {
        MatrixView dJoined = tape.DJoined.Flattened, dHidden = tape.DHidden.Flattened;
        Activations.TanhBackward(tape.Output.Span, dY.Span, tape.DCombined.Span);      // y = tanh(.)
        BackwardCombine(p, tape.DCombined.Flattened, tape, dJoined);                   // . = joined*Wc
        Attention.BackwardSteps(p, 0, x.Steps, memory, dJoined.Columns(0, MemorySize), tape.Attention, dHidden);
        Add(dJoined.Columns(MemorySize, HiddenSize), dHidden);                         // joined = [c; h]
        Recurrent.Backward(p, x, tape.DHidden, dState, tape.Recurrent, g, dX);
        EndAfter(p, memory, tape, g, dMemory);
    }

    /// <summary>After: what is done for all steps at once.</summary>
    private void EndAfter(ParameterBuffer p, ReadOnlySequenceView memory, AttentionDecoderTape tape, GradientBuffer g,
        SequenceView dMemory)
    {
        MatrixProduct.Multiply(GemmForm.TN, tape.Joined.Flattened, tape.DCombined.Flattened, g[_combine!.Weights],
            add: true);                                                                // . = joined*Wc
        Attention.EndBackward(p, tape.Recurrent.Output, memory, tape.DJoined.Flattened.Columns(0, MemorySize),
            tape.Attention, g, dMemory);
    }

    private PackedMatrix Combine(ParameterBuffer p, PackedWeights? own, bool back) =>
        PackedWeights.Of(p, new WeightPart(_combine!.Weights, back), own);

    private static void Add(ReadOnlyMatrixView x, MatrixView sum)
    {
        for (int row = 0; row < sum.Rows; row++)
            Elementwise.Add(sum.Row(row), x.Row(row), sum.Row(row));
    }

    private void CheckTape(AttentionDecoderTape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (!ReferenceEquals(tape.Decoder, this))
            Throw.OtherLayersTape(Name, tape.Decoder.Name);
    }

    private void CheckForward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySequenceView memory,
        RecurrentState state, AttentionDecoderTape tape)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(state);
        CheckTape(tape);
        if (x.Features != InputSize)
            Throw.InputSize(Name, InputSize, x.Features, x.ToString());

        if (x.Steps < 1 || x.Steps > tape.MaxSteps || x.Batch < 1 || x.Batch > tape.MaxRows)
            Throw.TapeTooSmall(Name, x.Steps, x.Batch, tape.MaxSteps, tape.MaxRows);

        if (memory.Batch != x.Batch)
            Throw.ShapeMismatch(Name, nameof(memory), $"[S, B={x.Batch}, {MemorySize}]", memory.ToString());

        Recurrent.CheckState(state, x.Batch);
    }

    private void CheckBackward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySequenceView memory,
        ReadOnlySequenceView dY, RecurrentState dState, AttentionDecoderTape tape, GradientBuffer g, SequenceView dX,
        SequenceView dMemory)
    {
        ArgumentNullException.ThrowIfNull(g);
        CheckForward(p, x, memory, dState, tape);
        if (tape.Use != TapeUse.Training)
            Throw.TapeForInference(Name);

        if (tape.Stage != TapeStage.Recorded)
            Throw.TapeNotRecorded(tape.Stage.ToString());

        if (!tape.Attention.WasRecordedWith(p))
            Throw.ParametersChanged(Name);

        if (!tape.Attention.HasLayoutOf(g))
            Throw.OtherLayoutsGradients(Name);

        Check(nameof(x), x, tape.Steps, InputSize);
        Check(nameof(memory), memory, tape.Source, MemorySize);
        Check(nameof(dY), dY, tape.Steps, OutputSize);
        if (!dX.IsEmpty)
            Check(nameof(dX), dX, tape.Steps, InputSize);

        if (!dMemory.IsEmpty)
            Check(nameof(dMemory), dMemory, tape.Source, MemorySize);

        void Check(string what, ReadOnlySequenceView view, int steps, int features)
        {
            if (view.Steps != steps || view.Batch != tape.Batch || view.Features != features)
                Throw.ShapeMismatch(Name, what, $"[T={steps}, B={tape.Batch}, {features}]", view.ToString());
        }
    }

    private void CheckStep(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySequenceView memory, ReadOnlySpan<int> sources,
        AttentionDecoderState state, AttentionDecoderTape tape, MatrixView output)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(state);
        CheckTape(tape);
        if (tape.Stage != TapeStage.Recording)
            Throw.TapeNotBegun(tape.Stage.ToString());

        if (x.Cols != InputSize)
            Throw.InputSize(Name, InputSize, x.Cols, x.ToString());

        if (x.Rows < 1 || x.Rows > tape.MaxRows)
            Throw.TapeTooSmall(Name, 1, x.Rows, tape.MaxSteps, tape.MaxRows);

        int rows = sources.IsEmpty ? memory.Batch : sources.Length;
        if (x.Rows != rows)
            Throw.ShapeMismatch(Name, nameof(x), $"[{rows}, {InputSize}]", x.ToString());

        if (output.Rows != x.Rows || output.Cols != OutputSize)
            Throw.ShapeMismatch(Name, nameof(output), $"[{x.Rows}, {OutputSize}]", output.ToString());

        if (state.Fed.Cols != (Options.InputFeeding ? HiddenSize : 0))
            Throw.OtherLayersState(Name);

        Recurrent.CheckState(state.Recurrent, x.Rows);
    }
}
