using System;
using System.Globalization;
using System.Linq;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Rnn.Benchmarks.Config;

/// <summary>What one operation of a benchmark does, for the column that divides it by the median time.</summary>
/// <param name="unit"><see cref="Gflops"/>, <see cref="Bytes"/> or <see cref="Tokens"/>.</param>
/// <param name="method">A static method of the benchmark's class that gives the amount from its parameter values, in
/// order.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class WorkAttribute(string unit, string method) : Attribute
{
    public const string Gflops = "GFLOP/s", Bytes = "GB/s", Tokens = "tokens/s";

    /// <summary>The unit of the column.</summary>
    public string Unit { get; } = unit;

    /// <summary>The method that gives the amount.</summary>
    public string Method { get; } = method;

    /// <summary>Amount of a unit per second at the median time; null where there is none.</summary>
    internal static double? Rate(Summary summary, BenchmarkCase item, string unit)
    {
        WorkAttribute? work = Find(item, unit);
        double? nanoseconds = summary[item]?.ResultStatistics?.Median;
        if (work is null || nanoseconds is null)
            return null;

        object?[] parameters = item.Parameters.Items.Select(parameter => parameter.Value).ToArray();
        double amount = (double)item.Descriptor.Type.GetMethod(work.Method)!.Invoke(null, [parameters])!;
        return amount == 0 ? null : amount / nanoseconds.Value * 1e9;
    }

    internal static bool IsIn(Summary summary, string unit) =>
        summary.BenchmarksCases.Any(item => Find(item, unit) is not null);

    private static WorkAttribute? Find(BenchmarkCase item, string unit) => item.Descriptor.WorkloadMethod
        .GetCustomAttributes(typeof(WorkAttribute), false).Cast<WorkAttribute>()
        .FirstOrDefault(work => work.Unit == unit);
}

/// <summary>Work divided by the median time: GFLOP/s, GB/s or tokens/s.</summary>
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

    public bool IsAvailable(Summary summary) => WorkAttribute.IsIn(summary, unit);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        double? rate = WorkAttribute.Rate(summary, benchmarkCase, unit);
        return rate is null ? "-"
            : unit != WorkAttribute.Tokens ? (rate.Value / 1e9).ToString("F1", CultureInfo.InvariantCulture)
            : rate.Value.ToString("N0", CultureInfo.InvariantCulture);
    }
}
