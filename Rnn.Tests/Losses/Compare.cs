using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace Rnn.Tests.Losses;

internal static class Compare
{
    /// <summary>[N, F]: every number of rows and of columns to 70, and both at once around chunks.</summary>
    public static IEnumerable<(int N, int F)> Shapes =>
        Enumerable.Range(1, 70).SelectMany(n => new[] { (n, 1), (1, n), (3, n) }).Append((5, 300));

    /// <summary>Element i is amplitude * sin(2i + 1).</summary>
    public static float[] Numbers(int length, double amplitude)
    {
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++)
            numbers[i] = (float)(amplitude * Math.Sin((2 * i) + 1));

        return numbers;
    }

    /// <summary>The float gradient against central differences of the double loss.</summary>
    public static void Gradient(Func<double[], double> loss, float[] at, float[] gradient)
    {
        const double Step = 1e-5;
        double[] x = Array.ConvertAll(at, v => (double)v);
        double[] numeric = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            double middle = x[i];
            x[i] = middle + Step;
            double above = loss(x);
            x[i] = middle - Step;
            numeric[i] = (above - loss(x)) / (2 * Step);
            x[i] = middle;
        }

        Near(numeric, gradient);
    }

    public static void Near(IReadOnlyList<double> expected, IEnumerable<float> actual) =>
        Near(expected, actual.Select(v => (double)v).ToArray());

    /// <summary>|a - n| is at most 1e-5 + 1e-5*|n|.</summary>
    public static void Near(IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.True(Math.Abs(actual[i] - expected[i]) <= 1e-5 + (1e-5 * Math.Abs(expected[i])),
                $"element {i} is {actual[i]}, expected {expected[i]}");
        }
    }
}
