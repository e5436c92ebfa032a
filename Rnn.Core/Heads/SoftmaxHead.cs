using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
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
public sealed class SoftmaxHead : VocabularyHead
{
    /// <summary>Declares the parameters of a head of its own weights. Initial values are PyTorch's of a linear layer:
    /// both uniform in +-1/sqrt(E).</summary>
    /// <param name="layout">Receives weight [V, E] and, if asked for, bias [V].</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="inputSize">E.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="bias">Whether there is a bias; by default there is.</param>
    /// <param name="labelSmoothing">The part of each target that training spreads over all words, 0 (the default) to
    /// 1.</param>
    /// <exception cref="ArgumentException">The name is taken or empty, a size is not positive, or the smoothing is out
    /// of range.</exception>
    public SoftmaxHead(ParameterLayout layout, string name, int inputSize, int vocabulary, bool bias = true,
        float labelSmoothing = 0)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        LabelSmoothing = Checked(name, labelSmoothing);
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
    /// <param name="labelSmoothing">The part of each target that training spreads over all words, 0 (the default) to
    /// 1.</param>
    /// <exception cref="ArgumentException">
    /// The table is kept by row or belongs to another layout, the name is taken or empty, or the smoothing is out of
    /// range.
    /// </exception>
    public SoftmaxHead(ParameterLayout layout, string name, ParameterSlot table, bool bias = true,
        float labelSmoothing = 0)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        LabelSmoothing = Checked(name, labelSmoothing);
        if ((uint)table.Index >= (uint)layout.Slots.Count || layout.Slots[table.Index] != table)
            Throw.TableOfOtherLayout(name, table.Name);

        if (table.Storage != SlotStorage.Dense)
            Throw.TableByRow(name, table.Name);

        IsTied = true;
        Weights = table;
        Bias = bias ? layout.Add($"{name}.bias", 1, table.Rows, SlotOrientation.Vector,
            initial: InitialValues.UniformByInputs(table.Cols)) : null;
    }

    /// <summary>E.</summary>
    public override int InputSize => Weights.Cols;

    /// <summary>V.</summary>
    public override int Vocabulary => Weights.Rows;

    /// <summary>s: in training the loss is (1-s)*loss(n) + s/V * sum over v of -log softmax(logits[n])[v]; what is
    /// measured is never smoothed. Source: Szegedy et al. 2016.</summary>
    public float LabelSmoothing { get; }

    /// <summary>Whether W is another layer's table.</summary>
    public bool IsTied { get; }

    /// <summary>W [V, E].</summary>
    public ParameterSlot Weights { get; }

    /// <summary>b [1, V], or null.</summary>
    public ParameterSlot? Bias { get; }

    /// <summary>A tape for up to <paramref name="maxRows"/> rows.</summary>
    /// <param name="maxRows">The most rows of one call, more than 0. Memory stops growing at 896.</param>
    /// <param name="use">Training, the default, or inference: all but ForwardBackward, which refuses it.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no rows.</exception>
    public override SoftmaxHeadTape CreateTape(int maxRows, TapeUse use = TapeUse.Training) => new(this, maxRows, use);

    /// <summary>The losses of all rows, and the gradients of their mean over counted rows.</summary>
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
        return ForwardBackward(p, x, targets, count, Mode.Inference, (float)(1.0 / Math.Max(1, count)), tape, g, dX);
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
        ForwardBackward(p, x, targets, Check(p, x, targets, tape), Mode.Inference, scale, tape, g, dX);

    /// <summary>
    /// logits = X*W^T + b, for generation: few rows at a time. A row's bits don't depend on the others; they agree with
    /// those of the loss to rounding, and of weights in bfloat16 with those of a loss on a tape for inference.
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
        Logits(p, x.Span, x.Rows, logits.Span, Vocabulary);
    }

    /// <summary>The same with rows of logits <paramref name="stride"/> apart. Arguments are checked.</summary>
    internal void Logits(ParameterBuffer p, ReadOnlySpan<float> x, int rows, Span<float> logits, int stride)
    {
        if (p.InferencePrecision == WeightPrecision.Full)
        {
            RowDots.Run(x, rows, p[Weights].Span, Vocabulary, InputSize, BiasOf(p), logits, stride);
            return;
        }

        Gemm.Multiply(rows, x, InputSize, p.Packed(new WeightPart(Weights, isTransposed: true)), logits, stride);
        for (int row = 0; row < rows && Bias is not null; row++)
            SharedPasses.AddRow(BiasOf(p), logits.Slice(row * stride, Vocabulary));
    }

    private protected override double ForwardRows(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets,
        int count, VocabularyHeadTape tape) =>
        tape.Use == TapeUse.Inference && p.InferencePrecision != WeightPrecision.Full
            ? LossOfLogits(p, x, targets, (SoftmaxHeadTape)tape)
            : ((SoftmaxHeadTape)tape).Workspace.Forward(x.Span, targets, SoftmaxCrossEntropy.IgnoredTarget, count,
                p[Weights].Span, BiasOf(p));

    private protected override double ForwardBackwardRows(ParameterBuffer p, ReadOnlyMatrixView x,
        ReadOnlySpan<int> targets, int count, Mode mode, float scale, VocabularyHeadTape tape, GradientBuffer g,
        MatrixView dX) =>
        ((SoftmaxHeadTape)tape).Workspace.ForwardBackward(x.Span, targets, SoftmaxCrossEntropy.IgnoredTarget, count,
            p[Weights].Span, BiasOf(p), mode.IsTraining ? LabelSmoothing : 0, scale, g[Weights].Span,
            Bias is { } bias ? g[bias].Span : default, dX.Span);

    private protected override void LogProbabilityRows(ParameterBuffer p, ReadOnlySpan<float> x, int rows,
        Span<float> logProbabilities)
    {
        Logits(p, x, rows, logProbabilities, Vocabulary);
        Softmax.LogForward(logProbabilities, Vocabulary, logProbabilities);
    }

    private protected override int ArgMaxRow(ParameterBuffer p, ReadOnlySpan<float> x, VocabularyHeadTape tape)
    {
        Span<float> logits = ((SoftmaxHeadTape)tape).Workspace.Scratch(Vocabulary);
        Logits(p, x, 1, logits, Vocabulary);
        return Reductions.IndexOfMax(logits);
    }

    private protected override int SampleRow(ParameterBuffer p, ReadOnlySpan<float> x, double uniform,
        VocabularyHeadTape tape)
    {
        Span<float> probabilities = ((SoftmaxHeadTape)tape).Workspace.Scratch(Vocabulary);
        Logits(p, x, 1, probabilities, Vocabulary);
        Softmax.Forward(probabilities, Vocabulary, probabilities);
        return Draw(probabilities, ref uniform);
    }

    // With the weights as inference keeps them, so that it is seen what their precision costs.
    private double LossOfLogits(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets, SoftmaxHeadTape tape)
    {
        int most = tape.Workspace.ScratchRows(Vocabulary);
        double sum = 0;
        for (int first = 0; first < targets.Length; first += most)
        {
            int rows = Math.Min(most, targets.Length - first);
            Span<float> logits = tape.Workspace.Scratch(rows * Vocabulary);
            Logits(p, x.Slice(first, rows).Span, rows, logits, Vocabulary);
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<float> words = logits.Slice(row * Vocabulary, Vocabulary);
                int target = targets[first + row];
                if (target != SoftmaxCrossEntropy.IgnoredTarget)
                    sum += Softmax.LogSumExp(words) - words[target];
            }
        }

        return sum;
    }

    private ReadOnlySpan<float> BiasOf(ParameterBuffer p) => Bias is { } bias ? p[bias].Span : default;

    private static float Checked(string name, float smoothing)
    {
        if (!(smoothing >= 0 && smoothing <= 1))
            Throw.HeadSmoothing(name, smoothing);

        return smoothing;
    }
}
