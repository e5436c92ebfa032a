using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Threads;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Kernels;

/// <summary>The tasks of a product block by block of k.</summary>
[Collection("Alone")]
public unsafe class BlockOrderTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 3, 1)]
    [InlineData(7, 1, 5)]
    [InlineData(30, 8, 4)]
    public void OneThreadTakesEveryTaskInOrderWithoutWaiting(int blocks, int packings, int parts)
    {
        int[] state = new int[BlockOrder.StateLength(parts)];
        state.AsSpan().Fill(-1);   // what was there before means nothing
        fixed (int* p = state)
        {
            BlockOrder order = new(p, blocks, packings, parts);
            List<BlockTask> taken = [];
            while (order.Take(out BlockTask task))
            {
                taken.Add(task);
                order.Finish(task);
            }

            Assert.Equal(
                from block in Enumerable.Range(0, blocks)
                from number in Enumerable.Range(0, packings + parts)
                select new BlockTask(block, number < packings, number < packings ? number : number - packings),
                taken);
        }
    }

    /// <summary>However long each of them takes, no task begins before what it needs is done.</summary>
    [Theory]
    [InlineData(2, 40, 8, 4)]
    [InlineData(2, 41, 1, 1)]
    [InlineData(3, 60, 2, 5)]
    [InlineData(4, 60, 3, 2)]
    public void NothingBeginsTooEarly(int threads, int blocks, int packings, int parts)
    {
        int[] state = new int[BlockOrder.StateLength(parts)];
        int[,] packed = new int[blocks, packings], multiplied = new int[blocks, parts];   // how often each was done
        int early = 0;
        fixed (int* p = state)
        {
            BlockOrder order = new(p, blocks, packings, parts);
            Allocations.WithThreads(threads, () => Workers.For(threads, thread =>
            {
                Random delays = new(thread);
                while (order.Take(out BlockTask task))
                {
                    int k = task.Block;
                    bool canBegin = task.IsPacking
                        ? k < 2
                            || Enumerable.Range(0, parts).All(part => Volatile.Read(ref multiplied[k - 2, part]) == 1)
                        : Enumerable.Range(0, packings).All(one => Volatile.Read(ref packed[k, one]) == 1)
                            && (k == 0 || Volatile.Read(ref multiplied[k - 1, task.Number]) == 1);
                    if (!canBegin)
                        Interlocked.Increment(ref early);

                    Thread.SpinWait(delays.Next(delays.Next(20) == 0 ? 20_000 : 200));
                    if (task.IsPacking)
                        Interlocked.Increment(ref packed[k, task.Number]);
                    else
                        Interlocked.Increment(ref multiplied[k, task.Number]);

                    order.Finish(task);
                }
            }));
        }

        Assert.Equal(0, early);
        Assert.All(packed.Cast<int>(), times => Assert.Equal(1, times));
        Assert.All(multiplied.Cast<int>(), times => Assert.Equal(1, times));
    }

    /// <summary>Where a task cannot be done nobody waits for it for ever.</summary>
    [Fact]
    public void AfterAFailureNobodyWaits()
    {
        int[] state = new int[BlockOrder.StateLength(2)];
        int done = 0;
        fixed (int* p = state)
        {
            BlockOrder order = new(p, blocks: 50, packings: 2, parts: 2);
            Allocations.WithThreads(3, () => Workers.For(3, _ =>
            {
                while (order.Take(out BlockTask task))
                {
                    if (task is { Block: 20, IsPacking: true, Number: 1 })
                    {
                        order.Fail();
                        return;
                    }

                    Interlocked.Increment(ref done);
                    order.Finish(task);
                }
            }));
        }

        // All before it, at most those of its block that do not need it, and none of the next.
        Assert.InRange(done, 20 * 4, (20 * 4) + 1);
    }
}
