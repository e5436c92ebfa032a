using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Heads;

/// <summary>
/// The output layer of a vocabulary of V words with its loss: P(v | x) for rows x of E numbers, and
/// loss(n) = -log P(targets[n] | x[n]), in nats. What trains may be an estimate of that loss
/// (<see cref="SampledSoftmax"/>); what is measured never is. Rows with <see cref="SoftmaxCrossEntropy.IgnoredTarget"/>
/// cost nothing. Nothing is allocated; the bits don't depend on the number of threads (design decision D69).
/// </summary>
public abstract class VocabularyHead
{
    private protected VocabularyHead(string name) => Name = name;

    /// <summary>The name that its parameters begin with.</summary>
    public string Name { get; }

    /// <summary>E.</summary>
    public abstract int InputSize { get; }

    /// <summary>V.</summary>
    public abstract int Vocabulary { get; }

    /// <summary>A tape for up to <paramref name="maxRows"/> rows.</summary>
    /// <param name="maxRows">The most rows of one call, more than 0.</param>
    /// <param name="use">Training, the default, or inference: all but ForwardBackward, which refuses it.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no rows.</exception>
    public abstract VocabularyHeadTape CreateTape(int maxRows, TapeUse use = TapeUse.Training);

    /// <summary>The losses of all rows, exactly: over all V words, however the head trains.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[N, E]. Read.</param>
    /// <param name="targets">
    /// [N], each 0 .. V-1 or <see cref="SoftmaxCrossEntropy.IgnoredTarget"/>. Read.
    /// </param>
    /// <param name="tape">This head's. Scratch.</param>
    /// <exception cref="ArgumentException">A shape, the tape, or a target doesn't fit.</exception>
    public LossSum Forward(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets, VocabularyHeadTape tape)
    {
        int count = Check(p, x, targets, tape);
        return new LossSum(ForwardRows(p, x, targets, count, tape), count);
    }

    /// <summary>The losses that train, and the gradients of scale * Sum.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[N, E]. Read.</param>
    /// <param name="targets">
    /// [N], each 0 .. V-1 or <see cref="SoftmaxCrossEntropy.IgnoredTarget"/>. Read.
    /// </param>
    /// <param name="mode">
    /// In training its key draws the words of a head that samples; in inference every head's loss is the exact one.
    /// </param>
    /// <param name="scale">For instance 1 / number of targets of the whole step. Not in the sum.</param>
    /// <param name="tape">This head's, for training. Scratch.</param>
    /// <param name="g">Gradients of the head's parameters. Accumulated.</param>
    /// <param name="dX">[N, E]. Overwritten; may be x itself; default to skip it.</param>
    /// <exception cref="ArgumentException">A shape, the tape, or a target doesn't fit.</exception>
    /// <exception cref="InvalidOperationException">The tape was made for inference.</exception>
    public LossSum ForwardBackward(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets, Mode mode,
        float scale, VocabularyHeadTape tape, GradientBuffer g, MatrixView dX) =>
        ForwardBackward(p, x, targets, Check(p, x, targets, tape), mode, scale, tape, g, dX);

    /// <summary>log P(v | x[n]) of all words, in nats: what a beam search adds up. A row's bits don't depend on the
    /// others.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[N, E]. Read.</param>
    /// <param name="logProbabilities">[N, V]. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the head's.</exception>
    public void LogProbabilities(ParameterBuffer p, ReadOnlyMatrixView x, MatrixView logProbabilities)
    {
        ArgumentNullException.ThrowIfNull(p);
        CheckInput(x);
        CheckShape(logProbabilities, nameof(logProbabilities), x.Rows, Vocabulary);
        LogProbabilityRows(p, x.Span, x.Rows, logProbabilities.Span);
    }

    /// <summary>The most probable word; the first among equals.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[E], one row. Read.</param>
    /// <param name="tape">This head's. Scratch.</param>
    /// <exception cref="ArgumentException">A length or the tape doesn't fit.</exception>
    public int ArgMax(ParameterBuffer p, ReadOnlySpan<float> x, VocabularyHeadTape tape)
    {
        CheckRow(p, x, tape);
        return ArgMaxRow(p, x, tape);
    }

    /// <summary>A word drawn by its probability: the one at which the sum of probabilities passes
    /// <paramref name="uniform"/>.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[E], one row. Read.</param>
    /// <param name="uniform">In [0, 1): the same number gives the same word.</param>
    /// <param name="tape">This head's. Scratch.</param>
    /// <exception cref="ArgumentException">A length or the tape doesn't fit, or the number is not in
    /// [0, 1).</exception>
    public int Sample(ParameterBuffer p, ReadOnlySpan<float> x, double uniform, VocabularyHeadTape tape)
    {
        CheckRow(p, x, tape);
        if (!(uniform >= 0 && uniform < 1))
            Throw.OutOfRange(nameof(uniform), uniform, "0 or more and below 1");

        return SampleRow(p, x, uniform, tape);
    }

    /// <summary>The exact losses' sum. Arguments are checked.</summary>
    private protected abstract double ForwardRows(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets,
        int count, VocabularyHeadTape tape);

    /// <summary>The training losses' sum, and gradients. Arguments are checked.</summary>
    private protected abstract double ForwardBackwardRows(ParameterBuffer p, ReadOnlyMatrixView x,
        ReadOnlySpan<int> targets, int count, Mode mode, float scale, VocabularyHeadTape tape, GradientBuffer g,
        MatrixView dX);

    private protected abstract void LogProbabilityRows(ParameterBuffer p, ReadOnlySpan<float> x, int rows,
        Span<float> logProbabilities);

    private protected abstract int ArgMaxRow(ParameterBuffer p, ReadOnlySpan<float> x, VocabularyHeadTape tape);

    private protected abstract int SampleRow(ParameterBuffer p, ReadOnlySpan<float> x, double uniform,
        VocabularyHeadTape tape);

    private protected LossSum ForwardBackward(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets,
        int count, Mode mode, float scale, VocabularyHeadTape tape, GradientBuffer g, MatrixView dX)
    {
        ArgumentNullException.ThrowIfNull(g);
        if (tape.Use != TapeUse.Training)
            Throw.TapeForInference(Name);

        if (!dX.IsEmpty)
            CheckShape(dX, nameof(dX), x.Rows, InputSize);

        return new LossSum(ForwardBackwardRows(p, x, targets, count, mode, scale, tape, g, dX), count);
    }

    /// <summary>How many targets count.</summary>
    private protected int Check(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets,
        VocabularyHeadTape tape)
    {
        ArgumentNullException.ThrowIfNull(p);
        CheckTape(tape);
        CheckInput(x);
        if (x.Rows > tape.MaxRows)
            Throw.TapeRows(Name, x.Rows, tape.MaxRows);

        if (targets.Length != x.Rows)
            Throw.SpanLength(Name, nameof(targets), x.Rows, targets.Length);

        int count = 0, vocabulary = Vocabulary;
        for (int n = 0; n < targets.Length; n++)
        {
            if ((uint)targets[n] < (uint)vocabulary)
                count++;
            else if (targets[n] != SoftmaxCrossEntropy.IgnoredTarget)
                Throw.Target(Name, n, targets[n], vocabulary, SoftmaxCrossEntropy.IgnoredTarget);
        }

        return count;
    }

    private protected void CheckInput(ReadOnlyMatrixView x)
    {
        if (x.Cols != InputSize)
            Throw.InputSize(Name, InputSize, x.Cols, x.ToString());
    }

    private protected void CheckShape(ReadOnlyMatrixView matrix, string what, int rows, int cols)
    {
        if (matrix.Rows != rows || matrix.Cols != cols)
            Throw.ShapeMismatch(Name, what, $"[{rows}, {cols}]", matrix.ToString());
    }

    /// <summary>
    /// The index at which the sum of the probabilities passes the number; the number becomes its place within that
    /// index's probability, uniform again. An index of probability 0 is never drawn.
    /// </summary>
    private protected static int Draw(ReadOnlySpan<float> probabilities, ref double uniform)
    {
        int last = 0;
        for (int i = 0; i < probabilities.Length; i++)
        {
            double probability = probabilities[i];
            if (uniform < probability)
            {
                uniform /= probability;
                return i;
            }

            uniform -= probability;
            if (probability > 0)
                last = i;
        }

        uniform = double.BitDecrement(1);   // the probabilities were rounded, and their sum is a little below 1
        return last;
    }

    private void CheckRow(ParameterBuffer p, ReadOnlySpan<float> x, VocabularyHeadTape tape)
    {
        ArgumentNullException.ThrowIfNull(p);
        CheckTape(tape);
        if (x.Length != InputSize)
            Throw.SpanLength(Name, nameof(x), InputSize, x.Length);
    }

    private void CheckTape(VocabularyHeadTape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (!ReferenceEquals(tape.Head, this))
            Throw.OtherLayersTape(Name, tape.Head.Name);
    }
}
