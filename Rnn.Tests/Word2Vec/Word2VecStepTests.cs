using System;
using System.Linq;
using Rnn.Models.Training;
using Rnn.Models.Word2Vec;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Word2Vec;

/// <summary>What must be measured while nothing else runs, at sizes that threads share.</summary>
[Collection("Alone")]
public class Word2VecStepTests
{
    private const int V = 150;
    private static readonly ClassCorpus Corpus = new(V, 500);

    [Theory]
    [MemberData(nameof(BatchedWord2VecTests.Kinds), MemberType = typeof(BatchedWord2VecTests))]
    public void StepsAllocateNothing(Word2VecArchitecture architecture, Word2VecLoss loss)
    {
        AllocationMeter meter = new();
        Allocations.WithThreads(2, () => Network(architecture, loss).CreateTrainer(Corpus.Ids, Corpus.Counts,
            Options(steps: 10 + (3 * AllocationMeter.Window))).Run(meter));
        Assert.Equal(0, meter.Least);
    }

    [Theory]
    [MemberData(nameof(BatchedWord2VecTests.Kinds), MemberType = typeof(BatchedWord2VecTests))]
    public void TheBitsDontDependOnTheNumberOfThreads(Word2VecArchitecture architecture, Word2VecLoss loss)
    {
        BatchedWord2Vec[] networks = [.. new[] { 1, 2, 4 }.Select(threads =>
        {
            BatchedWord2Vec network = Network(architecture, loss);
            Allocations.WithThreads(threads, () => network.Train(Corpus.Ids, Corpus.Counts, Options(steps: 6)));
            return network;
        })];
        foreach (BatchedWord2Vec network in networks)
        {
            Bits.Same(networks[0].Vectors.Span, network.Vectors.Span, "vectors");
            Bits.Same(networks[0].OutputVectors.Span, network.OutputVectors.Span, "output vectors");
        }
    }

    private static BatchedWord2Vec Network(Word2VecArchitecture architecture, Word2VecLoss loss) =>
        new(V, new() { Architecture = architecture, Loss = loss, Dimensions = 40 });

    private static BatchedWord2VecTrainingOptions Options(long steps) => new()
    {
        SubsamplingThreshold = 0.01,
        BatchSize = 256,
        Epochs = 1000,
        MaxSteps = steps,
    };

    /// <summary>The least that the whole process allocates in one of several windows of steps.</summary>
    private sealed class AllocationMeter : IProgress<TrainingReport>
    {
        public const int Window = 30;

        private long _start;

        public long Least { get; private set; } = long.MaxValue;

        public void Report(TrainingReport value)
        {
            long done = value.Step - 10;
            if (value.Event != TrainingEvent.Step || done < 0 || done % Window != 0)
                return;

            if (done > 0)
                Least = Math.Min(Least, GC.GetTotalAllocatedBytes(true) - _start);

            _start = GC.GetTotalAllocatedBytes(true);
        }
    }
}
