using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks;
using Rnn.Core.Kernels.Threads;
using Rnn.Models.Forecasting;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.TimeSeries;

/// <summary>Forecasters side by side, at the same origins of the same series.</summary>
/// <param name="Series">Whole.</param>
/// <param name="Options">Where the origins are.</param>
/// <param name="Rows">One for each forecaster, baselines first.</param>
internal sealed record Evaluation(IReadOnlyList<Series> Series, BacktestOptions Options, IReadOnlyList<EvaluatedForecaster> Rows)
{
    /// <summary>Measures forecasters.</summary>
    /// <param name="series">Whole: origins are at their ends.</param>
    /// <param name="options">Where the origins are, and whether what is fitted is fitted again.</param>
    /// <param name="baselines">Computed side by side.</param>
    /// <param name="networks">One after the other: each uses all threads.</param>
    /// <param name="learns">Whether networks learn what comes before the origins.</param>
    public static Evaluation Of(IReadOnlyList<Series> series, BacktestOptions options, IReadOnlyList<IForecaster> baselines,
        IReadOnlyList<IForecaster> networks, bool learns)
    {
        EvaluatedForecaster Measure(IForecaster one, bool isFitted)
        {
            RecordedForecaster recorded = new(one, isFitted);
            BacktestResult result = Backtest.Run([recorded], series, options);
            return new EvaluatedForecaster(one.Name, result.Rows[0].Score, recorded.All);
        }

        EvaluatedForecaster[] rows = new EvaluatedForecaster[baselines.Count];
        try
        {
            Parallel.For(0, rows.Length, new ParallelOptions { MaxDegreeOfParallelism = Workers.Count },
                i => rows[i] = Measure(baselines[i], isFitted: true));
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        return new Evaluation(series, options, [.. rows, .. networks.Select(one => Measure(one, learns))]);
    }

    /// <summary>The measures, a line a forecaster; of networks of several seeds their mean, spread and median, too.</summary>
    /// <param name="seeds">How many of the last rows are of one network's seeds, but for the very last, their average; 0: there is
    /// one.</param>
    public string Table(int seeds = 0)
    {
        string[] Line(string name, IEnumerable<double> values) =>
            [name, .. values.Select((value, i) => double.IsFinite(value) ? Measures[i].Text(value) : "-")];
        ForecastScore any = Rows[0].Score;
        List<string[]> lines =
        [
            [Invariant($"{any.Count} of {Options.Horizon} steps"), .. Measures.Select(measure => measure.Name)],
            .. Rows.Select(row => Line(row.Name, row.Values)),
        ];
        if (seeds > 1)
        {
            IReadOnlyList<double>[] each = [.. Rows.Take(Rows.Count - 1).TakeLast(seeds).Select(row => row.Values)];
            double[][] columns = [.. Measures.Select((_, m) => each.Select(values => values[m]).Order().ToArray())];
            lines.Add(Line($"mean of {seeds} seeds", columns.Select(values => values.Average())));
            lines.Add(Line("their standard deviation", columns.Select(Deviation)));
            lines.Add(Line("their median", columns.Select(values => (values[(seeds - 1) / 2] + values[seeds / 2]) / 2)));
        }

        return TextTable.Format(lines);
    }

    /// <summary>For summary.json.</summary>
    public IEnumerable<object> ForSummary() => Rows.Select(row => new
    {
        row.Name,
        Measures = Measures.Zip(row.Values).ToDictionary(one => one.First.Name, one => one.Second),
    });

    private static IReadOnlyList<(string Name, Func<ForecastScore, double> Of, Func<double, string> Text)> Measures { get; } =
    [
        ("MASE", score => score.Mase, value => Invariant($"{value:F4}")),
        ("sMAPE(200)", score => score.SmapeM4, value => Invariant($"{value:F2}")),
        ("MAPE %", score => 100 * score.Mape, value => Invariant($"{value:F2}")),
        ("MAE", score => score.Mae, value => Invariant($"{value:G4}")),
        ("RMSE", score => score.Rmse, value => Invariant($"{value:G4}")),
        ("ND", score => score.Nd, value => Invariant($"{value:F4}")),
        ("wQL", score => score.MeanWql, value => Invariant($"{value:F4}")),
        ("MSIS", score => score.Msis, value => Invariant($"{value:F2}")),
        ("in 80%", score => 100 * score.Coverage(0.8), value => Invariant($"{value:F1}")),
    ];

    /// <summary>The values of a row.</summary>
    internal static IReadOnlyList<double> ValuesOf(ForecastScore score) => [.. Measures.Select(measure => measure.Of(score))];

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}

/// <summary>How good a forecaster was.</summary>
/// <param name="Name">Of the forecaster.</param>
/// <param name="Score">Over all series and origins.</param>
/// <param name="Forecasts">One for each of them, origin by origin.</param>
internal sealed record EvaluatedForecaster(string Name, ForecastScore Score, IReadOnlyList<RecordedForecast> Forecasts)
{
    /// <summary>Its measures.</summary>
    public IReadOnlyList<double> Values { get; } = Evaluation.ValuesOf(Score);
}
