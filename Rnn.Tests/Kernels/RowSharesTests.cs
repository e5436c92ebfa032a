using System;
using System.Linq;
using System.Threading;
using Rnn.Core.Kernels.Recurrent;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Kernels;

/// <summary>Rows that threads leave to one another.</summary>
[Collection("Alone")]
public unsafe class RowSharesTests
{
    private static readonly int[] s_threadOf = new int[SlowCell.Steps * SlowCell.Rows];   // 0 before
    private static int s_lastStep;
    private static bool s_stallsFirstRow;

    /// <summary>However uneven the threads, every row goes through every step once, one after another.</summary>
    [Theory]
    [InlineData(1, 1, 10, 5)]
    [InlineData(2, 2, 128, 30)]
    [InlineData(2, 5, 100, 12)]
    [InlineData(3, 3, 50, 40)]
    [InlineData(4, 4, 17, 25)]    // too few to be divided
    [InlineData(4, 7, 200, 1)]
    [InlineData(3, 300, 900, 3)]  // more shares than slots
    public void EveryRowTakesEveryStepInOrder(int threads, int shares, int rows, int steps)
    {
        int[] done = new int[rows];
        int wrong = 0;
        RowShares.Slot[] memory = GC.AllocateArray<RowShares.Slot>(Math.Min(shares, RowShares.MostSlots), pinned: true);
        fixed (RowShares.Slot* slots = memory)
        {
            RowShares state = new(slots, shares, steps);
            RowShares* all = &state;
            Allocations.WithThreads(threads, () => Workers.For(shares, share =>
            {
                Random delays = new(share);
                int row = rows * share / shares;
                RowRange range = new(row, (rows * (share + 1) / shares) - row, 0);
                all->Begin();
                do
                {
                    for (int step = range.Step, count = range.Rows; step < steps; step++)
                    {
                        count = all->Keep(new RowRange(range.Row, count, step));
                        for (int i = range.Row; i < range.Row + count; i++)
                        {
                            if (Interlocked.Increment(ref done[i]) != step + 1)
                                Interlocked.Increment(ref wrong);
                        }

                        Thread.SpinWait(share == 0 ? 5_000 : delays.Next(200));
                    }
                }
                while (all->Next(share, out range));
            }));
        }

        Assert.Equal(0, wrong);
        Assert.All(done, times => Assert.Equal(steps, times));
    }

    /// <summary>A share that could not be done ends the wait of the others.</summary>
    [Fact]
    public void AFailureIsNotWaitedFor()
    {
        RowShares.Slot[] memory = GC.AllocateArray<RowShares.Slot>(2, pinned: true);
        fixed (RowShares.Slot* slots = memory)
        {
            RowShares state = new(slots, 2, 1);
            RowShares* all = &state;
            InvalidOperationException failure = new("no rows");
            Exception? thrown = Record.Exception(() => Allocations.WithThreads(2, () => Workers.For(2, share =>
            {
                all->Begin();
                if (share == 0)
                {
                    Thread.Sleep(20);   // until the other waits
                    all->Fail();
                    throw failure;
                }

                Assert.False(all->Next(share, out _));
            })));
            Assert.Same(failure, thrown);
        }
    }

    /// <summary>In a layer: while one thread is held up at its first steps the other comes to help, forwards and
    /// backwards, and the numbers are those of one thread.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhoIsFirstTakesOverRowsOfTheOther(bool backward)
    {
        float[] alone = Values(backward, threads: 1), together = Values(backward, threads: 2);
        Bits.AssertEqual(alone, together);
        int[] last = s_threadOf.AsSpan(s_lastStep * SlowCell.Rows, SlowCell.Rows / 2).ToArray();
        Assert.Equal(2, last.Distinct().Count());   // of the rows of the first thread some were done by the second
    }

    private static float[] Values(bool backward, int threads)
    {
        const int b = SlowCell.Rows, h = SlowCell.Units, steps = SlowCell.Steps;
        float[] hidden = Pinned((steps + 1) * b * h), gates = Pinned(steps * b * h), dHidden = Pinned(b * h);
        for (int i = 0; i < b * h; i++)
            (hidden[i], dHidden[i]) = (i, i);

        fixed (float* pHidden = hidden, pGates = gates, pdHidden = dHidden)
        {
            RecurrentBuffers x = new()
            {
                B = b,
                H = h,
                GateStride = h,
                GateStep = b * h,
                Gates = pGates,
                Hidden = pHidden,
                DHidden = pdHidden,
            };
            s_stallsFirstRow = threads > 1;
            s_lastStep = backward ? 0 : steps - 1;
            Array.Clear(s_threadOf);
            Allocations.WithThreads(threads, () => RecurrentLoop.Run<SlowCell>(x, 0, steps, backward));
        }

        return [.. hidden, .. dHidden];
    }

    private static float[] Pinned(int length) => GC.AllocateArray<float>(length, pinned: true);

    /// <summary>h + 1 at each step, and dh/2 + t on the way back. The first row stays at its first step until the other
    /// thread's rows are done, and then takes its time until that one has rows of the first half.</summary>
    private struct SlowCell : IRecurrentCell
    {
        public const int Rows = 64, Units = 32, Steps = 500;

        public static void Multiply(in RecurrentBuffers x, int rows, float* h, float* gates)
        {
        }

        public static void MultiplyBack(in RecurrentBuffers x, int rows, float* dGates, float* dh)
        {
        }

        public static void Forward<TSimd>(in RecurrentBuffers x, float* gates, float* h, float* c, float* hNext,
            float* cNext)
            where TSimd : struct, ISimd<TSimd>
        {
            Note(x, h);
            for (int j = 0; j < x.H; j++)
                hNext[j] = h[j] + 1;
        }

        public static void Backward<TSimd>(in RecurrentBuffers x, float* gates, float* h, float* c, float* hNext,
            float* cNext, float* dOut, float* dh, float* dc)
            where TSimd : struct, ISimd<TSimd>
        {
            int t = Note(x, h) / Rows;
            for (int j = 0; j < x.H; j++)
                dh[j] = (dh[j] * 0.5f) + t;
        }

        // Where in [T, B] the row is.
        private static int Note(in RecurrentBuffers x, float* h)
        {
            int at = (int)((h - x.Hidden) / x.H), thread = Environment.CurrentManagedThreadId;
            Volatile.Write(ref s_threadOf[at], thread);
            if (!s_stallsFirstRow || at % Rows != 0)
                return at;

            int last = s_lastStep * Rows, other = last + (Rows / 2);
            SpinWait.SpinUntil(() => Volatile.Read(ref s_threadOf[last + Rows - 1]) != 0, TimeSpan.FromSeconds(30));
            if (!s_threadOf.AsSpan(last, Rows / 2).Contains(s_threadOf[other]))
                Thread.Sleep(1);

            return at;
        }
    }
}
