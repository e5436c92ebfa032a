using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Layers.Transformer;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Onnx;
using Rnn.Models.Batching;
using Rnn.Models.Forecasting;
using Rnn.Models.TimeSeries;
using Rnn.Tests.Infrastructure.Onnx;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>Every model's network, run from its file.</summary>
public class ExportedModelTests
{
    private readonly InterpreterEngine _engine = new();

    [Fact]
    public void FilesGiveWhatTheirModelsDo()
    {
        int cases = 0;
        ExportedModels.Check(_engine, (what, expected, actual) =>
        {
            cases++;
            Near(what, expected, actual);
        });
        Assert.Equal(14, cases);
    }

    /// <summary>A decoder that reads a whole target at once, and with the memory itself for its keys.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ATransformersDecoderReadsAllStepsAtOnce(bool normFirst)
    {
        const int steps = 4, sources = 5, rows = 3, size = 8;
        ParameterLayout layout = new();
        TransformerDecoder decoder = new(layout, "decoder",
            new() { Size = size, Heads = 2, Layers = 2, FeedForwardSize = 12, NormFirst = normFirst });
        ParameterBuffer p = new(layout);
        p.Initialize(3);
        ExportedModels.Enlarge(p);
        float[] x = Waves(steps * rows * size, 1), memory = Waves(sources * rows * size, 2);
        int[] lengths = [5, 2, 4];
        TransformerTape tape = decoder.CreateTape(steps, rows, sources, TapeUse.Inference);
        decoder.Forward(p, new(x, steps, rows, size), new(memory, sources, rows, size), lengths, Mode.Inference, tape);

        OnnxNetwork net = new(p);
        net.Output("y", net.Add(decoder, net.Numbers("x", size), net.Numbers("memory", size, "source_steps"), net.Lengths("lengths")));
        using MemoryStream file = new();
        net.Write(file);
        float[] actual = _engine.Run(file.ToArray(), ("x", OnnxArray.Of([steps, rows, size], x)),
            ("memory", OnnxArray.Of([sources, rows, size], memory)), ("lengths", OnnxArray.Of([rows], lengths)))["y"].Floats;
        Near("decoder", tape.Output.Span.ToArray(), actual);

        static float[] Waves(int count, int first) => [.. Enumerable.Range(first, count).Select(i => MathF.Sin(i * i))];
    }

    [Theory]
    [InlineData(RecurrentCell.Lstm, 0)]
    [InlineData(RecurrentCell.Gru, 3)]
    public void ASeriesModelOverPreparedInputs(RecurrentCell cell, int embedding)
    {
        const int steps = 7, rows = 2;
        Series[] series = [.. Enumerable.Range(0, 3).Select(n =>
            new Series($"s{n}", [.. Enumerable.Range(0, 40).Select(t => Math.Sin(t + n))]))];
        SeriesModel model = new(series, new()
        {
            Cell = cell,
            EmbeddingSize = embedding,
            Horizon = 4,
            Season = 6,
            HiddenSize = 5,
            Layers = 2,
            Levels = [0.1, 0.5, 0.9],
        });
        ExportedModels.Enlarge(model.Parameters);
        int features = model.Features.Count;
        float[] x = [.. Enumerable.Range(0, steps * rows * features).Select(i => MathF.Sin(i))];
        SeriesPass pass = new(model, new BatchShape(rows, steps, steps), TapeUse.Inference);
        float[] expected = pass.Forward(new SeriesBatch(x, new[] { 2, 0 }, default, default, default, steps, rows, 0),
            Mode.Inference).Span.ToArray();
        using MemoryStream stream = new();
        model.ExportOnnx(stream);
        List<(string, OnnxArray)> inputs =
            [("inputs", OnnxArray.Of([steps, rows, features], x)), ("h0", OnnxArray.Zeros(2, rows, 5))];
        if (cell == RecurrentCell.Lstm)
            inputs.Add(("c0", OnnxArray.Zeros(2, rows, 5)));

        if (embedding > 0)
            inputs.Add(("series", OnnxArray.Of([rows], 2, 0)));

        OnnxArray outputs = _engine.Run(stream.ToArray(), [.. inputs])["outputs"];
        Assert.Equal([steps, rows, model.Options.OutputSize], outputs.Shape);
        Near("series", expected, outputs.Floats);
        Assert.Equal("s0\ns1\ns2", embedding > 0 ? new OnnxFile(stream.ToArray()).Metadata["series"] : "s0\ns1\ns2");
    }

    private static void Near(string what, float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Distinct().Count() > 3, $"{what} says nothing");
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-5, $"{what}[{i}] is {actual[i]}, expected {expected[i]}");
    }
}
