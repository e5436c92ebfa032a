using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using Rnn.Benchmarks.Models;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Benchmarks.Guarding;

/// <summary>
/// Whether the hot kernels still reach their share of what bounds them on one thread: the processor's multiply-adds on
/// numbers of its first-level cache, or, where weights are read for a single row, its cache. Bounds and kernels take turns
/// and medians count, so that a machine's drift falls on both; the limits of guard.json leave room for noise.
/// </summary>
public static class Guard
{
    private const string LimitsFile = "guard.json";
    private const int Rounds = 9, Failed = 1, WrongUsage = 2;
    private const double WarmUp = 0.5, LongestRun = 45;

    /// <summary>Measures, prints a table; 0 if all is well, 1 if a share is below its limit.</summary>
    public static int Run(IReadOnlyList<string> args)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (args.Count > 0)
        {
            Console.Error.WriteLine($"guard takes no arguments; '{args[0]}' was given.");
            return WrongUsage;
        }

        long start = Stopwatch.GetTimestamp();
        Workers.Count = 1;
        Dictionary<string, GuardLimit> limits =
            GuardLimit.Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, LimitsFile)));
        Dictionary<GuardBound, GuardItem> bounds = new()
        {
            [GuardBound.Compute] = new WorkGuard("peak", TilePeak.Flops, 0, new TilePeak()),
            [GuardBound.Cache] = new WorkGuard("cache", 0, CacheBandwidth.Bytes, new CacheBandwidth()),
        };
        Row[] rows = [.. Items().Select(item => new Row(item, LimitOf(item.Name), []))];
        foreach (GuardItem item in bounds.Values.Concat(rows.Select(row => row.Item)))
            item.WarmUp(WarmUp);

        for (int round = 0; round < Rounds && (round < 3 || Seconds(start) < LongestRun); round++)
        {
            foreach (Row row in rows)
            {
                GuardBound of = row.Limit.Of;
                double before = bounds[of].Rate(of), rate = row.Item.Rate(of), after = bounds[of].Rate(of);
                row.Measured.Add((rate, (before + after) / 2, GuardLimit.Share(rate, before, after)));
            }
        }

        return Report(rows) ? 0 : Failed;

        GuardLimit LimitOf(string name) => limits.TryGetValue(name, out GuardLimit? limit)
            ? limit
            : throw new InvalidDataException($"{LimitsFile} has no limit for {name}.");
    }

    private static IEnumerable<GuardItem> Items() =>
    [
        .. GemmShape.All.Select(shape =>
            new WorkGuard(shape.Name, shape.Flops, shape.WeightBytes, new GemmWorkload(shape))),
        new LstmGuard(backward: false),
        new LstmGuard(backward: true),
    ];

    private static bool Report(Row[] rows)
    {
        bool good = true;
        Console.WriteLine($"One thread, {SimdInfo.Description}; medians of {rows[0].Measured.Count} rounds.");
        Console.WriteLine($"{"",-24}{"rate",8}{"bound",9} {"",-8}{"share",7}{"at least",10}");
        foreach (Row row in rows)
        {
            double rate = Median(measured => measured.Rate), bound = Median(measured => measured.Bound);
            double share = Median(measured => measured.Share);
            bool enough = row.Limit.Allows(share);
            good &= enough;
            string unit = row.Limit.Of == GuardBound.Compute ? "GFLOP/s" : "GB/s";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{row.Item.Name,-24}{rate / 1e9,8:F1}{bound / 1e9,9:F1} {unit,-8}{100 * share,6:F0}%" +
                $"{100 * row.Limit.Least,9:F0}%{(enough ? "" : "  BELOW")}"));

            double Median(Func<(double Rate, double Bound, double Share), double> of) =>
                Timing.Median([.. row.Measured.Select(of)]);
        }

        return good;
    }

    private static double Seconds(long start) => Stopwatch.GetElapsedTime(start).TotalSeconds;

    /// <summary>A row of the table: rate and bound in operations or bytes a second, of each round.</summary>
    private sealed record Row(
        GuardItem Item, GuardLimit Limit, List<(double Rate, double Bound, double Share)> Measured);
}
