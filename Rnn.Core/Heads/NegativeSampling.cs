using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Heads;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Heads;

/// <summary>
/// Telling a word from noise, in place of a softmax over all V words: with a table W [V, E], a target t and K
/// negatives, loss(n) = -log sigmoid(x[n].W[t]) - sum over k of log sigmoid(-x[n].W[negative k]), in nats. A negative
/// that is the row's target is left out; one that stands twice counts twice. Rows with
/// <see cref="SoftmaxCrossEntropy.IgnoredTarget"/> cost nothing. Gradients are handed over, never applied, and W's are
/// kept by row: a step costs what it touches. Nothing overflows, whatever the dot products; nothing is allocated; the
/// bits don't depend on the number of threads. The derivation is in NegativeSampling.md.
/// </summary>
public sealed class NegativeSampling
{
    /// <summary>Declares the parameters of a loss with weights of its own.</summary>
    /// <param name="layout">Receives weight [V, E].</param>
    /// <param name="name">What the parameter's name begins with.</param>
    /// <param name="inputSize">E.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="storage">By row, the default, or dense where nearly every row is touched at each
    /// step.</param>
    /// <param name="initial">Its values before training; null (the default) for zeros, as word2vec begins.</param>
    /// <exception cref="ArgumentException">The name is taken or empty, or a size is not positive.</exception>
    public NegativeSampling(ParameterLayout layout, string name, int inputSize, int vocabulary,
        SlotStorage storage = SlotStorage.ByRow, InitialValues? initial = null)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Weights = layout.Add($"{name}.weight", vocabulary, inputSize, SlotOrientation.AsStored, storage,
            initial: initial);
    }

    /// <summary>
    /// A loss whose weights are another layer's table [V, E], such as that of the embedding that x comes from: both add
    /// to one gradient, by row or dense as the table is declared.
    /// </summary>
    /// <param name="layout">Has the table.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="table">[V, E].</param>
    /// <exception cref="ArgumentException">The table belongs to another layout, or the name is empty.</exception>
    public NegativeSampling(ParameterLayout layout, string name, ParameterSlot table)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if ((uint)table.Index >= (uint)layout.Slots.Count || layout.Slots[table.Index] != table)
            Throw.TableOfOtherLayout(name, table.Name);

        Name = name;
        IsTied = true;
        Weights = table;
    }

    /// <summary>The name that its parameter begins with.</summary>
    public string Name { get; }

    /// <summary>E.</summary>
    public int InputSize => Weights.Cols;

    /// <summary>V.</summary>
    public int Vocabulary => Weights.Rows;

    /// <summary>Whether W is another layer's table.</summary>
    public bool IsTied { get; }

    /// <summary>W [V, E].</summary>
    public ParameterSlot Weights { get; }

    /// <summary>A tape for up to <paramref name="maxRows"/> rows of <paramref name="maxNegatives"/>
    /// negatives.</summary>
    /// <param name="maxRows">The most rows of one call, more than 0.</param>
    /// <param name="maxNegatives">The most negatives of a row, 0 or more.</param>
    public NegativeSamplingTape CreateTape(int maxRows, int maxNegatives) => new(this, maxRows, maxNegatives);

    /// <summary>Draws negatives: two words of random numbers for each, so that any part can be drawn apart.</summary>
    /// <param name="noise">Of V words. Those that are a row's target are left out by the loss, not here.</param>
    /// <param name="random">Advanced by two words a negative.</param>
    /// <param name="negatives">[N, K]. Overwritten.</param>
    /// <exception cref="ArgumentException">The distribution is not over V words.</exception>
    public void Draw(AliasTable noise, ref Philox random, Span<int> negatives)
    {
        ArgumentNullException.ThrowIfNull(noise);
        if (noise.Count != Vocabulary)
            Throw.NoiseCount(Name, Vocabulary, noise.Count);

        foreach (ref int negative in negatives)
            negative = noise.Sample(ref random);
    }

    /// <summary>The losses of all rows; Count is the number of rows that aren't ignored.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[N, E]. Read.</param>
    /// <param name="targets">
    /// [N], each 0 .. V-1 or <see cref="SoftmaxCrossEntropy.IgnoredTarget"/>. Read.
    /// </param>
    /// <param name="negatives">[N, K], each 0 .. V-1. Read.</param>
    /// <param name="tape">This loss's. Scratch.</param>
    /// <exception cref="ArgumentException">A shape, the tape, a target or a negative doesn't fit.</exception>
    public LossSum Forward(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets,
        ReadOnlySpan<int> negatives, NegativeSamplingTape tape)
    {
        int count = Check(p, x, targets, negatives, tape);
        return new LossSum(Run(p, x, targets, negatives, 0, tape, default), count);
    }

    /// <summary>The same, and the gradients of the mean over counted rows.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[N, E]. Read.</param>
    /// <param name="targets">
    /// [N], each 0 .. V-1 or <see cref="SoftmaxCrossEntropy.IgnoredTarget"/>. Read.
    /// </param>
    /// <param name="negatives">[N, K], each 0 .. V-1. Read.</param>
    /// <param name="tape">This loss's. Scratch.</param>
    /// <param name="g">The gradient of W. Accumulated, by row in the targets and negatives.</param>
    /// <param name="dX">[N, E]. Overwritten; not x's memory; default to skip it.</param>
    /// <exception cref="ArgumentException">A shape, the tape, a target or a negative doesn't fit.</exception>
    public LossSum ForwardBackward(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets,
        ReadOnlySpan<int> negatives, NegativeSamplingTape tape, GradientBuffer g, MatrixView dX)
    {
        int count = Check(p, x, targets, negatives, tape);
        return ForwardBackward(p, x, targets, negatives, count, (float)(1.0 / Math.Max(1, count)), tape, g, dX);
    }

    /// <summary>
    /// The same, and with c[n,w] = scale * (sigmoid(x[n].W[w]) - [w is the target]): dX[n] = sum over w of c[n,w]*W[w],
    /// dW[w] += c[n,w]*x[n], the gradients of scale * Sum.
    /// </summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[N, E]. Read.</param>
    /// <param name="targets">
    /// [N], each 0 .. V-1 or <see cref="SoftmaxCrossEntropy.IgnoredTarget"/>. Read.
    /// </param>
    /// <param name="negatives">[N, K], each 0 .. V-1. Read.</param>
    /// <param name="scale">For instance 1 / number of targets of the whole step.</param>
    /// <param name="tape">This loss's. Scratch.</param>
    /// <param name="g">The gradient of W. Accumulated, by row in the targets and negatives.</param>
    /// <param name="dX">[N, E]. Overwritten; not x's memory; default to skip it.</param>
    /// <exception cref="ArgumentException">A shape, the tape, a target or a negative doesn't fit.</exception>
    public LossSum ForwardBackward(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets,
        ReadOnlySpan<int> negatives, float scale, NegativeSamplingTape tape, GradientBuffer g, MatrixView dX) =>
        ForwardBackward(p, x, targets, negatives, Check(p, x, targets, negatives, tape), scale, tape, g, dX);

    private LossSum ForwardBackward(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets,
        ReadOnlySpan<int> negatives, int count, float scale, NegativeSamplingTape tape, GradientBuffer g, MatrixView dX)
    {
        ArgumentNullException.ThrowIfNull(g);
        if (!dX.IsEmpty && (dX.Rows != x.Rows || dX.Cols != InputSize))
            Throw.ShapeMismatch(Name, nameof(dX), $"[{x.Rows}, {InputSize}]", dX.ToString());

        if (x.Span.Overlaps(dX.Span))
            Throw.Overlap(Name, nameof(x), nameof(dX));

        LossSum loss = new(Run(p, x, targets, negatives, scale, tape, dX.Span), count);
        ReadOnlySpan<int> counts = tape.Counts.AsSpan(0, x.Rows);
        Span<int> words = tape.Words.AsSpan(0, x.Rows + negatives.Length);
        Span<float> table;
        if (Weights.Storage == SlotStorage.ByRow)
        {
            RowGradients rows = g.Rows(Weights);
            Touch(rows, counts, words);
            table = rows.Values.Span;
        }
        else
        {
            table = g[Weights].Span;
        }

        NegativeSamplingKernel.Backward(x.Span, InputSize, counts, words, tape.Coefficients, table);
        return loss;
    }

    private double Run(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets, ReadOnlySpan<int> negatives,
        float scale, NegativeSamplingTape tape, Span<float> dX) =>
        NegativeSamplingKernel.Forward(x.Span, InputSize, targets, SoftmaxCrossEntropy.IgnoredTarget, negatives,
            p[Weights].Span, scale, tape.Counts, tape.Words, tape.Coefficients, dX);

    /// <summary>Words become positions in the touched rows; touched in the order in which they stand.</summary>
    private static void Touch(RowGradients rows, ReadOnlySpan<int> counts, Span<int> words)
    {
        for (int n = 0, stride = counts.IsEmpty ? 0 : words.Length / counts.Length; n < counts.Length; n++)
        {
            foreach (ref int word in words.Slice(n * stride, counts[n]))
                word = rows.TouchPosition(word);
        }
    }

    /// <summary>How many targets count.</summary>
    private int Check(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets, ReadOnlySpan<int> negatives,
        NegativeSamplingTape tape)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(tape);
        if (!ReferenceEquals(tape.Head, this))
            Throw.OtherLayersTape(Name, tape.Head.Name);

        if (x.Cols != InputSize)
            Throw.InputSize(Name, InputSize, x.Cols, x.ToString());

        if (x.Rows > tape.MaxRows)
            Throw.TapeRows(Name, x.Rows, tape.MaxRows);

        if (targets.Length != x.Rows)
            Throw.SpanLength(Name, nameof(targets), x.Rows, targets.Length);

        if (x.Rows == 0 ? negatives.Length > 0 : negatives.Length % x.Rows != 0)
            Throw.NegativeCount(Name, negatives.Length, x.Rows);

        if (negatives.Length > (long)x.Rows * tape.MaxNegatives)
            Throw.TapeNegatives(Name, negatives.Length / x.Rows, tape.MaxNegatives);

        for (int i = 0; i < negatives.Length; i++)
        {
            if ((uint)negatives[i] >= (uint)Vocabulary)
                Throw.Negative(Name, i, negatives[i], Vocabulary);
        }

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
}
