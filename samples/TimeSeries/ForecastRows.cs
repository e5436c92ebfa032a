using System;
using System.Globalization;
using Rnn.Models.Forecasting;

namespace Rnn.Samples.TimeSeries;

/// <summary>Cells of forecasts.</summary>
internal static class ForecastRows
{
    /// <summary>The column of a quantile: "q0.1".</summary>
    public static string NameOf(double level) => FormattableString.Invariant($"q{level}");

    /// <summary>A number, with as many digits as a forecast is worth.</summary>
    public static string Text(double value) => value.ToString("G9", CultureInfo.InvariantCulture);

    /// <summary>The time of a step, or its number from 1 where there are none.</summary>
    public static string Time(Series series, int t, bool isTimed)
    {
        if (!isTimed)
            return (t + 1).ToString(CultureInfo.InvariantCulture);

        bool isDay = series.TimeAt(0).TimeOfDay == TimeSpan.Zero
            && (series.Step!.Value.Months > 0 || series.Step.Value.Span.Ticks % TimeSpan.TicksPerDay == 0);
        return series.TimeAt(t).ToString(isDay ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
    }
}
