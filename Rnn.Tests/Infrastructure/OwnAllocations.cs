using System;

namespace Rnn.Tests.Infrastructure;

/// <summary>What the test's own thread allocates, whatever others do beside it.</summary>
internal static class OwnAllocations
{
    /// <summary>Bytes of a run after a first one; the least of up to five attempts, since the runtime now and then makes something
    /// on the thread that comes by.</summary>
    public static long Of(Action run)
    {
        run();
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
