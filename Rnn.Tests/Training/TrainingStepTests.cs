using System;
using System.Linq;
using Rnn.Core.Kernels;
using Rnn.Core.Optimizers;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Models.Training;
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
        int before = Workers.Count;
        Workers.Count = threads;
        try
        {
            AllocationMeter meter = new(from: 10, to: 110);
            Model().CreateTrainer(Text, Options(steps: 110, validateEvery: 25)).Run(meter);
            Assert.Equal(0, meter.Bytes);
        }
        finally
        {
            Workers.Count = before;
        }
    }

    [Fact]
    public void GenerationAllocatesNothing()
    {
        CharRnnGenerator generator = Model().CreateGenerator(new() { Temperature = 0.8, TopK = 5, TopP = 0.9 });
        generator.Read("All ");
        for (int i = 0; i < 10; i++)
        {
            generator.Next();
        }

        long start = GC.GetTotalAllocatedBytes(true);
        for (int i = 0; i < 100; i++)
        {
            generator.Next();
        }

        Assert.Equal(0, GC.GetTotalAllocatedBytes(true) - start);
    }

    [Fact]
    public void TheBitsDontDependOnTheNumberOfThreads()
    {
        int before = Workers.Count;
        try
        {
            float[][] parameters = new int[] { 1, 2, 4 }.Select(threads =>
            {
                Workers.Count = threads;
                CharRnnModel model = Model();
                model.CreateTrainer(Text, Options(steps: 6, validateEvery: 3)).Run();
                return model.Parameters.Dense.ToArray();
            }).ToArray();
            Assert.Equal(parameters[0], parameters[1]);
            Assert.Equal(parameters[0], parameters[2]);
        }
        finally
        {
            Workers.Count = before;
        }
    }

    // Large enough that products, gathers, dropout, losses and updates are shared among threads.
    private static CharRnnModel Model() =>
        new(Vocabulary.FromText(Text), new() { HiddenSize = 64, Layers = 2, Dropout = 0.3 });

    private static CharRnnTrainingOptions Options(long steps, long validateEvery) => new()
    {
        BatchSize = 48,
        SequenceLength = 16,
        Training = new()
        {
            Epochs = 100,
            MaxSteps = steps,
            ValidateEvery = validateEvery,
            Schedule = new ConstantSchedule(1e-3),
        },
    };

    /// <summary>The bytes that the whole process allocates between two steps.</summary>
    private sealed class AllocationMeter(long from, long to) : IProgress<TrainingReport>
    {
        private long _start;

        public long Bytes { get; private set; } = -1;

        public void Report(TrainingReport value)
        {
            if (value.Event == TrainingEvent.Step && value.Step == from)
            {
                _start = GC.GetTotalAllocatedBytes(true);
            }
            else if (value.Event == TrainingEvent.Step && value.Step == to)
            {
                Bytes = GC.GetTotalAllocatedBytes(true) - _start;
            }
        }
    }
}
