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
/// GFLOP/s as a share of what the processor multiplies and adds in registers on as many threads, which is measured once
/// for each number of threads when the run's table is made.
/// </summary>
public sealed class PeakColumn : IColumn
{
    private readonly Dictionary<int, double> _peaks = [];

    public string Id => nameof(PeakColumn);

    public string ColumnName => "of peak";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 1;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "GFLOP/s as a share of the processor's peak, measured in this run";

    public bool IsAvailable(Summary summary) => WorkAttribute.IsIn(summary, WorkAttribute.Gflops);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        if (WorkAttribute.Rate(summary, benchmarkCase, WorkAttribute.Gflops) is not { } rate)
            return "-";

        int threads = benchmarkCase.Parameters.Items
            .FirstOrDefault(parameter => parameter.Name == "Threads")?.Value as int? ?? Workers.Count;
        return (100 * rate / Of(threads)).ToString("F0", CultureInfo.InvariantCulture) + "%";
    }

    private double Of(int threads)
    {
        if (!_peaks.TryGetValue(threads, out double peak))
        {
            int before = Workers.Count;
            Workers.Count = threads;
            peak = Peak.Flops / Timing.Measure(new Peak(), warmUp: 0.2, seconds: 0.5).Seconds;
            Workers.Count = before;
            _peaks[threads] = peak;
        }

        return peak;
    }
}
