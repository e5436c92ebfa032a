using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Rnn.Benchmarks.Models;
using Rnn.Core.Kernels.Threads;

namespace Rnn.Benchmarks.Config;

/// <summary>
/// The limit that a row comes nearest to, and how near: what the processor multiplies and adds in registers, or what it reads
/// from a buffer of 4 MB in cache, on as many threads; each is measured once when the run's table is made. The second is a
/// yardstick: smaller buffers are read faster, larger ones more slowly.
/// </summary>
public sealed class LimitColumn : IColumn
{
    private static readonly (string Unit, string Name)[] s_limits =
        [(WorkAttribute.Gflops, "peak"), (WorkAttribute.Bytes, "cache")];

    private readonly Dictionary<(string Unit, int Threads), double> _limits = [];

    public string Id => nameof(LimitColumn);

    public string ColumnName => "limit";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 1;

    public bool IsNumeric => false;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Share of the limit that is nearest, measured in this run: the processor's peak (GFLOP/s), or what it "
        + "reads from a buffer of 4 MB in cache (GB/s), a yardstick that smaller buffers may pass";

    public bool IsAvailable(Summary summary) => Array.Exists(s_limits, limit => WorkAttribute.IsIn(summary, limit.Unit));

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        int threads = benchmarkCase.Parameters.Items
            .FirstOrDefault(parameter => parameter.Name == "Threads")?.Value as int? ?? 1;
        (double Share, string Name)[] shares = [.. from limit in s_limits
            let rate = WorkAttribute.Rate(summary, benchmarkCase, limit.Unit)
            where rate is not null
            select (rate.Value / Of(limit.Unit, threads), limit.Name)];
        return shares.Length == 0
            ? "-"
            : string.Create(CultureInfo.InvariantCulture, $"{100 * shares.Max().Share:F0}% of {shares.Max().Name}");
    }

    private double Of(string unit, int threads)
    {
        if (!_limits.TryGetValue((unit, threads), out double limit))
        {
            int before = Workers.Count;
            try
            {
                Workers.Count = threads;
                limit = unit == WorkAttribute.Gflops ? Rate(new Peak(), Peak.Flops) : Rate(new CacheBandwidth(), CacheBandwidth.Bytes);
                _limits[(unit, threads)] = limit;
            }
            finally
            {
                Workers.Count = before;
            }
        }

        return limit;
    }

    private static double Rate(IWorkload workload, double amount) =>
        amount / Timing.Measure(workload, warmUp: 0.2, seconds: 0.5).Seconds;
}
