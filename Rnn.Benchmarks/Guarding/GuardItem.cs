using System;
using Rnn.Benchmarks.Models;

namespace Rnn.Benchmarks.Guarding;

/// <summary>A hot piece of code, timed in this process's own processor time: other programs count little.</summary>
internal abstract class GuardItem(string name, double flops, double bytes)
{
    private const double ShortestSample = 0.02;

    private int _repeats = 1;

    /// <summary>Its name in the file of limits.</summary>
    public string Name => name;

    /// <summary>Runs it until the JIT is done with it, and finds how often a sample has to repeat it.</summary>
    public void WarmUp(double seconds)
    {
        double total = 0;
        for (int i = 0; i < 2 || total < seconds; i++)
            total += Seconds();

        _repeats = (int)Math.Ceiling(ShortestSample / Seconds());
    }

    /// <summary>Operations, or bytes of weights read, per second.</summary>
    /// <param name="of">In terms of which bound.</param>
    public double Rate(GuardBound of)
    {
        double amount = of == GuardBound.Compute ? flops : bytes;
        if (amount == 0)
            throw new InvalidOperationException($"{name} can't be compared with the bound {of}; choose another.");

        double seconds = 0;
        for (int i = 0; i < _repeats; i++)
            seconds += Seconds();

        return amount * _repeats / seconds;
    }

    /// <summary>The time of one.</summary>
    protected abstract double Seconds();

    /// <summary>Processor time used so far.</summary>
    protected static double Now() => Environment.CpuUsage.TotalTime.TotalSeconds;
}

/// <summary>A workload as it is; a short one several times, since the clock costs a microsecond.</summary>
internal sealed class WorkGuard(string name, double flops, double bytes, IWorkload workload)
    : GuardItem(name, flops, bytes)
{
    private readonly int _inner = Timing.StepsPerSample(workload);

    protected override double Seconds()
    {
        double start = Now();
        for (int i = 0; i < _inner; i++)
            workload.Step();

        return (Now() - start) / _inner;
    }
}
