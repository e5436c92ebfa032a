using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rnn.Models.Embeddings.Projection;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Embeddings;

public class ProjectionTests
{
    [Fact]
    public void ComponentsByHand()
    {
        // Along (3, 4) / 5 by -2, 0, 2 and across by 1, -2, 1 (uncorrelated), about the mean (1, 1): variances 4 and 3.
        (double Along, double Across)[] steps = [(-2, 1), (0, -2), (2, 1)];
        float[] points = steps.SelectMany(s => new[]
        {
            (float)(1 + (0.6 * s.Along) - (0.8 * s.Across)), (float)(1 + (0.8 * s.Along) + (0.6 * s.Across)),
        }).ToArray();
        PrincipalComponents components = PrincipalComponents.Fit(new(points, 3, 2));
        Near([1, 1], components.Mean, 1e-6);
        Near([4, 3], components.ExplainedVariance, 1e-6);
        Near([0.6, 0.8, 0.8, -0.6], components.Directions, 1e-6);   // the largest coordinate is positive
        Assert.Equal(7, components.TotalVariance, 1e-6);
        Assert.Equal(4 / 7.0, components.ExplainedRatio(1), 1e-6);
        Near([-2, -1, 0, 2, 2, -1], components.Project(new(points, 3, 2)), 1e-6);
    }

    [Theory]
    [InlineData(50, 7, 7)]
    [InlineData(5, 20, 6)]
    [InlineData(2, 1, 1)]
    public void ComponentsDiagonalizeTheCovariance(int n, int d, int k)
    {
        float[] points = TestNumbers.Uniform(n * d, 5, 1);
        PrincipalComponents components = PrincipalComponents.Fit(new(points, n, d), k);
        double[] y = components.Project(new(points, n, d));
        for (int a = 0; a < k; a++)
        {
            Assert.True(a == 0 || components.ExplainedVariance[a] <= components.ExplainedVariance[a - 1]);
            ReadOnlySpan<double> direction = components.Directions.Slice(a * d, d);
            Assert.True(direction[IndexOfLargest(direction)] > 0);
            for (int b = 0; b <= a; b++)
            {
                double covariance = 0, dot = 0;
                for (int i = 0; i < n; i++)
                    covariance += y[(i * k) + a] * y[(i * k) + b] / (n - 1);
                for (int i = 0; i < d; i++)
                    dot += components.Directions[(a * d) + i] * components.Directions[(b * d) + i];
                Assert.Equal(a == b ? components.ExplainedVariance[a] : 0, covariance, 1e-9);
                Assert.Equal(a == b ? 1 : 0, dot, 1e-9);
            }
        }

        if (k == d)
            Assert.Equal(1, components.ExplainedRatio(k), 1e-9);
    }

    [Fact]
    public void EveryRowHasItsPerplexity()
    {
        float[] points = TestNumbers.Uniform(80 * 6, 3, 1);
        for (int i = 0; i < 6; i++)
            points[i] = 1000;   // far from all others
        foreach (double perplexity in new[] { 2, 10.5, 60 })
        {
            double[] p = TSneObjective.Affinities(new(points, 80, 6), perplexity);
            for (int i = 0; i < 80; i++)
            {
                double[] row = p[(i * 80)..((i + 1) * 80)];
                Assert.Equal(0, row[i]);
                Assert.Equal(1, row.Sum(), 1e-12);
                Assert.Equal(perplexity, Math.Exp(-row.Sum(v => v > 0 ? v * Math.Log(v) : 0)), 1e-3);
            }
        }

        TSneObjective objective = new(new(points, 80, 6), 10);
        Assert.Equal(1, objective.P.ToArray().Sum(), 1e-12);
        Assert.Equal(objective.P[3], objective.P[240]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    public void GradientIsThatOfCentralDifferences(double exaggeration)
    {
        const int n = 13;
        const double step = 1e-5;
        TSneObjective objective = new(new(TestNumbers.Uniform(n * 4, 3, 1), n, 4), 4);
        double[] x = TestNumbers.ToDouble(TestNumbers.Uniform(n, 3, 2));
        double[] y = TestNumbers.ToDouble(TestNumbers.Uniform(n, 3, 3));
        double[] dX = new double[n], dY = new double[n];
        objective.Gradient(x, y, exaggeration, dX, dY);
        foreach ((double[] values, double[] analytic) in new[] { (x, dX), (y, dY) })
        {
            for (int i = 0; i < n; i++)
            {
                double value = values[i];
                values[i] = value + step;
                double above = Cost();
                values[i] = value - step;
                double below = Cost();
                values[i] = value;
                double numeric = (above - below) / (2 * step);
                Assert.True(Math.Abs(analytic[i] - numeric) <= 1e-7 + (1e-7 * Math.Abs(numeric)),
                    $"[{i}]: {analytic[i]}, expected {numeric}");
            }
        }

        // With exaggeration f: -f sum p ln w + ln Z, whose gradient is that of f*KL's attraction and KL's repulsion.
        double Cost()
        {
            double z = 0, attraction = 0, entropy = 0;
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double distance = 1 + Math.Pow(x[i] - x[j], 2) + Math.Pow(y[i] - y[j], 2);
                    double p = objective.P[(i * n) + j];
                    z += i == j ? 0 : 1 / distance;
                    attraction += p * Math.Log(distance);
                    entropy += p > 0 ? p * Math.Log(p) : 0;
                }
            }

            if (exaggeration == 1)
                Assert.Equal(entropy + attraction + Math.Log(z), objective.Divergence(x, y), 1e-12);
            return (exaggeration * attraction) + Math.Log(z);
        }
    }

    [Theory]
    [InlineData(TSneStart.PrincipalComponents)]
    [InlineData(TSneStart.Random)]
    public void ClustersStayApart(TSneStart start)
    {
        const int clusters = 4, each = 30, d = 10, n = clusters * each;
        float[] points = TestNumbers.Uniform(n * d, 3, 1), centres = TestNumbers.Uniform(clusters * d, 3, 2, 4f);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < d; j++)
                points[(i * d) + j] += centres[(i % clusters * d) + j];
        }

        List<TSneProgress> reports = [];
        TSneOptions options = new()
        {
            Perplexity = 10,
            Iterations = 400,
            ExaggerationIterations = 100,
            Start = start,
            Seed = 5,
        };
        TSneResult result = TSne.Run(new(points, n, d), options, new Listener(reports));
        Assert.Equal(Enumerable.Range(1, 8).Select(i => 50 * i), reports.Select(r => r.Iteration));
        Assert.Equal(result.Divergence, reports[^1].Divergence);
        Assert.InRange(result.Divergence, 0, 1);
        Assert.Equal(result.Points, TSne.Run(new(points, n, d), options).Points);

        int same = 0;
        for (int i = 0; i < n; i++)
        {
            IEnumerable<int> nearest = Enumerable.Range(0, n).Where(j => j != i)
                .OrderBy(j => Distance(result.Points, i, j)).Take(5);
            same += nearest.Count(j => j % clusters == i % clusters);
        }

        Assert.InRange((double)same / (5 * n), 0.99, 1);
        Assert.Equal(0, result.Points.Where((_, i) => i % 2 == 0).Average(), 1e-9);
        Assert.Equal(0, result.Points.Where((_, i) => i % 2 == 1).Average(), 1e-9);
    }

    [Fact]
    public void PointsThatCoincide()
    {
        float[] points = new float[40 * 3];
        points[3] = 1;
        TSneOptions random = new() { Perplexity = 5, Iterations = 50, Start = TSneStart.Random };
        TSneResult result = TSne.Run(new(points, 40, 3), random);
        Assert.All(result.Points, value => Assert.True(double.IsFinite(value)));
        result = TSne.Run(new(new float[40], 40, 1), new() { Perplexity = 5, Iterations = 10 });
        Assert.True(double.IsFinite(result.Divergence));
    }

    [Fact]
    public void MisuseIsRefused()
    {
        float[] points = TestNumbers.Uniform(40, 3, 1), bad = [.. points];
        bad[7] = float.NaN;
        Says("points is [1, 40], expected at least [2, 1]", () => PrincipalComponents.Fit(new(points, 1, 40)));
        Says("components is 5; expected 1 to 4", () => PrincipalComponents.Fit(new(points, 10, 4), 5));
        Says("row 1 of points is not finite", () => PrincipalComponents.Fit(new(bad, 10, 4)));
        Says("points is [20, 2], expected 4 columns",
            () => PrincipalComponents.Fit(new(points, 10, 4)).Project(new(points, 20, 2)));
        Says("points is [2, 20], expected 4 to 20000 rows", () => TSne.Run(new(points, 2, 20)));
        Says("row 1 of points is not finite", () => TSne.Run(new(bad, 10, 4)));
        Says("TSneOptions.Perplexity is 9; expected 1 to less than 9",
            () => TSne.Run(new(points, 10, 4), new() { Perplexity = 9 }));
        Says("Iterations is 0", () => TSne.Run(new(points, 10, 4), new() { Perplexity = 3, Iterations = 0 }));
        Says("EarlyExaggeration is 0.5",
            () => TSne.Run(new(points, 10, 4), new() { Perplexity = 3, EarlyExaggeration = 0.5 }));
        Says("LearningRate is NaN",
            () => TSne.Run(new(points, 10, 4), new() { Perplexity = 3, LearningRate = double.NaN }));
        VectorCases.Says<ArithmeticException>("Use a lower learning rate",
            () => TSne.Run(new(points, 10, 4), new() { Perplexity = 3, LearningRate = 1e300 }));
        Assert.Throws<OperationCanceledException>(() => TSne.Run(new(points, 10, 4),
            new() { Perplexity = 3, Cancellation = new CancellationToken(canceled: true) }));
    }

    private static void Says(string text, Action action) =>
        Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    private static void Near(double[] expected, ReadOnlySpan<double> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }

    private static int IndexOfLargest(ReadOnlySpan<double> values)
    {
        int largest = 0;
        for (int i = 1; i < values.Length; i++)
            largest = Math.Abs(values[i]) > Math.Abs(values[largest]) ? i : largest;
        return largest;
    }

    private static double Distance(double[] points, int i, int j) =>
        Math.Pow(points[2 * i] - points[2 * j], 2) + Math.Pow(points[(2 * i) + 1] - points[(2 * j) + 1], 2);

    private sealed class Listener(List<TSneProgress> reports) : IProgress<TSneProgress>
    {
        public void Report(TSneProgress value) => reports.Add(value);
    }
}
