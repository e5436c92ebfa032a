using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers.Pooling;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure.Oracles;

namespace Rnn.Tests.Infrastructure;

/// <summary>Pooling's part of the catalogue.</summary>
internal static class GradientPoolingCases
{
    private const ulong Seed = 20;

    public static IEnumerable<GradientCase> All =>
    [
        .. Of(PoolingKind.Last), .. Of(PoolingKind.Last, bidirectional: true), .. Of(PoolingKind.Mean),
        .. Of(PoolingKind.Max), .. Of(PoolingKind.Attention),
        Case(new() { Kind = PoolingKind.Attention, Size = 7 }, "A unlike F"),
        Case(new() { Kind = PoolingKind.Attention, Size = 37, Lengths = [3, 5, 1], FirstRows = [0, 2, 3] },
            "A unlike F, whole vectors and a rest, ragged items"),
        Case(new() { Kind = PoolingKind.Attention, T = 345, F = 2, Lengths = [345, 1, 344], FirstRows = [0, 2, 3] },
            "several blocks of steps"),
        Case(new() { Kind = PoolingKind.Attention, InputGradient = false }, "no gradient of the input"),
        Case(new() { Kind = PoolingKind.Mean, T = 70, Lengths = [70, 69] }, "several sums an item"),
    ];

    private static IEnumerable<GradientCase> Of(PoolingKind kind, bool bidirectional = false)
    {
        Setup full = new() { Kind = kind, Bidirectional = bidirectional };
        Setup ragged = full with { Lengths = [3, 5, 1, 4], FirstRows = [] };
        Setup items = ragged with { FirstRows = [0, 1, 3, 4] };
        yield return Case(full, "full");
        yield return Case(ragged, "ragged");
        yield return Case(items, "ragged, items of several rows");
        yield return Case(items with { FirstRows = [0, 4] }, "ragged, one item");
        yield return Case(full with { FirstRows = [0, 2] }, "full, one item");
        yield return Case(full with { Lengths = [5] }, "one row");
        yield return Case(full with { T = 1, Lengths = [1, 1] }, "one step");
        int wide = bidirectional ? 38 : 19;
        yield return Case(items with { F = wide }, "whole vectors and a rest");
        yield return Case(items with { F = 300, Size = kind == PoolingKind.Attention ? 3 : 0 },
            "several blocks of columns");
        yield return Case(items with { DXIsX = true }, "gradient in the input's memory");
    }

    private static GradientCase Case(Setup setup, string options) => new("SequencePooling",
        $"{setup.Kind}{(setup.Bidirectional ? ", both directions" : "")}", options,
        (name, text) => Check(setup, name, text));

    private static GradientReportRow Check(Setup setup, string name, string options)
    {
        int t = setup.T, f = setup.F, rows = setup.Lengths.Length;
        int[] firstRows = setup.FirstRows.Length > 0 ? setup.FirstRows : [.. Enumerable.Range(0, rows + 1)];
        int items = firstRows.Length - 1;
        ParameterLayout layout = new();
        SequencePooling layer = SequencePooling.Create(layout, "pool", setup.Kind, f, setup.Bidirectional, setup.Size);
        ParameterBuffer p = TestNumbers.Parameters(layout, Seed);
        GradientBuffer g = new(layout);
        float[] x = TestNumbers.Uniform(t * rows * f, Seed, stream: 2), y = new float[items * f];
        float[] dY = TestNumbers.Uniform(y.Length, Seed, stream: 3);
        double[] xDouble = TestNumbers.ToDouble(x);
        float[] dX = setup.DXIsX ? x : new float[x.Length];
        dX = setup.InputGradient ? dX : [];
        PoolingTape tape = layer.CreateTape(t, rows);
        ReadOnlySequenceView input = new(x, t, rows, f);
        layer.Forward(p, input, setup.Lengths, setup.FirstRows, new MatrixView(y, items, f), tape);
        layer.Backward(p, input, setup.Lengths, setup.FirstRows, new ReadOnlyMatrixView(dY, items, f), tape, g,
            setup.InputGradient ? new SequenceView(dX, t, rows, f) : default);

        PoolingOracle oracle = new(t, f, setup.Lengths, firstRows);
        double[][] values = [.. layout.Slots.Select(slot => TestNumbers.ToDouble(p[slot].Span))];
        List<GradientVariable> variables =
            [.. layout.Slots.Select((slot, i) => new GradientVariable(slot.Name, values[i], g[slot].Span.ToArray()))];
        if (setup.InputGradient)
            variables.Add(new GradientVariable("x", xDouble, dX));

        return GradientCheck.Run(name, options, variables, [new("y", y, dY)], () => [setup.Kind switch
        {
            PoolingKind.Last => oracle.Last(xDouble, setup.Bidirectional),
            PoolingKind.Mean => oracle.Mean(xDouble),
            PoolingKind.Max => oracle.Max(xDouble),
            _ => oracle.Attention(xDouble, values[0], values[1], values[2]).Y,
        }]);
    }

    private sealed record Setup
    {
        public required PoolingKind Kind { get; init; }

        public bool Bidirectional { get; init; }

        public int T { get; init; } = 5;

        public int F { get; init; } = 4;

        /// <summary>A, or 0.</summary>
        public int Size { get; init; }

        /// <summary>[B].</summary>
        public int[] Lengths { get; init; } = [5, 5];

        /// <summary>[N + 1]; empty for rows.</summary>
        public int[] FirstRows { get; init; } = [];

        public bool DXIsX { get; init; }

        public bool InputGradient { get; init; } = true;
    }
}
