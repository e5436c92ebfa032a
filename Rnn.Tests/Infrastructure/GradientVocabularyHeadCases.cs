using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure.Oracles;

namespace Rnn.Tests.Infrastructure;

/// <summary>The adaptive and the sampled softmax in the catalogue.</summary>
internal static class GradientVocabularyHeadCases
{
    private const ulong Seed = 20;
    private const string Adaptive = "AdaptiveSoftmax", Sampled = "SampledSoftmax";

    public static IEnumerable<GradientCase> All =>
    [
        new(Adaptive, "two clusters", "all targets count", (name, options) => CheckAdaptive(name, options, new())),
        new(Adaptive, "two clusters", "some targets ignored",
            (name, options) => CheckAdaptive(name, options, new(IgnoreSome: true))),
        new(Adaptive, "two clusters", "sum times a scale",
            (name, options) => CheckAdaptive(name, options, new(Scale: 0.3f))),
        new(Adaptive, "two clusters", "no input gradient",
            (name, options) => CheckAdaptive(name, options, new(InputGradient: false))),
        new(Adaptive, "two clusters", "no target in the last",
            (name, options) => CheckAdaptive(name, options, new(Targets: 7))),
        new(Adaptive, "two clusters", "several blocks of rows",
            (name, options) => CheckAdaptive(name, options, new(N: 950, V: 9, Cutoffs: [1, 2], Scale: 0.3f,
                InputGradient: false))),
        new(Adaptive, "two clusters, bias", "all targets count",
            (name, options) => CheckAdaptive(name, options, new(Bias: true))),
        new(Adaptive, "two clusters, bias", "some targets ignored",
            (name, options) => CheckAdaptive(name, options, new(Bias: true, IgnoreSome: true))),
        new(Adaptive, "one cluster, bias", "no division",
            (name, options) => CheckAdaptive(name, options, new(Bias: true, Cutoffs: [4], Divisor: 1))),
        new(Adaptive, "no clusters, bias", "all targets count",
            (name, options) => CheckAdaptive(name, options, new(Bias: true, Cutoffs: []))),
        new(Sampled, "weights and bias", "all targets count", (name, options) => CheckSampled(name, options, new())),
        new(Sampled, "weights and bias", "some targets ignored",
            (name, options) => CheckSampled(name, options, new(IgnoreSome: true))),
        new(Sampled, "weights and bias", "sum times a scale",
            (name, options) => CheckSampled(name, options, new(Scale: 0.3f))),
        new(Sampled, "weights and bias", "no input gradient",
            (name, options) => CheckSampled(name, options, new(InputGradient: false))),
        new(Sampled, "weights and bias", "one word on average",
            (name, options) => CheckSampled(name, options, new(Samples: 1))),
        new(Sampled, "weights and bias", "all words",
            (name, options) => CheckSampled(name, options, new(Samples: 12))),
        new(Sampled, "weights and bias", "a proposal of one's own",
            (name, options) => CheckSampled(name, options, new(OwnProposal: true))),
        new(Sampled, "weights and bias", "several blocks of rows, some targets ignored",
            (name, options) => CheckSampled(name, options, new(N: 720, V: 6, E: 3, Samples: 3, IgnoreSome: true))),
        new(Sampled, "weights and bias", "inference: the exact loss",
            (name, options) => CheckSampled(name, options, new(Exact: true))),
        new(Sampled, "weights only", "all targets count",
            (name, options) => CheckSampled(name, options, new(Bias: false))),
        new(Sampled, "weights of an embedding, bias", "repeated and untouched rows",
            (name, options) => CheckTied(name, options, true)),
        new(Sampled, "weights of an embedding", "repeated and untouched rows",
            (name, options) => CheckTied(name, options, false)),
    ];

    private static GradientReportRow CheckAdaptive(string name, string options, Setting s)
    {
        ParameterLayout layout = new();
        AdaptiveSoftmax head = new(layout, "out", s.E, s.V, s.Cutoffs ?? [3, 7], s.Divisor, s.Bias ?? false);
        ParameterBuffer p = TestNumbers.Parameters(layout, Seed);
        GradientBuffer g = new(layout);
        (float[] x, int[] targets) = Rows(s);
        float[] dX = new float[s.InputGradient ? x.Length : 0];
        LossSum loss = head.ForwardBackward(p, new(x, s.N, s.E), targets, Mode.Training(Seed, 1), s.Scale,
            head.CreateTape(s.N), g, s.InputGradient ? new MatrixView(dX, s.N, s.E) : default);

        List<GradientVariable> variables = Variables(layout, p, g, x, dX);
        AdaptiveSoftmaxOracle oracle = Oracle(head, variables);
        return GradientCheck.Run(name, options, variables, [new("loss", [(float)loss.Sum], [s.Scale])],
            () => [[oracle.Run(Values(variables, s, x), targets)]]);
    }

    /// <summary>The oracle that reads the very arrays that the check moves.</summary>
    private static AdaptiveSoftmaxOracle Oracle(AdaptiveSoftmax head, List<GradientVariable> variables)
    {
        double[] Of(ParameterSlot slot) => variables[slot.Index].Values;
        IEnumerable<int> clusters = Enumerable.Range(0, head.Cutoffs.Count);
        return new AdaptiveSoftmaxOracle(Of(head.HeadWeights), head.HeadBias is { } bias ? Of(bias) : null,
            [.. clusters.Select(i => Of(head.ProjectionWeights(i)))], [.. clusters.Select(i => Of(head.TailWeights(i)))]);
    }

    private static GradientReportRow CheckSampled(string name, string options, Setting s)
    {
        ParameterLayout layout = new();
        double[] own = [.. Enumerable.Range(0, s.V).Select(v => 1 + Math.Abs(Math.Sin(v)))];
        SampledSoftmax head = new(layout, "out", s.E, s.V, s.Samples, s.Bias ?? true, s.OwnProposal ? own : default);
        ParameterBuffer p = TestNumbers.Parameters(layout, Seed);
        GradientBuffer g = new(layout);
        (float[] x, int[] targets) = Rows(s);
        float[] dX = new float[s.InputGradient ? x.Length : 0];
        Mode mode = s.Exact ? Mode.Inference : Mode.Training(Seed, 1);
        LossSum loss = head.ForwardBackward(p, new(x, s.N, s.E), targets, mode, s.Scale, head.CreateTape(s.N), g,
            s.InputGradient ? new MatrixView(dX, s.N, s.E) : default);

        List<GradientVariable> variables = Variables(layout, p, g, x, dX);
        double[]? b = head.Bias is { } bias ? variables[bias.Index].Values : null;
        int[] samples = Samples(head, mode);
        return GradientCheck.Run(name, options, variables, [new("loss", [(float)loss.Sum], [s.Scale])], () =>
        [[
            s.Exact
                ? SoftmaxHeadOracle.Run(Values(variables, s, x), variables[0].Values, b, targets).Sum
                : SampledSoftmaxOracle.Run(Values(variables, s, x), variables[0].Values, b, targets, samples,
                    head.ProbabilityOf)
        ]]);
    }

    /// <summary>The embedding reads the table, the head reads it again: both gradients go to one slot.</summary>
    private static GradientReportRow CheckTied(string name, string options, bool bias)
    {
        const int v = 7, e = 3;
        int[] indices = [4, 1, 4, 0, 4], targets = [1, 4, 0, LossOracle.Ignored, 6];
        int n = indices.Length;
        ParameterLayout layout = new();
        Embedding embedding = new(layout, "words", v, e, SlotStorage.Dense);
        SampledSoftmax head = new(layout, "out", embedding.Table, samples: 3, bias);
        ParameterBuffer p = TestNumbers.Parameters(layout, Seed);
        GradientBuffer g = new(layout);
        MatrixView x = new(new float[n * e], n, e), dX = new(new float[n * e], n, e);
        Mode mode = Mode.Training(Seed, 1);
        embedding.Forward(p, indices, x);
        LossSum loss = head.ForwardBackward(p, x, targets, mode, 0.25f, head.CreateTape(n), g, dX);
        embedding.Backward(indices, dX, g);

        List<GradientVariable> variables = Variables(layout, p, g, [], []);
        double[] table = variables[0].Values;
        int[] samples = Samples(head, mode);
        return GradientCheck.Run(name, options, variables, [new("loss", [(float)loss.Sum], [0.25f])], () =>
        [[
            SampledSoftmaxOracle.Run(EmbeddingOracle.Run(table, indices, e), table, bias ? variables[1].Values : null,
                targets, samples, head.ProbabilityOf)
        ]]);
    }

    private static (float[] X, int[] Targets) Rows(Setting s)
    {
        int[] targets = TestNumbers.Indices(s.N, s.Targets ?? s.V, Seed, stream: 3);
        for (int row = 1; row < s.N && s.IgnoreSome; row += 3)
            targets[row] = LossOracle.Ignored;

        return (TestNumbers.Uniform(s.N * s.E, Seed, stream: 2), targets);
    }

    /// <summary>All slots of the layout, in its order, and x.</summary>
    private static List<GradientVariable> Variables(ParameterLayout layout, ParameterBuffer p, GradientBuffer g,
        float[] x, float[] dX)
    {
        List<GradientVariable> variables = [.. layout.Slots.Select(slot =>
            new GradientVariable(slot.Name, TestNumbers.ToDouble(p[slot].Span), g[slot].Span.ToArray()))];
        if (dX.Length > 0)
            variables.Add(new GradientVariable("x", TestNumbers.ToDouble(x), dX));

        return variables;
    }

    /// <summary>x as the check has moved it.</summary>
    private static double[] Values(List<GradientVariable> variables, Setting s, float[] x) =>
        s.InputGradient ? variables[^1].Values : TestNumbers.ToDouble(x);

    private static int[] Samples(SampledSoftmax head, Mode mode)
    {
        int[] samples = new int[head.MaxSamples];
        return samples[..head.DrawSamples(mode, samples)];
    }

    private sealed record Setting(int N = 8, int V = 12, int E = 10, int[]? Cutoffs = null, double Divisor = 2,
        int Samples = 5, bool? Bias = null, bool OwnProposal = false, bool Exact = false, int? Targets = null,
        bool IgnoreSome = false, bool InputGradient = true, float Scale = 1);
}
