using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Heads;
using Rnn.Core.Layers;

namespace Rnn.Core.Serialization.Onnx;

// What joins layers, and the logarithms of heads.
public sealed partial class OnnxNetwork
{
    /// <summary>[x; y; ...]: the rows of several values side by side [..., F1 + F2 + ...].</summary>
    /// <param name="values">Two or more floats, of the same shape but for F.</param>
    /// <exception cref="ArgumentException">There are fewer than two, or one is of another shape or network.</exception>
    public OnnxValue Concat(params ReadOnlySpan<OnnxValue> values)
    {
        if (values.Length < 2)
            Throw.ShapeMismatch(nameof(Concat), nameof(values), "two or more", $"{values.Length}");

        int width = 0;
        OnnxShape shape = ShapeOf(nameof(Concat), values[0]);
        foreach (OnnxValue value in values)
        {
            CheckFloat(nameof(Concat), value);
            if (value.Shape.Dimensions.Length != shape.Dimensions.Length)
                Throw.ShapeMismatch(nameof(Concat), nameof(values), $"as many dimensions as {values[0]}", value.ToString());

            width += (int)value.Shape.Width;
        }

        return _graph.Node("Concat", [.. values], shape.OfWidth(width), OnnxAttribute.Of("axis", -1));
    }

    /// <summary>x + y, element by element.</summary>
    /// <param name="x">Any float value.</param>
    /// <param name="y">One of the same shape.</param>
    /// <exception cref="ArgumentException">The shapes differ, or one is another network's.</exception>
    public OnnxValue Sum(OnnxValue x, OnnxValue y)
    {
        CheckFloat(nameof(Sum), x);
        CheckFloat(nameof(Sum), y);
        if (x.Shape.Dimensions.Length != y.Shape.Dimensions.Length || x.Shape.Width != y.Shape.Width)
            Throw.ShapeMismatch(nameof(Sum), nameof(y), x.ToString(), y.ToString());

        return _graph.Node("Add", [x, y], x.Shape);
    }

    /// <summary>x * factor.</summary>
    /// <param name="x">Any float value.</param>
    /// <param name="factor">1 leaves x as it is.</param>
    /// <exception cref="ArgumentException">The input is no float, or another network's.</exception>
    public OnnxValue Scale(OnnxValue x, float factor)
    {
        CheckFloat(nameof(Scale), x);
        return factor == 1 ? x : _graph.Node("Mul", [x, _graph.Float(factor)], x.Shape);
    }

    /// <summary>A row at each step of a sequence: [steps, batch, F] of [batch, F].</summary>
    /// <param name="row">float [batch, F].</param>
    /// <param name="sequence">Any value [steps, batch, ...], whose steps are counted.</param>
    /// <exception cref="ArgumentException">A value is of another shape or network.</exception>
    public OnnxValue Repeat(OnnxValue row, OnnxValue sequence)
    {
        OnnxShape shape = ShapeOf(nameof(Repeat), row), steps = ShapeOf(nameof(Repeat), sequence);
        if (!shape.Is(OnnxType.Float, 2) || steps.Dimensions.Length < 2)
            Throw.ShapeMismatch(nameof(Repeat), nameof(row), "float [batch, F] and a sequence", $"{row}, {sequence}");

        OnnxValue sizes = _graph.Node("Shape", [sequence], new OnnxShape(OnnxType.Int64, steps.Dimensions.Length));
        OnnxValue first = _graph.Node("Gather", [sizes, _graph.Integers(0)], new OnnxShape(OnnxType.Int64, 1));
        OnnxValue own = _graph.Node("Shape", [row], new OnnxShape(OnnxType.Int64, 2));
        OnnxValue all = _graph.Node("Concat", [first, own], new OnnxShape(OnnxType.Int64, 3), OnnxAttribute.Of("axis", 0));
        return _graph.Node("Expand", [row, all], new OnnxShape(OnnxType.Float, [steps.Dimensions[0], .. shape.Dimensions]));
    }

    /// <summary>ln of the probability of each word [..., V], whatever the head: a softmax over all words, or one over
    /// clusters and one within each.</summary>
    /// <param name="head">The head.</param>
    /// <param name="x">float [..., E].</param>
    /// <exception cref="ArgumentException">The input is of another width or network, the network's parameters are not the
    /// head's, or there is no operator for the head.</exception>
    public OnnxValue LogProbabilities(VocabularyHead head, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(head);
        CheckRows(head.Name, x, head.InputSize);
        switch (head)
        {
            case SoftmaxHead full:
                return LogSoftmax(Add(full, x));
            case SampledSoftmax sampled:
                return LogSoftmax(Add(sampled.Full, x));
            case AdaptiveSoftmax { Cutoffs.Count: 0 } one:
                return LogSoftmax(Add(one.Head, x));
            case AdaptiveSoftmax adaptive:
                return LogProbabilities(adaptive, x);
            default:
                Throw.OnnxNoOperator(head.Name, $"it is a {head.GetType().Name}");
                return x;
        }
    }

    // ln p(word) = ln p(its cluster) + ln p(word of the cluster); clusters come behind the shortlist.
    private OnnxValue LogProbabilities(AdaptiveSoftmax head, OnnxValue x)
    {
        int clusters = head.Cutoffs.Count;
        long[] sizes = new long[1 + clusters];
        OnnxShape[] shapes = new OnnxShape[1 + clusters];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = i == 0 ? head.Cutoffs[0] : 1;
            shapes[i] = x.Shape.OfWidth((int)sizes[i]);
        }

        OnnxValue[] cut = _graph.Node("Split", [LogSoftmax(Add(head.Head, x)), _graph.Integers(sizes)], shapes,
            OnnxAttribute.Of("axis", -1));
        OnnxValue[] parts = [.. cut];
        for (int i = 0; i < clusters; i++)
        {
            (Linear projection, SoftmaxHead words) = head.LayersOf(i);
            OnnxValue within = LogSoftmax(Add(words, Add(projection, x)));
            parts[1 + i] = _graph.Node("Add", [within, cut[1 + i]], within.Shape);
        }

        return Concat(parts);
    }
}
