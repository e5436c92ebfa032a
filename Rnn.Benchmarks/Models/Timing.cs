using System;
using System.Collections.Generic;
using System.Diagnostics;

namespace Rnn.Benchmarks.Models;

/// <summary>How long a step takes.</summary>
/// <param name="Seconds">The median of the samples, per step.</param>
/// <param name="Samples">How many samples.</param>
/// <param name="Steps">Steps measured; a sample of a short work is several steps.</param>
public readonly record struct Timing(double Seconds, int Samples, long Steps)
{
    private const double ShortestSample = 1e-3;   // the clock and the loop count nothing then

    /// <summary>Warms up, then measures.</summary>
    /// <param name="workload">What to do.</param>
    /// <param name="warmUp">Seconds; at least two steps whatever they take.</param>
    /// <param name="seconds">Seconds of measuring; at least three samples.</param>
    public static Timing Measure(IWorkload workload, double warmUp, double seconds)
    {
        ArgumentNullException.ThrowIfNull(workload);
        long start = Stopwatch.GetTimestamp();
        long warm = 0;
        while (warm < 2 || Stopwatch.GetElapsedTime(start).TotalSeconds < warmUp)
        {
            workload.Step();
            warm++;
        }

        int inner = StepsPerSample(workload);
        List<double> samples = [];
        start = Stopwatch.GetTimestamp();
        while (samples.Count < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
            samples.Add(Sample(workload, inner));

        return new Timing(Median(samples), samples.Count, (long)samples.Count * inner);
    }

    /// <summary>How many steps last long enough to be timed together.</summary>
    public static int StepsPerSample(IWorkload workload) =>
        (int)Math.Clamp(Math.Ceiling(ShortestSample / Sample(workload, 1)), 1, 10_000);

    /// <summary>Seconds per step, over so many.</summary>
    public static double Sample(IWorkload workload, int steps)
    {
        ArgumentNullException.ThrowIfNull(workload);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < steps; i++)
            workload.Step();

        return Stopwatch.GetElapsedTime(start).TotalSeconds / steps;
    }

    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    public static double Median(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        double[] sorted = [.. values];
        Array.Sort(sorted);
        int half = sorted.Length / 2;
        return sorted.Length == 0 ? double.NaN
            : sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
