using System;
using System.Linq;
using Rnn.Core.Heads;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Losses;
using Xunit;

namespace Rnn.Tests.Heads;

/// <summary>What holds for every head.</summary>
public class VocabularyHeadTests
{
    private const int Ignored = SoftmaxCrossEntropy.IgnoredTarget;

    public static TheoryData<string> Kinds => [.. HeadCase.Kinds];

    /// <summary>What a tape says that it takes is what is allocated, but for the same objects of any size.</summary>
    [Theory]
    [MemberData(nameof(KindsAndUses))]
    public void TapesTakeTheBytesThatTheySay(string kind, TapeUse use)
    {
        const double headersOfArrays = 200;   // whose lengths are rounded up
        Assert.Equal(Objects(6, 10, 8), Objects(600, 3001, 41), headersOfArrays);

        double Objects(int n, int v, int e)
        {
            VocabularyHead head = HeadCase.Create(kind, new ParameterLayout(), v, e);
            long least = long.MaxValue;   // the runtime now and then counts what it has set aside for small objects
            for (int attempt = 0; attempt < 10; attempt++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                VocabularyHeadTape tape = head.CreateTape(n, use);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before - tape.Bytes);
            }

            return least;
        }
    }

    public static TheoryData<string, TapeUse> KindsAndUses()
    {
        TheoryData<string, TapeUse> data = [];
        foreach (string kind in HeadCase.Kinds)
        {
            data.Add(kind, TapeUse.Training);
            data.Add(kind, TapeUse.Inference);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheLossIsThatOfTheProbabilitiesWhichSumToOne(string kind)
    {
        foreach ((int n, int v, int e) in new[] { (5, 31, 9), (50, 261, 16), (1, 700, 40) })
        {
            HeadCase c = new(kind, n, v, e);
            float[] logs = LogProbabilities(c);
            double expected = 0;
            for (int row = 0; row < n; row++)
            {
                double[] own = TestNumbers.ToDouble(logs.AsSpan(row * v, v));
                Assert.Equal(1, own.Sum(Math.Exp), 2e-6);
                expected -= own[c.Targets[row]];
            }

            LossSum loss = c.Head.Forward(c.P, new(c.X, n, e), c.Targets, c.Tape);
            Assert.Equal(n, loss.Count);
            Compare.Near([expected], [loss.Sum]);
            Assert.Equal(loss, c.Head.ForwardBackward(c.P, new(c.X, n, e), c.Targets, Mode.Inference, 1, c.Tape, c.G,
                default));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ARowDependsOnItsOwnNumbersAlone(string kind)
    {
        HeadCase c = new(kind, n: 1000, v: 130, e: 12);   // more than a block
        float[] dX = new float[c.X.Length], dRow = new float[c.E], logs = LogProbabilities(c), logsRow = new float[c.V];
        LossSum all = c.Head.ForwardBackward(c.P, new(c.X, c.N, c.E), c.Targets, HeadCase.Mode, 0.3f, c.Tape, c.G,
            new MatrixView(dX, c.N, c.E));
        VocabularyHeadTape small = c.Head.CreateTape(1);
        double sum = 0, exact = 0;
        for (int row = 0; row < c.N; row++)
        {
            ReadOnlyMatrixView one = new(c.X.AsSpan(row * c.E, c.E), 1, c.E);
            int[] target = [c.Targets[row]];
            sum += c.Head.ForwardBackward(c.P, one, target, HeadCase.Mode, 0.3f, small, c.G,
                new MatrixView(dRow, 1, c.E)).Sum;
            Bits.Same(dX.AsSpan(row * c.E, c.E), dRow, $"dX of row {row}");
            c.Head.LogProbabilities(c.P, one, new MatrixView(logsRow, 1, c.V));
            Bits.Same(logs.AsSpan(row * c.V, c.V), logsRow, $"probabilities of row {row}");
            LossSum loss = c.Head.Forward(c.P, one, target, small);
            Assert.Equal(loss, c.Head.Forward(c.P, one, target, c.Tape));
            exact += loss.Sum;
        }

        Assert.Equal(sum, all.Sum, 1e-9 * sum);
        Assert.Equal(exact, c.Head.Forward(c.P, new(c.X, c.N, c.E), c.Targets, c.Tape).Sum, 1e-9 * exact);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void IgnoredRowsAreAsIfTheyWereNotThere(string kind)
    {
        HeadCase c = new(kind, n: 950, v: 60, e: 8);
        float[] dX = new float[c.X.Length], padded = new float[2 * c.X.Length];
        int[] targets = new int[2 * c.N];
        padded.AsSpan().Fill(float.NaN);
        targets.AsSpan().Fill(Ignored);
        for (int row = 0; row < c.N; row++)
        {
            c.X.AsSpan(row * c.E, c.E).CopyTo(padded.AsSpan(((2 * row) + 1) * c.E));
            targets[(2 * row) + 1] = c.Targets[row];
        }

        GradientBuffer gPadded = new(c.P.Layout);
        VocabularyHeadTape larger = c.Head.CreateTape(2 * c.N);
        LossSum loss = c.Head.ForwardBackward(c.P, new(c.X, c.N, c.E), c.Targets, HeadCase.Mode, 0.3f, c.Tape, c.G,
            new MatrixView(dX, c.N, c.E));
        LossSum exact = c.Head.Forward(c.P, new(c.X, c.N, c.E), c.Targets, c.Tape);
        Assert.Equal(exact, c.Head.Forward(c.P, new(padded, 2 * c.N, c.E), targets, larger));
        Assert.Equal(loss, c.Head.ForwardBackward(c.P, new(padded, 2 * c.N, c.E), targets, HeadCase.Mode, 0.3f, larger,
            gPadded, new MatrixView(padded, 2 * c.N, c.E)));   // dX takes the place of x
        Bits.Same(c.G.Dense, gPadded.Dense, "gradients");
        for (int row = 0; row < 2 * c.N; row++)
        {
            ReadOnlySpan<float> expected = row % 2 == 0 ? new float[c.E] : dX.AsSpan(row / 2 * c.E, c.E);
            Bits.Same(expected, padded.AsSpan(row * c.E, c.E), $"dX of row {row}");
        }

        targets.AsSpan().Fill(Ignored);
        gPadded.Clear();
        padded.AsSpan().Fill(1);
        loss = c.Head.ForwardBackward(c.P, new(padded, 2 * c.N, c.E), targets, HeadCase.Mode, 1, larger, gPadded,
            new MatrixView(padded, 2 * c.N, c.E));
        Assert.Equal(new LossSum(0, 0), loss);
        Assert.Equal(0, gPadded.Norm());
        Assert.All(padded, value => Assert.Equal(0, value));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void GradientsAreAddedUp(string kind)
    {
        HeadCase c = new(kind, n: 40, v: 50, e: 8);
        GradientBuffer twice = new(c.P.Layout);
        LossSum Step(GradientBuffer g) => c.Head.ForwardBackward(c.P, new(c.X, c.N, c.E), c.Targets, HeadCase.Mode,
            0.5f, c.Tape, g, default);
        LossSum first = Step(c.G);
        Assert.Equal(first, Step(twice));
        Step(twice);
        Compare.Near([.. c.G.Dense.ToArray().Select(value => 2.0 * value)], twice.Dense.ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheMostProbableWordIsFound(string kind)
    {
        HeadCase c = new(kind, n: 300, v: 90, e: 6, limit: 3);
        float[] logs = LogProbabilities(c);
        int rare = 0;
        for (int row = 0; row < c.N; row++)
        {
            ReadOnlySpan<float> own = logs.AsSpan(row * c.V, c.V);
            int word = c.Head.ArgMax(c.P, c.X.AsSpan(row * c.E, c.E), c.Tape);
            Assert.Equal(own.ToArray().Max(), own[word]);
            rare += word >= 45 ? 1 : 0;
        }

        Assert.InRange(rare, 10, 290);   // of all clusters
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WordsAreDrawnByTheirProbability(string kind)
    {
        const int draws = 20_000;
        HeadCase c = new(kind, n: 3, v: 40, e: 6);
        VocabularyHeadTape tape = c.Head.CreateTape(1, TapeUse.Inference);
        float[] logs = LogProbabilities(c);
        for (int row = 0; row < c.N; row++)
        {
            int[] counts = new int[c.V];
            for (int i = 0; i < draws; i++)
                counts[c.Head.Sample(c.P, c.X.AsSpan(row * c.E, c.E), (i + 0.5) / draws, tape)]++;

            // Evenly spaced numbers: each interval has its share, to one at either end.
            for (int v = 0; v < c.V; v++)
                Assert.Equal(draws * Math.Exp(logs[(row * c.V) + v]), counts[v], 2.05);

            Assert.InRange(c.Head.Sample(c.P, c.X.AsSpan(row * c.E, c.E), double.BitDecrement(1), tape), 0, c.V - 1);
        }
    }

    /// <summary>Not at the beginning, where nothing is less than 0, and not at the end, where rounded probabilities leave a
    /// gap below 1.</summary>
    [Fact]
    public void AWordOfProbabilityZeroIsNeverDrawn()
    {
        const int equal = 41;   // the number whose 41st part is rounded down
        ParameterLayout layout = new();
        SoftmaxHead head = new(layout, "out", 1, equal + 2);
        ParameterBuffer p = new(layout);
        Span<float> logits = p.BeginWrite()[head.Bias!.Value].Span;
        (logits[0], logits[^1]) = (-200, -200);
        float[] probabilities = new float[equal + 2];
        Softmax.Forward(logits, logits.Length, probabilities);
        Assert.True(probabilities.Sum(probability => (double)probability) < double.BitDecrement(1));
        VocabularyHeadTape tape = head.CreateTape(1);
        Assert.Equal(1, head.Sample(p, [0], 0, tape));
        Assert.Equal(equal, head.Sample(p, [0], double.BitDecrement(1), tape));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void MisuseIsRefused(string kind)
    {
        ParameterLayout layout = new(), otherLayout = new();
        VocabularyHead head = HeadCase.Create(kind, layout, 20, 4), other = HeadCase.Create(kind, otherLayout, 20, 4);
        ParameterBuffer p = new(layout);
        GradientBuffer g = new(layout);
        VocabularyHeadTape tape = head.CreateTape(2), inference = head.CreateTape(2, TapeUse.Inference);
        float[] x = new float[12];
        Says(() => head.CreateTape(0), "maxRows is 0; expected more than 0");
        Says(() => head.Forward(p, new(x, 3, 4), [0, 1, 2], other.CreateTape(3)), "the tape was made by 'out'");
        Says(() => head.Forward(p, new(x, 3, 4), [0, 1, 2], tape), "x has 3 rows, but the tape holds up to 2.");
        Says(() => head.Forward(p, new(x.AsSpan(0, 6), 2, 3), [0, 1], tape), "x has 3 features, expected 4");
        Says(() => head.Forward(p, new(x.AsSpan(0, 8), 2, 4), [0], tape), "targets has 1 elements, expected 2");
        Says(() => head.Forward(p, new(x.AsSpan(0, 8), 2, 4), [0, 20], tape),
            "out: targets[1] is 20, expected 0 to 19, or -100 for an ignored row.");
        Says(() => head.ForwardBackward(p, new(x.AsSpan(0, 8), 2, 4), [0, 1], HeadCase.Mode, 1, tape, g,
            new MatrixView(x, 3, 4)), "'out': dX is [3, 4], expected [2, 4].");
        Assert.Contains("made for inference", Assert.Throws<InvalidOperationException>(() =>
            head.ForwardBackward(p, new(x.AsSpan(0, 8), 2, 4), [0, 1], HeadCase.Mode, 1, inference, g, default)).Message,
            StringComparison.Ordinal);
        Says(() => head.LogProbabilities(p, new(x.AsSpan(0, 8), 2, 4), new MatrixView(x, 3, 4)),
            "'out': logProbabilities is [3, 4], expected [2, 20].");
        Says(() => head.ArgMax(p, x, tape), "out: x has 12 elements, expected 4.");
        Says(() => head.Sample(p, x.AsSpan(0, 4), 1, tape), "uniform is 1; expected 0 or more and below 1.");
        Says(() => head.Sample(p, x.AsSpan(0, 4), double.NaN, tape), "uniform is NaN");
        Says(() => head.ArgMax(p, x.AsSpan(0, 4), other.CreateTape(3)), "the tape was made by 'out'");
        Assert.Equal(0, g.Norm());   // a refused call has changed nothing
        Assert.Equal(20 * Math.Log(20), 10 * head.Forward(p, new(x.AsSpan(0, 8), 2, 4), [3, 19], inference).Sum,
            kind.StartsWith("adaptive", StringComparison.Ordinal) ? 20 : 1e-4);
    }

    internal static void Says(Action action, string text) =>
        Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    private static float[] LogProbabilities(HeadCase c)
    {
        float[] logs = new float[c.N * c.V];
        c.Head.LogProbabilities(c.P, new(c.X, c.N, c.E), new MatrixView(logs, c.N, c.V));
        return logs;
    }
}
