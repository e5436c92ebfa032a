using System;
using System.IO;
using System.Linq;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Tests.Infrastructure;
using Xunit;
using static Rnn.Tests.Serialization.SafetensorsTests;

namespace Rnn.Tests.Serialization;

public class StateDictTests
{
    private const int I = 2, H = 3;

    [Theory]
    [InlineData(RecurrentCell.Lstm, 4)]
    [InlineData(RecurrentCell.RnnTanh, 1)]
    public void TwoBiasesAreReadIntoOneAsTheirSum(RecurrentCell cell, int gates)
    {
        ParameterLayout layout = new();
        RecurrentCellLayer layer = RecurrentStack.CreateCell(layout, "rnn", cell, I, H);
        float[] first = [.. Enumerable.Range(0, gates * H).Select(i => i + 0.25f)];
        float[] second = [.. Enumerable.Range(0, gates * H).Select(i => 100f * i)];
        SafetensorsWriter writer = Weights(gates);
        writer.Add("rnn.bias_ih_l0", [gates * H], first);
        writer.Add("rnn.bias_hh_l0", [gates * H], second);
        ParameterBuffer p = new(layout);
        StateDict.Read(Reader(Bytes(writer)), p);
        Assert.Equal(first.Zip(second, (a, b) => a + b), p[layer.InputBias].Span.ToArray());

        // Written, the second is there and zero.
        SafetensorsWriter again = new();
        StateDict.Write(again, p);
        SafetensorsReader reader = Reader(Bytes(again));
        Assert.Equal(p[layer.InputBias].Span.ToArray(), Singles(reader, "rnn.bias_ih_l0"));
        Assert.All(Singles(reader, "rnn.bias_hh_l0"), value => Assert.Equal(0f, value));
    }

    [Fact]
    public void TwoBiasesStayTwoWhereTwoAreTrained()
    {
        ParameterLayout layout = new();
        Gru gru = new(layout, "rnn", I, H);
        SafetensorsWriter writer = Weights(gates: 3);
        writer.Add("rnn.bias_ih_l0", [9], Enumerable.Repeat(1f, 9).ToArray());
        writer.Add("rnn.bias_hh_l0", [9], Enumerable.Repeat(2f, 9).ToArray());
        ParameterBuffer p = new(layout);
        StateDict.Read(Reader(Bytes(writer)), p);
        Assert.All(p[gru.InputBias].Span.ToArray(), value => Assert.Equal(1f, value));
        Assert.All(p[gru.RecurrentBias!.Value].Span.ToArray(), value => Assert.Equal(2f, value));
    }

    [Theory]
    [InlineData("rnn.bias_hh_l0", "missing", "has no tensor 'rnn.bias_hh_l0' [12]")]
    [InlineData("rnn.bias_hh_l0", "longer", "tensor 'rnn.bias_hh_l0' is [13], expected [12]")]
    [InlineData("rnn.weight_hr_l0", "more", "has a tensor 'rnn.weight_hr_l0' that this network has no place for")]
    public void OtherTensorsAreRefusedAndNothingChanges(string name, string how, string message)
    {
        ParameterLayout layout = new();
        _ = new Lstm(layout, "rnn", I, H);
        SafetensorsWriter writer = Weights(gates: 4);
        writer.Add("rnn.bias_ih_l0", [12], new float[12]);
        if (how == "more")
            writer.Add("rnn.bias_hh_l0", [12], new float[12]);

        if (how != "missing")
            writer.Add(name, [13], new float[13]);

        ParameterBuffer p = TestNumbers.Parameters(layout, 1);
        float[] before = p.Dense.ToArray();
        InvalidDataException e =
            Assert.Throws<InvalidDataException>(() => StateDict.Read(Reader(Bytes(writer)), p));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Equal(before, p.Dense.ToArray());
    }

    private static SafetensorsWriter Weights(int gates)
    {
        SafetensorsWriter writer = new();
        writer.Add("rnn.weight_ih_l0", [gates * H, I], new float[gates * H * I]);
        writer.Add("rnn.weight_hh_l0", [gates * H, H], new float[gates * H * H]);
        return writer;
    }
}
