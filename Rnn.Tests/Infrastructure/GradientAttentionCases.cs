using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure.Oracles;

namespace Rnn.Tests.Infrastructure;

/// <summary>Attention's part of the catalogue, and that of decoders with it.</summary>
internal static class GradientAttentionCases
{
    private const ulong Seed = 20;

    public static IEnumerable<GradientCase> All =>
    [
        .. Enum.GetValues<AttentionScore>().SelectMany(Attentions),
        .. Enum.GetValues<RecurrentCell>().SelectMany(Decoders),
    ];

    private static IEnumerable<GradientCase> Attentions(AttentionScore score)
    {
        bool isDot = score is AttentionScore.Dot or AttentionScore.ScaledDot;
        Setup full = new() { Score = score, Q = isDot ? 5 : 4, A = score == AttentionScore.Additive ? 7 : 0 };
        Setup ragged = full with { B = 3, Lengths = [2, 6, 1] };
        yield return Case(full, "full");
        yield return Case(ragged, "ragged sources");
        yield return Case(ragged with { PaddingIsNaN = true }, "ragged sources, NaN past the lengths");
        yield return Case(full with { B = 1 }, "one row");
        yield return Case(full with { T = 1 }, "one query");
        yield return Case(full with { S = 1 }, "one step of the source");
        yield return Case(ragged with { InputGradient = false }, "no gradient of the memory");
        yield return Case(ragged with { Q = isDot ? 37 : 19, M = 37, A = full.A == 0 ? 0 : 35, T = 2 },
            "whole vectors and a rest");

        GradientCase Case(Setup setup, string options) =>
            new("GlobalAttention", score.ToString(), options, (name, text) => CheckAttention(setup, name, text));
    }

    private static IEnumerable<GradientCase> Decoders(RecurrentCell cell)
    {
        if (cell == RecurrentCell.RnnRelu)
            yield break;   // a kink, and nothing that the other cells don't show

        string of = cell == RecurrentCell.RnnTanh ? "tanh cells" : cell.ToString();
        foreach ((string order, AttentionDecoderOptions options) in new (string, AttentionDecoderOptions)[]
        {
            ("before", new()),
            ("after", new() { Order = AttentionOrder.After }),
            ("after, input feeding", new() { Order = AttentionOrder.After, InputFeeding = true }),
        })
        {
            Setup full = new() { Score = AttentionScore.Additive, Cell = cell, Options = options, A = 7 };
            Setup ragged = full with { B = 3, Lengths = [2, 6, 1] };
            yield return Case(full, "full");
            yield return Case(ragged, "ragged sources");
            yield return Case(ragged with { PaddingIsNaN = true }, "ragged sources, NaN past the lengths");
            yield return Case(ragged with { DXIsX = true }, "gradient in the input's memory");
            yield return Case(ragged with { InputGradient = false }, "no gradient of inputs");
            yield return Case(ragged with { Layers = 2 }, "two layers");
            yield return Case(full with { T = 1 }, "one step");
            yield return Case(ragged with { Score = AttentionScore.General, A = 0 }, "general score");
            yield return Case(ragged with { Score = AttentionScore.ScaledDot, A = 0, M = 4 }, "scaled dot product");
            yield return Case(ragged with { Q = 18, A = 17, M = 19, T = 2 }, "whole vectors and a rest");

            GradientCase Case(Setup setup, string text) => new("AttentionDecoder", $"{of}, {order}", text,
                (name, arrangement) => CheckDecoder(setup, name, arrangement));
        }
    }

    private static GradientReportRow CheckAttention(Setup setup, string name, string options)
    {
        int t = setup.T, b = setup.B, q = setup.Q, m = setup.M;
        int[] lengths = setup.LengthsOrAll;
        ParameterLayout layout = new();
        GlobalAttention layer = new(layout, "attention", setup.Score, q, m, setup.A);
        ParameterBuffer p = TestNumbers.Parameters(layout, Seed);
        GradientBuffer g = new(layout);
        float[] memory = setup.Memory(), queries = TestNumbers.Uniform(t * b * q, Seed, 3);
        float[] y = new float[t * b * m], dY = TestNumbers.Uniform(y.Length, Seed, 4), weights = new float[t * b * setup.S];
        float[] dMemory = setup.InputGradient ? new float[memory.Length] : [], dQueries = new float[queries.Length];
        ReadOnlySequenceView mem = new(memory, setup.S, b, m), query = new(queries, t, b, q), dOut = new(dY, t, b, m);
        SequenceView context = new(y, t, b, m), dQuery = new(dQueries, t, b, q);
        GlobalAttentionTape tape = layer.CreateTape(t + 1, b + 1, setup.S + 1);
        layer.Begin(p, mem, setup.Lengths, t, tape);
        for (int i = 0; i < t; i++)
        {
            layer.ForwardStep(p, i, query[i], mem, tape, context[i]);
            tape.Weights(i).Span.CopyTo(weights.AsSpan(i * b * setup.S));
        }

        layer.BeginBackward(tape);
        for (int i = t - 1; i >= 0; i--)
            layer.BackwardStep(p, i, mem, dOut[i], tape, dQuery[i]);

        layer.EndBackward(p, query, mem, tape, g, setup.InputGradient ? new SequenceView(dMemory, setup.S, b, m) : default);

        Dictionary<string, double[]> values =
            layout.Slots.ToDictionary(slot => slot.Name, slot => TestNumbers.ToDouble(p[slot].Span));
        double[] memoryDouble = TestNumbers.ToDouble(memory), queriesDouble = TestNumbers.ToDouble(queries);
        List<GradientVariable> variables = [.. layout.Slots.Select(
            slot => new GradientVariable(slot.Name, values[slot.Name], g[slot].Span.ToArray()))];
        variables.Add(new GradientVariable("queries", queriesDouble, dQueries));
        if (setup.InputGradient)
            variables.Add(new GradientVariable("memory", setup.Finite(memoryDouble), dMemory));

        AttentionOracle oracle = new(layer, slot => values[slot]);
        return GradientCheck.Run(name, options, variables,
            [new("contexts", y, dY), new("weights", weights, new float[weights.Length])], () =>
            {
                double[] contexts = new double[y.Length], all = new double[weights.Length];
                for (int row = 0; row < t * b; row++)
                {
                    (double[] c, double[] a) = oracle.Attend(queriesDouble[(row * q)..((row + 1) * q)],
                        RowOf(memoryDouble, setup.S, b, m, row % b), lengths[row % b]);
                    c.CopyTo(contexts, row * m);
                    a.CopyTo(all, row * setup.S);
                }

                return [contexts, all];
            });
    }

    private static GradientReportRow CheckDecoder(Setup setup, string name, string options)
    {
        int t = setup.T, b = setup.B, e = setup.E, h = setup.Q, m = setup.M, s = setup.S;
        int[] lengths = setup.LengthsOrAll;
        ParameterLayout layout = new();
        AttentionDecoder layer = setup.CreateDecoder(layout);
        ParameterBuffer p = TestNumbers.Parameters(layout, Seed);
        GradientBuffer g = new(layout);
        int f = layer.OutputSize;
        float[] x = TestNumbers.Uniform(t * b * e, Seed, 2), memory = setup.Memory();
        float[] dY = TestNumbers.Uniform(t * b * f, Seed, 4);
        double[] xDouble = TestNumbers.ToDouble(x), memoryDouble = TestNumbers.ToDouble(memory);
        float[] dX = setup.DXIsX ? x : new float[x.Length], dMemory = new float[memory.Length];
        RecurrentState state = layer.Recurrent.CreateState(b), dState = layer.Recurrent.CreateState(b);
        for (int part = 0; part < state.Count; part++)
        {
            TestNumbers.Uniform(b * h, Seed, 10 + (ulong)part).CopyTo(state[part].Span);
            TestNumbers.Uniform(b * h, Seed, 30 + (ulong)part).CopyTo(dState[part].Span);
        }

        double[][] initial = [.. Parts(state).Select(part => TestNumbers.ToDouble(part))];
        float[][] cotangents = Parts(dState);
        AttentionDecoderTape tape = layer.CreateTape(t + 1, b + 1, s + 1);
        ReadOnlySequenceView input = new(x, t, b, e), mem = new(memory, s, b, m);
        layer.Forward(p, input, mem, setup.Lengths, state, Mode.Inference, tape);
        float[] weights = [.. Enumerable.Range(0, t).SelectMany(i => tape.Weights(i).Span.ToArray())];
        layer.Backward(p, input, mem, new ReadOnlySequenceView(dY, t, b, f), dState, tape, g,
            setup.InputGradient ? new SequenceView(dX, t, b, e) : default,
            setup.InputGradient ? new SequenceView(dMemory, s, b, m) : default);

        Dictionary<string, double[]> values =
            layout.Slots.ToDictionary(slot => slot.Name, slot => TestNumbers.ToDouble(p[slot].Span));
        List<GradientVariable> variables = [.. layout.Slots.Select(
            slot => new GradientVariable(slot.Name, values[slot.Name], g[slot].Span.ToArray()))];
        List<GradientOutput> outputs =
            [new("y", tape.Output.Span.ToArray(), dY), new("weights", weights, new float[weights.Length])];
        if (setup.InputGradient)
        {
            variables.Add(new GradientVariable("x", xDouble, dX));
            variables.Add(new GradientVariable("memory", setup.Finite(memoryDouble), dMemory));
        }

        float[][] final = Parts(state), dInitial = Parts(dState);
        for (int part = 0; part < state.Count; part++)
        {
            variables.Add(new GradientVariable($"initial state {part}", initial[part], dInitial[part]));
            outputs.Add(new GradientOutput($"final state {part}", final[part], cotangents[part]));
        }

        AttentionDecoderOracle oracle = new(layer, slot => values[slot]);
        return GradientCheck.Run(name, options, variables, outputs, () =>
        {
            double[] y = new double[dY.Length], all = new double[weights.Length];
            double[][] end = [.. initial.Select(part => (double[])part.Clone())];
            for (int row = 0; row < b; row++)
            {
                double[][] rowState = [.. end.Select(part => part[(row * h)..((row + 1) * h)])];
                (double[][] rowY, double[][] rowWeights) = oracle.Run(RowOf(xDouble, t, b, e, row),
                    RowOf(memoryDouble, s, b, m, row), lengths[row], rowState);
                for (int i = 0; i < t; i++)
                {
                    rowY[i].CopyTo(y, ((i * b) + row) * f);
                    rowWeights[i].CopyTo(all, ((i * b) + row) * s);
                }

                for (int part = 0; part < end.Length; part++)
                    rowState[part].CopyTo(end[part], row * h);
            }

            return [y, all, .. end];
        });
    }

    /// <summary>Row b of a sequence [T, B, F]: [T][F].</summary>
    private static double[][] RowOf(double[] sequence, int steps, int batch, int features, int row) =>
        [.. Enumerable.Range(0, steps).Select(
            t => sequence[(((t * batch) + row) * features)..(((t * batch) + row + 1) * features)])];

    private static float[][] Parts(RecurrentState state) =>
        [.. Enumerable.Range(0, state.Count).Select(part => state[part].Span.ToArray())];

    private sealed record Setup
    {
        public AttentionScore Score { get; init; }

        public RecurrentCell Cell { get; init; }

        public AttentionDecoderOptions Options { get; init; } = new();

        public int Layers { get; init; } = 1;

        public int T { get; init; } = 3;

        public int B { get; init; } = 2;

        public int S { get; init; } = 6;

        public int E { get; init; } = 3;

        /// <summary>Q, or H of a decoder.</summary>
        public int Q { get; init; } = 4;

        public int M { get; init; } = 5;

        public int A { get; init; }

        /// <summary>Steps of each source; empty when all have S.</summary>
        public int[] Lengths { get; init; } = [];

        public bool PaddingIsNaN { get; init; }

        public bool InputGradient { get; init; } = true;

        public bool DXIsX { get; init; }

        public int[] LengthsOrAll => Lengths.Length > 0 ? Lengths : [.. Enumerable.Repeat(S, B)];

        public AttentionDecoder CreateDecoder(ParameterLayout layout)
        {
            int size = AttentionDecoder.RecurrentInputSize(E, Q, M, Options);
            RecurrentLayer recurrent = Layers > 1
                ? RecurrentStack.Create(layout, "cells", Cell, size, Q, Layers)
                : RecurrentStack.CreateCell(layout, "cells", Cell, size, Q);
            return new AttentionDecoder(layout, "decoder", recurrent,
                new GlobalAttention(layout, "attention", Score, Q, M, A), Options);
        }

        public float[] Memory()
        {
            float[] memory = TestNumbers.Uniform(S * B * M, Seed, 5);
            for (int row = 0; row < S * B && PaddingIsNaN; row++)
            {
                if (row / B >= LengthsOrAll[row % B])
                    memory.AsSpan(row * M, M).Fill(float.NaN);
            }

            return memory;
        }

        /// <summary>With 0 in place of NaN, as differences are taken of them.</summary>
        public double[] Finite(double[] memory)
        {
            for (int i = 0; i < memory.Length; i++)
                memory[i] = double.IsNaN(memory[i]) ? 0 : memory[i];

            return memory;
        }
    }
}
