using System;
using System.Globalization;
using System.Linq;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Rnn.Benchmarks.Config;

/// <summary>What one operation of a benchmark does, for the column that divides it by the median time.</summary>
/// <param name="unit">"GFLOP/s" or "tokens/s".</param>
/// <param name="method">A static method of the benchmark's class that gives the amount from its parameter values, in
/// order.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WorkAttribute(string unit, string method) : Attribute
{
    /// <summary>The unit of the column.</summary>
    public string Unit { get; } = unit;

    /// <summary>The method that gives the amount.</summary>
    public string Method { get; } = method;
}

/// <summary>Work divided by the median time: GFLOP/s or tokens/s.</summary>
public sealed class WorkColumn(string unit) : IColumn
{
    public string Id => nameof(WorkColumn) + unit;

    public string ColumnName => unit;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => $"{unit} at the median time";

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(item => Find(item) is not null);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        WorkAttribute? work = Find(benchmarkCase);
        double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Median;
        if (work is null || nanoseconds is null)
        {
            return "-";
        }

        object?[] parameters = benchmarkCase.Parameters.Items.Select(item => item.Value).ToArray();
        double amount = (double)benchmarkCase.Descriptor.Type.GetMethod(work.Method)!.Invoke(null, [parameters])!;
        double rate = unit == "GFLOP/s" ? amount / nanoseconds.Value : amount / nanoseconds.Value * 1e9;
        return rate.ToString(unit == "GFLOP/s" ? "F1" : "N0", CultureInfo.InvariantCulture);
    }

    private WorkAttribute? Find(BenchmarkCase item) => item.Descriptor.WorkloadMethod
        .GetCustomAttributes(typeof(WorkAttribute), false).Cast<WorkAttribute>()
        .FirstOrDefault(work => work.Unit == unit);
}
