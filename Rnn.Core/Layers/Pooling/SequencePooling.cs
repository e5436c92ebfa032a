using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Pooling;

/// <summary>
/// Pooling over time: a sequence [T, B, F] becomes one vector per item, [N, F]. An item is one row of the batch, or
/// several consecutive ones: a long text is cut into pieces that an encoder reads side by side, and pooling runs over
/// all steps of all its pieces (design decision D64). With the steps i of item n, over its rows in order and in each
/// row from step 0 to its length:
/// <list type="bullet">
/// <item><see cref="PoolingKind.Last"/>: y = x at the last step of the item's last row.</item>
/// <item><see cref="PoolingKind.Mean"/>: y = sum of x_i / number of steps.</item>
/// <item><see cref="PoolingKind.Max"/>: y_j = the largest x_ij, whose gradient goes to the first step that has
/// it.</item>
/// <item><see cref="PoolingKind.Attention"/>: y = sum of a_i*x_i, a = softmax over the item's steps of
/// e_i = v . tanh(x_i*W + b).</item>
/// </list>
/// <para>The trap of Last is two directions: at the last step the backward direction has read that one step and nothing
/// else. With <c>bidirectional</c>, the second half of the features is therefore taken at step 0 of the item's first
/// row, where it has read everything; and the last step is that of the row's length, not T-1.</para>
/// <para>Past a row's length nothing is read, NaN included. An item's result has the same bits alone and in any batch,
/// on any number of threads; for Mean, Max and Attention also however its steps are cut into rows. Nothing is
/// allocated. The layer owns no values: it serves any number of threads, each with a tape of its own. The derivation is
/// in SequencePooling.md.</para>
/// <para>Sources: Yang et al. 2016, "Hierarchical Attention Networks for Document Classification", equations 5 to 7;
/// the score is that of Bahdanau, Cho and Bengio 2015.</para>
/// </summary>
public abstract class SequencePooling
{
    private protected SequencePooling(string name, PoolingKind kind, int features)
    {
        Name = name;
        Kind = kind;
        Features = features;
    }

    /// <summary>The name that its parameters begin with.</summary>
    public string Name { get; }

    /// <summary>F.</summary>
    public int Features { get; }

    /// <summary>How steps become one vector.</summary>
    public PoolingKind Kind { get; }

    /// <summary>Declares the parameters of a pooling layer, if its kind has any.</summary>
    /// <param name="layout">For Attention receives "name.attention.weight" W [F, A], "name.attention.bias" b [A] and
    /// "name.context.weight" v [A, 1], with PyTorch's initial values of linear layers: uniform in +-1/sqrt(F), and v in
    /// +-1/sqrt(A).</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="kind">How steps become one vector.</param>
    /// <param name="features">F, more than 0.</param>
    /// <param name="bidirectional">Whether the second half of the features reads the sequence from its end. Tells Last
    /// where to look, and needs an even F there; the other kinds read all steps alike.</param>
    /// <param name="attentionSize">A; 0, the default, is F. For Attention alone.</param>
    /// <exception cref="ArgumentException">The name is taken or empty, F is odd where it has two halves, or
    /// attentionSize is given to a kind that has none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or there is no such kind.</exception>
    public static SequencePooling Create(ParameterLayout layout, string name, PoolingKind kind, int features,
        bool bidirectional = false, int attentionSize = 0)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!Enum.IsDefined(kind))
            Throw.UnknownChoice(nameof(kind), kind);

        if (features <= 0)
            Throw.NotPositive(nameof(features), features);

        if (attentionSize < 0)
            Throw.NegativeSize(nameof(attentionSize), attentionSize);

        if (kind != PoolingKind.Attention && attentionSize != 0)
            Throw.AttentionSize(name, kind.ToString(), attentionSize);

        if (kind == PoolingKind.Last && bidirectional && features % 2 != 0)
            Throw.OddFeatures(name, features);

        return kind switch
        {
            PoolingKind.Last => new LastPooling(name, features, bidirectional),
            PoolingKind.Mean => new MeanPooling(name, features),
            PoolingKind.Max => new MaxPooling(name, features),
            _ => new AttentionPooling(layout, name, features, attentionSize == 0 ? features : attentionSize),
        };
    }

    /// <summary>A tape for sequences of up to this many steps and rows, and as many items as rows.</summary>
    /// <param name="maxSteps">The most steps, more than 0.</param>
    /// <param name="maxRows">The most rows, more than 0.</param>
    /// <param name="use">Whether Backward will follow, as by default. For inference, Attention keeps
    /// tanh(x*W + b) of 512 steps at a time instead of all; the bits are the same.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public PoolingTape CreateTape(int maxSteps, int maxRows, TapeUse use = TapeUse.Training)
    {
        if (maxSteps <= 0 || maxRows <= 0)
            Throw.NotPositive(maxSteps <= 0 ? nameof(maxSteps) : nameof(maxRows), Math.Min(maxSteps, maxRows));

        if ((long)maxSteps * maxRows > Array.MaxLength)
            Throw.TooLarge(nameof(PoolingTape), (long)maxSteps * maxRows);

        PoolingTape tape = new(this, maxSteps, maxRows, use);
        Equip(tape);
        return tape;
    }

    /// <summary>y[n] = the vector of item n.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[T, B, F]. Read up to each row's length, and read again by Backward.</param>
    /// <param name="lengths">Steps of each row [B], 1 .. T, in any order; empty when all have T. Read.</param>
    /// <param name="firstRows">[N + 1], ascending from 0 to B: item n has rows firstRows[n] .. firstRows[n + 1] - 1, at
    /// least one; empty when every row is an item. Read.</param>
    /// <param name="y">[N, F]. Overwritten.</param>
    /// <param name="tape">This layer's. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the layer's, a length or an item has no or too many
    /// steps or rows, or the tape is another layer's or too small.</exception>
    public void Forward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySpan<int> lengths,
        ReadOnlySpan<int> firstRows, MatrixView y, PoolingTape tape)
    {
        ArgumentNullException.ThrowIfNull(p);
        CheckTape(tape);
        CheckInput(x, tape);
        int items = CheckItems(x, lengths, firstRows);
        if (y.Rows != items || y.Cols != Features)
            Throw.ShapeMismatch(Name, nameof(y), $"[N={items}, {Features}]", y.ToString());

        tape.Begin(p, x.Steps, x.Batch, lengths, firstRows);
        Forward(p, x, y, tape);
        tape.MoveTo(PoolingStage.Recorded);
    }

    /// <summary>Backward of Forward.</summary>
    /// <param name="p">Parameters, as given to Forward. Read.</param>
    /// <param name="x">[T, B, F], as given to Forward. Read up to each row's length.</param>
    /// <param name="lengths">As given to Forward. Read.</param>
    /// <param name="firstRows">As given to Forward. Read.</param>
    /// <param name="dY">[N, F], gradient of y. Read.</param>
    /// <param name="tape">As recorded by Forward. Consumed.</param>
    /// <param name="g">Gradients of this layer's parameters. Accumulated.</param>
    /// <param name="dX">[T, B, F]. Overwritten, with 0 where a step has no influence and past the lengths; may be x's
    /// memory; default to skip it.</param>
    /// <exception cref="InvalidOperationException">The tape holds no Forward, was consumed, or is for inference, or the
    /// parameters have changed since.</exception>
    /// <exception cref="ArgumentException">A shape, a length or an item disagrees with Forward's.</exception>
    public void Backward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySpan<int> lengths,
        ReadOnlySpan<int> firstRows, ReadOnlyMatrixView dY, PoolingTape tape, GradientBuffer g, SequenceView dX)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(g);
        CheckTape(tape);
        CheckRecorded(p, tape, g);
        int steps = tape.Steps, batch = tape.Batch;
        if (x.Steps != steps || x.Batch != batch || x.Features != Features)
            Throw.ShapeMismatch(Name, nameof(x), $"[T={steps}, B={batch}, {Features}] as in Forward", x.ToString());

        if (!tape.Plan.HasLengths(lengths))
            Throw.OtherItems(Name, nameof(lengths));

        if (!tape.Plan.HasItems(firstRows))
            Throw.OtherItems(Name, nameof(firstRows));

        if (dY.Rows != tape.Items || dY.Cols != Features)
            Throw.ShapeMismatch(Name, nameof(dY), $"[N={tape.Items}, {Features}]", dY.ToString());

        if (!dX.IsEmpty && (dX.Steps != steps || dX.Batch != batch || dX.Features != Features))
            Throw.ShapeMismatch(Name, nameof(dX), $"[T={steps}, B={batch}, {Features}]", dX.ToString());

        Backward(p, x, dY, tape, g, dX);
        tape.MoveTo(PoolingStage.Consumed);
    }

    /// <summary>
    /// The share of each step in its item's vector, as of the last Forward; 0 past a row's length, and 1 in all for
    /// each item. Last: 1 at the last step; in two directions 1/2 there and 1/2 at the first one. Mean: 1/n. Max: the
    /// share of the features whose largest value stands there. Attention: its weights a.
    /// </summary>
    /// <param name="tape">This layer's, after Forward; Backward leaves the weights.</param>
    /// <param name="weights">[T*B], step after step. Overwritten.</param>
    /// <exception cref="InvalidOperationException">The tape holds no Forward.</exception>
    /// <exception cref="ArgumentException">The tape is another layer's, or there are not T*B weights.</exception>
    public void Weights(PoolingTape tape, Span<float> weights)
    {
        CheckTape(tape);
        if (tape.Stage == PoolingStage.Empty)
            Throw.NoPoolingWeights(Name);

        if (weights.Length != tape.Steps * tape.Batch)
            Throw.SpanLength(Name, nameof(weights), tape.Steps * tape.Batch, weights.Length);

        weights.Clear();
        Share(tape, weights);
    }

    /// <summary>Whether Backward reads parameters.</summary>
    private protected virtual bool HasParameters => false;

    /// <summary>Makes what a new tape needs for this kind.</summary>
    private protected virtual void Equip(PoolingTape tape)
    {
    }

    // What the kind does; arguments are checked. Share finds zeros.
    private protected abstract void Forward(ParameterBuffer p, ReadOnlySequenceView x, MatrixView y, PoolingTape tape);

    private protected abstract void Backward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlyMatrixView dY,
        PoolingTape tape, GradientBuffer g, SequenceView dX);

    private protected abstract void Share(PoolingTape tape, Span<float> weights);

    private void CheckTape(PoolingTape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (!ReferenceEquals(tape.Layer, this))
            Throw.OtherLayersTape(Name, tape.Layer.Name);
    }

    private void CheckInput(ReadOnlySequenceView x, PoolingTape tape)
    {
        if (x.Features != Features)
            Throw.ShapeMismatch(Name, nameof(x), $"[T, B, {Features}]", x.ToString());

        if (x.Steps < 1 || x.Steps > tape.MaxSteps || x.Batch < 1 || x.Batch > tape.MaxRows)
            Throw.TapeTooSmall(Name, x.Steps, x.Batch, tape.MaxSteps, tape.MaxRows);
    }

    private int CheckItems(ReadOnlySequenceView x, ReadOnlySpan<int> lengths, ReadOnlySpan<int> firstRows)
    {
        if (!lengths.IsEmpty && lengths.Length != x.Batch)
            Throw.SpanLength(Name, nameof(lengths), x.Batch, lengths.Length);

        foreach (int length in lengths)
        {
            if (length < 1 || length > x.Steps)
                Throw.OutOfRange(nameof(lengths), length, $"1 to {x.Steps} (T)");
        }

        if (firstRows.IsEmpty)
            return x.Batch;

        for (int n = 0; n < firstRows.Length; n++)
        {
            if (n == 0 ? firstRows[n] != 0 : firstRows[n] <= firstRows[n - 1])
                Throw.FirstRows(Name, n, firstRows[n], x.Batch);
        }

        if (firstRows[^1] != x.Batch)   // [0] alone too: no item
            Throw.FirstRows(Name, firstRows.Length - 1, firstRows[^1], x.Batch);

        return firstRows.Length - 1;
    }

    private void CheckRecorded(ParameterBuffer p, PoolingTape tape, GradientBuffer g)
    {
        if (tape.Use != TapeUse.Training)
            Throw.TapeForInference(Name);

        if (tape.Stage != PoolingStage.Recorded)
            Throw.TapeNotRecorded(tape.Stage.ToString());

        if (!HasParameters)
            return;

        if (!tape.WasRecordedWith(p))
            Throw.ParametersChanged(Name);

        if (!tape.HasLayoutOf(g))
            Throw.OtherLayoutsGradients(Name);
    }
}
