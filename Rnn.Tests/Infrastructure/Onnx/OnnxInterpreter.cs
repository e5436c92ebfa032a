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
        {
            values.Add(name, value);
        }

        foreach (OnnxNode node in file.Nodes)
        {
            OnnxTensor?[] read = [.. node.Inputs.Select(name => name == "" ? null : values[name])];
            OnnxTensor[] results = node.Operation switch
            {
                "OneHot" => [OneHot(read[0]!, read[1]!, read[2]!, node.Attributes["axis"])],
                "Split" => Split(read[0]!, read[1]!, node.Attributes["axis"]),
                "Concat" => [Concat(read, node.Attributes["axis"])],
                "Squeeze" => [Squeeze(read[0]!, read[1]!)],
                "MatMul" => [MatMul(read[0]!, read[1]!)],
                "Add" => [Add(read[0]!, read[1]!)],
                "LSTM" => Lstm(read, node.Attributes),
                string other => throw new InvalidDataException($"Operator {other}."),
            };
            for (int i = 0; i < node.Outputs.Length; i++)
            {
                values.Add(node.Outputs[i], results[i]);
            }
        }

        return values;
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
            {
                product[i] += a.Data[(i / wide * inner) + k] * b.Data[(k * wide) + (i % wide)];
            }
        }

        return new OnnxTensor([.. a.Shape[..^1], wide], product);
    }

    // b is one row for all.
    private static OnnxTensor Add(OnnxTensor a, OnnxTensor b)
    {
        Is(b.Shape.Length == 1 && b.Shape[0] == a.Shape[^1]);
        return new OnnxTensor(a.Shape, [.. a.Data.Select((value, i) => value + b.Data[i % b.Data.Length])]);
    }

    // Inputs X, W, R, B, sequence_lens, initial_h, initial_c; forward, layout 0, activations sigmoid, tanh, tanh.
    private static OnnxTensor[] Lstm(OnnxTensor?[] inputs, Dictionary<string, long> attributes)
    {
        Is(inputs.Length == 7 && inputs[4] is null && attributes.Keys.SequenceEqual(["hidden_size"]));
        OnnxTensor x = inputs[0]!, w = inputs[1]!, r = inputs[2]!, b = inputs[3]!;
        long steps = x.Shape[0], batch = x.Shape[1], features = x.Shape[2], units = attributes["hidden_size"];
        HasShape(w, 1, 4 * units, features);
        HasShape(r, 1, 4 * units, units);
        HasShape(b, 1, 8 * units);
        HasShape(inputs[5]!, 1, batch, units);
        HasShape(inputs[6]!, 1, batch, units);
        double[] h = [.. inputs[5]!.Data], c = [.. inputs[6]!.Data], y = new double[steps * batch * units];
        for (long t = 0; t < steps; t++)
        {
            double[] previous = [.. h];
            for (long row = 0; row < batch; row++)
            {
                for (long unit = 0; unit < units; unit++)
                {
                    double i = Sigmoid(Gate(0)), o = Sigmoid(Gate(1)), f = Sigmoid(Gate(2)), g = Math.Tanh(Gate(3));
                    long at = (row * units) + unit;
                    c[at] = (f * c[at]) + (i * g);
                    h[at] = o * Math.Tanh(c[at]);
                    y[(t * batch * units) + at] = h[at];

                    double Gate(int gate)
                    {
                        long line = (gate * units) + unit;
                        double sum = b.Data[line] + b.Data[(4 * units) + line];
                        for (long k = 0; k < features; k++)
                        {
                            sum += x.Data[(((t * batch) + row) * features) + k] * w.Data[(line * features) + k];
                        }

                        for (long k = 0; k < units; k++)
                        {
                            sum += previous[(row * units) + k] * r.Data[(line * units) + k];
                        }

                        return sum;
                    }
                }
            }
        }

        return [new([steps, 1, batch, units], y), new([1, batch, units], h), new([1, batch, units], c)];
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static void HasShape(OnnxTensor tensor, params long[] shape) => Is(tensor.Shape.SequenceEqual(shape));

    private static void Is(bool condition)
    {
        if (!condition)
            throw new InvalidDataException("A node isn't as the operator's definition wants it.");
    }
}
