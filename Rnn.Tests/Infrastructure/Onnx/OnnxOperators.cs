using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace Rnn.Tests.Infrastructure.Onnx;

/// <summary>
/// The operators that exports use, as simply as ONNX's documentation defines them for opset 14; nothing is shared with
/// the library.
/// </summary>
internal static class OnnxOperators
{
    // By name: the version in force at opset 14, fewest and most inputs, attributes that it must and that it may have.
    private static readonly Dictionary<string, (int Since, int Least, int Most, string[] Needed, string[] Allowed)>
        s_known = new()
        {
            ["Add"] = (14, 2, 2, [], []),
            ["Cast"] = (13, 1, 1, ["to"], []),
            ["Concat"] = (13, 1, int.MaxValue, ["axis"], []),
            ["Div"] = (14, 2, 2, [], []),
            ["Erf"] = (13, 1, 1, [], []),
            ["Expand"] = (13, 2, 2, [], []),
            ["GRU"] = (14, 3, 6, [], ["hidden_size", "direction", "linear_before_reset"]),
            ["Gather"] = (13, 2, 2, [], ["axis"]),
            ["GatherND"] = (13, 2, 2, [], ["batch_dims"]),
            ["Identity"] = (14, 1, 1, [], []),
            ["LSTM"] = (14, 3, 8, [], ["hidden_size", "direction"]),
            ["Less"] = (13, 2, 2, [], []),
            ["LogSoftmax"] = (13, 1, 1, [], ["axis"]),
            ["MatMul"] = (13, 2, 2, [], []),
            ["Mul"] = (14, 2, 2, [], []),
            ["OneHot"] = (11, 3, 3, [], ["axis"]),
            ["RNN"] = (14, 3, 6, [], ["hidden_size", "direction", "activations"]),
            ["Range"] = (11, 3, 3, [], []),
            ["ReduceMax"] = (13, 1, 1, [], ["axes", "keepdims"]),        // the axes are an input since 18
            ["ReduceMean"] = (13, 1, 1, [], ["axes", "keepdims"]),
            ["ReduceSum"] = (13, 1, 2, [], ["keepdims"]),                // the axes are an input since 13
            ["Relu"] = (14, 1, 1, [], []),
            ["Reshape"] = (14, 2, 2, [], []),
            ["Shape"] = (13, 1, 1, [], []),
            ["Sigmoid"] = (13, 1, 1, [], []),
            ["Softmax"] = (13, 1, 1, [], ["axis"]),
            ["Split"] = (13, 1, 2, [], ["axis"]),
            ["Sqrt"] = (13, 1, 1, [], []),
            ["Squeeze"] = (13, 1, 2, [], []),
            ["Sub"] = (14, 2, 2, [], []),
            ["Tanh"] = (13, 1, 1, [], []),
            ["Transpose"] = (13, 1, 1, [], ["perm"]),
            ["Unsqueeze"] = (13, 2, 2, [], []),
            ["Where"] = (9, 3, 3, [], []),
        };

    /// <summary>Whether a node is as its operator is declared.</summary>
    public static void Check(OnnxNode node, long opset)
    {
        (int since, int least, int most, string[] needed, string[] allowed) = s_known[node.Operation];
        Is(since <= opset && node.Inputs.Length >= least && node.Inputs.Length <= most);
        Is(node.Inputs.Take(least).All(name => name != "") && node.Outputs.All(name => name != ""));
        Is(needed.All(node.Attributes.ContainsKey)
            && node.Attributes.Keys.All(key => needed.Contains(key) || allowed.Contains(key)));
    }

    public static OnnxTensor[] Run(OnnxNode node, OnnxTensor?[] inputs)
    {
        OnnxTensor x = inputs[0]!;
        return node.Operation switch
        {
            "Add" => [Combine(Alike(x, inputs[1]!), (a, b) => a + b, x, inputs[1]!)],
            "Cast" => [x with { Element = (OnnxElement)Number("to", 0) }],   // from int64 to int32 or float
            "Concat" => [Concat(inputs, (int)Number("axis", 0))],
            "Div" => [Combine(Alike(x, inputs[1]!), (a, b) => a / b, x, inputs[1]!)],
            "Erf" => [Map(x, Erf)],
            "Expand" => [Fill(Axes(inputs[1]!), x.Element, index => At(x, index))],
            "Gather" => [Gather(x, inputs[1]!, (int)Number("axis", 0))],
            "GatherND" => [GatherNd(x, inputs[1]!, (int)Number("batch_dims", 0))],
            "Identity" => [x],
            "Less" => [Less(x, inputs[1]!)],
            "LogSoftmax" => [Softmax(x, (int)Number("axis", -1), (value, sum) => value - Math.Log(sum))],
            "LSTM" or "GRU" or "RNN" => OnnxRecurrence.Run(node.Operation, inputs, node.Attributes),
            "MatMul" => [MatMul(x, inputs[1]!)],
            "Mul" => [Combine(Alike(x, inputs[1]!), (a, b) => a * b, x, inputs[1]!)],
            "OneHot" => [OneHot(x, inputs[1]!, inputs[2]!, (int)Number("axis", -1))],
            "Range" => [Range(x, inputs[1]!, inputs[2]!)],
            "ReduceMax" => [Reduce(x, Integers("axes"), Number("keepdims", 1), values => values.Max())],
            "ReduceMean" => [Reduce(x, Integers("axes"), Number("keepdims", 1), values => values.Average())],
            "ReduceSum" => [Reduce(x, Axes(inputs[1]!), Number("keepdims", 1), values => values.Sum())],
            "Relu" => [Map(x, value => Math.Max(value, 0))],
            "Reshape" => [Reshape(x, inputs[1]!)],
            "Shape" => [new([x.Rank], [.. x.Shape.Select(size => (double)size)], OnnxElement.Int64)],
            "Sigmoid" => [Map(x, value => 1 / (1 + Math.Exp(-value)))],
            "Softmax" => [Softmax(x, (int)Number("axis", -1), (value, sum) => Math.Exp(value) / sum)],
            "Split" => Split(x, inputs[1]!, (int)Number("axis", 0)),
            "Sqrt" => [Map(x, Math.Sqrt)],
            "Squeeze" => [Squeeze(x, Axes(inputs[1]!))],
            "Sub" => [Combine(Alike(x, inputs[1]!), (a, b) => a - b, x, inputs[1]!)],
            "Tanh" => [Map(x, Math.Tanh)],
            "Transpose" => [Transpose(x, Integers("perm"))],
            "Unsqueeze" => [Unsqueeze(x, Axes(inputs[1]!))],
            "Where" => [Where(x, inputs[1]!, inputs[2]!)],
            string other => throw new InvalidDataException($"Operator {other}."),
        };

        long Number(string attribute, long otherwise) => (long)node.Attributes.GetValueOrDefault(attribute, otherwise);

        long[] Integers(string attribute) => (long[])node.Attributes[attribute];
    }

    /// <summary>What the operators' definitions demand.</summary>
    public static void Is(bool condition)
    {
        if (!condition)
            throw new InvalidDataException("A node isn't as the operator's definition wants it.");
    }

    private static OnnxElement Alike(OnnxTensor a, OnnxTensor b)
    {
        Is(a.Element == b.Element && a.Element != OnnxElement.Bool);
        return a.Element;
    }

    private static long[] Axes(OnnxTensor axes)
    {
        Is(axes is { Element: OnnxElement.Int64, Rank: 1 });
        return [.. axes.Data.Select(axis => (long)axis)];
    }

    private static OnnxTensor Map(OnnxTensor x, Func<double, double> function)
    {
        Is(x.Element == OnnxElement.Float);
        return x with { Data = [.. x.Data.Select(function)] };
    }

    // Multidirectional broadcasting: missing outer dimensions are 1, and a dimension of 1 is repeated.
    private static long[] Broadcast(params OnnxTensor[] tensors)
    {
        long[] shape = new long[tensors.Max(tensor => tensor.Rank)];
        for (int i = 0; i < shape.Length; i++)
        {
            long[] sizes = [.. tensors.Select(tensor => SizeOf(tensor, i - shape.Length + tensor.Rank)).Distinct()];
            Is(sizes.Count(size => size != 1) <= 1);
            shape[i] = sizes.Max();
        }

        return shape;

        static long SizeOf(OnnxTensor tensor, int axis) => axis < 0 ? 1 : tensor.Shape[axis];
    }

    private static double At(OnnxTensor tensor, long[] index)
    {
        long place = 0;
        for (int axis = 0; axis < tensor.Rank; axis++)
        {
            long at = index[index.Length - tensor.Rank + axis];
            place = (place * tensor.Shape[axis]) + (tensor.Shape[axis] == 1 ? 0 : at);
        }

        return tensor.Data[place];
    }

    private static OnnxTensor Fill(long[] shape, OnnxElement element, Func<long[], double> value)
    {
        double[] data = new double[OnnxTensor.Count(shape)];
        long[] index = new long[shape.Length];
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = value(index);
            for (int axis = shape.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
                index[axis] = 0;
        }

        return new OnnxTensor(shape, data, element);
    }

    private static OnnxTensor Combine(OnnxElement element, Func<double, double, double> function, OnnxTensor a,
        OnnxTensor b) =>
        Fill(Broadcast(a, b), element, index => function(At(a, index), At(b, index)));

    private static OnnxTensor Less(OnnxTensor a, OnnxTensor b) =>
        Combine(Alike(a, b), (x, y) => x < y ? 1 : 0, a, b) with { Element = OnnxElement.Bool };

    private static OnnxTensor Where(OnnxTensor condition, OnnxTensor x, OnnxTensor y)
    {
        Is(condition.Element == OnnxElement.Bool && x.Element == y.Element);
        return Fill(Broadcast(condition, x, y), x.Element,
            index => At(condition, index) != 0 ? At(x, index) : At(y, index));
    }

    private static OnnxTensor Gather(OnnxTensor x, OnnxTensor indices, int axis)
    {
        Is(axis >= 0 && axis < x.Rank && indices.Element is OnnxElement.Int32 or OnnxElement.Int64);
        long size = x.Shape[axis];
        Is(indices.Data.All(at => at >= -size && at < size));
        return Fill([.. x.Shape[..axis], .. indices.Shape, .. x.Shape[(axis + 1)..]], x.Element, index =>
        {
            long at = (long)At(indices, index[axis..(axis + indices.Rank)]);
            return At(x, [.. index[..axis], at < 0 ? at + size : at, .. index[(axis + indices.Rank)..]]);
        });
    }

    // The outermost dimensions are common to both; the innermost of the indices is a place in what follows them in x.
    private static OnnxTensor GatherNd(OnnxTensor x, OnnxTensor indices, int common)
    {
        Is(indices.Element == OnnxElement.Int64 && common < Math.Min(x.Rank, indices.Rank));
        Is(x.Shape.Take(common).SequenceEqual(indices.Shape.Take(common)));
        int depth = (int)indices.Shape[^1], outer = indices.Rank - 1;
        return Fill([.. indices.Shape[..^1], .. x.Shape[(common + depth)..]], x.Element, index =>
        {
            long[] place = new long[depth];
            for (int i = 0; i < depth; i++)
            {
                long size = x.Shape[common + i], at = (long)At(indices, [.. index[..outer], i]);
                Is(at >= -size && at < size);
                place[i] = at < 0 ? at + size : at;
            }

            return At(x, [.. index[..common], .. place, .. index[outer..]]);
        });
    }

    private static OnnxTensor OneHot(OnnxTensor indices, OnnxTensor depth, OnnxTensor values, int axis)
    {
        Is(axis == -1 && depth.Data.Length == 1 && values.Shape is [2]);
        long wide = (long)depth.Data[0];
        return Fill([.. indices.Shape, wide], values.Element, index =>
        {
            double at = At(indices, index[..^1]);
            return values.Data[at == index[^1] || at + wide == index[^1] ? 1 : 0];
        });
    }

    private static OnnxTensor Range(OnnxTensor start, OnnxTensor limit, OnnxTensor delta)
    {
        Is(start.Rank == 0 && limit.Rank == 0 && delta.Rank == 0 && Alike(start, limit) == Alike(limit, delta));
        int count = (int)Math.Max(0, Math.Ceiling((limit.Data[0] - start.Data[0]) / delta.Data[0]));
        return Fill([count], start.Element, index => start.Data[0] + (index[0] * delta.Data[0]));
    }

    // Of one axis; a negative one counts from the end.
    private static OnnxTensor Reduce(OnnxTensor x, long[] axes, long keep, Func<IEnumerable<double>, double> function)
    {
        int axis = At(Assert.Single(axes), x.Rank);
        Is(x.Shape[axis] > 0 && keep is 0 or 1);
        long[] kept = keep == 1 ? [1] : [];
        return Fill([.. x.Shape[..axis], .. kept, .. x.Shape[(axis + 1)..]], x.Element,
            index => function(Enumerable.Range(0, (int)x.Shape[axis]).Select(i =>
                At(x, [.. index[..axis], i, .. index[(axis + (int)keep)..]]))));
    }

    private static int At(long axis, int rank)
    {
        Is(axis >= -rank && axis < rank);
        return (int)(axis < 0 ? axis + rank : axis);
    }

    private static OnnxTensor Softmax(OnnxTensor x, int axis, Func<double, double, double> function)
    {
        Is(axis == -1);
        return Fill(x.Shape, x.Element, index => function(At(x, index),
            Enumerable.Range(0, (int)x.Shape[^1]).Sum(i => Math.Exp(At(x, [.. index[..^1], i])))));
    }

    private static OnnxTensor[] Split(OnnxTensor x, OnnxTensor sizes, int along)
    {
        int axis = At(along, x.Rank);
        Is(Axes(sizes).Sum() == x.Shape[axis]);
        long first = 0;
        return [.. Axes(sizes).Select(size =>
        {
            long from = (first += size) - size;
            return Fill([.. x.Shape[..axis], size, .. x.Shape[(axis + 1)..]], x.Element,
                index => At(x, [.. index[..axis], from + index[axis], .. index[(axis + 1)..]]));
        })];
    }

    private static OnnxTensor Concat(OnnxTensor?[] parts, int along)
    {
        OnnxTensor first = parts[0]!;
        int axis = At(along, first.Rank);
        Is(parts.All(part => part!.Element == first.Element && part.Rank == first.Rank
            && Enumerable.Range(0, first.Rank).All(i => i == axis || part.Shape[i] == first.Shape[i])));
        return Fill([.. first.Shape[..axis], parts.Sum(part => part!.Shape[axis]), .. first.Shape[(axis + 1)..]],
            first.Element, index =>
            {
                long at = index[axis];
                int part = 0;
                while (at >= parts[part]!.Shape[axis])
                    at -= parts[part++]!.Shape[axis];

                return At(parts[part]!, [.. index[..axis], at, .. index[(axis + 1)..]]);
            });
    }

    private static OnnxTensor Squeeze(OnnxTensor x, long[] axes)
    {
        Is(axes.All(axis => x.Shape[axis] == 1));
        return x with { Shape = [.. x.Shape.Where((_, axis) => !axes.Contains(axis))] };
    }

    // The axes are those of the result.
    private static OnnxTensor Unsqueeze(OnnxTensor x, long[] axes)
    {
        List<long> shape = [.. x.Shape];
        foreach (long axis in axes.Order())
            shape.Insert((int)axis, 1);

        return x with { Shape = [.. shape] };
    }

    // A matrix for all of a, or one for each of its own.
    private static OnnxTensor MatMul(OnnxTensor a, OnnxTensor b)
    {
        Is(a.Rank >= 2 && a.Shape[^1] == b.Shape[^2] && Alike(a, b) == OnnxElement.Float);
        Is(b.Rank == 2 || (a.Rank == b.Rank && a.Shape.AsSpan(..^2).SequenceEqual(b.Shape.AsSpan(..^2))));
        return Fill([.. a.Shape[..^1], b.Shape[^1]], a.Element, index =>
        {
            long[] outer = index[..(b.Rank - 2)];
            return Enumerable.Range(0, (int)b.Shape[^2])
                .Sum(k => At(a, [.. index[..^1], k]) * At(b, [.. outer, k, index[^1]]));
        });
    }

    // 2/sqrt(pi) times the integral of exp(-t*t) from 0 to x, by its power series (Abramowitz and Stegun 7.1.5), which
    // alternates: in double good to 1e-10 up to |x| = 4, where erf is 1 to 2e-8.
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 4)
            return Math.Sign(x);

        double term = x, sum = x;
        for (int n = 1; n < 100; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private static OnnxTensor Transpose(OnnxTensor x, long[] order)
    {
        Is(order.Order().SequenceEqual(Enumerable.Range(0, x.Rank).Select(axis => (long)axis)));
        return Fill([.. order.Select(axis => x.Shape[axis])], x.Element, index =>
        {
            long[] from = new long[x.Rank];
            for (int i = 0; i < from.Length; i++)
                from[order[i]] = index[i];

            return At(x, from);
        });
    }

    // A dimension of 0 stays as it is.
    private static OnnxTensor Reshape(OnnxTensor x, OnnxTensor shape)
    {
        long[] result = [.. Axes(shape).Select((size, i) => size == 0 ? x.Shape[i] : size)];
        Is(OnnxTensor.Count(result) == x.Data.Length);
        return x with { Shape = result };
    }
}
