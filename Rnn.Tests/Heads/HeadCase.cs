using System;
using System.Linq;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Tests.Infrastructure;

namespace Rnn.Tests.Heads;

/// <summary>A head of each kind with parameters, and rows for it.</summary>
internal sealed class HeadCase
{
    public HeadCase(string kind, int n, int v, int e, float limit = 0.6f)
    {
        const ulong seed = 5;
        (N, V, E) = (n, v, e);
        ParameterLayout layout = new();
        Head = Create(kind, layout, v, e);
        P = TestNumbers.Parameters(layout, seed, limit);
        G = new GradientBuffer(layout);
        Tape = Head.CreateTape(n);
        X = TestNumbers.Uniform(n * e, seed, 2, limit: 2);
        Targets = [.. TestNumbers.Indices(n, v, seed, 3).Select((word, row) => row % 2 == 0 ? word : word * word / v)];
    }

    /// <summary>The kinds that Create knows.</summary>
    public static string[] Kinds { get; } = ["full", "smoothed", "adaptive", "adaptive, bias", "adaptive, no clusters", "sampled"];

    public int N { get; }

    public int V { get; }

    public int E { get; }

    public VocabularyHead Head { get; }

    public ParameterBuffer P { get; }

    public GradientBuffer G { get; }

    public VocabularyHeadTape Tape { get; }

    public float[] X { get; }

    /// <summary>More of the first words than of the last.</summary>
    public int[] Targets { get; }

    public static Mode Mode => Mode.Training(seed: 9, step: 4);

    public static VocabularyHead Create(string kind, ParameterLayout layout, int v, int e) => kind switch
    {
        "full" => new SoftmaxHead(layout, "out", e, v),
        "smoothed" => new SoftmaxHead(layout, "out", e, v, labelSmoothing: 0.1f),
        "adaptive" => new AdaptiveSoftmax(layout, "out", e, v, [v / 5, v / 2], divisor: 2),
        "adaptive, bias" => new AdaptiveSoftmax(layout, "out", e, v, [v / 6, v / 3, v - 1], divisor: 1.5, bias: true),
        "adaptive, no clusters" => new AdaptiveSoftmax(layout, "out", e, v, [], bias: true),
        "sampled" => new SampledSoftmax(layout, "out", e, v, Math.Max(1, v / 4)),
        _ => throw new ArgumentException(kind, nameof(kind)),
    };
}
