using System;
using Rnn.Core.Kernels.Threads;

namespace Rnn.Tests.Infrastructure;

/// <summary>For tests in the collection "Alone".</summary>
internal static class Allocations
{
    /// <summary>
    /// Bytes that all threads allocate in 100 runs after warm-up. The least of up to five attempts: the test runner's
    /// own threads allocate now and then, what a step allocates it allocates always.
    /// </summary>
    public static long Of100(Action step)
    {
        for (int i = 0; i < 30; i++)
            step();

        long least = long.MaxValue;
        for (int attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(true);
            for (int i = 0; i < 100; i++)
                step();

            least = Math.Min(least, GC.GetTotalAllocatedBytes(true) - before);
        }

        return least;
    }

    /// <summary>Runs with so many threads, then sets the number back.</summary>
    public static void WithThreads(int count, Action action)
    {
        int before = Workers.Count;
        Workers.Count = count;
        try
        {
            action();
        }
        finally
        {
            Workers.Count = before;
        }
    }
}
