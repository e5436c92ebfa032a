using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Rnn.Models.Forecasting;

/// <summary>How good forecasters are, side by side, at the same origins.</summary>
/// <param name="rows">One for each, in the order in which they were named.</param>
public sealed class BacktestResult(IReadOnlyList<BacktestRow> rows)
{
    private static readonly (string Name, Func<ForecastScore, string> Text)[] s_columns =
    [
        ("MASE", score => Fixed(score.Mase, 4)),
        ("sMAPE(200)", score => Fixed(score.SmapeM4, 3)),
        ("MAPE %", score => Fixed(100 * score.Mape, 2)),
        ("MAE", score => Digits(score.Mae)),
        ("RMSE", score => Digits(score.Rmse)),
        ("ND", score => Fixed(score.Nd, 5)),
        ("mean wQL", score => Fixed(score.MeanWql, 5)),
        ("MSIS", score => Fixed(score.Msis, 2)),
        ("80% covers %", score => Fixed(100 * score.Coverage(0.8), 1)),
    ];

    /// <summary>One for each forecaster, in the order in which they were named.</summary>
    public IReadOnlyList<BacktestRow> Rows { get; } = rows;

    /// <summary>The row of a forecaster.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public ForecastScore this[string name] =>
        Rows.FirstOrDefault(row => row.Name == name)?.Score
        ?? throw new KeyNotFoundException(Diagnostics.Throw.NoRow(name, Rows.Select(row => row.Name)));

    /// <summary>A table of the measures, one line for each forecaster; "-" is what could not be measured.</summary>
    public override string ToString()
    {
        string[][] cells =
        [
            [$"{Rows[0].Score.Count} forecasts", .. s_columns.Select(column => column.Name)],
            .. Rows.Select(row => (string[])[row.Name, .. s_columns.Select(column => column.Text(row.Score))]),
        ];
        int[] widths = [.. Enumerable.Range(0, cells[0].Length).Select(c => cells.Max(line => line[c].Length))];
        StringBuilder table = new();
        foreach (string[] line in cells)
        {
            table.Append(line[0].PadRight(widths[0]));
            for (int c = 1; c < line.Length; c++)
                table.Append("  ").Append(line[c].PadLeft(widths[c]));
            table.Append('\n');
        }

        return table.ToString();
    }

    private static string Fixed(double value, int digits) =>
        double.IsFinite(value) ? value.ToString($"F{digits}", CultureInfo.InvariantCulture) : "-";

    private static string Digits(double value) =>
        double.IsFinite(value) ? value.ToString("G5", CultureInfo.InvariantCulture) : "-";
}
