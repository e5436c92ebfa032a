using System;
using System.Linq;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Losses;
using Xunit;

namespace Rnn.Tests.Heads;

public class SampledSoftmaxTests
{
    [Fact]
    public void AllWordsAreAFullSoftmax()
    {
        const int n = 1000, v = 270, e = 20;   // more rows than a block
        ParameterLayout layout = new(), fullLayout = new();
        SampledSoftmax head = new(layout, "out", e, v, samples: v);
        SoftmaxHead full = new(fullLayout, "out", e, v);
        ParameterBuffer p = TestNumbers.Parameters(layout, 3), fullP = TestNumbers.Parameters(fullLayout, 3);
        GradientBuffer g = new(layout), fullG = new(fullLayout);
        float[] x = TestNumbers.Uniform(n * e, 3, 2), dX = new float[n * e], fullDX = new float[n * e];
        int[] targets = TestNumbers.Indices(n, v, 3, 3);
        LossSum expected = full.ForwardBackward(fullP, new(x, n, e), targets, 0.5f, full.CreateTape(n), fullG,
            new MatrixView(fullDX, n, e));
        LossSum loss = head.ForwardBackward(p, new(x, n, e), targets, Mode.Training(1, 1), 0.5f, head.CreateTape(n), g,
            new MatrixView(dX, n, e));
        Assert.Equal(1, head.ProbabilityOf(v - 1));
        Compare.Near([expected.Sum], [loss.Sum]);
        Compare.Near(TestNumbers.ToDouble(fullG.Dense), g.Dense.ToArray());
        Compare.Near(TestNumbers.ToDouble(fullDX), dX);
    }

    /// <summary>Where targets are distributed as the model says, nothing is to be learnt, however few words are drawn.
    /// Without the correction, rare words would lose and frequent ones win.</summary>
    [Fact]
    public void TheTrueProbabilitiesAreAFixedPoint()
    {
        const int v = 12, e = 4, steps = 6000;
        ParameterLayout layout = new();
        SampledSoftmax head = new(layout, "out", e, v, samples: 3);
        ParameterBuffer p = TestNumbers.Parameters(layout, 3, limit: 0.5f);
        GradientBuffer g = new(layout);
        float[] x = TestNumbers.Uniform(e, 3, 2), logs = new float[v];
        head.LogProbabilities(p, new(x, 1, e), new MatrixView(logs, 1, v));
        VocabularyHeadTape tape = head.CreateTape(1);
        for (int step = 0; step < steps; step++)
        {
            for (int target = 0; target < v; target++)
            {
                float share = MathF.Exp(logs[target]) / steps;
                head.ForwardBackward(p, new(x, 1, e), [target], Mode.Training(1, (ulong)step), share, tape, g, default);
            }
        }

        Assert.All(g[head.Bias!.Value].Span.ToArray(), d => Assert.InRange(d, -0.006f, 0.006f));
    }

    [Fact]
    public void OnlyDrawnWordsAndTargetsHaveAGradient()
    {
        HeadCase c = new("sampled", n: 9, v: 200, e: 8);
        SampledSoftmax head = (SampledSoftmax)c.Head;
        int[] samples = new int[head.MaxSamples];
        samples = samples[..head.DrawSamples(HeadCase.Mode, samples)];
        head.ForwardBackward(c.P, new(c.X, c.N, c.E), c.Targets, HeadCase.Mode, 1, c.Tape, c.G, default);
        Assert.InRange(samples.Length, 30, 70);
        for (int word = 0; word < c.V; word++)
        {
            bool touched = c.G[head.Weights].Row(word).ContainsAnyExcept(0);
            Assert.Equal(samples.Contains(word) || c.Targets.Contains(word), touched);
            Assert.Equal(touched, c.G[head.Bias!.Value][0, word] != 0);
        }
    }

    [Fact]
    public void SeedStepAndNameAreTheKey()
    {
        ParameterLayout layout = new();
        SampledSoftmax head = new(layout, "out", 3, 1000, samples: 50), other = new(layout, "two", 3, 1000, samples: 50);
        int[] Draw(SampledSoftmax from, Mode mode)
        {
            int[] words = new int[from.MaxSamples];
            return words[..from.DrawSamples(mode, words)];
        }

        int[] first = Draw(head, Mode.Training(1, 2));
        Assert.Equal(first, Draw(head, Mode.Training(1, 2)));
        Assert.NotEqual(first, Draw(head, Mode.Training(1, 3)));
        Assert.NotEqual(first, Draw(head, Mode.Training(2, 2)));
        Assert.NotEqual(first, Draw(other, Mode.Training(1, 2)));
        Assert.Equal([.. first.Distinct().Order()], first);
    }

    [Fact]
    public void TheProposalIsOfSortedWordsUnlessOneIsGiven()
    {
        ParameterLayout layout = new();
        SampledSoftmax zipf = new(layout, "zipf", 3, 1000, samples: 20);
        double first = zipf.ProbabilityOf(0);
        Assert.Equal(20, Enumerable.Range(0, 1000).Sum(zipf.ProbabilityOf), 1e-5);
        Assert.Equal(Math.Log(101 / 100.0) / Math.Log(1000 / 999.0), zipf.ProbabilityOf(99) / zipf.ProbabilityOf(998), 1e-4);
        Assert.Equal(1, first);
        SampledSoftmax counts = new(layout, "counts", 3, 4, samples: 2, proposal: [30, 10, 10, 10]);
        Compare.Near([1, 1 / 3.0, 1 / 3.0, 1 / 3.0], [.. Enumerable.Range(0, 4).Select(counts.ProbabilityOf)]);
    }

    [Fact]
    public void ExtremeLogitsStayFinite()
    {
        ParameterLayout layout = new();
        SampledSoftmax head = new(layout, "out", 2, 6, samples: 6);
        ParameterBuffer p = new(layout);
        Span<float> b = p.BeginWrite()[head.Bias!.Value].Span;
        b.Fill(-1e4f);
        b[1] = 1e4f;
        GradientBuffer g = new(layout);
        float[] x = [1, 1, 1, 1];
        LossSum loss = head.ForwardBackward(p, new(x, 2, 2), [1, 3], HeadCase.Mode, 1, head.CreateTape(2), g, default);
        Compare.Near([2e4], [loss.Sum]);
        Compare.Near([0, 1, 0, -1, 0, 0], g[head.Bias.Value].Span.ToArray());
    }

    [Fact]
    public void ATapeForTrainingIsSmallUntilTheExactLossIsAskedFor()
    {
        ParameterLayout layout = new();
        SampledSoftmax head = new(layout, "out", 16, 33_278, samples: 1000);
        VocabularyHeadTape tape = head.CreateTape(1400), inference = head.CreateTape(1400, TapeUse.Inference);
        Assert.InRange(tape.Bytes, 896 * 1000 * 4L, 896 * 1500 * 4L);
        Assert.InRange(inference.Bytes, 896 * 33_278 * 4L, 896 * 34_000 * 4L);
        ParameterBuffer p = new(layout);
        long before = tape.Bytes;
        Compare.Near([Math.Log(33_278)], [head.Forward(p, new(new float[16], 1, 16), [7], tape).Sum]);
        Assert.Equal(before + inference.Bytes, tape.Bytes);
    }

    [Fact]
    public void MisuseIsRefused()
    {
        ParameterLayout layout = new(), otherLayout = new();
        Embedding byRow = new(layout, "words", 7, 3), elsewhere = new(otherLayout, "far", 7, 3, SlotStorage.Dense);
        void Refused(int samples, double[] proposal, string text) =>
            VocabularyHeadTests.Says(() => _ = new SampledSoftmax(layout, "out", 3, 7, samples, true, proposal), text);
        Refused(0, [], "samples is 0; expected 1 to 7 (Vocabulary).");
        Refused(8, [], "samples is 8; expected 1 to 7");
        Refused(2, [1, 2], "out: proposal has 2 elements, expected 7.");
        Refused(2, [0, 2, 3, 1, 1, 1, 1], "'out': proposal[0] is 0; expected more than 0, and finite");
        Refused(2, [1, 2, 3, 0, 1, 1, 1], "'out': proposal[3] is 0; expected more than 0, and finite");
        Refused(2, [1, 2, 3, double.PositiveInfinity, 1, 1, 1], "proposal[3] is Infinity");
        VocabularyHeadTests.Says(() => _ = new SampledSoftmax(layout, "out", byRow.Table, 2), "is kept by row");
        VocabularyHeadTests.Says(() => _ = new SampledSoftmax(layout, "out", elsewhere.Table, 2), "is no parameter of");
        Assert.Single(layout.Slots);
        SampledSoftmax head = new(layout, "out", 3, 7, 2);
        VocabularyHeadTests.Says(() => head.ProbabilityOf(7), "out: word holds 7, expected 0 to 6.");
        VocabularyHeadTests.Says(() => head.DrawSamples(HeadCase.Mode, new int[6]), "words has 6 elements, expected 7.");
    }
}
