using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Normalization;
using Rnn.Core.Layers.Transformer;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure.Oracles;

namespace Rnn.Tests.Infrastructure;

/// <summary>The layers of a Transformer in the catalogue.</summary>
internal static class GradientTransformerCases
{
    private const ulong Seed = 20;

    public static IEnumerable<GradientCase> All =>
    [
        new("LayerNorm", "weights and bias", "rows of 4", (name, options) => CheckNorm(name, options, new(N: 5, E: 4))),
        new("LayerNorm", "weights and bias", "whole vectors and a rest",
            (name, options) => CheckNorm(name, options, new(N: 3, E: 37))),
        new("LayerNorm", "weights and bias", "no gradient of the input",
            (name, options) => CheckNorm(name, options, new(N: 3, E: 5, InputGradient: false))),
        new("LayerNorm", "weights and bias", "gradient in dY's memory",
            (name, options) => CheckNorm(name, options, new(N: 3, E: 5, InPlace: true))),
        .. Feed("relu", TransformerActivation.Relu), .. Feed("gelu", TransformerActivation.Gelu),
        new("PositionalEncoding", "learnt", "from step 0", (name, options) => CheckPositions(name, options, 0)),
        new("PositionalEncoding", "learnt", "from step 2", (name, options) => CheckPositions(name, options, 2)),
        .. Attention(),
        .. Stacks(isDecoder: false), .. Stacks(isDecoder: true),
    ];

    private static IEnumerable<GradientCase> Feed(string shape, TransformerActivation activation)
    {
        yield return new("FeedForward", shape, "inference",
            (name, options) => CheckFeed(name, options, activation, 0, new(N: 5, E: 4)));
        yield return new("FeedForward", shape, "dropout 0.4",
            (name, options) => CheckFeed(name, options, activation, 0.4, new(N: 5, E: 4)));
        yield return new("FeedForward", shape, "dropout 0.4, no gradient of the input",
            (name, options) => CheckFeed(name, options, activation, 0.4, new(N: 5, E: 4, InputGradient: false)));
    }

    private static IEnumerable<GradientCase> Attention()
    {
        Setup basic = new(T: 4, S: 4, B: 2, E: 6);
        foreach (bool self in (bool[])[true, false])
        {
            string shape = self ? "over itself" : "over a memory";
            Setup full = basic with { IsSelf = self, S = self ? 4 : 5 };
            Setup ragged = full with { B = 3, Lengths = [3, full.S, 1] };
            foreach ((string options, Setup setup) in new[]
            {
                ("full", full), ("one head", full with { Heads = 1 }), ("ragged", ragged),
                ("ragged, dropout 0.4", ragged with { Dropout = 0.4 }), ("dropout 0.4", full with { Dropout = 0.4 }),
                ("one row, one step", full with { T = 1, S = self ? 1 : 3, B = 1 }),
                ("no gradients of inputs", ragged with { InputGradient = false }),
                ("whole vectors and a rest", full with { T = 19, S = self ? 19 : 21, B = 1, E = 2, Heads = 1 }),
            })
            {
                yield return new("MultiHeadAttention", shape, options, (name, text) => CheckAttention(name, text, setup));
            }
        }

        Setup causal = basic with { IsSelf = true, IsCausal = true };
        yield return new("MultiHeadAttention", "over itself, causal", "full",
            (name, options) => CheckAttention(name, options, causal));
        yield return new("MultiHeadAttention", "over itself, causal", "ragged, dropout 0.4",
            (name, options) => CheckAttention(name, options, causal with { B = 3, Lengths = [3, 4, 1], Dropout = 0.4 }));
    }

    private static IEnumerable<GradientCase> Stacks(bool isDecoder)
    {
        string layer = isDecoder ? "TransformerDecoder" : "TransformerEncoder";
        foreach (bool first in (bool[])[false, true])
        {
            foreach (bool last in (bool[])[false, true])
            {
                string shape = $"norm {(first ? "first" : "last")}{(last ? ", final norm" : "")}";
                Setup full = new(T: 3, S: 4, B: 2, E: 6, NormFirst: first, FinalNorm: last, IsDecoder: isDecoder);
                Setup ragged = full with { T = isDecoder ? 3 : 4, B = 3, Lengths = [3, 4, 1] };
                foreach ((string options, Setup setup) in new[]
                {
                    ("full", full), ("ragged", ragged), ("ragged, dropout", ragged with { Dropout = 0.4 }),
                    ("gelu, dropout", full with { Gelu = true, Dropout = 0.4 }), ("two layers", full with { Layers = 2, T = 2 }),
                    ("three layers", full with { Layers = 3, T = 2 }),
                    ("two layers, ragged, dropout", ragged with { Layers = 2, Dropout = 0.4 }),
                    ("no gradients of inputs", ragged with { InputGradient = false }),
                })
                {
                    yield return new(layer, shape, options, (name, text) => CheckStack(name, text, setup));
                }
            }
        }
    }

    private static GradientReportRow CheckNorm(string name, string options, Setup s)
    {
        ParameterLayout layout = new();
        LayerNorm layer = new(layout, "norm", s.E);
        Run run = new(layout, Mode.Inference);
        float[] x = TestNumbers.Uniform(s.N * s.E, Seed, 2), dY = TestNumbers.Uniform(x.Length, Seed, 3);
        float[] y = new float[x.Length], d = [.. dY], dX = s.InPlace ? d : new float[x.Length];
        LayerNormTape tape = layer.CreateTape(s.N);
        layer.Forward(run.P, new(x, s.N, s.E), new(y, s.N, s.E), tape);
        layer.Backward(run.P, new(d, s.N, s.E), tape, run.G, s.InputGradient ? new MatrixView(dX, s.N, s.E) : default);
        double[] xDouble = run.Input("x", x, s.InputGradient ? dX : []);
        return run.Check(name, options, y, dY, () => run.Oracle.LayerNorm("norm", xDouble, s.E));
    }

    private static GradientReportRow CheckFeed(string name, string options, TransformerActivation activation,
        double dropout, Setup s)
    {
        const int hidden = 7;
        Mode mode = dropout > 0 ? Mode.Training(Seed, 3) : Mode.Inference;
        ParameterLayout layout = new();
        FeedForward layer = new(layout, "feed", s.E, hidden, activation, dropout);
        Run run = new(layout, mode);
        float[] x = TestNumbers.Uniform(s.N * s.E, Seed, 2), dY = TestNumbers.Uniform(x.Length, Seed, 3);
        float[] y = new float[x.Length], dX = new float[x.Length];
        FeedForwardTape tape = layer.CreateTape(s.N);
        layer.Forward(run.P, new(x, s.N, s.E), mode, new(y, s.N, s.E), tape);
        layer.Backward(run.P, new(x, s.N, s.E), new(dY, s.N, s.E), tape, run.G,
            s.InputGradient ? new MatrixView(dX, s.N, s.E) : default);
        double[] xDouble = run.Input("x", x, s.InputGradient ? dX : []);
        return run.Check(name, options, y, dY, () =>
            run.Oracle.FeedForward("feed", xDouble, s.E, hidden, activation == TransformerActivation.Gelu, dropout));
    }

    private static GradientReportRow CheckPositions(string name, string options, int first)
    {
        const int t = 3, b = 2, e = 4, most = 6;
        ParameterLayout layout = new();
        PositionalEncoding layer = PositionalEncoding.Learnt(layout, "positions", most, e);
        Run run = new(layout, Mode.Inference);
        float[] x = TestNumbers.Uniform(t * b * e, Seed, 2), dY = TestNumbers.Uniform(x.Length, Seed, 3), y = [.. x];
        layer.Forward(run.P, new SequenceView(y, t, b, e), first);
        layer.Backward(new ReadOnlySequenceView(dY, t, b, e), run.G, first);
        double[] xDouble = run.Input("x", x, dY), w = run.Values["positions.weight"];
        return run.Check(name, options, y, dY,
            () => [.. xDouble.Select((value, i) => value + w[((first + (i / (b * e))) * e) + (i % e)])]);
    }

    private static GradientReportRow CheckAttention(string name, string options, Setup s)
    {
        Mode mode = s.Dropout > 0 ? Mode.Training(Seed, 3) : Mode.Inference;
        ParameterLayout layout = new();
        MultiHeadAttention layer = new(layout, "attn", s.E, s.Heads, s.Dropout);
        Run run = new(layout, mode);
        float[] x = TestNumbers.Uniform(s.T * s.B * s.E, Seed, 2), memory = TestNumbers.Uniform(s.S * s.B * s.E, Seed, 4);
        float[] dY = TestNumbers.Uniform(x.Length, Seed, 3), y = new float[x.Length], dX = new float[x.Length];
        float[] dMemory = new float[memory.Length];
        ReadOnlySequenceView input = new(x, s.T, s.B, s.E), source = new(memory, s.S, s.B, s.E);
        SequenceView output = new(y, s.T, s.B, s.E), dInput = s.InputGradient ? new(dX, s.T, s.B, s.E) : default;
        if (s.IsSelf)
        {
            MaskPast(dY, s);
            MultiHeadAttentionTape tape = layer.CreateTape(s.T, s.B);
            layer.Forward(run.P, input, s.Lengths ?? [], s.IsCausal, mode, output, tape);
            layer.Backward(run.P, input, new(dY, s.T, s.B, s.E), tape, run.G, dInput);
            MaskPast(y, s);
        }
        else
        {
            MultiHeadAttentionTape tape = layer.CreateTape(s.T, s.B, s.S);
            layer.Forward(run.P, input, source, s.Lengths ?? [], mode, output, tape);
            layer.Backward(run.P, input, source, new(dY, s.T, s.B, s.E), tape, run.G, dInput,
                s.InputGradient ? new(dMemory, s.S, s.B, s.E) : default);
        }

        double[] xDouble = run.Input("x", x, s.InputGradient ? dX : []);
        double[] m = s.IsSelf ? xDouble : run.Input("memory", memory, s.InputGradient ? dMemory : []);
        return run.Check(name, options, y, dY, () =>
        {
            double[] result = run.Oracle.Attention("attn", xDouble, m, s.Attention);
            if (s.IsSelf)
                MaskPast(result, s);

            return result;
        });
    }

    private static GradientReportRow CheckStack(string name, string options, Setup s)
    {
        const int hidden = 5;
        Mode mode = s.Dropout > 0 ? Mode.Training(Seed, 3) : Mode.Inference;
        ParameterLayout layout = new();
        TransformerOptions made = new()
        {
            Size = s.E,
            Layers = s.Layers,
            Heads = s.Heads,
            FeedForwardSize = hidden,
            Dropout = s.Dropout / 2,
            AttentionDropout = s.Dropout,
            Activation = s.Gelu ? TransformerActivation.Gelu : TransformerActivation.Relu,
            NormFirst = s.NormFirst,
            FinalNorm = s.FinalNorm,
        };
        float[] x = TestNumbers.Uniform(s.T * s.B * s.E, Seed, 2), memory = TestNumbers.Uniform(s.S * s.B * s.E, Seed, 4);
        float[] dY = TestNumbers.Uniform(x.Length, Seed, 3), dX = new float[x.Length], dMemory = new float[memory.Length];
        float[] y;
        ReadOnlySequenceView input = new(x, s.T, s.B, s.E), source = new(memory, s.S, s.B, s.E);
        SequenceView dInput = s.InputGradient ? new(dX, s.T, s.B, s.E) : default;
        Run run;
        if (s.IsDecoder)
        {
            TransformerDecoder layer = new(layout, "net", made);
            run = new Run(layout, mode);
            TransformerTape tape = layer.CreateTape(s.T, s.B, s.S);
            layer.Forward(run.P, input, source, s.Lengths ?? [], mode, tape);
            y = tape.Output.Span.ToArray();
            layer.Backward(run.P, input, source, new(dY, s.T, s.B, s.E), tape, run.G, dInput,
                s.InputGradient ? new(dMemory, s.S, s.B, s.E) : default);
        }
        else
        {
            MaskPast(dY, s);
            TransformerEncoder layer = new(layout, "net", made);
            run = new Run(layout, mode);
            TransformerTape tape = layer.CreateTape(s.T, s.B);
            layer.Forward(run.P, input, s.Lengths ?? [], mode, tape);
            y = tape.Output.Span.ToArray();
            layer.Backward(run.P, input, new(dY, s.T, s.B, s.E), tape, run.G, dInput);
            MaskPast(y, s);
        }

        double[] xDouble = run.Input("x", x, s.InputGradient ? dX : []);
        double[]? m = s.IsDecoder ? run.Input("memory", memory, s.InputGradient ? dMemory : []) : null;
        StackSetup stack = new(s.Attention, hidden, s.Layers, s.Gelu, s.Dropout / 2, s.NormFirst, s.FinalNorm);
        return run.Check(name, options, y, dY, () =>
        {
            double[] result = run.Oracle.Stack("net", xDouble, m, stack);
            if (!s.IsDecoder)
                MaskPast(result, s);

            return result;
        });
    }

    /// <summary>Past its length a row has no output, and no gradient.</summary>
    private static void MaskPast<T>(T[] sequence, Setup s)
    {
        for (int i = 0; i < sequence.Length && s.Lengths is not null; i++)
        {
            if (i / (s.B * s.E) >= s.Lengths[i / s.E % s.B])
                sequence[i] = default!;
        }
    }

    /// <summary>Parameters, their gradients, and the oracle that reads what the check moves.</summary>
    private sealed class Run
    {
        private readonly ParameterLayout _layout;
        private readonly List<GradientVariable> _inputs = [];

        public Run(ParameterLayout layout, Mode mode)
        {
            _layout = layout;
            P = TestNumbers.Parameters(layout, Seed);
            G = new GradientBuffer(layout);
            Values = layout.Slots.ToDictionary(slot => slot.Name, slot => TestNumbers.ToDouble(P[slot].Span));
            Oracle = new TransformerOracle(Values, mode);
        }

        public ParameterBuffer P { get; }

        public GradientBuffer G { get; }

        public Dictionary<string, double[]> Values { get; }

        public TransformerOracle Oracle { get; }

        /// <summary>Numbers that the oracle reads, and that are checked where there is a gradient.</summary>
        public double[] Input(string name, float[] values, float[] gradient)
        {
            double[] doubles = TestNumbers.ToDouble(values);
            if (gradient.Length > 0)
                _inputs.Add(new(name, doubles, gradient));

            return doubles;
        }

        public GradientReportRow Check(string name, string options, float[] y, float[] dY, System.Func<double[]> oracle) =>
            GradientCheck.Run(name, options,
                [.. _layout.Slots.Select(slot => new GradientVariable(slot.Name, Values[slot.Name], G[slot].Span.ToArray())),
                    .. _inputs],
                [new("y", y, dY)], () => [oracle()]);
    }

    private sealed record Setup(int N = 0, int T = 0, int S = 0, int B = 0, int E = 0, int Heads = 2, int Layers = 1,
        int[]? Lengths = null, double Dropout = 0, bool IsSelf = false, bool IsCausal = false, bool IsDecoder = false,
        bool Gelu = false, bool NormFirst = false, bool FinalNorm = false, bool InputGradient = true, bool InPlace = false)
    {
        public AttentionSetup Attention => new(B, E, Heads, Lengths ?? [], IsCausal, Dropout);
    }
}
