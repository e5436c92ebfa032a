using System;
using System.Linq;
using System.Threading;
using Rnn.Core.Kernels.Products;
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
    private const int Rows = 64, Units = 24, Steps = 120, GateColumns = 4 * Units, Words = 9;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly int[] s_threadOf = new int[Steps * Rows];   // 0 before
    private static int s_firstStep, s_lastStep;
    private static bool s_stalls;

    /// <summary>However uneven the threads, every row goes through every step once, one after another.</summary>
    [Theory]
    [InlineData(1, 1, 10, 5)]
    [InlineData(2, 2, 128, 30)]
    [InlineData(2, 5, 100, 12)]
    [InlineData(3, 3, 50, 40)]
    [InlineData(4, 4, 17, 25)]      // too few to be divided
    [InlineData(4, 7, 200, 1)]
    [InlineData(3, 300, 4800, 3)]   // more shares than slots
    public void EveryRowTakesEveryStepInOrder(int threads, int shares, int rows, int steps)
    {
        int[] done = new int[rows];
        int wrong = 0;
        RowShares.Slot[] memory = new RowShares.Slot[shares];
        memory.AsSpan().Fill(new RowShares.Slot { State = 77 });
        fixed (RowShares.Slot* slots = memory)
        {
            RowShares state = new(slots, shares, rows, steps);
            RowShares* all = &state;
            Allocations.WithThreads(threads, () => Workers.For(shares, share =>
            {
                Random delays = new(share);
                RowRange range = all->Begin(share);
                do
                {
                    for (; range.Step < steps; range.Step++)
                    {
                        all->Divide(ref range);
                        for (int i = range.Row; i < range.Row + range.Rows; i++)
                        {
                            if (Interlocked.Increment(ref done[i]) != range.Step + 1)
                                Interlocked.Increment(ref wrong);
                        }

                        Thread.SpinWait(share == 0 ? 5_000 : delays.Next(200));
                    }
                }
                while (all->Next(share, ref range));
            }));
        }

        Assert.Equal(0, wrong);
        Assert.All(done, times => Assert.Equal(steps, times));
        Assert.All(memory.Skip(RowShares.MostSlots), slot => Assert.Equal(77, slot.State));
    }

    /// <summary>A share that could not be done ends the wait of the others.</summary>
    [Fact]
    public void AFailureIsNotWaitedFor()
    {
        RowShares.Slot[] memory = new RowShares.Slot[2];
        fixed (RowShares.Slot* slots = memory)
        {
            RowShares state = new(slots, 2, Rows, Steps);
            RowShares* all = &state;
            InvalidOperationException failure = new("no rows");
            Exception? thrown = Record.Exception(() => Allocations.WithThreads(2, () => Workers.For(2, share =>
            {
                RowRange range = all->Begin(share);
                if (share == 0)
                {
                    Thread.Sleep(20);   // until the other waits
                    all->Fail();
                    throw failure;
                }

                Assert.False(all->Next(share, ref range));
            })));
            Assert.Same(failure, thrown);
        }
    }

    /// <summary>In a layer: while one thread is held up the other comes to help, and the numbers are those of one
    /// thread.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]    // steps overwrite one another's gates and cells
    public void WhoIsFirstTakesOverRowsOfTheOther(bool records)
    {
        float[] alone = LstmNumbers(records, threads: 1), together = LstmNumbers(records, threads: 2);
        Bits.AssertEqual(alone, together);
    }

    // Forwards, and backwards where the steps were recorded.
    private static float[] LstmNumbers(bool records, int threads)
    {
        const int states = Rows * Units;
        float[] gates = new float[(records ? Steps : 1) * Rows * GateColumns], bias = GemmTests.Values(GateColumns, 1);
        float[] hidden = GemmTests.Values((Steps + 1) * states, 2);
        float[] cell = GemmTests.Values((records ? Steps + 1 : 1) * states, 3);
        float[] table = GemmTests.Values(Words * GateColumns, 4), weights = GemmTests.Values(Units * GateColumns, 5);
        float[] dOutput = GemmTests.Values(Steps * states, 6), kept = new float[Steps * states];
        float[] dHidden = GemmTests.Values(states, 7), dCell = GemmTests.Values(states, 8);
        Random random = new(9);
        int[] indices = new int[Steps * Rows];
        int[] lengths = new int[Rows];
        for (int i = 0; i < indices.Length; i++)
            indices[i] = random.Next(Words);

        for (int row = 0; row < Rows; row++)
            lengths[row] = row % 5 == 3 ? random.Next(Steps) : Steps;

        PackedMatrix forwards = new(Units, GateColumns), back = new(GateColumns, Units);
        forwards.Pack(weights, GateColumns);
        back.PackTransposed(weights, GateColumns);
        fixed (float* pGates = gates, pBias = bias, pHidden = hidden, pCell = cell, pTable = table)
        fixed (float* pdOutput = dOutput, pKept = kept, pdHidden = dHidden, pdCell = dCell)
        fixed (int* pIndices = indices, pLengths = lengths)
        {
            RecurrentBuffers x = new()
            {
                B = Rows,
                H = Units,
                GateStride = GateColumns,
                GateStep = records ? Rows * GateColumns : 0,
                CellStep = records ? states : 0,
                Gates = pGates,
                Bias = pBias,
                Hidden = pHidden,
                Cell = pCell,
                InputGates = GateColumns,
                Indices = pIndices,
                Table = pTable,
                Lengths = pLengths,
                Weights = forwards.Panels,
            };
            Run(x, backward: false, threads);
            if (records)
            {
                x.Weights = back.Panels;
                x.DOutput = pdOutput;
                x.KeptDHidden = pKept;
                x.DHidden = pdHidden;
                x.DCell = pdCell;
                Run(x, backward: true, threads);
            }
        }

        GC.KeepAlive(forwards);
        GC.KeepAlive(back);
        return [.. hidden, .. cell, .. gates, .. kept, .. dHidden, .. dCell];
    }

    private static void Run(RecurrentBuffers x, bool backward, int threads)
    {
        s_stalls = threads > 1;
        (s_firstStep, s_lastStep) = backward ? (Steps - 1, 0) : (0, Steps - 1);
        Array.Clear(s_threadOf);
        Allocations.WithThreads(threads, () => RecurrentLoop.Run<StalledLstm>(x, 0, Steps, backward));
        if (threads > 1)
        {
            int[] last = s_threadOf.AsSpan(s_lastStep * Rows, Rows / 2).ToArray();   // 0 where a row is shorter
            Assert.Equal(2, last.Where(thread => thread != 0).Distinct().Count());
        }
    }

    /// <summary>An LSTM whose first row stays at its first step until the other thread's rows are done, and then takes
    /// its time until that one has rows of the first half. The other thread begins when the first row has.</summary>
    private readonly struct StalledLstm : IRecurrentCell
    {
        public static void Multiply(in RecurrentBuffers x, int rows, float* h, float* gates) =>
            LstmCell.Multiply(x, rows, h, gates);

        public static void MultiplyBack(in RecurrentBuffers x, int rows, float* dGates, float* dh) =>
            LstmCell.MultiplyBack(x, rows, dGates, dh);

        public static void Forward<TSimd>(in RecurrentBuffers x, float* gates, float* h, float* c, float* hNext,
            float* cNext)
            where TSimd : struct, ISimd<TSimd>
        {
            Stall((int)((h - x.Hidden) / x.H));
            LstmCell.Forward<TSimd>(x, gates, h, c, hNext, cNext);
        }

        public static void Backward<TSimd>(in RecurrentBuffers x, float* gates, float* h, float* c, float* hNext,
            float* cNext, float* dOut, float* dh, float* dc)
            where TSimd : struct, ISimd<TSimd>
        {
            Stall((int)((h - x.Hidden) / x.H));
            LstmCell.Backward<TSimd>(x, gates, h, c, hNext, cNext, dOut, dh, dc);
        }

        // At place [t, row].
        private static void Stall(int at)
        {
            Volatile.Write(ref s_threadOf[at], Environment.CurrentManagedThreadId);
            int row = at % Rows, last = s_lastStep * Rows, first = s_firstStep * Rows, other = Rows / 2;
            if (!s_stalls || row % other != 0)
                return;

            if (row == other)
            {
                if (at - row == first)
                    WaitFor(first);
            }
            else
            {
                WaitFor(last + other);   // its length is that of all steps
                if (!s_threadOf.AsSpan(last, other).Contains(s_threadOf[first + other]))
                    Thread.Sleep(1);
            }
        }

        private static void WaitFor(int place) =>
            s_stalls &= SpinWait.SpinUntil(() => Volatile.Read(ref s_threadOf[place]) != 0, s_patience);
    }
}
