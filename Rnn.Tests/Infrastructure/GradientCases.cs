using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure.Oracles;

namespace Rnn.Tests.Infrastructure;

/// <summary>One gradient check of the catalogue.</summary>
/// <param name="Layer">Which layer.</param>
/// <param name="Shape">Its shape, a line of the report: "2 layers, both directions".</param>
/// <param name="Options">The arrangement within that shape.</param>
/// <param name="Check">Runs it; given what the report calls it.</param>
internal sealed record GradientCase(
    string Layer, string Shape, string Options, Func<string, string, GradientReportRow> Check)
{
    /// <summary>Unique in the catalogue.</summary>
    public string Name => $"{Layer}: {Shape}; {Options}";

    public GradientReportRow Run() => Check(Layer, $"{Shape}; {Options}");
}

/// <summary>Every layer in every arrangement. The tests run all of it, and so does samples/GradientReport.</summary>
internal static class GradientCases
{
    private const ulong Seed = 20;

    public static IReadOnlyList<GradientCase> All { get; } =
    [
        .. Linear(), .. Embedding(), .. Dropout(),
        .. Enum.GetValues<RecurrentCell>().SelectMany(Recurrent),
        .. GradientPoolingCases.All, .. GradientAttentionCases.All, .. GradientTransformerCases.All,
        .. GradientLossCases.All, .. GradientHeadCases.All, .. GradientVocabularyHeadCases.All, .. GradientSamplingCases.All,
    ];

    private static IEnumerable<GradientCase> Linear()
    {
        yield return new("Linear", "weights and bias", "dense input",
            (name, options) => CheckLinear(name, options, bias: true, inputGradient: true));
        yield return new("Linear", "weights and bias", "no input gradient",
            (name, options) => CheckLinear(name, options, bias: true, inputGradient: false));
        yield return new("Linear", "weights only", "dense input",
            (name, options) => CheckLinear(name, options, bias: false, inputGradient: true));
    }

    private static GradientReportRow CheckLinear(string name, string options, bool bias, bool inputGradient)
    {
        const int n = 5, inputs = 3, outputs = 4;
        ParameterLayout layout = new();
        Linear layer = new(layout, "linear", inputs, outputs, bias);
        ParameterBuffer p = TestNumbers.Parameters(layout, Seed);
        float[] x = TestNumbers.Uniform(n * inputs, Seed, 2), dY = TestNumbers.Uniform(n * outputs, Seed, 3);
        float[] y = new float[n * outputs], dX = new float[inputGradient ? n * inputs : 0];
        GradientBuffer g = new(layout);
        layer.Forward(p, new ReadOnlyMatrixView(x, n, inputs), new MatrixView(y, n, outputs));
        layer.Backward(p, new ReadOnlyMatrixView(x, n, inputs), new ReadOnlyMatrixView(dY, n, outputs), g,
            inputGradient ? new MatrixView(dX, n, inputs) : default);

        double[] xDouble = TestNumbers.ToDouble(x), w = TestNumbers.ToDouble(p[layer.Weights].Span);
        double[]? b = layer.Bias is { } slot ? TestNumbers.ToDouble(p[slot].Span) : null;
        List<GradientVariable> variables = [new("weight", w, g[layer.Weights].Span.ToArray())];
        if (layer.Bias is { } biasSlot)
            variables.Add(new GradientVariable("bias", b!, g[biasSlot].Span.ToArray()));

        if (inputGradient)
            variables.Add(new GradientVariable("x", xDouble, dX));

        return GradientCheck.Run(name, options, variables, [new("y", y, dY)],
            () => [LinearOracle.Run(xDouble, w, b, n, inputs, outputs)]);
    }

    private static IEnumerable<GradientCase> Embedding()
    {
        yield return new("Embedding", "table by row", "repeated and untouched rows",
            (name, options) => CheckEmbedding(name, options, SlotStorage.ByRow));
        yield return new("Embedding", "dense table", "repeated and untouched rows",
            (name, options) => CheckEmbedding(name, options, SlotStorage.Dense));
    }

    private static GradientReportRow CheckEmbedding(string name, string options, SlotStorage storage)
    {
        const int vocabulary = 7, size = 3;
        int[] indices = [4, 1, 4, 0, 4];
        ParameterLayout layout = new();
        Embedding layer = new(layout, "embedding", vocabulary, size, storage);
        ParameterBuffer p = TestNumbers.Parameters(layout, Seed);
        float[] y = new float[indices.Length * size], dY = TestNumbers.Uniform(y.Length, Seed, 3);
        GradientBuffer g = new(layout);
        layer.Forward(p, indices, new MatrixView(y, indices.Length, size));
        layer.Backward(indices, new ReadOnlyMatrixView(dY, indices.Length, size), g);

        float[] dTable = new float[vocabulary * size];
        if (storage == SlotStorage.Dense)
        {
            g[layer.Table].Span.CopyTo(dTable);
        }
        else
        {
            RowGradients rows = g.Rows(layer.Table);
            for (int i = 0; i < rows.Count; i++)
                rows.Values.Row(i).CopyTo(dTable.AsSpan(rows.Touched[i] * size, size));
        }

        double[] table = TestNumbers.ToDouble(p[layer.Table].Span);
        return GradientCheck.Run(name, options, [new("weight", table, dTable)], [new("y", y, dY)],
            () => [EmbeddingOracle.Run(table, indices, size)]);
    }

    private static IEnumerable<GradientCase> Dropout()
    {
        foreach (int first in (int[])[0, 1, 6])
        {
            yield return new("Dropout", "training", $"rate 0.4 from element {first}",
                (name, options) => CheckDropout(name, options, 0.4, Mode.Training(Seed, 3), first));
        }

        yield return new("Dropout", "training", "rate 0",
            (name, options) => CheckDropout(name, options, 0, Mode.Training(Seed, 3), 0));
        yield return new("Dropout", "inference", "rate 0.4",
            (name, options) => CheckDropout(name, options, 0.4, Mode.Inference, 0));
    }

    private static GradientReportRow CheckDropout(string name, string options, double rate, Mode mode, int first)
    {
        const int count = 83;   // whole vectors of every width, and a rest
        Dropout layer = new("dropout", rate);
        DropoutOracle oracle = new("dropout", rate, mode);
        float[] x = TestNumbers.Uniform(count, Seed, 2), dY = TestNumbers.Uniform(count, Seed, 3);
        float[] y = new float[count], dX = new float[count];
        layer.Forward(x, y, mode, first);
        layer.Backward(dY, dX, mode, first);
        double[] xDouble = TestNumbers.ToDouble(x);
        return GradientCheck.Run(name, options, [new("x", xDouble, dX)], [new("y", y, dY)], () =>
        {
            double[] result = (double[])xDouble.Clone();
            oracle.Apply(result, first);
            return [result];
        });
    }

    private static IEnumerable<GradientCase> Recurrent(RecurrentCell cell)
    {
        string name = cell switch
        {
            RecurrentCell.RnnTanh => "SimpleRnn, tanh",
            RecurrentCell.RnnRelu => "SimpleRnn, relu",
            _ => cell.ToString(),
        };
        for (int layers = 1; layers <= 3; layers++)
        {
            foreach (bool bidirectional in (bool[])[false, true])
            {
                string shape = $"{layers} layer{(layers > 1 ? "s" : "")}{(bidirectional ? ", both directions" : "")}";
                foreach (double dropout in layers == 1 ? (double[])[0] : [0, 0.4])
                {
                    RecurrentGradientCase basic = new()
                    {
                        Cell = cell,
                        Layers = layers,
                        Bidirectional = bidirectional,
                        Dropout = dropout,
                    };
                    foreach ((string options, RecurrentGradientCase check) in Arrangements(basic))
                        yield return new(name, shape, options, check.Run);

                    foreach ((string options, RecurrentGradientCase check) in CellOptions(basic))
                        yield return new(name, $"{shape}, options of the cell", options, check.Run);
                }
            }
        }
    }

    private static IEnumerable<(string Options, RecurrentGradientCase Check)> Arrangements(RecurrentGradientCase basic)
    {
        RecurrentGradientCase ragged = basic with { B = 3, I = 2, Lengths = [3, 5, 1] };
        string dropout = basic.Dropout > 0 ? ", dropout 0.4" : "";
        foreach ((string lengths, RecurrentGradientCase check) in new[] { ("full", basic), ("ragged", ragged) })
        {
            string options = lengths + dropout;
            yield return ($"{options}, dense input", check);
            yield return ($"{options}, one-hot input", check with { OneHot = true });
            yield return ($"{options}, no gradient of the final state", check with { StateGradient = false });
            yield return ($"{options}, gradient of the final state only", check with { OutputGradient = false });
            yield return ($"{options}, no gradient of the input", check with { InputGradient = false });
            if (basic.Cell != RecurrentCell.Gru)
                yield return ($"{options}, two biases", check with { Options = new() { TwoBiases = true } });
        }

        yield return ($"lengths falling{dropout}", ragged with { Lengths = [5, 2, 1] });
        yield return ($"one row{dropout}", basic with { B = 1 });
        yield return ($"one step{dropout}", basic with { T = 1 });
        if (!basic.Bidirectional)
        {
            yield return ($"step by step{dropout}, dense input", basic with { StepByStep = true });
            yield return ($"step by step{dropout}, one-hot input", basic with { StepByStep = true, OneHot = true });
            yield return ($"step by step{dropout}, no gradient of the final state",
                basic with { StepByStep = true, StateGradient = false });
            yield return ($"step by step{dropout}, gradient of the final state only",
                basic with { StepByStep = true, OutputGradient = false });
        }

        if (basic.Layers == 1)
            yield return ("whole vectors and a rest", basic with { T = 3, H = 19 });
    }

    /// <summary>The options of cells: each in every way of running it, and some together.</summary>
    private static IEnumerable<(string Options, RecurrentGradientCase Check)> CellOptions(RecurrentGradientCase basic)
    {
        List<(string Name, RecurrentOptions Options)> all =
        [
            ("layer-normalised", new() { LayerNormalization = true }),
            ("recurrent dropout 0.4", new() { RecurrentDropout = 0.4 }),
            ("weight dropout 0.4", new() { WeightDropout = 0.4 }),
            ("learnt initial state", new() { LearnInitialState = true }),
            ("layer-normalised, recurrent dropout 0.4, weight dropout 0.2, learnt initial state", new()
            {
                LayerNormalization = true,
                RecurrentDropout = 0.4,
                WeightDropout = 0.2,   // rows of few products are normalised by small deviations, which enlarge rounding
                LearnInitialState = true,
            }),
        ];
        if (basic.Cell == RecurrentCell.Lstm)
        {
            all.Add(("peepholes", new() { Peepholes = true }));
            all.Add(("coupled gates", new() { CoupledGates = true }));
            all.Add(("peepholes, coupled gates", new() { Peepholes = true, CoupledGates = true }));
            all.Add(("all options", new()
            {
                Peepholes = true,
                CoupledGates = true,
                LayerNormalization = true,
                RecurrentDropout = 0.4,
                WeightDropout = 0.4,
                LearnInitialState = true,
                TwoBiases = true,
            }));
        }

        // In one layer every option in every way of running it; in stacks what passes between layers.
        foreach ((string name, RecurrentOptions options) in basic.Layers == 1 ? all : all[^1..])
        {
            string suffix = basic.Dropout > 0 ? ", locked dropout 0.4" : "";
            RecurrentGradientCase full = basic with { Options = options, LockedDropout = true, H = 7 };
            RecurrentGradientCase ragged = full with { B = 3, I = 2, Lengths = [3, 5, 1] };
            yield return ($"{name}{suffix}", full);
            yield return ($"{name}{suffix}, ragged, one-hot input", ragged with { OneHot = true });
            yield return ($"{name}{suffix}, ragged, from its own state", ragged with { FromOwnState = true });
            if (!basic.Bidirectional)
                yield return ($"{name}{suffix}, step by step", full with { StepByStep = true });

            if (basic.Layers > 1)
                continue;

            yield return ($"{name}, ragged", ragged);
            yield return ($"{name}, whole vectors and a rest", full with { T = 3, H = 19 });
        }
    }
}
