using System;
using System.Collections.Generic;
using System.Linq;
using static Rnn.Tests.Infrastructure.Onnx.OnnxOperators;

namespace Rnn.Tests.Infrastructure.Onnx;

/// <summary>
/// The operators LSTM, GRU and RNN in one or both directions, layout 0, without peepholes or clipping. Inputs X, W, R,
/// B, sequence_lens, initial_h, initial_c; outputs Y, Y_h, Y_c. What Y holds past a row's length the definition leaves
/// open: here NaN, so that nothing may depend on it.
/// </summary>
internal static class OnnxRecurrence
{
    public static OnnxTensor[] Run(string operation, OnnxTensor?[] inputs, Dictionary<string, object> attributes)
    {
        bool lstm = operation == "LSTM";
        int gates = operation switch { "LSTM" => 4, "GRU" => 3, _ => 1 };
        string direction = (string)attributes.GetValueOrDefault("direction", "forward");
        long units = (long)attributes["hidden_size"], directions = direction == "bidirectional" ? 2 : 1;
        string[] activations = (string[])attributes.GetValueOrDefault("activations",
            operation == "RNN" ? Enumerable.Repeat("Tanh", (int)directions).ToArray() : Array.Empty<string>());
        Is(inputs.Length == (lstm ? 7 : 6) && direction is "forward" or "bidirectional");
        Is(attributes.Keys.All(key => key is "hidden_size" or "direction" or "activations" or "linear_before_reset"));
        Is(operation == "GRU" == attributes.ContainsKey("linear_before_reset"));
        Is(activations.Length == (operation == "RNN" ? directions : 0));
        long steps = inputs[0]!.Shape[0], batch = inputs[0]!.Shape[1], features = inputs[0]!.Shape[2];
        HasShape(inputs[1]!, directions, gates * units, features);
        HasShape(inputs[2]!, directions, gates * units, units);
        HasShape(inputs[3]!, directions, 2 * gates * units);
        OnnxTensor lengths = inputs[4]
            ?? new([batch], [.. Enumerable.Repeat((double)steps, (int)batch)], OnnxElement.Int32);
        HasShape(lengths, batch);
        Is(lengths.Element == OnnxElement.Int32 && lengths.Data.All(length => length >= 1 && length <= steps));
        double[] y = new double[steps * directions * batch * units];
        Array.Fill(y, double.NaN);
        double[] h = Initial(inputs[5]), c = lstm ? Initial(inputs[6]) : [];
        for (long d = 0; d < directions; d++)
        {
            for (long s = 0; s < steps; s++)
            {
                double[] previous = [.. h];
                for (long row = 0; row < batch; row++)
                {
                    long length = (long)lengths.Data[row], t = d == 0 ? s : length - 1 - s;
                    if (s >= length)
                        continue;

                    for (long unit = 0; unit < units; unit++)
                    {
                        long at = (((d * batch) + row) * units) + unit;
                        h[at] = operation switch
                        {
                            "LSTM" => Lstm(ref c[at], Input, Hidden),
                            "GRU" => Gru(previous[at], (long)attributes["linear_before_reset"], Input, Hidden),
                            _ => Activate(activations[d], Input(0) + Hidden(0)),
                        };
                        y[(((((t * directions) + d) * batch) + row) * units) + unit] = h[at];

                        double Input(int gate) => Row(inputs[1]!, inputs[0]!, ((t * batch) + row) * features, features,
                            (gate * units) + unit, gate * units);

                        double Hidden(int gate) => Row(inputs[2]!, new OnnxTensor([], previous),
                            ((d * batch) + row) * units, units, (gate * units) + unit, (gates + gate) * units);

                        // One line of W or R of this direction times a row of X or H, and its bias.
                        double Row(OnnxTensor weights, OnnxTensor values, long first, long count, long line, long bias)
                        {
                            double sum = inputs[3]!.Data[(d * 2 * gates * units) + bias + unit];
                            for (long k = 0; k < count; k++)
                            {
                                sum += values.Data[first + k]
                                    * weights.Data[(((d * gates * units) + line) * count) + k];
                            }

                            return sum;
                        }
                    }
                }
            }
        }

        OnnxTensor[] results = [new([steps, directions, batch, units], y), new([directions, batch, units], h)];
        return lstm ? [.. results, new([directions, batch, units], c)] : results;

        double[] Initial(OnnxTensor? given)
        {
            if (given is null)
                return new double[directions * batch * units];

            HasShape(given, directions, batch, units);
            return [.. given.Data];
        }
    }

    // Gates i, o, f, c.
    private static double Lstm(ref double c, Func<int, double> x, Func<int, double> h)
    {
        double i = Sigmoid(x(0) + h(0)), o = Sigmoid(x(1) + h(1)), f = Sigmoid(x(2) + h(2)), g = Math.Tanh(x(3) + h(3));
        c = (f * c) + (i * g);
        return o * Math.Tanh(c);
    }

    // Gates z, r, h.
    private static double Gru(double previous, long linearBeforeReset, Func<int, double> x, Func<int, double> h)
    {
        Is(linearBeforeReset == 1);
        double z = Sigmoid(x(0) + h(0)), r = Sigmoid(x(1) + h(1));
        return ((1 - z) * Math.Tanh(x(2) + (r * h(2)))) + (z * previous);
    }

    private static double Activate(string activation, double x)
    {
        Is(activation is "Tanh" or "Relu");
        return activation == "Tanh" ? Math.Tanh(x) : Math.Max(x, 0);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static void HasShape(OnnxTensor tensor, params long[] shape) => Is(tensor.Shape.SequenceEqual(shape));
}
