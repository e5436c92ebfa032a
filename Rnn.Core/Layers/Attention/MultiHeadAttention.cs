using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Transformer;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Attention;

/// <summary>
/// Scaled dot-product attention with many heads: Q = x*Wq + bq, K = m*Wk + bk, V = m*Wv + bv, cut into H heads of D =
/// E/H columns; for each row of the batch and head P = softmax(Q*K^T/sqrt(D)), C = dropout(P)*V; y = C*Wo + bo with the
/// heads side by side again. The memory m is x itself, or another sequence; a query sees the keys up to its row's
/// length, and with a causal mask none after its own step.
/// <para>Masked weights are exactly 0, and nothing is read past a length, NaN included. A row's result has the same
/// bits alone and in any batch, however far its keys are padded, on any number of threads. Nothing is allocated. The
/// derivation is in MultiHeadAttention.md.</para>
/// <para>Source: Vaswani et al. 2017, "Attention Is All You Need", section 3.2. Names, order and initial values of the
/// parameters are those of PyTorch's MultiheadAttention.</para>
/// </summary>
public sealed partial class MultiHeadAttention
{
    private readonly Dropout _dropout;
    private readonly float _scale;

    /// <summary>Declares the parameters of an attention.</summary>
    /// <param name="layout">Receives in_proj_weight [E, 3E], in_proj_bias [3E], out_proj.weight [E, E], out_proj.bias
    /// [E].</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="size">E, a multiple of heads.</param>
    /// <param name="heads">H, more than 0.</param>
    /// <param name="dropout">Probability that a weight is dropped, in [0, 1); 0 by default.</param>
    /// <exception cref="ArgumentException">The name is taken or empty, a size is not positive, or the heads can't share
    /// the size equally.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate of dropout is not in [0, 1).</exception>
    public MultiHeadAttention(ParameterLayout layout, string name, int size, int heads, double dropout = 0)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (size <= 0 || heads <= 0)
            Throw.NotPositive(size <= 0 ? nameof(size) : nameof(heads), Math.Min(size, heads));

        if (size % heads != 0)
            Throw.HeadSize(name, size, heads);

        Name = name;
        Size = size;
        Heads = heads;
        _scale = 1 / MathF.Sqrt(size / heads);
        _dropout = new Dropout($"{name}.dropout", dropout);
        InWeights = layout.Add($"{name}.in_proj_weight", size, 3 * size, SlotOrientation.Transposed,
            initial: InitialValues.Glorot);
        InBias = layout.Add($"{name}.in_proj_bias", 1, 3 * size, SlotOrientation.Vector);
        OutWeights = layout.Add($"{name}.out_proj.weight", size, size, SlotOrientation.Transposed,
            initial: InitialValues.UniformByInputs(size));
        OutBias = layout.Add($"{name}.out_proj.bias", 1, size, SlotOrientation.Vector);
    }

    /// <summary>The name that its parameters begin with.</summary>
    public string Name { get; }

    /// <summary>E.</summary>
    public int Size { get; }

    /// <summary>H.</summary>
    public int Heads { get; }

    /// <summary>Probability that a weight is dropped.</summary>
    public double DropoutRate => _dropout.Rate;

    /// <summary>Wq, Wk and Wv side by side [E, 3E].</summary>
    public ParameterSlot InWeights { get; }

    /// <summary>bq, bk and bv [1, 3E].</summary>
    public ParameterSlot InBias { get; }

    /// <summary>Wo [E, E].</summary>
    public ParameterSlot OutWeights { get; }

    /// <summary>bo [1, E].</summary>
    public ParameterSlot OutBias { get; }

    private int HeadSize => Size / Heads;

    /// <summary>A tape for attention of sequences over themselves.</summary>
    /// <param name="maxSteps">The most steps, more than 0.</param>
    /// <param name="maxRows">The most rows, more than 0.</param>
    /// <param name="use">Whether Backward will follow, as by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or too large.</exception>
    public MultiHeadAttentionTape CreateTape(int maxSteps, int maxRows, TapeUse use = TapeUse.Training) =>
        CreateTape(maxSteps, maxRows, maxSource: 0, isSelf: true, use, scratch: null);

    /// <summary>A tape for attention over a memory.</summary>
    /// <param name="maxSteps">The most steps of x, more than 0.</param>
    /// <param name="maxRows">The most rows, more than 0.</param>
    /// <param name="maxSource">The most steps of the memory, more than 0.</param>
    /// <param name="use">Whether Backward will follow, as by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or too large.</exception>
    public MultiHeadAttentionTape CreateTape(int maxSteps, int maxRows, int maxSource, TapeUse use = TapeUse.Training) =>
        CreateTape(maxSteps, maxRows, maxSource, isSelf: false, use, scratch: null);

    /// <summary>y = attention of x over itself.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[T, B, E]. Read up to each row's length.</param>
    /// <param name="lengths">Steps of each row [B], 1 .. T; empty when all have T. Read.</param>
    /// <param name="isCausal">Whether step t sees steps 0 .. t only.</param>
    /// <param name="mode">Inference, or training with the key of the mask.</param>
    /// <param name="y">[T, B, E]; not x's memory. Overwritten; past a length with finite numbers of no meaning.</param>
    /// <param name="tape">This layer's, for sequences over themselves. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape or length disagrees, or the tape is another layer's, of the other
    /// kind, or too small.</exception>
    public void Forward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySpan<int> lengths, bool isCausal, Mode mode,
        SequenceView y, MultiHeadAttentionTape tape)
    {
        ArgumentNullException.ThrowIfNull(p);
        Check(x, default, lengths, y, tape, isSelf: true);
        tape.Set(p, x.Steps, x.Batch, x.Steps, lengths);
        ForwardSelf(p, tape.Cleaned(x, lengths), isCausal, mode, y.Span, tape);
        SharedPasses.AddRow(p[OutBias].Span, y.Span);
    }

    /// <summary>Backward of Forward over the sequence itself.</summary>
    /// <param name="p">Parameters, as given to Forward. Read.</param>
    /// <param name="x">[T, B, E], as given to Forward. Read up to each row's length.</param>
    /// <param name="dY">[T, B, E]. Read up to each row's length.</param>
    /// <param name="tape">As recorded by Forward. Consumed.</param>
    /// <param name="g">Gradients of this layer's parameters. Accumulated.</param>
    /// <param name="dX">[T, B, E]; may be x's or dY's memory; default to skip it. Overwritten, with 0 past the
    /// lengths.</param>
    /// <exception cref="InvalidOperationException">The tape holds no Forward, was consumed, or is for inference, or the
    /// parameters have changed since.</exception>
    /// <exception cref="ArgumentException">A shape disagrees with Forward's.</exception>
    public void Backward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySequenceView dY, MultiHeadAttentionTape tape,
        GradientBuffer g, SequenceView dX)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(g);
        CheckBack(p, x, default, dY, tape, g, dX, default, isSelf: true);
        tape.Stamp.Consume();
        BackwardSelf(p, tape.Cleaned(x, tape.Lengths), tape.CleanedGradient(dY), tape, g, dX.Span, add: false);
    }

    /// <summary>y = attention of x over a memory.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[T, B, E]. Read.</param>
    /// <param name="memory">[S, B, E]. Read up to each row's length.</param>
    /// <param name="lengths">Steps of each row of the memory [B], 1 .. S; empty when all have S. Read.</param>
    /// <param name="mode">Inference, or training with the key of the mask.</param>
    /// <param name="y">[T, B, E]; not x's memory. Overwritten.</param>
    /// <param name="tape">This layer's, for a memory. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape or length disagrees, or the tape is another layer's, of the other
    /// kind, or too small.</exception>
    public void Forward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySequenceView memory, ReadOnlySpan<int> lengths,
        Mode mode, SequenceView y, MultiHeadAttentionTape tape)
    {
        ArgumentNullException.ThrowIfNull(p);
        Check(x, memory, lengths, y, tape, isSelf: false);
        tape.Set(p, x.Steps, x.Batch, memory.Steps, lengths);
        ForwardCross(p, x.Span, tape.Cleaned(memory, lengths), mode, y.Span, tape);
        SharedPasses.AddRow(p[OutBias].Span, y.Span);
    }

    /// <summary>Backward of Forward over a memory.</summary>
    /// <param name="p">Parameters, as given to Forward. Read.</param>
    /// <param name="x">[T, B, E], as given to Forward. Read.</param>
    /// <param name="memory">[S, B, E], as given to Forward. Read up to each row's length.</param>
    /// <param name="dY">[T, B, E]. Read.</param>
    /// <param name="tape">As recorded by Forward. Consumed.</param>
    /// <param name="g">Gradients of this layer's parameters. Accumulated.</param>
    /// <param name="dX">[T, B, E]; may be x's or dY's memory; default to skip it. Overwritten.</param>
    /// <param name="dMemory">[S, B, E]; may be memory's; default to skip it. Overwritten, with 0 past the
    /// lengths.</param>
    /// <exception cref="InvalidOperationException">The tape holds no Forward, was consumed, or is for inference, or the
    /// parameters have changed since.</exception>
    /// <exception cref="ArgumentException">A shape disagrees with Forward's.</exception>
    public void Backward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySequenceView memory, ReadOnlySequenceView dY,
        MultiHeadAttentionTape tape, GradientBuffer g, SequenceView dX, SequenceView dMemory)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(g);
        CheckBack(p, x, memory, dY, tape, g, dX, dMemory, isSelf: false);
        tape.Stamp.Consume();
        BackwardCross(p, x.Span, tape.Cleaned(memory, tape.Lengths), dY.Span, tape, g, dX.Span, add: false, dMemory.Span,
            addMemory: false);
    }

    /// <summary>A tape of either kind; with scratch that layers share, which don't run at once.</summary>
    internal MultiHeadAttentionTape CreateTape(int maxSteps, int maxRows, int maxSource, bool isSelf, TapeUse use,
        MultiHeadScratch? scratch)
    {
        if (maxSteps <= 0 || maxRows <= 0 || (maxSource <= 0 && !isSelf))
        {
            Throw.NotPositive(maxSteps <= 0 ? nameof(maxSteps) : maxRows <= 0 ? nameof(maxRows) : nameof(maxSource),
                Math.Min(maxSteps, Math.Min(maxRows, isSelf ? 1 : maxSource)));
        }

        return new MultiHeadAttentionTape(this, maxSteps, maxRows, isSelf ? maxSteps : maxSource, isSelf, use, scratch);
    }

    // ---- Of checked arguments and a tape that is set; x and memory finite past the lengths; y without bo.
    // ------------

    /// <summary>y = attention without bo.</summary>
    internal void ForwardSelf(ParameterBuffer p, ReadOnlySpan<float> x, bool isCausal, Mode mode, Span<float> y,
        MultiHeadAttentionTape tape)
    {
        tape.SetMask(isCausal, _dropout.Draw(mode));
        Project(p, x, tape.Rows, 0, 3, tape.Projected);
        SequenceView all = tape.ProjectedView;
        Attend(all.Heads(0, Heads, HeadSize), all.Heads(Size, Heads, HeadSize), all.Heads(2 * Size, Heads, HeadSize),
            tape);
        WeightProduct.Run(p, OutWeights, 0, Size, tape.Context, tape.Rows, y, keepPacked: false);
        tape.Stamp.Record();
    }

    /// <summary>Backward of ForwardSelf, and of bo.</summary>
    internal void BackwardSelf(ParameterBuffer p, ReadOnlySpan<float> x, ReadOnlySpan<float> dY,
        MultiHeadAttentionTape tape, GradientBuffer g, Span<float> dX, bool add)
    {
        BackOut(p, dY, tape, g);
        SequenceView all = tape.ProjectedView, d = tape.ProjectedGradientView;
        AttendBack(all.Heads(0, Heads, HeadSize), all.Heads(Size, Heads, HeadSize), all.Heads(2 * Size, Heads, HeadSize),
            tape, d.Heads(0, Heads, HeadSize), d.Heads(Size, Heads, HeadSize), d.Heads(2 * Size, Heads, HeadSize));
        ProjectBack(p, x, tape.Rows, 0, 3, tape.ProjectedGradient, g, dX, add);
    }

    /// <summary>y = attention over the memory without bo.</summary>
    internal void ForwardCross(ParameterBuffer p, ReadOnlySpan<float> x, ReadOnlySpan<float> memory, Mode mode,
        Span<float> y, MultiHeadAttentionTape tape)
    {
        tape.SetMask(isCausal: false, _dropout.Draw(mode));
        Project(p, x, tape.Rows, 0, 1, tape.Projected);
        Project(p, memory, tape.SourceRows, 1, 2, tape.Source);
        SequenceView source = tape.SourceView;
        Attend(tape.ProjectedView.Heads(Heads), source.Heads(0, Heads, HeadSize), source.Heads(Size, Heads, HeadSize),
            tape);
        WeightProduct.Run(p, OutWeights, 0, Size, tape.Context, tape.Rows, y, keepPacked: false);
        tape.Stamp.Record();
    }

    /// <summary>Backward of ForwardCross, and of bo.</summary>
    internal void BackwardCross(ParameterBuffer p, ReadOnlySpan<float> x, ReadOnlySpan<float> memory,
        ReadOnlySpan<float> dY, MultiHeadAttentionTape tape, GradientBuffer g, Span<float> dX, bool add,
        Span<float> dMemory, bool addMemory)
    {
        BackOut(p, dY, tape, g);
        SequenceView source = tape.SourceView, d = tape.SourceGradientView;
        AttendBack(tape.ProjectedView.Heads(Heads), source.Heads(0, Heads, HeadSize), source.Heads(Size, Heads, HeadSize),
            tape, tape.ProjectedGradientView.Heads(Heads), d.Heads(0, Heads, HeadSize), d.Heads(Size, Heads, HeadSize));
        ProjectBack(p, memory, tape.SourceRows, 1, 2, tape.SourceGradient, g, dMemory, addMemory);
        ProjectBack(p, x, tape.Rows, 0, 1, tape.ProjectedGradient, g, dX, add);
    }

    /// <summary>to = x*W + b, of so many of Wq, Wk and Wv.</summary>
    private void Project(ParameterBuffer p, ReadOnlySpan<float> x, int rows, int first, int count, Span<float> to,
        bool keepPacked = false)
    {
        int columns = count * Size;
        WeightProduct.Run(p, InWeights, first * Size, columns, x, rows, to, keepPacked);
        SharedPasses.AddRow(p[InBias].Span.Slice(first * Size, columns), to);
    }

    /// <summary>db += sum of rows of d, dW += x^T*d, dX = d*W^T.</summary>
    private void ProjectBack(ParameterBuffer p, ReadOnlySpan<float> x, int rows, int first, int count,
        ReadOnlySpan<float> d, GradientBuffer g, Span<float> dX, bool add)
    {
        int columns = count * Size;
        Reductions.SumRows(d, rows, g[InBias].Span.Slice(first * Size, columns));
        Gemm.Multiply(GemmForm.TN, Size, columns, rows, x, Size, d, columns, g[InWeights].Span[(first * Size)..], 3 * Size,
            add: true);
        if (!dX.IsEmpty)
        {
            Gemm.Multiply(GemmForm.NT, rows, Size, columns, d, columns, p[InWeights].Span[(first * Size)..], 3 * Size, dX,
                Size, add);
        }
    }

    /// <summary>dbo, dWo, and the gradient of the heads' context.</summary>
    private void BackOut(ParameterBuffer p, ReadOnlySpan<float> dY, MultiHeadAttentionTape tape, GradientBuffer g)
    {
        int rows = tape.Rows;
        Reductions.SumRows(dY, rows, g[OutBias].Span);                                               // y = . + bo
        Gemm.Multiply(GemmForm.TN, Size, Size, rows, tape.Context, Size, dY, Size, g[OutWeights].Span, Size, add: true);
        Gemm.Multiply(GemmForm.NT, rows, Size, Size, dY, Size, p[OutWeights].Span, Size, tape.ContextGradient, Size);
    }

    /// <summary>P = softmax(Q*K^T/sqrt(D)), C = dropout(P)*V.</summary>
    private void Attend(ReadOnlyMatrixBatchView q, ReadOnlyMatrixBatchView k, ReadOnlyMatrixBatchView v,
        MultiHeadAttentionTape tape)
    {
        MatrixProduct.Multiply(GemmForm.NT, q, k, tape.WeightsView);
        AttentionWeightsKernel.Forward(tape.WeightsSpan, tape.Shape, tape.Lengths, _scale, tape.Draw, tape.DroppedSpan);
        MatrixProduct.Multiply(GemmForm.NN, tape.DroppedView, v, tape.ContextView.Heads(Heads));
    }

    /// <summary>Its twin: dV = dropout(P)^T*dC, dP = dC*V^T, dS by softmax and dropout, dQ = dS*K, dK =
    /// dS^T*Q.</summary>
    private void AttendBack(ReadOnlyMatrixBatchView q, ReadOnlyMatrixBatchView k, ReadOnlyMatrixBatchView v,
        MultiHeadAttentionTape tape, MatrixBatchView dQ, MatrixBatchView dK, MatrixBatchView dV)
    {
        if (tape.Draw.IsActive)
            tape.Draw.Apply(tape.WeightsSpan, tape.DroppedSpan, first: 0);   // drawn again, not kept (D21)

        ReadOnlyMatrixBatchView dC = tape.ContextGradientView.AsReadOnly().Heads(Heads);
        MatrixProduct.Multiply(GemmForm.TN, tape.DroppedView, dC, dV);       // C = dropout(P)*V
        MatrixProduct.Multiply(GemmForm.NT, dC, v, tape.ScoreGradientView);
        AttentionWeightsKernel.Backward(tape.WeightsSpan, tape.ScoreGradient, tape.Shape, tape.Lengths, _scale, tape.Draw);
        MatrixProduct.Multiply(GemmForm.NN, tape.ScoreGradientView, k, dQ);  // S = Q*K^T
        MatrixProduct.Multiply(GemmForm.TN, tape.ScoreGradientView, q, dK);
    }

    private void Check(ReadOnlySequenceView x, ReadOnlySequenceView memory, ReadOnlySpan<int> lengths, SequenceView y,
        MultiHeadAttentionTape tape, bool isSelf)
    {
        CheckTape(tape, isSelf);
        if (x.Features != Size)
            Throw.InputSize(Name, Size, x.Features, x.ToString());

        if (x.Steps < 1 || x.Steps > tape.MaxSteps || x.Batch < 1 || x.Batch > tape.MaxRows)
            Throw.TapeTooSmall(Name, x.Steps, x.Batch, tape.MaxSteps, tape.MaxRows);

        if (!isSelf)
            CheckMemory(Name, Size, x.Batch, memory, tape.MaxSource);

        CheckLengths(Name, lengths, x.Batch, isSelf ? x.Steps : memory.Steps);
        if (y.Steps != x.Steps || y.Batch != x.Batch || y.Features != Size)
            Throw.ShapeMismatch(Name, nameof(y), x.ToString(), y.ToString());
    }

    private void CheckBack(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySequenceView memory,
        ReadOnlySequenceView dY, MultiHeadAttentionTape tape, GradientBuffer g, SequenceView dX, SequenceView dMemory,
        bool isSelf)
    {
        CheckTape(tape, isSelf);
        tape.Stamp.Check(Name, tape.Use, p, g);
        CheckShape(Name, nameof(x), x, tape.Steps, tape.Batch, Size);
        CheckShape(Name, nameof(dY), dY, tape.Steps, tape.Batch, Size);
        if (!dX.IsEmpty)
            CheckShape(Name, nameof(dX), dX, tape.Steps, tape.Batch, Size);

        if (!isSelf)
            CheckShape(Name, nameof(memory), memory, tape.SourceSteps, tape.Batch, Size);

        if (!dMemory.IsEmpty)
            CheckShape(Name, nameof(dMemory), dMemory, tape.SourceSteps, tape.Batch, Size);
    }

    private void CheckTape(MultiHeadAttentionTape tape, bool isSelf)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (!ReferenceEquals(tape.Layer, this))
            Throw.OtherLayersTape(Name, tape.Layer.Name);

        if (tape.IsSelf != isSelf)
            Throw.TapeOfOtherAttention(Name, tape.IsSelf);
    }

    internal static void CheckShape(string name, string what, ReadOnlySequenceView x, int steps, int batch, int features)
    {
        if (x.Steps != steps || x.Batch != batch || x.Features != features)
            Throw.ShapeMismatch(name, what, $"[T={steps}, B={batch}, {features}] as in Forward", x.ToString());
    }

    internal static void CheckMemory(string name, int size, int batch, ReadOnlySequenceView memory, int maxSource)
    {
        if (memory.Features != size)
            Throw.ShapeMismatch(name, nameof(memory), $"[S, B, {size}]", memory.ToString());

        if (memory.Batch != batch)
            Throw.SourceRows(name, memory.Batch, batch);

        if (memory.Steps < 1 || memory.Steps > maxSource)
            Throw.SourceTooLong(name, memory.Steps, maxSource);
    }

    internal static void CheckLengths(string name, ReadOnlySpan<int> lengths, int batch, int steps)
    {
        if (!lengths.IsEmpty && lengths.Length != batch)
            Throw.SpanLength(name, nameof(lengths), batch, lengths.Length);

        for (int b = 0; b < lengths.Length; b++)
        {
            if (lengths[b] < 1 || lengths[b] > steps)
                Throw.AttentionLength(name, b, lengths[b], steps);
        }
    }
}
