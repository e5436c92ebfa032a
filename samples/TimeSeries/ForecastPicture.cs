using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rnn.Core.Serialization;
using Rnn.Models.Forecasting;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace Rnn.Samples.TimeSeries;

/// <summary>Series and their forecasts: history, truth, median, and intervals of 80% and 95%.</summary>
internal static class ForecastPicture
{
    /// <summary>Its name in the folder of a run.</summary>
    public const string FileName = "forecast.png";

    private const int Width = 1000, Height = 360, MostSeries = 4, MostWindows = 7, LeastHistory = 24;

    /// <summary>Draws the first four series with their last forecasts, as many as are a week of days at most.</summary>
    /// <param name="path">The file.</param>
    /// <param name="series">Whole, as far as they are known.</param>
    /// <param name="forecasts">Of these.</param>
    public static void Save(string path, IReadOnlyList<Series> series, IReadOnlyList<RecordedForecast> forecasts)
    {
        Multiplot all = new();
        all.RemovePlot(all.GetPlot(0));
        Series[] drawn = [.. series.Take(MostSeries)];
        foreach (Series one in drawn)
            all.AddPlot(One(one, [.. forecasts.Where(forecast => forecast.Series == one.Name).OrderBy(forecast => forecast.Origin)]));

        all.Layout = new ScottPlot.MultiplotLayouts.Grid(drawn.Length, 1);
        byte[] picture = all.Render(Width, Height * drawn.Length).GetImageBytes();
        AtomicFile.Write(path, stream => stream.Write(picture));
    }

    private static Plot One(Series series, IReadOnlyList<RecordedForecast> forecasts)
    {
        // Windows that don't overlap, the last ones.
        List<RecordedForecast> shown = [];
        foreach (RecordedForecast forecast in forecasts.Reverse())
        {
            if (shown.Count < MostWindows && (shown.Count == 0 || forecast.Origin + forecast.Forecast.Horizon <= shown[^1].Origin))
                shown.Add(forecast);
        }

        int first = shown.Min(forecast => forecast.Origin);
        int begin = Math.Max(0, first - Math.Max(LeastHistory, 3 * shown[0].Forecast.Horizon));
        bool isTimed = series.Step is not null;
        double X(int t) => isTimed ? series.TimeAt(t).ToOADate() : t;
        Plot plot = new();
        plot.Title(series.Name.Length <= 80 ? series.Name : series.Name[..77] + "...", size: 16);
        bool isFirst = true;
        foreach (RecordedForecast forecast in shown)
        {
            double[] x = [.. Enumerable.Range(forecast.Origin, forecast.Forecast.Horizon).Select(X)];
            AddBand(plot, x, forecast.Forecast, 0.025, 0.15, isFirst ? "95%" : "");
            AddBand(plot, x, forecast.Forecast, 0.1, 0.3, isFirst ? "80%" : "");
            Scatter median = plot.Add.Scatter(x, forecast.Forecast.Median.ToArray());
            median.MarkerSize = x.Length == 1 ? 6 : 0;
            median.LineWidth = 2;
            median.Color = Colors.Category10[0];
            median.LegendText = isFirst ? "forecast (median)" : "";
            isFirst = false;
        }

        double[] times = [.. Enumerable.Range(begin, series.Length - begin).Select(X)];
        Scatter truth = plot.Add.Scatter(times, series.Values[begin..].ToArray());
        truth.MarkerSize = times.Length < 60 ? 3 : 0;
        truth.LineWidth = 1;
        truth.Color = Colors.Black;
        truth.LegendText = "series";
        if (isTimed)
        {
            TimeSpan shownTime = series.TimeAt(series.Length - 1) - series.TimeAt(begin);
            string format = shownTime.TotalDays > 1500 ? "yyyy" : shownTime.TotalDays > 100 ? "yyyy-MM" : "yyyy-MM-dd";
            plot.Axes.DateTimeTicksBottom().TickGenerator = new DateTimeAutomatic
            {
                LabelFormatter = time => time.ToString(shownTime.TotalDays < 3 ? "MM-dd HH:mm" : format, CultureInfo.InvariantCulture),
            };
        }

        // The legend has a place of its own above the curves.
        plot.Axes.Margins(0, 0.05);
        plot.Axes.AutoScale();
        AxisLimits limits = plot.Axes.GetLimits();
        plot.Axes.SetLimitsY(limits.Bottom, limits.Top + (0.2 * limits.VerticalSpan));
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.ShowLegend(Alignment.UpperLeft);
        return plot;
    }

    private static void AddBand(Plot plot, double[] x, Forecast forecast, double level, double opacity, string name)
    {
        if (!forecast.Has(level) || !forecast.Has(1 - level))
            return;

        FillY band = plot.Add.FillY(x, forecast.Quantile(level).ToArray(), forecast.Quantile(1 - level).ToArray());
        band.FillColor = Colors.Category10[0].WithAlpha(opacity);
        band.LineWidth = 0;
        band.MarkerSize = 0;
        band.LegendText = name;
    }
}
