using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.WordVectors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Kernels;

[Collection("Alone")]
public class WindowTrainerThreadTests
{
    private const int D = 130, V = 1100;   // batches of 16 windows

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private static readonly int[] s_text = WindowPieceTests.Text(V, 2048 + 900, 30);
    private static readonly float[] s_rates = [0.05f, 0.03f];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BitsDontDependOnTheNumberOfThreads(bool average)
    {
        foreach (int shards in new[] { 1, 2, 3, 4, 9 })
        {
            (float[] Tables, double Loss)? first = null;
            foreach (int threads in new[] { 1, 2, 4, 7 })
            {
                (float[] Tables, double Loss) result = default;
                Allocations.WithThreads(threads, () => result = Trained(average, shards));
                first ??= result;
                Assert.Equal(first.Value.Loss, result.Loss);
                Bits.AssertEqual(first.Value.Tables, result.Tables);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void InOrderTooBitsDontDependOnTheNumberOfThreads(bool average)
    {
        WindowPlanOracle plan = new([1, 1, 1, 1], AliasTable.Unigram([100_000, 100, 10, 10]), 2, 30, 8);
        int[] text = WindowPieceTests.Text(4, 2048 + 200, 30);
        foreach (int shards in new[] { 1, 3 })
        {
            (float[] Tables, double Loss)? first = null;
            foreach (int threads in new[] { 1, 2, 4 })
            {
                WindowTables tables = new(plan, average, D, shards);
                double loss = 0;
                Allocations.WithThreads(threads, () => loss = tables.Trainer.Train(text, 0, 0, [0.1f, 0.05f, 0.03f]).Loss);
                first ??= (tables.Read(), loss);
                Assert.Equal(first.Value.Loss, loss);
                Bits.AssertEqual(first.Value.Tables, tables.Read());
            }
        }
    }

    [Fact]
    public void AnotherNumberOfShardsIsNearlyTheSame()
    {
        float[] one = Trained(false, 1).Tables;
        for (int shards = 2; shards <= 4; shards++)
            WindowTrainerTests.Near(one, Trained(false, shards).Tables, 1e-4);
    }

    [Fact]
    public void BitsAreTheSameWhereTheWorkersAreBusy()
    {
        float[] expected = Trained(false, 4).Tables;
        float[][] results = new float[6][];
        Allocations.WithThreads(4, () =>
        {
            // From within a job, on several of its threads.
            Ends(() => Workers.For(3, i => results[i] = Trained(false, 4).Tables));

            // From threads that don't know of each other: one has the workers, the others do without.
            Ends(() => Parallel.Invoke([.. Enumerable.Range(3, 3).Select(i => (Action)(() =>
                results[i] = Trained(false, 4).Tables))]));
        });
        foreach (float[] result in results)
            Bits.AssertEqual(expected, result);
    }

    [Fact]
    public void ManyRunsBesideOthersEnd()
    {
        // Short runs, and workers that come late, find all done, or are somebody else's.
        WindowPlanOracle plan = Plan();
        float[][] results = new float[2][];
        Ends(() => Parallel.Invoke(() => Run(0), () => Run(1), () =>
        {
            for (int i = 0; i < 400; i++)
            {
                Workers.For(5, _ => Thread.SpinWait(50));
                Thread.Yield();
            }
        }));
        Bits.AssertEqual(results[0], results[1]);

        void Run(int number)
        {
            WindowTables tables = new(plan, false, D, 5);
            for (int i = 0; i < 300; i++)
                tables.Trainer.Train(s_text.AsSpan(0, 30 + (i % 50)), i, 0, s_rates);

            results[number] = tables.Read();
        }
    }

    [Fact]
    public void BitsAreTheSameWhereOneGoesOnAlone()
    {
        (float[] Tables, double Loss) expected = default;
        Allocations.WithThreads(1, () => expected = Blocks(null));
        foreach (int threads in new[] { 2, 3, 7 })
        {
            // Who waits at all goes on alone at once; the others leave in the middle of a block.
            (float[] Tables, double Loss) result = default;
            Allocations.WithThreads(threads, () => Ends(() => result = Blocks(stallTicks: -1)));
            Assert.Equal(expected.Loss, result.Loss);
            Bits.AssertEqual(expected.Tables, result.Tables);
        }
    }

    [Fact]
    public void BitsAreTheSameWhereOthersHaveTheProcessors()
    {
        // Threads that wait for one the system doesn't run give up, try again, and give up for longer.
        (float[] Tables, double Loss) expected = default;
        Allocations.WithThreads(1, () => expected = Blocks(null));
        using CancellationTokenSource done = new();
        Thread[] busy = [.. Enumerable.Range(0, 3 * Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            while (!done.IsCancellationRequested)
                Thread.SpinWait(100);
        }))];
        foreach (Thread thread in busy)
            thread.Start();

        (float[] Tables, double Loss) result = default;
        try
        {
            Allocations.WithThreads(4, () => Ends(() => result = Blocks(null)));
        }
        finally
        {
            done.Cancel();
            foreach (Thread thread in busy)
                thread.Join();
        }

        Assert.Equal(expected.Loss, result.Loss);
        Bits.AssertEqual(expected.Tables, result.Tables);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NothingIsAllocated(bool average)
    {
        WindowTables tables = new(Plan(), average, D, 3);
        int[] one = s_text[..600], eight = Whole();
        for (int i = 0; i < eight.Length; i++)
            eight[i] = i % WindowTrainer.PieceLength < 40 ? eight[i] : -1;   // eight pieces, but few words

        float[] rates = Rates();
        Allocations.WithThreads(2, () =>
            Assert.Equal(0, Allocations.Of100(() => tables.Trainer.Train(one, 0, 0, rates))));
        Allocations.WithThreads(5, () =>
            Assert.Equal(0, Allocations.Of100(() => tables.Trainer.Train(eight, 0, 0, rates))));
    }

    // Whole blocks of eight pieces, and one of a few words.
    private static (float[] Tables, double Loss) Blocks(long? stallTicks)
    {
        WindowTables tables = new(Plan(), false, 64, 4);
        if (stallTicks is { } ticks)
            tables.Trainer.Pipeline.StallTicks = ticks;

        double loss = 0;
        int[] text = Whole();
        for (int i = 0; i < 4; i++)
            loss += tables.Trainer.Train(text.AsSpan(0, i == 2 ? 9 : text.Length), i, 0, Rates()).Loss;

        return (tables.Read(), loss);
    }

    private static int[] Whole() => WindowPieceTests.Text(V, WindowTrainer.BlockLength, 30);

    private static float[] Rates() =>
        [.. Enumerable.Range(1, WindowTrainer.BlockLength / WindowTrainer.PieceLength).Select(i => 0.01f / i)];

    private static (float[] Tables, double Loss) Trained(bool average, int shards)
    {
        WindowTables tables = new(Plan(), average, D, shards);
        double loss = tables.Trainer.Train(s_text, 0, 0, s_rates).Loss;
        loss += tables.Trainer.Train(s_text.AsSpan(0, 700), 1, 0, s_rates).Loss;
        return (tables.Read(), loss);
    }

    private static WindowPlanOracle Plan() => WindowPieceTests.Oracle(V, 4, 5, seed: 21);

    private static void Ends(Action action) =>
        Assert.True(Task.Factory.StartNew(action, TaskCreationOptions.LongRunning).Wait(s_patience));
}
