using System;
using System.Linq;
using MathNet.Numerics;
using Rnn.Core.Kernels.Heads;
using Rnn.Core.Losses;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Oracles;
using Xunit;

namespace Rnn.Tests.Losses;

/// <summary>The three likelihoods: each against PyTorch, against its definition at every number of rows, and where it
/// is at an edge.</summary>
public class LikelihoodTests
{
    private const float Least = 1e-3f;

    // x = torch.tensor([4 * math.sin(i + 1) for i in range(6)], requires_grad=True); o = x.reshape(3, 2)
    // y = torch.tensor([0.5, -1, 3]); softplus = torch.nn.functional.softplus; D = torch.distributions (in float64)
    // l = -D.Normal(o[:, 0], 1e-3 + softplus(o[:, 1])).log_prob(y).mean(); l.backward(); print(l, x.grad)
    [Fact]
    public void GoldenNormal()
    {
        float[] x = Outputs(6), dX = new float[6];
        LossSum loss = default(NormalLikelihood).ForwardBackward(new(x, 3, 2), [0.5f, -1, 3], new MatrixView(dX, 3, 2));
        Assert.Equal(3, loss.Count);
        Compare.Near([271.3753938772668], [loss.Mean]);
        Compare.Near([0.071151628, 0.034414634, 223.414879514, -334.003360323, -28.259659298, -167.368129562], dX);
    }

    // o = x.reshape(3, 3)
    // l = -D.StudentT(2 + softplus(o[:, 2]), o[:, 0], 1e-3 + softplus(o[:, 1])).log_prob(y).mean()
    [Fact]
    public void GoldenStudentT()
    {
        float[] x = Outputs(9), dX = new float[9];
        LossSum loss = default(StudentTLikelihood).ForwardBackward(new(x, 3, 3), [0.5f, -1, 3], new MatrixView(dX, 3, 3));
        Compare.Near([5.2357587948688105], [loss.Mean]);
        Compare.Near([0.078769452, 0.028609292, -0.009813115, -0.539664909, -0.718951368, 0.273672451, -0.009866907,
            0.081330215, -0.004716023], dX);
    }

    // m = s * (1e-6 + softplus(o[:, 0])); a = (1e-3 + softplus(o[:, 1])) / s.sqrt(); s = 1, then [0.5, 1, 20]
    // l = -D.NegativeBinomial(1 / a, probs=a * m / (1 + a * m)).log_prob(torch.tensor([0., 3, 40])).mean()
    [Fact]
    public void GoldenNegativeBinomial()
    {
        float[] x = Outputs(6), dX = new float[6];
        LossSum loss = NegativeBinomialLikelihood.ForwardBackward(new(x, 3, 2), [0, 3, 40], new MatrixView(dX, 3, 2));
        Compare.Near([66.58048397382649], [loss.Mean]);
        Compare.Near([0.02394241, -0.040490906, -0.396327524, -0.00552641, -13.104828006, -8.800982266], dX);

        loss = NegativeBinomialLikelihood.ForwardBackward(
            new(x, 3, 2), [0, 3, 40], [0.5f, 1, 20], [], 1f / 3, new MatrixView(dX, 3, 2));
        Compare.Near([39.72855490587263], [loss.Mean]);
        Compare.Near([0.016424313, -0.023694564, -0.396327524, -0.00552641, -12.705875482, -5.403422789], dX);
    }

    [Theory]
    [InlineData("normal")]
    [InlineData("student")]
    [InlineData("counts")]
    [InlineData("scaled counts")]
    public void GradientsOfEveryNumberOfRows(string kind)
    {
        int columns = kind == "student" ? 3 : 2;
        foreach (int n in Enumerable.Range(1, 20).Append(255).Append(257).Append(600))
        {
            float[] x = Compare.Numbers(n * columns, 2), dX = new float[x.Length], dAll = new float[x.Length];
            bool counts = kind.EndsWith("counts", StringComparison.Ordinal);
            float[] y = counts ? [.. Enumerable.Range(0, n).Select(i => (float)(i * 5 % 13))] : Compare.Numbers(n + 3, 2)[3..];
            float[] w = [.. Enumerable.Range(0, n).Select(i => (float)((i + 1) % 3))];
            float[] scales = kind == "scaled counts" ? [.. Enumerable.Range(0, n).Select(i => 0.25f + (i % 5))] : [];
            foreach (float[] weights in new[] { [], w })
            {
                LossSum loss = Run(kind, x, y, scales, weights, 0.5f, dX);
                Assert.Equal(loss, Run(kind, x, y, scales, weights, 0, default));
                (double sum, int count) = Oracle(kind, TestNumbers.ToDouble(x), y, scales, weights);
                Assert.Equal(count, loss.Count);
                Compare.Near([sum], [loss.Sum]);
                Compare.Gradient(v => 0.5 * Oracle(kind, v, y, scales, weights).Sum, x, dX);
                x.CopyTo(dAll, 0);
                Run(kind, dAll, y, scales, weights, 0.5f, dAll);
                Assert.Equal(dX, dAll);
            }
        }
    }

    [Fact]
    public void GammaFunctionsOfAllSizes()
    {
        foreach (double x in Enumerable.Range(-30, 60).Select(i => Math.Pow(1.7, i / 2.0)))
        {
            double log = SpecialFunctions.GammaLn(x), psi = SpecialFunctions.DiGamma(x);
            Assert.True(Math.Abs(GammaFunctions.LogGamma(x) - log) <= 1e-12 * (1 + Math.Abs(log)), $"log Gamma({x})");
            Assert.True(Math.Abs(GammaFunctions.Digamma(x) - psi) <= 1e-12 * (1 + Math.Abs(psi)), $"psi({x})");
        }
    }

    [Fact]
    public void OfManyDegreesOfFreedomItIsNormal()
    {
        float[] y = Compare.Numbers(30, 2);
        float[] two = [.. Enumerable.Range(0, 30).SelectMany(i => new[] { i / 30f, i / 10f })];
        float[] three = [.. Enumerable.Range(0, 30).SelectMany(i => new[] { i / 30f, i / 10f, 1e7f })];
        double normal = new NormalLikelihood(Least).Forward(new(two, 30, 2), y).Mean;
        Assert.Equal(normal, new StudentTLikelihood(Least).Forward(new(three, 30, 3), y).Mean, 1e-5);
    }

    [Fact]
    public void CountsHaveProbabilitiesThatSumToOne()
    {
        float[] x = [.. Enumerable.Repeat(new[] { 1.5f, -0.5f }, 400).SelectMany(row => row)];
        float[] y = [.. Enumerable.Range(0, 400).Select(i => (float)i)];
        double sum = 0, mean = 0;
        for (int i = 0; i < y.Length; i++)
        {
            double p = Math.Exp(-NegativeBinomialLikelihood.Forward(new(x.AsSpan(2 * i, 2), 1, 2), y.AsSpan(i, 1), [3f]).Sum);
            sum += p;
            mean += i * p;
        }

        Assert.Equal(1, sum, 1e-9);
        Assert.Equal(NegativeBinomialLikelihood.Parameters([1.5f, -0.5f], 3).Mean, mean, 1e-6);
    }

    [Fact]
    public void ExtremeOutputsAndExactTargetsStayFinite()
    {
        foreach (float a in new[] { -1e4f, -50, 0, 50, 1e4f })
        {
            foreach (float b in new[] { -1e4f, -50, 0, 50, 1e4f })
            {
                float[] d = new float[3];
                Finite(default(NormalLikelihood).ForwardBackward(new([a, b], 1, 2), [a], [], 1, new MatrixView(d.AsSpan(0, 2), 1, 2)), d);
                Finite(default(StudentTLikelihood).ForwardBackward(new([a, b, b], 1, 3), [0], [], 1, new MatrixView(d, 1, 3)), d);
                foreach (float y in new float[] { 0, 1, 1e6f })
                {
                    Finite(NegativeBinomialLikelihood.ForwardBackward(
                        new([a, b], 1, 2), [y], [], [], 1, new MatrixView(d.AsSpan(0, 2), 1, 2)), d);
                }
            }
        }

        static void Finite(LossSum loss, float[] d)
        {
            Assert.True(double.IsFinite(loss.Sum));
            Assert.All(d, v => Assert.True(float.IsFinite(v)));
        }
    }

    [Fact]
    public void RowsOfWeightZeroMayHoldAnything()
    {
        float[] x = [float.NaN, 1, 0, float.PositiveInfinity, 0, 0], dX = [9, 9, 9, 9, 9, 9];
        LossSum loss = default(NormalLikelihood).ForwardBackward(
            new(x, 3, 2), [0, float.NaN, 0], [0, 0, 1], 1f, new MatrixView(dX, 3, 2));
        Assert.Equal(1, loss.Count);
        Assert.True(double.IsFinite(loss.Sum));
        Assert.Equal([0f, 0f, 0f, 0f], dX[..4]);
        Assert.True(double.IsNaN(default(StudentTLikelihood).Forward(new([float.NaN, 0, 0], 1, 3), [0]).Sum));
        loss = NegativeBinomialLikelihood.ForwardBackward(
            new(x, 3, 2), [-1, 0.5f, 2], [], [0, 0, 1], 1f, new MatrixView(dX, 3, 2));
        Assert.Equal(1, loss.Count);
        Assert.Equal(new LossSum(0, 0), default(NormalLikelihood).Forward(new([], 0, 2), []));
    }

    [Fact]
    public void ParametersAreThoseOfTheLoss()
    {
        (double mean, double deviation) = new NormalLikelihood(0.5f).Parameters([2, 0]);
        Assert.Equal((2, 0.5 + Math.Log(2)), (mean, deviation));
        (double location, double scale, double freedom) = new StudentTLikelihood(0.5f).Parameters([2, 0, 0]);
        Assert.Equal((2, 0.5 + Math.Log(2), 2 + Math.Log(2)), (location, scale, freedom));
        Assert.Equal(4 * (1e-6 + Math.Log(2)), NegativeBinomialLikelihood.Parameters([0, 0], 4).Mean, 1e-12);
        Assert.Equal((1e-3 + Math.Log(2)) / 2, NegativeBinomialLikelihood.Parameters([0, 0], 4).Dispersion, 1e-12);
        Assert.Equal(new NormalLikelihood(1e-3f), default);
        Assert.NotEqual(new StudentTLikelihood(0.1f), default);
    }

    [Fact]
    public void WrongArgumentsAreNamed()
    {
        float[] x = new float[6];
        foreach (float least in new[] { 0, -1, float.NaN })
        {
            Assert.Throws<ArgumentOutOfRangeException>("leastScale", () => new NormalLikelihood(least));
            Assert.Throws<ArgumentOutOfRangeException>("leastScale", () => new StudentTLikelihood(least));
        }

        Assert.Throws<ArgumentException>("outputs", () => default(NormalLikelihood).Forward(new(x, 2, 3), [0, 0]));
        Assert.Throws<ArgumentException>("outputs", () => default(StudentTLikelihood).Forward(new(x, 3, 2), [0, 0, 0]));
        Assert.Throws<ArgumentException>("targets", () => default(NormalLikelihood).Forward(new(x, 3, 2), [0, 0]));
        Assert.Throws<ArgumentException>("rowWeights", () => default(NormalLikelihood).Forward(new(x, 3, 2), [0, 0, 0], [1]));
        Assert.Throws<ArgumentException>("dOutputs", () => default(NormalLikelihood).ForwardBackward(
            new(x, 3, 2), [0, 0, 0], new MatrixView(x, 2, 3)));
        Assert.Throws<ArgumentException>("output", () => default(NormalLikelihood).Parameters([0]));
        Assert.Throws<ArgumentException>("output", () => default(StudentTLikelihood).Parameters([0]));
        Assert.Throws<ArgumentException>("output", () => NegativeBinomialLikelihood.Parameters([0]));
        Assert.Throws<ArgumentOutOfRangeException>("scale", () => NegativeBinomialLikelihood.Parameters([0, 0], 0));
        Assert.Throws<ArgumentException>("scales", () => NegativeBinomialLikelihood.Forward(new(x, 3, 2), [0, 0, 0], [1]));
        Assert.Throws<ArgumentException>(
            "scales", () => NegativeBinomialLikelihood.Forward(new(x, 3, 2), [0, 0, 0], [1, 1, 0]));
        foreach (float count in new[] { -1, 0.5f, float.NaN, float.PositiveInfinity })
        {
            ArgumentException e = Assert.Throws<ArgumentException>(
                "targets", () => NegativeBinomialLikelihood.Forward(new(x, 3, 2), [0, count, 0]));
            Assert.StartsWith("NegativeBinomialLikelihood: targets[1] is ", e.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>("targets", () => NegativeBinomialLikelihood.Forward(new(x, 3, 2), [count, 0, 0]));
        }
    }

    /// <summary>Element i is 4 * sin(i + 1).</summary>
    private static float[] Outputs(int count) =>
        [.. Enumerable.Range(0, count).Select(i => (float)(4 * Math.Sin(i + 1)))];

    private static LossSum Run(string kind, float[] x, float[] y, float[] scales, float[] weights, float scale, float[]? dX)
    {
        int n = y.Length, columns = x.Length / n;
        MatrixView d = dX is null ? default : new(dX, n, columns);
        return (kind, dX) switch
        {
            ("normal", null) => new NormalLikelihood(Least).Forward(new(x, n, columns), y, weights),
            ("normal", _) => new NormalLikelihood(Least).ForwardBackward(new(x, n, columns), y, weights, scale, d),
            ("student", null) => new StudentTLikelihood(Least).Forward(new(x, n, columns), y, weights),
            ("student", _) => new StudentTLikelihood(Least).ForwardBackward(new(x, n, columns), y, weights, scale, d),
            (_, null) => NegativeBinomialLikelihood.Forward(new(x, n, columns), y, scales, weights),
            _ => NegativeBinomialLikelihood.ForwardBackward(new(x, n, columns), y, scales, weights, scale, d),
        };
    }

    private static (double Sum, int Count) Oracle(string kind, double[] x, float[] y, float[] scales, float[] weights) =>
        kind switch
        {
            "normal" => LossOracle.Normal(x, y, Least, weights),
            "student" => LossOracle.StudentT(x, y, Least, weights),
            _ => LossOracle.NegativeBinomial(x, y, scales, weights),
        };
}
