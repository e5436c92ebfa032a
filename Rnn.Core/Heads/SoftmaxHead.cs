using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Heads;

/// <summary>
/// The output layer of a language model and its loss in one: logits = X*W^T + b over a vocabulary of V words and
/// loss(n) = -log softmax(logits[n])[targets[n]], in nats. The same as a linear layer and
/// <see cref="SoftmaxCrossEntropy"/>, but the logits of all rows never exist together: memory doesn't grow with N * V
/// (design decision D27).
/// Rows with <see cref="SoftmaxCrossEntropy.IgnoredTarget"/> cost nothing. Every word has a gradient at each step, so W
/// is a dense slot. Nothing is allocated; the bits don't depend on the number of threads. The derivation is in
/// SoftmaxHead.md.
/// </summary>
public sealed class SoftmaxHead
{
    /// <summary>Declares the parameters of a head of its own weights. Initial values are PyTorch's of a linear layer: both
    /// uniform in +-1/sqrt(E).</summary>
    /// <param name="layout">Receives weight [V, E] and, if asked for, bias [V].</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="inputSize">E.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="bias">Whether there is a bias; by default there is.</param>
    /// <exception cref="ArgumentException">The name is taken or empty, or a size is not positive.</exception>
    public SoftmaxHead(ParameterLayout layout, string name, int inputSize, int vocabulary, bool bias = true)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        InitialValues initial = InitialValues.UniformByInputs(inputSize);
        Weights = layout.Add($"{name}.weight", vocabulary, inputSize, SlotOrientation.AsStored, initial: initial);
        Bias = bias ? layout.Add($"{name}.bias", 1, vocabulary, SlotOrientation.Vector, initial: initial) : null;
    }

    /// <summary>
    /// Declares a head whose weights are another layer's table [V, E], such as that of the embedding of the same words:
    /// both add to one gradient. The table must be dense, since a softmax touches every row of it. Files hold it once,
    /// under the other layer's name.
    /// </summary>
    /// <param name="layout">Has the table; receives bias [V], if asked for.</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="table">[V, E], dense.</param>
    /// <param name="bias">Whether there is a bias; by default there is.</param>
    /// <exception cref="ArgumentException">
    /// The table is kept by row or belongs to another layout, or the name is taken or empty.
    /// </exception>
    public SoftmaxHead(ParameterLayout layout, string name, ParameterSlot table, bool bias = true)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if ((uint)table.Index >= (uint)layout.Slots.Count || layout.Slots[table.Index] != table)
            Throw.TableOfOtherLayout(name, table.Name);

        if (table.Storage != SlotStorage.Dense)
            Throw.TableByRow(name, table.Name);

        Name = name;
        IsTied = true;
        Weights = table;
        Bias = bias ? layout.Add($"{name}.bias", 1, table.Rows, SlotOrientation.Vector,
            initial: InitialValues.UniformByInputs(table.Cols)) : null;
    }

    /// <summary>The name that its parameters begin with.</summary>
    public string Name { get; }

    /// <summary>E.</summary>
    public int InputSize => Weights.Cols;

    /// <summary>V.</summary>
    public int Vocabulary => Weights.Rows;

    /// <summary>Whether W is another layer's table.</summary>
    public bool IsTied { get; }

    /// <summary>W [V, E].</summary>
    public ParameterSlot Weights { get; }

    /// <summary>b [1, V], or null.</summary>
    public ParameterSlot? Bias { get; }

    /// <summary>A tape for up to <paramref name="maxRows"/> rows.</summary>
    /// <param name="maxRows">The most rows of one call, more than 0. Memory stops growing at 448.</param>
    public SoftmaxHeadTape CreateTape(int maxRows) => new(this, maxRows);

    /// <summary>The losses of all rows.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[N, E]. Read.</param>
    /// <param name="targets">
    /// [N], each 0 .. V-1 or <see cref="SoftmaxCrossEntropy.IgnoredTarget"/>. Read.
    /// </param>
    /// <param name="tape">This head's. Scratch.</param>
    /// <exception cref="ArgumentException">A shape, the tape, or a target doesn't fit.</exception>
    public LossSum Forward(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets, SoftmaxHeadTape tape)
    {
        int count = Check(p, x, targets, tape);
        double sum = tape.Workspace.Forward(x.Span, targets, SoftmaxCrossEntropy.IgnoredTarget, count, p[Weights].Span,
            BiasOf(p));
        return new LossSum(sum, count);
    }

    /// <summary>The same, and the gradients of the mean over counted rows.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[N, E]. Read.</param>
    /// <param name="targets">
    /// [N], each 0 .. V-1 or <see cref="SoftmaxCrossEntropy.IgnoredTarget"/>. Read.
    /// </param>
    /// <param name="tape">This head's. Scratch.</param>
    /// <param name="g">Gradients of W and b. Accumulated.</param>
    /// <param name="dX">[N, E]. Overwritten; may be x itself; default to skip it.</param>
    /// <exception cref="ArgumentException">A shape, the tape, or a target doesn't fit.</exception>
    public LossSum ForwardBackward(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets,
        SoftmaxHeadTape tape, GradientBuffer g, MatrixView dX)
    {
        int count = Check(p, x, targets, tape);
        return ForwardBackward(p, x, targets, count, (float)(1.0 / Math.Max(1, count)), tape, g, dX);
    }

    /// <summary>
    /// The same, and with dL = scale * (softmax(logits) - onehot(targets)): dX = dL*W, dW += dL^T*X, db += sum of rows
    /// of dL, the gradients of scale * Sum.
    /// </summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[N, E]. Read.</param>
    /// <param name="targets">
    /// [N], each 0 .. V-1 or <see cref="SoftmaxCrossEntropy.IgnoredTarget"/>. Read.
    /// </param>
    /// <param name="scale">For instance 1 / number of targets of the whole step.</param>
    /// <param name="tape">This head's. Scratch.</param>
    /// <param name="g">Gradients of W and b. Accumulated.</param>
    /// <param name="dX">[N, E]. Overwritten; may be x itself; default to skip it.</param>
    /// <exception cref="ArgumentException">A shape, the tape, or a target doesn't fit.</exception>
    public LossSum ForwardBackward(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets, float scale,
        SoftmaxHeadTape tape, GradientBuffer g, MatrixView dX) =>
        ForwardBackward(p, x, targets, Check(p, x, targets, tape), scale, tape, g, dX);

    /// <summary>
    /// logits = X*W^T + b, for generation: few rows at a time. A row's bits don't depend on the others; they agree with
    /// those of the loss to rounding.
    /// </summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[N, E]. Read.</param>
    /// <param name="logits">[N, V]. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the head's.</exception>
    public void Logits(ParameterBuffer p, ReadOnlyMatrixView x, MatrixView logits)
    {
        ArgumentNullException.ThrowIfNull(p);
        CheckInput(x);
        CheckShape(logits, nameof(logits), x.Rows, Vocabulary);
        RowDots.Run(x.Span, x.Rows, p[Weights].Span, Vocabulary, InputSize, BiasOf(p), logits.Span);
    }

    /// <summary>log softmax(X*W^T + b), in nats: what a beam search adds up.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[N, E]. Read.</param>
    /// <param name="logProbabilities">[N, V]. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the head's.</exception>
    public void LogProbabilities(ParameterBuffer p, ReadOnlyMatrixView x, MatrixView logProbabilities)
    {
        ArgumentNullException.ThrowIfNull(p);
        CheckInput(x);
        CheckShape(logProbabilities, nameof(logProbabilities), x.Rows, Vocabulary);
        Logits(p, x, logProbabilities);
        for (int row = 0; row < x.Rows; row++)
            Softmax.LogForward(logProbabilities.Row(row), Vocabulary, logProbabilities.Row(row));
    }

    private LossSum ForwardBackward(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets, int count,
        float scale, SoftmaxHeadTape tape, GradientBuffer g, MatrixView dX)
    {
        ArgumentNullException.ThrowIfNull(g);
        if (!dX.IsEmpty)
            CheckShape(dX, nameof(dX), x.Rows, InputSize);

        Span<float> dBias = Bias is { } bias ? g[bias].Span : default;
        double sum = tape.Workspace.ForwardBackward(x.Span, targets, SoftmaxCrossEntropy.IgnoredTarget, count,
            p[Weights].Span, BiasOf(p), scale, g[Weights].Span, dBias, dX.Span);
        return new LossSum(sum, count);
    }

    private ReadOnlySpan<float> BiasOf(ParameterBuffer p) => Bias is { } bias ? p[bias].Span : default;

    /// <summary>How many targets count.</summary>
    private int Check(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets, SoftmaxHeadTape tape)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(tape);
        if (!ReferenceEquals(tape.Head, this))
            Throw.OtherLayersTape(Name, tape.Head.Name);

        CheckInput(x);
        if (x.Rows > tape.MaxRows)
            Throw.TapeRows(Name, x.Rows, tape.MaxRows);

        if (targets.Length != x.Rows)
            Throw.SpanLength(Name, nameof(targets), x.Rows, targets.Length);

        int count = 0;
        for (int n = 0; n < targets.Length; n++)
        {
            if ((uint)targets[n] < (uint)Vocabulary)
                count++;
            else if (targets[n] != SoftmaxCrossEntropy.IgnoredTarget)
                Throw.Target(Name, n, targets[n], Vocabulary, SoftmaxCrossEntropy.IgnoredTarget);
        }

        return count;
    }

    private void CheckInput(ReadOnlyMatrixView x)
    {
        if (x.Cols != InputSize)
            Throw.InputSize(Name, InputSize, x.Cols, x.ToString());
    }

    private void CheckShape(ReadOnlyMatrixView matrix, string what, int rows, int cols)
    {
        if (matrix.Rows != rows || matrix.Cols != cols)
            Throw.ShapeMismatch(Name, what, $"[{rows}, {cols}]", matrix.ToString());
    }
}
