using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;

namespace Rnn.Benchmarks.Config;

/// <summary>Medians, allocated bytes, work per second, and its share of the processor's peak.</summary>
public sealed class RnnConfig : ManualConfig
{
    public RnnConfig()
    {
        AddJob(Job.Default.WithWarmupCount(5).WithIterationCount(15));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumn(StatisticColumn.Median, new WorkColumn(WorkAttribute.Gflops), new PeakColumn(),
            new WorkColumn(WorkAttribute.Tokens));
    }
}
