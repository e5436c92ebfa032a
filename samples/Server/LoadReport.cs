using System;
using System.Collections.Generic;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.Server;

/// <summary>What clients saw.</summary>
internal sealed class LoadReport
{
    private readonly SortedDictionary<string, List<double>> _milliseconds = new(StringComparer.Ordinal);
    private int _clients;
    private double _seconds, _before, _after;
    private long _characters;

    /// <summary>Requests that were refused because too many waited.</summary>
    public long Refused { get; set; }

    /// <summary>Answers that were not those of the server alone.</summary>
    public long Wrong { get; private set; }

    /// <summary>Whether there were answers, and all of them right.</summary>
    public bool IsRight => Wrong == 0 && _milliseconds.Count > 0;

    /// <summary>The reports of all clients together.</summary>
    /// <param name="all">One for each client.</param>
    /// <param name="clients">How many.</param>
    /// <param name="seconds">How long they asked.</param>
    /// <param name="before">MiB of the server before.</param>
    /// <param name="after">MiB of the server after.</param>
    public static LoadReport Of(IEnumerable<LoadReport> all, int clients, double seconds, double before, double after)
    {
        LoadReport sum = new() { _clients = clients, _seconds = seconds, _before = before, _after = after };
        foreach (LoadReport one in all)
        {
            sum.Refused += one.Refused;
            sum.Wrong += one.Wrong;
            sum._characters += one._characters;
            foreach ((string kind, List<double> times) in one._milliseconds)
                sum.Of(kind).AddRange(times);
        }

        return sum;
    }

    /// <summary>Counts an answer.</summary>
    /// <param name="kind">Of what.</param>
    /// <param name="milliseconds">From the request to the last byte.</param>
    /// <param name="characters">Of the answer.</param>
    /// <param name="isRight">Whether it is the one that was expected.</param>
    public void Add(string kind, double milliseconds, int characters, bool isRight)
    {
        Of(kind).Add(milliseconds);
        Wrong += isRight ? 0 : 1;
        if (kind == "generate")
            _characters += characters;
    }

    /// <summary>A table, and what was wrong.</summary>
    public string Text()
    {
        List<string[]> rows = [["", "answers", "a second", "median ms", "95% ms", "99% ms"]];
        foreach ((string kind, List<double> times) in _milliseconds)
        {
            times.Sort();
            rows.Add([kind, Invariant($"{times.Count}"), Invariant($"{times.Count / _seconds:F1}"), Invariant($"{Share(times, .5):F1}"),
                Invariant($"{Share(times, .95):F1}"), Invariant($"{Share(times, .99):F1}")]);
        }

        return TextTable.Format(rows)
            + Invariant($"\n{SampleApp.Counted(_clients, "client")}, {_seconds:F1} s; {_characters / _seconds:F0} characters a second; ")
            + Invariant($"{Wrong} wrong answers, {Refused} refused; the server has {_before:F0} MiB before, {_after:F0} after.");
    }

    private static double Share(List<double> sorted, double share) =>
        sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];

    private List<double> Of(string kind)
    {
        if (!_milliseconds.TryGetValue(kind, out List<double>? times))
            _milliseconds.Add(kind, times = []);

        return times;
    }
}
