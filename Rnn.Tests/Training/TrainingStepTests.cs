using System;
using System.Linq;
using Rnn.Core.Optimizers;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Training;

/// <summary>What must be measured while nothing else runs.</summary>
[Collection("Alone")]
public class TrainingStepTests
{
    private static readonly string Text = string.Concat(Enumerable.Repeat("All happy families are alike; each unhappy one ", 400));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AHundredStepsAllocateNothing(int threads)
    {
        // The test runner itself allocates now and then: the least of three windows of a hundred steps counts.
        AllocationMeter meter = new(first: 10, window: 100, windows: 3);
        Allocations.WithThreads(threads,
            () => Model().CreateTrainer(Text, Options(steps: 310, validateEvery: 25)).Run(meter));
        Assert.Equal(0, meter.Least);
    }

    [Fact]
    public void GenerationAllocatesNothing()
    {
        CharRnnGenerator generator = Model().CreateGenerator(new() { Temperature = 0.8, TopK = 5, TopP = 0.9 });
        generator.Read("All ");
        for (int i = 0; i < 10; i++)
            generator.Next();

        Assert.Equal(0, Allocations.Of100(() => generator.Next()));
    }

    [Fact]
    public void TheBitsDontDependOnTheNumberOfThreads()
    {
        float[][] parameters = new int[] { 1, 2, 4 }.Select(threads =>
        {
            CharRnnModel model = Model();
            Allocations.WithThreads(threads, () => model.CreateTrainer(Text, Options(steps: 6,
                validateEvery: 3)).Run());
            return model.Parameters.Dense.ToArray();
        }).ToArray();
        Assert.Equal(parameters[0], parameters[1]);
        Assert.Equal(parameters[0], parameters[2]);
    }

    // Large enough that products, gathers, dropout, losses and updates are shared among threads.
    private static CharRnnModel Model() =>
        new(Vocabulary.FromText(Text), new() { HiddenSize = 64, Layers = 2, Dropout = 0.3 });

    private static CharRnnTrainingOptions Options(long steps, long validateEvery) => new()
    {
        BatchSize = 48,
        SequenceLength = 16,
        ValidationFraction = 0.1,
        DropLast = true,
        Epochs = 100,
        MaxSteps = steps,
        ValidateEvery = validateEvery,
        Schedule = new ConstantSchedule(1e-3),
        Averaging = ParameterAveraging.FromStep(2),
    };

    /// <summary>The least that the whole process allocates in one of several windows of steps.</summary>
    private sealed class AllocationMeter(long first, long window, int windows) : IProgress<TrainingReport>
    {
        private long _start;

        public long Least { get; private set; } = long.MaxValue;

        public void Report(TrainingReport value)
        {
            long done = value.Step - first;
            if (value.Event != TrainingEvent.Step || done < 0 || done % window != 0)
                return;

            if (done > 0 && done <= windows * window)
                Least = Math.Min(Least, GC.GetTotalAllocatedBytes(true) - _start);

            _start = GC.GetTotalAllocatedBytes(true);
        }
    }
}
