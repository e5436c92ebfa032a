using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Rnn.Tests.Infrastructure.Onnx;

/// <summary>
/// Runs the operators that exports use, in double precision and as simply as ONNX's documentation defines them; it
/// shares nothing with the library. A node may only read what was made before it.
/// </summary>
internal static class OnnxInterpreter
{
    public static Dictionary<string, OnnxTensor> Run(OnnxFile file, params (string Name, OnnxTensor Value)[] inputs)
    {
        Dictionary<string, OnnxTensor> values = new(file.Initializers);
        foreach ((string name, OnnxTensor value) in inputs)
            values.Add(name, value);

        foreach (OnnxNode node in file.Nodes)
        {
            OnnxTensor?[] read = [.. node.Inputs.Select(name => name == "" ? null : values[name])];
            OnnxTensor[] results = node.Operation switch
            {
                "OneHot" => [OneHot(read[0]!, read[1]!, read[2]!, (long)node.Attributes["axis"])],
                "Split" => Split(read[0]!, read[1]!, (long)node.Attributes["axis"]),
                "Concat" => [Concat(read, (long)node.Attributes["axis"])],
                "Squeeze" => [Squeeze(read[0]!, read[1]!)],
                "MatMul" => [MatMul(read[0]!, read[1]!)],
                "Add" => [Add(read[0]!, read[1]!)],
                "Transpose" => [SwapInner(read[0]!, (long[])node.Attributes["perm"])],
                "Reshape" => [Reshape(read[0]!, read[1]!)],
                "LSTM" or "GRU" or "RNN" => OnnxRecurrence.Run(node.Operation, read, node.Attributes),
                string other => throw new InvalidDataException($"Operator {other}."),
            };
            Is(results.Length == node.Outputs.Length);
            for (int i = 0; i < results.Length; i++)
                values.Add(node.Outputs[i], results[i]);
        }

        return values;
    }

    /// <summary>What the operators' definitions demand.</summary>
    public static void Is(bool condition)
    {
        if (!condition)
            throw new InvalidDataException("A node isn't as the operator's definition wants it.");
    }

    private static OnnxTensor OneHot(OnnxTensor indices, OnnxTensor depth, OnnxTensor values, long axis)
    {
        Is(axis == -1 && depth.Data.Length == 1 && values.Shape is [2]);
        int wide = (int)depth.Data[0];
        double[] rows = new double[indices.Data.Length * wide];
        Array.Fill(rows, values.Data[0]);
        for (int i = 0; i < indices.Data.Length; i++)
        {
            int index = (int)indices.Data[i];
            if (index >= -wide && index < wide)
                rows[(i * wide) + ((index + wide) % wide)] = values.Data[1];
        }

        return new OnnxTensor([.. indices.Shape, wide], rows);
    }

    private static OnnxTensor[] Split(OnnxTensor x, OnnxTensor sizes, long axis)
    {
        Is(axis == 0 && sizes.Data.Sum() == x.Shape[0]);
        int row = x.Data.Length / (int)x.Shape[0], at = 0;
        return [.. sizes.Data.Select(size => new OnnxTensor([(long)size, .. x.Shape[1..]],
            x.Data[at..(at += (int)size * row)]))];
    }

    private static OnnxTensor Concat(OnnxTensor?[] parts, long axis)
    {
        Is(axis == 0 && parts.All(part => part!.Shape.Skip(1).SequenceEqual(parts[0]!.Shape.Skip(1))));
        return new OnnxTensor([parts.Sum(part => part!.Shape[0]), .. parts[0]!.Shape[1..]],
            [.. parts.SelectMany(part => part!.Data)]);
    }

    private static OnnxTensor Squeeze(OnnxTensor x, OnnxTensor axes)
    {
        Is(axes.Data.All(axis => x.Shape[(int)axis] == 1));
        return new OnnxTensor([.. x.Shape.Where((_, axis) => !axes.Data.Contains(axis))], x.Data);
    }

    private static OnnxTensor MatMul(OnnxTensor a, OnnxTensor b)
    {
        Is(b.Shape.Length == 2 && a.Shape[^1] == b.Shape[0]);
        int inner = (int)b.Shape[0], wide = (int)b.Shape[1];
        double[] product = new double[a.Data.Length / inner * wide];
        for (int i = 0; i < product.Length; i++)
        {
            for (int k = 0; k < inner; k++)
                product[i] += a.Data[(i / wide * inner) + k] * b.Data[(k * wide) + (i % wide)];
        }

        return new OnnxTensor([.. a.Shape[..^1], wide], product);
    }

    // b is one row for all.
    private static OnnxTensor Add(OnnxTensor a, OnnxTensor b)
    {
        Is(b.Shape.Length == 1 && b.Shape[0] == a.Shape[^1]);
        return new OnnxTensor(a.Shape, [.. a.Data.Select((value, i) => value + b.Data[i % b.Data.Length])]);
    }

    // [a, b, c, d] -> [a, c, b, d].
    private static OnnxTensor SwapInner(OnnxTensor x, long[] order)
    {
        Is(order.SequenceEqual([0L, 2, 1, 3]) && x.Shape.Length == 4);
        (long a, long b, long c, long d) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        double[] swapped = new double[x.Data.Length];
        for (long i = 0; i < swapped.Length; i++)
        {
            (long l, long j, long k, long m) = (i / (b * c * d), i / (c * d) % b, i / d % c, i % d);
            swapped[(((((l * c) + k) * b) + j) * d) + m] = x.Data[i];
        }

        return new OnnxTensor([a, c, b, d], swapped);
    }

    // A dimension of 0 stays as it is.
    private static OnnxTensor Reshape(OnnxTensor x, OnnxTensor shape)
    {
        long[] result = [.. shape.Data.Select((size, i) => size == 0 ? x.Shape[i] : (long)size)];
        Is(result.Aggregate(1L, (product, size) => product * size) == x.Data.Length);
        return new OnnxTensor(result, x.Data);
    }
}
