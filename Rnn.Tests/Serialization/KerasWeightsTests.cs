using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Normalization;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Keras;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>Keras's weights by their paths: what layers compute with them, by Keras's own equations.</summary>
public sealed class KerasWeightsTests : IDisposable
{
    private const int T = 4, B = 2, I = 3, U = 5, V = 6, O = 2;
    private const string Cell = "bidirectional/forward_lstm/lstm_cell";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("LSTM", false, false, "")]
    [InlineData("LSTM", true, true, "")]
    [InlineData("GRU", false, false, "")]
    [InlineData("GRU", true, false, ":0")]     // as Keras 2 named weights
    [InlineData("SimpleRNN", false, true, "")]
    public void CellsComputeWhatKerasDoes(string kind, bool isDouble, bool isFortranOrder, string suffix)
    {
        foreach (bool twoBiases in (bool[])[false, true])
        {
            ParameterLayout layout = new();
            RecurrentCellLayer cell = Create(kind, layout, new() { TwoBiases = twoBiases });
            ParameterBuffer p = new(layout);
            Dictionary<string, (int[] Shape, float[] Values)> weights = Weights(kind);
            KerasWeights file = KerasWeights.Open(Npz.Save(_folder["w.npz"], weights.Select(weight =>
                ($"{Cell}/{weight.Key}{suffix}", Npz.Array(weight.Value.Shape, weight.Value.Values, isDouble, isFortranOrder)))));
            file.Load(p, cell, Cell);
            Assert.Equal(weights.Keys.Select(weight => $"{Cell}/{weight}{suffix}"), file.Paths);

            float[] x = Fill(Math.Cos, T * B * I, 1);
            RecurrentTape tape = cell.CreateTape(T, B, TapeUse.Inference);
            cell.Forward(p, new ReadOnlySequenceView(x, T, B, I), default, Mode.Inference, tape);
            double[] expected = Run(kind, x, weights);
            float[] actual = tape.Output.Span.ToArray();
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    [Fact]
    public void DenseAndEmbedding()
    {
        ParameterLayout layout = new();
        Embedding embedding = new(layout, "table", V, I);
        Linear linear = new(layout, "fc", I, O), noBias = new(layout, "skip", I, O, bias: false);
        ParameterBuffer p = new(layout);
        float[] table = Fill(Math.Sin, V * I, 1), kernel = Fill(Math.Cos, I * O, 1), bias = Fill(Math.Sin, O, 1, 5);
        KerasWeights file = KerasWeights.Open(Npz.Save(_folder["w.npz"],
            ("net/embedding/embeddings", Npz.Array([V, I], table)), ("dense/kernel", Npz.Array([I, O], kernel)),
            ("dense/bias", Npz.Array([O], bias)), ("dense_1/kernel", Npz.Array([I, O], kernel))));
        file.Load(p, embedding, "net/embedding");
        file.Load(p, linear, "dense");
        file.Load(p, noBias, "dense_1");
        float[] rows = new float[2 * I], y = new float[2 * O], skipped = new float[2 * O];
        embedding.Forward(p, [4, 1], new MatrixView(rows, 2, I));
        linear.Forward(p, new ReadOnlyMatrixView(rows, 2, I), new MatrixView(y, 2, O));
        noBias.Forward(p, new ReadOnlyMatrixView(rows, 2, I), new MatrixView(skipped, 2, O));
        int[] tokens = [4, 1];
        for (int n = 0; n < 2; n++)
        {
            for (int o = 0; o < O; o++)
            {
                double product = 0;
                for (int i = 0; i < I; i++)
                    product += (double)table[(tokens[n] * I) + i] * kernel[(i * O) + o];

                Assert.Equal(product + bias[o], y[(n * O) + o], 1e-5);
                Assert.Equal(product, skipped[(n * O) + o], 1e-5);
            }
        }
    }

    /// <summary>LayerNormalization: gamma*(x - mean)/sqrt(var + epsilon) + beta. MultiHeadAttention, by the einsum
    /// equations of its layers: q = x[b,e]*query[e,h,d] + bias[h,d], and so on; softmax(q.k/sqrt(d)) over the keys;
    /// output = c[h,d]*attention_output[h,d,e] + bias[e].</summary>
    [Fact]
    public void LayersOfATransformerComputeWhatKerasDoes()
    {
        const int e = 6, heads = 2, d = 3, steps = 4;
        ParameterLayout layout = new();
        MultiHeadAttention attention = new(layout, "attn", e, heads);
        LayerNorm norm = new(layout, "norm", e);
        ParameterBuffer p = new(layout);
        string[] inputs = ["query", "key", "value"];
        float[][] kernels = [.. inputs.Select((_, i) => Fill(Math.Sin, e * e, 0.5, 100 * i))];
        float[][] biases = [.. inputs.Select((_, i) => Fill(Math.Cos, e, 0.5, 100 * i))];
        float[] output = Fill(Math.Sin, e * e, 0.5, 400), outputBias = Fill(Math.Cos, e, 0.5, 400);
        float[] gamma = Fill(Math.Cos, e, 1, 7), beta = Fill(Math.Sin, e, 1, 7);
        KerasWeights file = KerasWeights.Open(Npz.Save(_folder["w.npz"],
        [
            .. inputs.Select((input, i) => ($"mha/{input}/kernel", Npz.Array([e, heads, d], kernels[i]))),
            .. inputs.Select((input, i) => ($"mha/{input}/bias", Npz.Array([heads, d], biases[i]))),
            ("mha/attention_output/kernel", Npz.Array([heads, d, e], output)),
            ("mha/attention_output/bias", Npz.Array([e], outputBias)),
            ("ln/gamma", Npz.Array([e], gamma)),
            ("ln/beta", Npz.Array([e], beta)),
        ]));
        file.Load(p, attention, "mha");
        file.Load(p, norm, "ln");

        float[] x = Fill(Math.Cos, steps * e, 1, 50), y = new float[steps * e], z = new float[steps * e];
        attention.Forward(p, new ReadOnlySequenceView(x, steps, 1, e), default, isCausal: false, Mode.Inference,
            new SequenceView(y, steps, 1, e), attention.CreateTape(steps, 1, TapeUse.Inference));
        norm.Forward(p, new ReadOnlyMatrixView(x, steps, e), new MatrixView(z, steps, e),
            norm.CreateTape(steps, TapeUse.Inference));

        double Project(int input, int t, int h, int k) => biases[input][(h * d) + k]
            + Enumerable.Range(0, e).Sum(i => (double)x[(t * e) + i] * kernels[input][(((i * heads) + h) * d) + k]);
        for (int t = 0; t < steps; t++)
        {
            double[] expected = [.. outputBias.Select(b => (double)b)];
            for (int h = 0; h < heads; h++)
            {
                double[] weights = [.. Enumerable.Range(0, steps).Select(s => Math.Exp(Enumerable.Range(0, d)
                    .Sum(k => Project(0, t, h, k) * Project(1, s, h, k)) / Math.Sqrt(d)))];
                for (int k = 0; k < d; k++)
                {
                    double c = weights.Select((w, s) => w * Project(2, s, h, k)).Sum() / weights.Sum();
                    for (int i = 0; i < e; i++)
                        expected[i] += c * output[(((h * d) + k) * e) + i];
                }
            }

            double mean = Enumerable.Range(0, e).Average(i => (double)x[(t * e) + i]);
            double variance = Enumerable.Range(0, e).Average(i => Math.Pow(x[(t * e) + i] - mean, 2));
            for (int i = 0; i < e; i++)
            {
                Assert.Equal(expected[i], y[(t * e) + i], 1e-5);
                double normalized = (x[(t * e) + i] - mean) / Math.Sqrt(variance + 1e-5);
                Assert.Equal((gamma[i] * normalized) + beta[i], z[(t * e) + i], 1e-5);
            }
        }

        ParameterLayout others = new();
        MultiHeadAttention threeHeads = new(others, "attn", e, 3);
        ParameterBuffer q = new(others);
        Assert.Contains("'mha/query/kernel' is [6, 2, 3], expected [6, 3, 2]", Assert.Throws<InvalidDataException>(
            () => file.Load(q, threeHeads, "mha")).Message, StringComparison.Ordinal);
        Assert.Contains("has no 'mha/gamma' [6]", Assert.Throws<InvalidDataException>(
            () => KerasWeights.Open(Npz.Save(_folder["empty.npz"], ("a", Npz.Array([1], [1f])))).Load(p, norm, "mha")).Message,
            StringComparison.Ordinal);
        Assert.Contains("has 'mha/query/kernel', for which the layer has no place", Assert.Throws<InvalidDataException>(
            () => file.Load(p, norm, "mha")).Message, StringComparison.Ordinal);
    }

    /// <summary>Through safetensors, both ways: the same bits.</summary>
    [Fact]
    public void WhatIsWrittenIsRead()
    {
        ParameterLayout layout = new();
        Embedding embedding = new(layout, "embedding", V, I);
        RecurrentCellLayer[] cells = [Create("LSTM", layout), Create("GRU", layout), Create("SimpleRNN", layout)];
        Linear linear = new(layout, "fc", I, O);
        LayerNorm norm = new(layout, "ln", I);
        MultiHeadAttention attention = new(layout, "mha", 6, 2);
        ParameterBuffer p = TestNumbers.Parameters(layout, 1), again = new(layout);
        SafetensorsWriter writer = new();
        KerasWeights.Add(writer, p, embedding, "embedding");
        KerasWeights.Add(writer, p, linear, "dense");
        KerasWeights.Add(writer, p, norm, "ln");
        KerasWeights.Add(writer, p, attention, "mha");
        foreach (RecurrentCellLayer cell in cells)
            KerasWeights.Add(writer, p, cell, cell.Name);

        writer.Save(_folder["w.safetensors"]);
        KerasWeights file = KerasWeights.Open(_folder["w.safetensors"]);
        file.Load(again, embedding, "embedding");
        file.Load(again, linear, "dense");
        file.Load(again, norm, "ln");
        file.Load(again, attention, "mha");
        foreach (RecurrentCellLayer cell in cells)
            file.Load(again, cell, cell.Name);

        Assert.Equal(p.Dense.ToArray(), again.Dense.ToArray());
        Assert.Equal(p.ByRow.ToArray(), again.ByRow.ToArray());

        // Columns z, r, h: z is our second block.
        SafetensorsReader read = SafetensorsReader.Open(_folder["w.safetensors"]);
        float[] kernel = new float[I * 3 * U];
        read.CopyTo("GRU/kernel", kernel);
        Assert.Equal(p[cells[1].InputWeights].Row(1)[U], kernel[3 * U]);
        Assert.True(read.TryGetEntry("GRU/bias", out SafetensorsEntry? bias));
        Assert.Equal([2, 3 * U], bias.Shape.ToArray());
    }

    [Theory]
    [InlineData("GRU", "GRU", "bias", new[] { 15 }, "In 'F', 'P/bias' is [15], expected [2, 15]: a GRU with reset_after=False, "
        + "which is another cell; expected one with reset_after=True.")]
    [InlineData("LSTM", "LSTM", "bias", null, "'F' has no 'P/bias' [20]: the layer was made with use_bias=False, expected a bias.")]
    [InlineData("LSTM", "GRU", null, null, "In 'F', 'P/kernel' is [3, 15], expected [3, 20]: the columns are those of a GRU.")]
    [InlineData("LSTM", "LSTM", "kernel", new[] { 3, 3, 3, 20 }, "In 'F', 'P/kernel' is [3, 3, 3, 20], expected [3, 20]: a layer "
        + "over images, or with several inputs.")]
    [InlineData("LSTM", "LSTM", "kernel", new[] { 4, 20 }, "In 'F', 'P/kernel' is [4, 20], expected [3, 20].")]
    [InlineData("LSTM", "LSTM", "input_gate_peephole_weights", new[] { 5 }, "'F' has 'P/input_gate_peephole_weights', for which the "
        + "layer has no place: a cell with peepholes.")]
    [InlineData("LSTM", "LSTM", "lstm_cell/kernel", new[] { 3, 20 }, "'F' has 'P/lstm_cell/kernel', for which the layer has no "
        + "place: a layer inside it, whose path is 'P/lstm_cell'.")]
    [InlineData("SimpleRNN", "SimpleRNN", "kernel", null, "'F' has no 'P/kernel' [3, 5]. Name the layer's path as Keras has it.")]
    public void OtherLayersAreRefusedByName(string ours, string theirs, string? changed, int[]? shape, string message)
    {
        ParameterLayout layout = new();
        RecurrentCellLayer cell = Create(ours, layout);
        ParameterBuffer p = TestNumbers.Parameters(layout, 1);
        float[] before = p.Dense.ToArray();
        Dictionary<string, (int[] Shape, float[] Values)> weights = Weights(theirs);
        if (changed is not null)
            weights.Remove(changed);

        if (shape is not null)
            weights[changed!] = (shape, new float[shape.Aggregate(1, (a, b) => a * b)]);

        string path = Npz.Save(_folder["w.npz"], weights.Select(weight =>
            ($"net/{weight.Key}", Npz.Array(weight.Value.Shape, weight.Value.Values))));
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => KerasWeights.Open(path).Load(p, cell, "net"));
        Assert.Equal(message.Replace("'F'", $"'{path}'", StringComparison.Ordinal)
            .Replace("'P/", "'net/", StringComparison.Ordinal), e.Message);
        Assert.Equal(before, p.Dense.ToArray());
    }

    [Fact]
    public void CellsThatKerasHasntAreRefused()
    {
        ParameterLayout layout = new();
        Lstm peepholes = new(layout, "a", I, U, new() { Peepholes = true });
        Gru learnt = new(layout, "b", I, U, new() { LearnInitialState = true });
        ParameterBuffer p = new(layout);
        Assert.StartsWith("'a' has Peepholes, which no layer of Keras has.", Assert.Throws<ArgumentException>(
            () => KerasWeights.Add(new(), p, peepholes, "lstm")).Message, StringComparison.Ordinal);
        Assert.StartsWith("'b' has LearnInitialState, which no layer of Keras has.", Assert.Throws<ArgumentException>(
            () => KerasWeights.Add(new(), p, learnt, "gru")).Message, StringComparison.Ordinal);
    }

    private static RecurrentCellLayer Create(string kind, ParameterLayout layout, RecurrentOptions? options = null) =>
        kind switch
        {
            "LSTM" => new Lstm(layout, kind, I, U, options),
            "GRU" => new Gru(layout, kind, I, U, options),
            _ => new SimpleRnn(layout, kind, I, U, options: options),
        };

    /// <summary>Weight number n is 0.5*sin(100n + k), k the index in the array.</summary>
    private static Dictionary<string, (int[] Shape, float[] Values)> Weights(string kind)
    {
        int wide = U * (kind == "LSTM" ? 4 : kind == "GRU" ? 3 : 1);
        int[] bias = kind == "GRU" ? [2, wide] : [wide];
        return new()
        {
            ["kernel"] = ([I, wide], Fill(Math.Sin, I * wide, 0.5)),
            ["recurrent_kernel"] = ([U, wide], Fill(Math.Sin, U * wide, 0.5, 100)),
            ["bias"] = (bias, Fill(Math.Sin, wide * bias.Length, 0.5, 200)),
        };
    }

    private static float[] Fill(Func<double, double> f, int count, double scale, int shift = 0) =>
        [.. Enumerable.Range(shift, count).Select(k => (float)(scale * f(k)))];

    /// <summary>
    /// Outputs [T, B, U] by the step methods of Keras's cells, in double. LSTMCell: i, f, c, o = split(x@k + h@r + b, 4),
    /// c = sig(f)*c + sig(i)*tanh(c'), h = sig(o)*tanh(c). GRUCell, reset_after: x_z, x_r, x_h = split(x@k + b[0], 3),
    /// r_z, r_r, r_h = split(h@r + b[1], 3), z = sig(x_z + r_z), r = sig(x_r + r_r), hh = tanh(x_h + r*r_h),
    /// h = z*h + (1 - z)*hh. SimpleRNNCell: h = tanh(x@k + b + h@r).
    /// </summary>
    private static double[] Run(string kind, float[] x, Dictionary<string, (int[] Shape, float[] Values)> weights)
    {
        float[] k = weights["kernel"].Values, r = weights["recurrent_kernel"].Values, b = weights["bias"].Values;
        int wide = k.Length / I;
        double[] outputs = new double[T * B * U];
        for (int row = 0; row < B; row++)
        {
            double[] h = new double[U], c = new double[U];
            for (int t = 0; t < T; t++)
            {
                double[] xs = new double[wide], hs = new double[wide];
                for (int j = 0; j < wide; j++)
                {
                    xs[j] = b[j];
                    hs[j] = kind == "GRU" ? b[wide + j] : 0;
                    for (int i = 0; i < I; i++)
                        xs[j] += (double)x[(((t * B) + row) * I) + i] * k[(i * wide) + j];

                    for (int i = 0; i < U; i++)
                        hs[j] += h[i] * r[(i * wide) + j];
                }

                double Sum(int block, int u) => xs[(block * U) + u] + hs[(block * U) + u];
                for (int u = 0; u < U; u++)
                {
                    if (kind == "LSTM")
                    {
                        c[u] = (Sigmoid(Sum(1, u)) * c[u]) + (Sigmoid(Sum(0, u)) * Math.Tanh(Sum(2, u)));
                        h[u] = Sigmoid(Sum(3, u)) * Math.Tanh(c[u]);
                    }
                    else if (kind == "GRU")
                    {
                        double z = Sigmoid(Sum(0, u));
                        double hh = Math.Tanh(xs[(2 * U) + u] + (Sigmoid(Sum(1, u)) * hs[(2 * U) + u]));
                        h[u] = (z * h[u]) + ((1 - z) * hh);
                    }
                    else
                    {
                        h[u] = Math.Tanh(Sum(0, u));
                    }

                    outputs[(((t * B) + row) * U) + u] = h[u];
                }
            }
        }

        return outputs;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
