using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using Rnn.Benchmarks.Models;
using Rnn.Core.Kernels;

namespace Rnn.Benchmarks.Guarding;

/// <summary>
/// Whether the hot kernels still reach their share of the processor's peak on one thread. Peak and kernels take turns
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
        Dictionary<string, double> limits = Limits();
        Workers.Count = 1;
        WorkGuard peak = new("peak", Peak.Flops, new Peak());
        peak.WarmUp(WarmUp);
        GuardItem[] items = [.. Items()];
        foreach (GuardItem item in items)
        {
            item.WarmUp(WarmUp);
        }

        List<double>[] rates = [.. items.Select(_ => new List<double>())];
        List<double>[] shares = [.. items.Select(_ => new List<double>())];
        for (int round = 0; round < Rounds && (round < 3 || Seconds(start) < LongestRun); round++)
        {
            double before = peak.Rate();
            for (int i = 0; i < items.Length; i++)
            {
                double rate = items[i].Rate(), after = peak.Rate();
                rates[i].Add(rate);
                shares[i].Add(2 * rate / (before + after));
                before = after;
            }
        }

        return Report(items, rates, shares, limits) ? 0 : Failed;
    }

    private static IEnumerable<GuardItem> Items() =>
    [
        .. GemmShape.All.Select(shape => new WorkGuard(shape.Name, shape.Flops, new GemmWorkload(shape))),
        new LstmGuard(backward: false),
        new LstmGuard(backward: true),
    ];

    private static bool Report(GuardItem[] items, List<double>[] rates, List<double>[] shares,
        Dictionary<string, double> limits)
    {
        bool good = true;
        Console.WriteLine($"One thread, {SimdInfo.Description}; medians of {rates[0].Count} rounds.");
        Console.WriteLine($"{"",-26}{"GFLOP/s",8}{"of peak",9}{"at least",10}");
        for (int i = 0; i < items.Length; i++)
        {
            double share = Timing.Median(shares[i]);
            if (!limits.TryGetValue(items[i].Name, out double limit))
            {
                throw new InvalidDataException($"{LimitsFile} has no limit for {items[i].Name}.");
            }

            good &= share >= limit;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{items[i].Name,-26}{Timing.Median(rates[i]) / 1e9,8:F1}{100 * share,8:F0}%{100 * limit,9:F0}%" +
                $"{(share >= limit ? "" : "  BELOW")}"));
        }

        return good;
    }

    private static double Seconds(long start) => Stopwatch.GetElapsedTime(start).TotalSeconds;

    private static Dictionary<string, double> Limits()
    {
        string path = Path.Combine(AppContext.BaseDirectory, LimitsFile);
        return JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(path))
            ?? throw new InvalidDataException($"{path} holds nothing.");
    }
}
