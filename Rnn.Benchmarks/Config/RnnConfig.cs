using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;

namespace Rnn.Benchmarks.Config;

/// <summary>Medians, allocated bytes, work per second, and its share of what the processor can do.</summary>
public sealed class RnnConfig : ManualConfig
{
    public RnnConfig()
    {
        AddJob(Job.Default.WithWarmupCount(5).WithIterationCount(15));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumn(StatisticColumn.Median, new WorkColumn(WorkAttribute.Gflops), new WorkColumn(WorkAttribute.Bytes), new LimitColumn(),
            new WorkColumn(WorkAttribute.Tokens));
    }
}
