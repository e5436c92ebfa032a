using System;
using System.Threading;
using System.Threading.Tasks;
using Rnn.Core.Kernels.Threads;
using Xunit;

namespace Rnn.Tests.Kernels;

[Collection("Alone")]
public class WorkersTests
{
    [Fact]
    public void EveryChunkIsDoneOnce()
    {
        int[] done = new int[1000];
        for (int round = 0; round < 200; round++)
        {
            Array.Clear(done);
            Workers.For(done.Length, i => Interlocked.Increment(ref done[i]));
            Assert.All(done, d => Assert.Equal(1, d));
        }
    }

    [Fact]
    public void CallsFromWithinAndFromManyThreadsFinish()
    {
        int total = 0;
        Parallel.For(0, 8, _ => Workers.For(10, _ => Workers.For(10, _ => Interlocked.Increment(ref total))));
        Assert.Equal(800, total);
    }

    [Fact]
    public void AnExceptionReachesTheCallerAndTheWorkersGoOn()
    {
        for (int round = 0; round < 20; round++)
        {
            InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => Workers.For(100, i =>
            {
                if (i == 31)
                    throw new InvalidOperationException("chunk 31");
            }));
            Assert.Equal("chunk 31", e.Message);
        }

        int total = 0;
        Workers.For(50, _ => Interlocked.Increment(ref total));
        Assert.Equal(50, total);
    }

    [Fact]
    public void CountOutsideItsRangeIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Workers.Count = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => Workers.Count = 257);
    }

    [Fact]
    public void ASecondThreadReallyWorksAndWakesAfterParking()
    {
        int before = Workers.Count;
        try
        {
            Workers.Count = 2;
            for (int round = 0; round < 3; round++)
            {
                // Both chunks wait for each other: they end only if two threads are in them at once.
                using Barrier both = new(2);
                bool together = true;
                Workers.For(2, _ => together &= both.SignalAndWait(TimeSpan.FromSeconds(30)));
                Assert.True(together);
                Thread.Sleep(20);   // longer than workers spin: the next round has to wake them
            }
        }
        finally
        {
            Workers.Count = before;
        }
    }

    [Fact]
    public void EachThreadBeginsWithTheSameShareOfEveryJobAndHelpsTheOthers()
    {
        int before = Workers.Count;
        try
        {
            Workers.Count = 2;
            int caller = Environment.CurrentManagedThreadId;
            int[] threads = new int[8];
            for (int round = 0; round < 50; round++)
            {
                // Chunks 0 and 4 begin the two shares, and wait for each other; the worker stays in the other one until
                // the caller has done all the rest.
                using Barrier both = new(2);
                using CountdownEvent rest = new(3);
                bool together = true;
                Workers.For(threads.Length, chunk =>
                {
                    threads[chunk] = Environment.CurrentManagedThreadId;
                    if (chunk is 0 or 4)
                        together &= both.SignalAndWait(TimeSpan.FromSeconds(30));

                    if (chunk == 4)
                        together &= rest.Wait(TimeSpan.FromSeconds(30));
                    else if (chunk > 4)
                        rest.Signal();
                });
                Assert.True(together);
                Assert.All(threads[..4], thread => Assert.Equal(caller, thread));
                Assert.NotEqual(caller, threads[4]);
                Assert.All(threads[5..], thread => Assert.Equal(caller, thread));
            }
        }
        finally
        {
            Workers.Count = before;
        }
    }
}
