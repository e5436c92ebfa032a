using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure.Onnx;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>
/// ONNX's own tests of the operators LSTM, GRU and RNN, computed by the cells here with the weights of each test. They are
/// read where Debian's package libonnx-testdata puts them, or from the folder that RNN_ONNX_NODES names; without either the
/// tests are skipped.
/// </summary>
public class OnnxNodeTests
{
    private const string Packaged = "/usr/share/libonnx-testdata/data/node";

    /// <summary>A GRU there resets before the product, here after it: the two are one where there is a single step from
    /// zeros and no recurrent bias, as in these tests but one.</summary>
    [Theory]
    [InlineData("lstm_defaults")]
    [InlineData("lstm_with_initial_bias")]
    [InlineData("lstm_with_peepholes")]
    [InlineData("lstm_batchwise")]
    [InlineData("gru_defaults")]
    [InlineData("gru_with_initial_bias")]
    [InlineData("gru_batchwise")]
    [InlineData("gru_seq_length", true)]
    [InlineData("simple_rnn_defaults")]
    [InlineData("simple_rnn_with_initial_bias")]
    [InlineData("simple_rnn_batchwise")]
    [InlineData("rnn_seq_length")]
    public void TheCellsComputeWhatTheOperatorsDo(string test, bool isAnotherCell = false)
    {
        string folder = Path.Combine(Environment.GetEnvironmentVariable("RNN_ONNX_NODES") ?? Packaged, $"test_{test}");
        Assert.SkipUnless(Directory.Exists(folder), $"There is no '{folder}': install libonnx-testdata, or set RNN_ONNX_NODES.");
        List<ProtobufField> graph = One(ProtobufReader.Read(File.ReadAllBytes(Path.Combine(folder, "model.onnx"))), 7).Message;
        List<ProtobufField> node = One(graph, 1).Message;
        Dictionary<string, int> numbers = node.Where(field => field.Number == 5).Select(field => field.Message)
            .Where(attribute => attribute.Exists(field => field.Number == 3))
            .ToDictionary(attribute => One(attribute, 1).Text, attribute => (int)One(attribute, 3).Value);
        Dictionary<string, float[]> given = Tensors(folder, "input", graph, 11), expected = Tensors(folder, "output", graph, 12);
        string[] inputs = Texts(node, 1), outputs = Texts(node, 2);
        float[] w = given[inputs[1]], r = given[inputs[2]];
        int units = numbers["hidden_size"], gates = r.Length / (units * units), size = w.Length / (gates * units);
        bool isBatchFirst = numbers.GetValueOrDefault("layout") == 1;
        float[] x = given[inputs[0]];
        float[]? Optional(int i) => i < inputs.Length && inputs[i] != "" ? given[inputs[i]] : null;

        ParameterLayout layout = new();
        RecurrentOptions options = new() { TwoBiases = true, Peepholes = Optional(7) is not null };
        (RecurrentCellLayer cell, int[] order) = gates switch
        {
            4 => ((RecurrentCellLayer)new Lstm(layout, "cell", size, units, options), (int[])[0, 2, 3, 1]),   // of i, o, f, c
            3 => (new Gru(layout, "cell", size, units, options), [1, 0, 2]),                                 // of z, r, h
            _ => (new SimpleRnn(layout, "cell", size, units, options: options), [0]),
        };
        ParameterBuffer p = new(layout);
        ParameterWriter writer = p.BeginWrite();
        for (int column = 0; column < gates * units; column++)
        {
            int row = (order[column / units] * units) + (column % units);
            for (int i = 0; i < size; i++)
                writer[cell.InputWeights][i, column] = w[(row * size) + i];

            for (int i = 0; i < units; i++)
                writer[cell.RecurrentWeights][i, column] = r[(row * units) + i];

            if (Optional(3) is { } biases)
            {
                writer[cell.InputBias].Span[column] = biases[row];
                writer[cell.RecurrentBias!.Value].Span[column] = biases[(gates * units) + row];
            }
        }

        for (int k = 0; cell.Peepholes is { } slot && k < slot.Count; k++)
            writer[slot].Span[k] = Optional(7)![((int[])[0, 2, 1])[k / units] * units + (k % units)];   // of i, o, f

        long[] shape = Shape(folder, 0);
        int steps = (int)shape[isBatchFirst ? 1 : 0], batch = (int)shape[isBatchFirst ? 0 : 1];
        RecurrentState state = cell.CreateState(batch);
        Optional(5)?.CopyTo(state.Hidden(0).Span);   // of one direction: [1, B, H] or [B, 1, H]
        if (gates == 4)
            Optional(6)?.CopyTo(state.Cell(0).Span);

        RecurrentTape tape = cell.CreateTape(steps, batch, TapeUse.Inference);
        float[] sequence = isBatchFirst ? Swapped(x, batch, steps, size) : x;
        cell.Forward(p, new ReadOnlySequenceView(sequence, steps, batch, size), default, state, Mode.Inference, tape);
        float[] all = tape.Output.Span.ToArray();
        double worst = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            if (outputs[i] == "")
                continue;

            float[] actual = i > 0 ? state.Hidden(0).Span.ToArray() : isBatchFirst ? Swapped(all, steps, batch, units) : all;
            Assert.Equal(expected[outputs[i]].Length, actual.Length);
            worst = Math.Max(worst, expected[outputs[i]].Zip(actual, (a, b) => Math.Abs((double)a - b)).Max());
        }

        Assert.InRange(worst, isAnotherCell ? 1e-3 : 0, isAnotherCell ? 1 : 1e-6);
    }

    // [B, A, F] of [A, B, F].
    private static float[] Swapped(float[] values, int first, int second, int width)
    {
        float[] swapped = new float[values.Length];
        for (int a = 0; a < first; a++)
        {
            for (int b = 0; b < second; b++)
                values.AsSpan(((a * second) + b) * width, width).CopyTo(swapped.AsSpan(((b * first) + a) * width));
        }

        return swapped;
    }

    private static Dictionary<string, float[]> Tensors(string folder, string kind, List<ProtobufField> graph, int field) =>
        graph.Where(value => value.Number == field).Select((value, i) => (Name: One(value.Message, 1).Text, i)).ToDictionary(
            value => value.Name, value => Values(ProtobufReader.Read(File.ReadAllBytes(DataFile(folder, $"{kind}_{value.i}")))));

    // Only floats are looked at; lengths, where there are any, are all T.
    private static float[] Values(List<ProtobufField> tensor) =>
        One(tensor, 2).Value == 1 ? MemoryMarshal.Cast<byte, float>(One(tensor, 9).Bytes.Span).ToArray() : [];

    private static long[] Shape(string folder, int input) =>
        [.. ProtobufReader.Read(File.ReadAllBytes(DataFile(folder, $"input_{input}")))
            .Where(field => field.Number == 1).Select(field => field.Value)];

    private static string DataFile(string folder, string name) => Path.Combine(folder, "test_data_set_0", $"{name}.pb");

    private static ProtobufField One(List<ProtobufField> message, int number) =>
        message.Single(field => field.Number == number);

    private static string[] Texts(List<ProtobufField> message, int number) =>
        [.. message.Where(field => field.Number == number).Select(field => field.Text)];
}
