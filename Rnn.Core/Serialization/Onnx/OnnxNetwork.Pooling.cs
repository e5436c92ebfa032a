using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers.Pooling;

namespace Rnn.Core.Serialization.Onnx;

// From a sequence to one row for each of its rows.
public sealed partial class OnnxNetwork
{
    /// <summary>The pooling of any kind, every row being an item [batch, F].</summary>
    /// <param name="pooling">The layer.</param>
    /// <param name="x">float [steps, batch, F].</param>
    /// <param name="lengths">Steps of each row, from <see cref="Lengths"/>; null (the default) when all have T.</param>
    /// <exception cref="ArgumentException">An input is of another shape, width or network, or the network's parameters
    /// are not the layer's.</exception>
    public OnnxValue Add(SequencePooling pooling, OnnxValue x, OnnxValue? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(pooling);
        OnnxShape pooled = Pooled(pooling.Name, x, lengths);
        CheckRows(pooling.Name, x, pooling.Features);
        return pooling switch
        {
            LastPooling last => Ends(last, x, lengths, pooled),
            MeanPooling => Mean(x, lengths),
            MaxPooling => Max(x, lengths),
            _ => Attention((AttentionPooling)pooling, x, lengths, pooled),
        };
    }

    /// <summary>y = x at the last step of each row [batch, F].</summary>
    /// <param name="x">float [steps, batch, F].</param>
    /// <param name="lengths">Steps of each row, from <see cref="Lengths"/>; null (the default) when all have T.</param>
    /// <exception cref="ArgumentException">An input is of another shape or network.</exception>
    public OnnxValue Last(OnnxValue x, OnnxValue? lengths = null)
    {
        OnnxShape pooled = Pooled(nameof(Last), x, lengths);
        if (lengths is null)
            return _graph.Node("Gather", [x, _graph.Integer(-1)], pooled, OnnxAttribute.Of("axis", 0));

        (OnnxDimension steps, OnnxDimension batch) = (x.Shape.Dimensions[0], x.Shape.Dimensions[1]);
        OnnxValue rows = _graph.Node("Transpose", [x],
            new OnnxShape(OnnxType.Float, batch, steps, x.Shape.Dimensions[2]), OnnxAttribute.Of("perm", [1, 0, 2]));
        OnnxValue last = _graph.Node("Sub", [ByRow(lengths), _graph.Integer(1)],
            new OnnxShape(OnnxType.Int64, batch, 1));
        return _graph.Node("GatherND", [rows, last], pooled, OnnxAttribute.Of("batch_dims", 1));
    }

    /// <summary>y = mean of x over the steps of each row [batch, F].</summary>
    /// <param name="x">float [steps, batch, F].</param>
    /// <param name="lengths">Steps of each row, from <see cref="Lengths"/>; null (the default) when all have T.</param>
    /// <exception cref="ArgumentException">An input is of another shape or network.</exception>
    public OnnxValue Mean(OnnxValue x, OnnxValue? lengths = null)
    {
        OnnxShape pooled = Pooled(nameof(Mean), x, lengths);
        if (lengths is null)
            return Reduce("ReduceMean", x, pooled);

        OnnxValue sum = _graph.Node("ReduceSum", [Masked(x, lengths, 0f), _graph.Integers(0)], pooled,
            OnnxAttribute.Of("keepdims", 0));
        return _graph.Node("Div", [sum, Cast(ByRow(lengths), OnnxType.Float)], pooled);
    }

    /// <summary>y = largest x of the steps of each row, element by element [batch, F].</summary>
    /// <param name="x">float [steps, batch, F].</param>
    /// <param name="lengths">Steps of each row, from <see cref="Lengths"/>; null (the default) when all have T.</param>
    /// <exception cref="ArgumentException">An input is of another shape or network.</exception>
    public OnnxValue Max(OnnxValue x, OnnxValue? lengths = null)
    {
        OnnxShape pooled = Pooled(nameof(Max), x, lengths);
        return Reduce("ReduceMax", lengths is null ? x : Masked(x, lengths, float.NegativeInfinity), pooled);
    }

    /// <summary>h after each row's last step [batch, H], in two directions [batch, 2H] (forwards, backwards, which has
    /// then read all steps).</summary>
    /// <param name="state">What Add left.</param>
    /// <param name="layer">0, the lowest, to the number of layers - 1.</param>
    /// <exception cref="ArgumentException">There is no such layer, or the state is another network's.</exception>
    public OnnxValue Hidden(OnnxState state, int layer)
    {
        ArgumentNullException.ThrowIfNull(state);
        if ((uint)layer >= (uint)state.Hidden.Length)
            Throw.IndexOutside(nameof(Hidden), nameof(layer), layer, state.Hidden.Length);

        ShapeOf(nameof(Hidden), state.Hidden[layer]);
        return OnnxCells.JoinDirections(_graph, state.Hidden[layer]);
    }

    /// <summary>c after each row's last step [batch, H], in two directions [batch, 2H].</summary>
    /// <param name="state">What Add left.</param>
    /// <param name="layer">0, the lowest, to the number of layers - 1; one of LSTM cells.</param>
    /// <exception cref="ArgumentException">There is no such layer or it has no c, or the state is another
    /// network's.</exception>
    public OnnxValue Cell(OnnxState state, int layer)
    {
        ArgumentNullException.ThrowIfNull(state);
        if ((uint)layer >= (uint)state.Cells.Length || state.Cells[layer] is not { } cell)
        {
            Throw.IndexOutside(nameof(Cell), nameof(layer), layer, Array.FindAll(state.Cells, c => c is not null).Length);
            return null!;
        }

        ShapeOf(nameof(Cell), cell);
        return OnnxCells.JoinDirections(_graph, cell);
    }

    /// <summary>x at the last step; the backward direction's features at the first, where it has read all.</summary>
    private OnnxValue Ends(LastPooling pooling, OnnxValue x, OnnxValue? lengths, OnnxShape pooled)
    {
        OnnxValue last = Last(x, lengths);
        if (pooling.FeaturesAtEnd == pooling.Features)
            return last;

        long[] numbers = new long[pooling.Features];
        for (int j = 0; j < numbers.Length; j++)
            numbers[j] = j;

        OnnxValue first = _graph.Node("Gather", [x, _graph.Integer(0)], pooled, OnnxAttribute.Of("axis", 0));
        OnnxValue isForwards = _graph.Node("Less",
            [_graph.Integers(numbers), _graph.Integer(pooling.FeaturesAtEnd)],
            new OnnxShape(OnnxType.Bool, pooling.Features));
        return _graph.Node("Where", [isForwards, last, first], pooled);
    }

    /// <summary>The sum of a*x over the steps, a = softmax over them of v . tanh(x*W + b).</summary>
    private OnnxValue Attention(AttentionPooling pooling, OnnxValue x, OnnxValue? lengths, OnnxShape pooled)
    {
        return Weighted(Add(pooling.Context, Tanh(Add(pooling.Attention, x))), x, lengths, pooled, out _);
    }

    /// <summary>The sum of a*x over the steps [batch, F], a = softmax over them of the scores.</summary>
    /// <param name="scores">float [steps, batch, 1].</param>
    /// <param name="x">float [steps, batch, F].</param>
    /// <param name="lengths">Of x; null when all rows have T steps.</param>
    /// <param name="pooled">The shape of the result.</param>
    /// <param name="weights">a [steps, batch, 1].</param>
    private OnnxValue Weighted(OnnxValue scores, OnnxValue x, OnnxValue? lengths, OnnxShape pooled, out OnnxValue weights)
    {
        (OnnxDimension steps, OnnxDimension batch) = (x.Shape.Dimensions[0], x.Shape.Dimensions[1]);
        if (lengths is not null)
        {
            scores = Masked(scores, lengths, float.NegativeInfinity);
            x = Masked(x, lengths, 0f);   // 0 x NaN is NaN
        }

        OnnxValue byRow = _graph.Node("Transpose", [scores], new OnnxShape(OnnxType.Float, batch, 1, steps),
            OnnxAttribute.Of("perm", [1, 2, 0]));
        weights = _graph.Node("Transpose", [Softmax(byRow)], scores.Shape,
            OnnxAttribute.Of("perm", [2, 0, 1]));
        OnnxValue weighted = _graph.Node("Mul", [weights, x], x.Shape);
        return _graph.Node("ReduceSum", [weighted, _graph.Integers(0)], pooled, OnnxAttribute.Of("keepdims", 0));
    }

    private OnnxShape Pooled(string who, OnnxValue x, OnnxValue? lengths)
    {
        OnnxShape shape = ShapeOf(who, x);
        if (!shape.Is(OnnxType.Float, 3))
            Throw.ShapeMismatch(who, nameof(x), "float [steps, batch, F]", x.ToString());

        if (lengths is not null)
            CheckLengths(who, lengths);

        return new OnnxShape(OnnxType.Float, shape.Dimensions[1..]);
    }

    // Over the steps. The axes are an attribute of these two before opset 18, and an input of ReduceSum.
    private OnnxValue Reduce(string operation, OnnxValue x, OnnxShape shape) =>
        _graph.Node(operation, [x], shape, OnnxAttribute.Of("axes", [0]), OnnxAttribute.Of("keepdims", 0));

    /// <summary>x, and another number past each row's length, whatever stands there.</summary>
    private OnnxValue Masked(OnnxValue x, OnnxValue lengths, float past)
    {
        (OnnxDimension steps, OnnxDimension batch) = (x.Shape.Dimensions[0], x.Shape.Dimensions[1]);
        OnnxValue step = _graph.Node("Unsqueeze", [StepNumbers(x), _graph.Integers(1, 2)],
            new OnnxShape(OnnxType.Int64, steps, 1, 1));
        OnnxValue isValid = _graph.Node("Less", [step, ByRow(lengths)], new OnnxShape(OnnxType.Bool, steps, batch, 1));
        return _graph.Node("Where", [isValid, x, _graph.Float(past)], x.Shape);
    }

    /// <summary>0, 1, ... of as many steps as x has [steps].</summary>
    private OnnxValue StepNumbers(OnnxValue x)
    {
        return _graph.Node("Range", [_graph.Integer(0), StepCount(x), _graph.Integer(1)],
            new OnnxShape(OnnxType.Int64, x.Shape.Dimensions[0]));
    }

    /// <summary>How many steps x has, a number.</summary>
    private OnnxValue StepCount(OnnxValue x)
    {
        OnnxValue shape = _graph.Node("Shape", [x], new OnnxShape(OnnxType.Int64, x.Shape.Dimensions.Length));
        return _graph.Node("Gather", [shape, _graph.Integer(0)], new OnnxShape(OnnxType.Int64));
    }

    private OnnxValue ByRow(OnnxValue lengths) => _graph.Node("Unsqueeze", [lengths, _graph.Integers(1)],
        new OnnxShape(OnnxType.Int64, lengths.Shape.Dimensions[0], 1));
}
