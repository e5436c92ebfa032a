using System;
using System.Threading;
using System.Threading.Tasks;
using Rnn.Core.Kernels;
using Xunit;

namespace Rnn.Tests.Kernels;

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
                {
                    throw new InvalidOperationException("chunk 31");
                }
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
    public void WakesAfterParking()
    {
        int total = 0;
        for (int round = 0; round < 5; round++)
        {
            Thread.Sleep(5);   // longer than the workers spin
            Workers.For(20, _ => Interlocked.Increment(ref total));
        }

        Assert.Equal(100, total);
    }
}
