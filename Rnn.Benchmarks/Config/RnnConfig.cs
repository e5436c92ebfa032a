using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;

namespace Rnn.Benchmarks.Config;

/// <summary>Medians, allocated bytes, and work per second.</summary>
public sealed class RnnConfig : ManualConfig
{
    public RnnConfig()
    {
        AddJob(Job.Default.WithWarmupCount(5).WithIterationCount(15));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumn(StatisticColumn.Median, new WorkColumn("GFLOP/s"), new WorkColumn("tokens/s"));
    }
}
