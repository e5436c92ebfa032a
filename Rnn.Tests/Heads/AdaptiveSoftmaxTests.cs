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

public class AdaptiveSoftmaxTests
{
    // The definition of torch.nn.AdaptiveLogSoftmaxWithLoss, computed in double:
    // m = nn.AdaptiveLogSoftmaxWithLoss(4, 6, cutoffs=[2, 4], div_value=2, head_bias=True).double()
    // def fill(w, f): w.data = f(torch.arange(w.numel()).double()).view_as(w)
    // fill(m.head.weight, lambda k: 0.5*torch.cos(k)); fill(m.head.bias, lambda k: 0.1*torch.sin(k))
    // fill(m.tail[0][0].weight, lambda k: 0.4*torch.sin(2*k+1)); fill(m.tail[0][1].weight, lambda k: 0.6*torch.cos(3*k))
    // fill(m.tail[1][0].weight, lambda k: 0.7*torch.sin(k+1)); fill(m.tail[1][1].weight, lambda k: 0.8*torch.cos(k))
    // x = torch.sin(torch.arange(16).double()+1).view(4, 4)
    // m.log_prob(x), m(x, torch.tensor([1, 5, 2, 0]))
    [Fact]
    public void GoldenValues()
    {
        ParameterLayout layout = new();
        AdaptiveSoftmax head = new(layout, "m", 4, 6, [2, 4], divisor: 2, bias: true);
        ParameterBuffer p = new(layout);
        ParameterWriter w = p.BeginWrite();
        Fill(w[head.HeadWeights], k => 0.5 * Math.Cos(k), false);
        Fill(w[head.HeadBias!.Value], k => 0.1 * Math.Sin(k), false);
        Fill(w[head.ProjectionWeights(0)], k => 0.4 * Math.Sin((2 * k) + 1), true);
        Fill(w[head.TailWeights(0)], k => 0.6 * Math.Cos(3 * k), false);
        Fill(w[head.ProjectionWeights(1)], k => 0.7 * Math.Sin(k + 1), true);
        Fill(w[head.TailWeights(1)], k => 0.8 * Math.Cos(k), false);
        float[] x = [.. Enumerable.Range(0, 16).Select(k => (float)Math.Sin(k + 1))], logs = new float[24];
        head.LogProbabilities(p, new(x, 4, 4), new MatrixView(logs, 4, 6));
        Compare.Near(
        [
            -0.9467865, -2.2378460, -3.0866392, -3.1074269, -1.3359198, -1.8836191,
            -2.7067171, -0.4790766, -2.2155657, -2.1924563, -3.3118651, -2.8698531,
            -1.1344186, -2.4772264, -1.6285002, -1.6379232, -2.2687681, -2.2989054,
            -1.2538230, -1.4477293, -3.0908697, -3.1016605, -1.4560196, -1.8586334,
        ], logs);
        LossSum loss = head.Forward(p, new(x, 4, 4), [1, 5, 2, 0], head.CreateTape(4));
        Compare.Near([1.9975056], [loss.Mean]);
    }

    [Fact]
    public void ParametersArePyTorchs()
    {
        ParameterLayout layout = new();
        AdaptiveSoftmax head = new(layout, "out", 64, 100, [10, 30, 60]), biased = new(layout, "b", 9, 20, [5], bias: true);
        Assert.Equal(
        [
            ("out.head.weight", 13, 64), ("out.tail.0.0.weight", 64, 16), ("out.tail.0.1.weight", 20, 16),
            ("out.tail.1.0.weight", 64, 4), ("out.tail.1.1.weight", 30, 4), ("out.tail.2.0.weight", 64, 1),
            ("out.tail.2.1.weight", 40, 1), ("b.head.weight", 6, 9), ("b.head.bias", 1, 6), ("b.tail.0.0.weight", 9, 2),
            ("b.tail.0.1.weight", 15, 2),
        ], layout.Slots.Select(slot => (slot.Name, slot.Rows, slot.Cols)));
        Assert.Equal(SlotOrientation.Transposed, head.ProjectionWeights(0).Orientation);   // [D, E] in files
        Assert.Equal(SlotOrientation.AsStored, head.TailWeights(0).Orientation);
        Assert.Equal((64, 100, 4.0), (head.InputSize, head.Vocabulary, head.Divisor));
        Assert.Equal([10, 30, 60], head.Cutoffs);
        Assert.Null(head.HeadBias);
        Assert.NotNull(biased.HeadBias);
        ParameterBuffer p = new(layout);
        p.Initialize(seed: 1);
        foreach ((ParameterSlot slot, int inputs) in new[]
        {
            (head.HeadWeights, 64), (head.ProjectionWeights(1), 64), (head.TailWeights(0), 16), (head.TailWeights(2), 1),
        })
        {
            Assert.InRange(p[slot].Span.ToArray().Max(Math.Abs) * Math.Sqrt(inputs), 0.8, 1);
        }
    }

    [Fact]
    public void WithoutClustersItIsAFullSoftmax()
    {
        const int n = 600, v = 300, e = 20;
        ParameterLayout layout = new(), fullLayout = new();
        AdaptiveSoftmax head = new(layout, "out", e, v, [], bias: true);
        SoftmaxHead full = new(fullLayout, "out", e, v);
        ParameterBuffer p = TestNumbers.Parameters(layout, 3), fullP = TestNumbers.Parameters(fullLayout, 3);
        GradientBuffer g = new(layout), fullG = new(fullLayout);
        float[] x = TestNumbers.Uniform(n * e, 3, 2), dX = new float[n * e], fullDX = new float[n * e];
        int[] targets = TestNumbers.Indices(n, v, 3, 3);
        Assert.Equal(
            full.ForwardBackward(fullP, new(x, n, e), targets, 0.5f, full.CreateTape(n), fullG,
                new MatrixView(fullDX, n, e)),
            head.ForwardBackward(p, new(x, n, e), targets, Mode.Training(1, 1), 0.5f, head.CreateTape(n), g,
                new MatrixView(dX, n, e)));
        Bits.Same(fullG.Dense, g.Dense, "gradients");
        Bits.Same(fullDX, dX, "dX");
        float[] logs = new float[n * v], fullLogs = new float[n * v];
        full.LogProbabilities(fullP, new(x, n, e), new MatrixView(fullLogs, n, v));
        head.LogProbabilities(p, new(x, n, e), new MatrixView(logs, n, v));
        Bits.Same(fullLogs, logs, "probabilities");
    }

    [Fact]
    public void AClusterWithoutTargetsHasNoGradient()
    {
        HeadCase c = new("adaptive", n: 30, v: 50, e: 8);
        AdaptiveSoftmax head = (AdaptiveSoftmax)c.Head;
        int[] targets = TestNumbers.Indices(c.N, 25, 5, 3);   // clusters: 0 .. 9, 10 .. 24, 25 .. 49
        head.ForwardBackward(c.P, new(c.X, c.N, c.E), targets, HeadCase.Mode, 1, c.Tape, c.G, default);
        double Largest(ParameterSlot slot) => c.G[slot].Span.ToArray().Max(Math.Abs);
        Assert.Equal((0, 0), (Largest(head.ProjectionWeights(1)), Largest(head.TailWeights(1))));
        Assert.True(Largest(head.ProjectionWeights(0)) > 0 && Largest(head.TailWeights(0)) > 0);
        Assert.True(c.G[head.HeadWeights].Row(11).ToArray().Max() > 0);   // but the head says that it wasn't it
    }

    [Fact]
    public void TheMostProbableWordIsThatOfTheProbabilitiesToTheBit()
    {
        foreach (float bias in (float[])[-4, 0, 4])   // the shortlist's: clusters that matter, and that don't
        {
            HeadCase c = new("adaptive, bias", n: 200, v: 70, e: 6, limit: 2);
            AdaptiveSoftmax head = (AdaptiveSoftmax)c.Head;
            c.P.BeginWrite()[head.HeadBias!.Value].Span[..11].Fill(bias);
            float[] logs = new float[c.V];
            for (int row = 0; row < c.N; row++)
            {
                ReadOnlySpan<float> x = c.X.AsSpan(row * c.E, c.E);
                head.LogProbabilities(c.P, new(x, 1, c.E), new MatrixView(logs, 1, c.V));
                Assert.Equal(Array.IndexOf(logs, logs.Max()), head.ArgMax(c.P, x, c.Tape));
            }
        }
    }

    /// <summary>A word of the shortlist and two of a cluster, a third each: rounding decides whether the probabilities are the
    /// same, and where they are, the first word is taken.</summary>
    [Fact]
    public void TheFirstAmongEqualsIsFound()
    {
        ParameterLayout layout = new();
        AdaptiveSoftmax head = new(layout, "out", 2, 3, [1], divisor: 2, bias: true);
        ParameterBuffer p = new(layout);
        float[] logs = new float[3];
        int equal = 0;
        float cluster = MathF.Log(2) - 1e-5f;
        for (int i = 0; i < 400; i++, cluster = MathF.BitIncrement(cluster))
        {
            p.BeginWrite()[head.HeadBias!.Value].Span[1] = cluster;
            head.LogProbabilities(p, new([0, 0], 1, 2), new MatrixView(logs, 1, 3));
            if (logs[0] != logs[1])
                continue;

            equal++;
            Assert.Equal(0, head.ArgMax(p, [0, 0], head.CreateTape(1)));
        }

        Assert.True(equal > 0);
    }

    /// <summary>Rows are taken a few at a time: all of these would need 37 MB of the stack.</summary>
    [Fact]
    public void ManyRowsTakeNoMoreStack()
    {
        const int rows = 140_000, e = 64;
        ParameterLayout layout = new();
        AdaptiveSoftmax head = new(layout, "out", e, 3, [1, 2], divisor: 1);
        float[] logs = new float[rows * 3];
        head.LogProbabilities(new ParameterBuffer(layout), new(new float[rows * e], rows, e), new MatrixView(logs, rows, 3));
        Assert.Equal(-Math.Log(3), logs[^1], 1e-6);
    }

    [Fact]
    public void ManyRowsOfProbabilitiesAndLongProjections()
    {
        // More than one block of the scratch on the stack, and blocks of one row.
        foreach ((int n, int e) in new[] { (70, 64), (3, 5000) })
        {
            ParameterLayout layout = new();
            AdaptiveSoftmax head = new(layout, "out", e, 20, [5, 9], divisor: 1);
            ParameterBuffer p = TestNumbers.Parameters(layout, 3, limit: 0.05f);
            float[] x = TestNumbers.Uniform(n * e, 3, 2), logs = new float[n * 20];
            int[] targets = TestNumbers.Indices(n, 20, 3, 3);
            head.LogProbabilities(p, new(x, n, e), new MatrixView(logs, n, 20));
            double expected = -targets.Select((target, row) => (double)logs[(row * 20) + target]).Sum();
            Compare.Near([expected], [head.Forward(p, new(x, n, e), targets, head.CreateTape(n)).Sum]);
        }
    }

    [Fact]
    public void HeadAndTailsShareTheirMemory()
    {
        ParameterLayout layout = new();
        AdaptiveSoftmax head = new(layout, "out", 256, 33_278, [2000, 10_000]);
        long bytes = head.CreateTape(1400).Bytes;
        Assert.InRange(bytes, 896 * 23_278 * 4L, 1.15 * 896 * 23_278 * 4);
    }

    [Fact]
    public void MisuseIsRefused()
    {
        ParameterLayout layout = new();
        void Refused(int[] cutoffs, double divisor, string text, int e = 8) =>
            VocabularyHeadTests.Says(() => _ = new AdaptiveSoftmax(layout, "out", e, 20, cutoffs, divisor), text);
        Refused([0, 5], 4, "'out': cutoffs[0] is 0, expected 1 to 19: cutoffs ascend, and each cluster has a word.");
        Refused([5, 5], 4, "cutoffs[1] is 5, expected 6 to 19");
        Refused([9, 5], 4, "cutoffs[1] is 5, expected 10 to 19");
        Refused([5, 20], 4, "cutoffs[1] is 20, expected 6 to 19");
        Refused([-3], 4, "cutoffs[0] is -3");
        Refused([5, 9], 4, "'out': 8 inputs divided by 4 to the power 2 leave cluster 1 no numbers. Use a smaller");
        Refused([5], 0.5, "divisor is 0.5; expected 1 or more.");
        Refused([5], double.NaN, "divisor is NaN");
        Refused([5], 1, "inputSize is 0", e: 0);
        Assert.Empty(layout.Slots);
        AdaptiveSoftmax head = new(layout, "out", 8, 20, [5]);
        VocabularyHeadTests.Says(() => head.TailWeights(1), "out: cluster holds 1, expected 0 to 0.");
        VocabularyHeadTests.Says(() => head.ProjectionWeights(-1), "out: cluster holds -1");
    }

    /// <summary>Element k of the matrix as PyTorch flattens it.</summary>
    private static void Fill(MatrixView matrix, Func<double, double> element, bool transposed)
    {
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int col = 0; col < matrix.Cols; col++)
                matrix[row, col] = (float)element(transposed ? (col * matrix.Rows) + row : (row * matrix.Cols) + col);
        }
    }
}
