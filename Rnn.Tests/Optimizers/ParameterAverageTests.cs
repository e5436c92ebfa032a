using System;
using System.Linq;
using Rnn.Core.Kernels.Updates;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Optimizers;

[Collection("Alone")]   // it changes the number of threads
public class ParameterAverageTests
{
    private const int Many = 70_001;   // several chunks, and a rest

    [Theory]
    [InlineData(1)]
    [InlineData(0.75)]
    [InlineData(0)]
    public void IsTheMeanByHand(double decay)
    {
        ParameterLayout layout = Layout(37, 5);
        ParameterAverage average = new(layout, decay);
        double[] dense = new double[new ParameterBuffer(layout).Dense.Length], rows = new double[new ParameterBuffer(layout).ByRow.Length];
        double weights = 0;
        for (ulong n = 1; n <= 40; n++)
        {
            ParameterBuffer p = TestNumbers.Parameters(layout, n);
            average.Add(p);
            weights = (decay * weights) + 1;
            for (int i = 0; i < dense.Length; i++)
                dense[i] += (p.Dense[i] - dense[i]) / weights;

            for (int i = 0; i < rows.Length; i++)
                rows[i] += (p.ByRow[i] - rows[i]) / weights;

            if (n == 1)
                Assert.Equal(p.Dense.ToArray(), average.Values.Dense.ToArray());

            for (int i = 0; i < dense.Length; i++)
                Assert.Equal(dense[i], average.Values.Dense[i], 1e-6);

            for (int i = 0; i < rows.Length; i++)
                Assert.Equal(rows[i], average.Values.ByRow[i], 1e-6);
        }

        Assert.Equal(40, average.Count);
    }

    [Fact]
    public void OfParametersThatRestWhatIsLeftFadesToZero()
    {
        float[] x = TestNumbers.Uniform(37, 1, 1), average = new float[37], rest = new float[37];
        bool lacked = false;
        for (int step = 0; step < 1000; step++)
        {
            AverageKernel.Add(x, rate: 0.3f, average, rest);
            lacked |= rest.Any(r => r != 0);
            Assert.DoesNotContain(rest, float.IsSubnormal);
        }

        Assert.True(lacked);
        Assert.All(rest, r => Assert.Equal(0, r));
        Assert.Equal(x, average);
    }

    /// <summary>A mean of many steps of which none alone moves a float: in one float it would stay 1.</summary>
    [Fact]
    public void AMeanOfManyStepsIsExact()
    {
        const int steps = 400_000;
        ParameterLayout layout = Layout(1, 1);
        ParameterBuffer p = new(layout);
        ParameterAverage average = new(layout);
        double sum = 0;
        for (int n = 0; n < steps; n++)
        {
            float value = 1 + ((float)n / steps / 128);
            p.BeginWrite().Dense[0] = value;
            sum += value;
            average.Add(p);
        }

        Assert.Equal(sum / steps, average.Values.Dense[0], 1.2e-7);
        Assert.Equal(sum / steps, (double)average.Values.Dense[0] + average.Rest.Dense[0], 1e-10);
    }

    [Fact]
    public void TheBitsDontDependOnThreadsAndNothingIsAllocated()
    {
        ParameterLayout layout = Layout(Many, 3);
        ParameterBuffer[] steps = [.. Enumerable.Range(1, 4).Select(n => TestNumbers.Parameters(layout, (ulong)n))];
        (float[] Values, float[] Low)[] results = [.. ((int[])[1, 2, 4]).Select(threads =>
        {
            ParameterAverage average = new(layout, 0.9);
            Allocations.WithThreads(threads, () => Array.ForEach(steps, average.Add));
            return (average.Values.Dense.ToArray(), average.Rest.Dense.ToArray());
        })];
        Assert.Contains(results[0].Low, value => value != 0);
        Assert.All(results, result => Assert.Equal(results[0].Values, result.Values));
        Assert.All(results, result => Assert.Equal(results[0].Low, result.Low));
        ParameterAverage one = new(layout);
        Assert.Equal(0, Allocations.Of100(() => one.Add(steps[0])));
        Assert.Equal(steps[0].Dense.ToArray(), one.Values.Dense.ToArray());   // of equals, themselves
    }

    /// <summary>Every length, misaligned, with numbers around it that stay.</summary>
    [Fact]
    public void TheKernelAtEveryLength()
    {
        for (int n = 0; n <= 130; n++)
        {
            float[] x = TestNumbers.Uniform(n + 2, 1, 2), average = TestNumbers.Uniform(n + 2, 1, 3);
            float[] rest = [.. TestNumbers.Uniform(n + 2, 1, 4).Select(value => value * 1e-8f)];
            double[] expected = [.. x.Select((value, i) => (double)average[i] + rest[i]
                + (0.3f * (value - ((double)average[i] + rest[i]))))];
            (float, float, float, float) around = (average[0], rest[0], average[^1], rest[^1]);
            AverageKernel.Add(x.AsSpan(1, n), 0.3f, average.AsSpan(1, n), rest.AsSpan(1, n));
            Assert.Equal(around, (average[0], rest[0], average[^1], rest[^1]));
            for (int i = 1; i <= n; i++)
            {
                Assert.Equal(expected[i], (double)average[i] + rest[i], 5e-8);   // x - average is a float
                Assert.Equal(average[i], (float)((double)average[i] + rest[i]));   // the float nearest to both
            }
        }
    }

    [Fact]
    public void GoesOnFromACopy()
    {
        ParameterLayout layout = Layout(37, 5);
        ParameterAverage whole = new(layout, 0.9), copy = new(layout, 0.9);
        for (ulong n = 1; n <= 9; n++)
        {
            whole.Add(TestNumbers.Parameters(layout, n));
            if (n == 5)
            {
                copy.Count = whole.Count;
                copy.Values.CopyFrom(whole.Values);
                copy.Rest.CopyFrom(whole.Rest);
            }
            else if (n > 5)
            {
                copy.Add(TestNumbers.Parameters(layout, n));
            }
        }

        Assert.Equal(whole.Values.Dense.ToArray(), copy.Values.Dense.ToArray());
        Assert.Equal(whole.Rest.ByRow.ToArray(), copy.Rest.ByRow.ToArray());
    }

    /// <summary>What the first lacks is nothing, whatever was there before.</summary>
    [Fact]
    public void BeginsAnewAtACountOfZero()
    {
        ParameterLayout layout = Layout(37, 5);
        ParameterAverage used = new(layout), fresh = new(layout);
        for (ulong n = 1; n <= 7; n++)
            used.Add(TestNumbers.Parameters(layout, n));

        Assert.Contains(used.Rest.Dense.ToArray(), rest => rest != 0);
        used.Count = 0;
        foreach (ParameterAverage average in (ParameterAverage[])[used, fresh])
        {
            average.Add(TestNumbers.Parameters(layout, 8));
            average.Add(TestNumbers.Parameters(layout, 9));
        }

        Bits.Same(fresh.Values.Dense, used.Values.Dense, "values");
        Bits.Same(fresh.Rest.Dense, used.Rest.Dense, "rest");
        Bits.Same(fresh.Rest.ByRow, used.Rest.ByRow, "rest by row");
    }

    [Fact]
    public void WrongArguments()
    {
        ParameterLayout layout = Layout(3, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterAverage(layout, 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterAverage(layout, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterAverage(layout) { Count = -1 });
        Assert.Throws<ArgumentException>(() => new ParameterAverage(layout).Add(new ParameterBuffer(Layout(3, 2))));
    }

    private static ParameterLayout Layout(int dense, int rows)
    {
        ParameterLayout layout = new();
        layout.Add("dense", 1, dense, SlotOrientation.Vector);
        layout.Add("table", rows, 7, SlotOrientation.AsStored, SlotStorage.ByRow);
        return layout;
    }
}
