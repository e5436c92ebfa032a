using System;
using System.Collections.Generic;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>
/// The Theta method: the mean of the line of least squares, continued, and of simple exponential smoothing of the
/// series whose distance from that line is doubled. A season is taken out before (by factors, or by summands where a
/// value isn't above 0) and put in again, if its autocorrelation is significant. Smoothing rate and initial level have
/// least squares of one-step errors. Quantiles are normal: one-step residuals' deviation times sqrt(1 + (h - 1) *
/// rate^2). Source: Assimakopoulos, Nikolopoulos, "The theta model: a decomposition approach to forecasting", 2000;
/// with the season as in the benchmarks of the M4 competition.
/// </summary>
public sealed class ThetaForecaster : IForecaster
{
    private const int GridPoints = 20;
    private const int GoldenSteps = 40;
    private const double GoldenShare = 0.6180339887498949;

    private readonly IReadOnlyList<double> _levels;

    /// <summary>The Theta method.</summary>
    /// <param name="season">m; 1 is none.</param>
    /// <param name="levels">Of the quantiles; null is <see cref="Forecast.DefaultLevels"/>, an empty list gives points
    /// alone.</param>
    /// <exception cref="ArgumentException">The season is less than 1, or the levels are none.</exception>
    public ThetaForecaster(int season = 1, IReadOnlyList<double>? levels = null)
    {
        Throw.IfBelow(nameof(season), season, 1);
        Season = season;
        _levels = NormalQuantiles.Levels(levels);
    }

    /// <summary>m.</summary>
    public int Season { get; }

    /// <inheritdoc/>
    public string Name { get; init; } = "Theta";

    /// <inheritdoc/>
    public Forecast Forecast(Series history, int horizon)
    {
        NormalQuantiles.CheckRequest(history, horizon);
        double[] y = history.Values.ToArray();
        bool seasonal = Seasonality.IsThere(y, Season), factors = Seasonality.IsPositive(y);
        double[] season = seasonal ? Seasonality.Indices(y, Season, factors) : [factors ? 1 : 0];
        for (int t = 0; t < y.Length; t++)
            y[t] = factors ? y[t] / season[t % season.Length] : y[t] - season[t % season.Length];

        (double level, double slope) = Seasonality.Line(y);
        double[] doubled = new double[y.Length];
        for (int t = 0; t < y.Length; t++)
            doubled[t] = 2 * y[t] - (level + slope * t);
        (double rate, double first) = BestRate(doubled);
        double last = Smooth(doubled, rate, first, out double squares);

        // The error of the mean of both is half of that of the smoothed one: the other half is the line's, and y lies
        // in the middle of the two.
        double sigma = 0.5 * Math.Sqrt(squares / Math.Max(1, y.Length - 3));
        double[] mean = new double[horizon], deviations = new double[horizon];
        for (int h = 0; h < horizon; h++)
        {
            double flat = 0.5 * (level + slope * (y.Length + h)) + 0.5 * last;
            double index = season[(y.Length + h) % season.Length];
            mean[h] = factors ? flat * index : flat + index;
            deviations[h] = sigma * Math.Sqrt(1 + h * rate * rate) * (factors ? index : 1);
        }

        return NormalQuantiles.Around(mean, deviations, _levels);
    }

    // The rate of least squares: the best of a grid, then golden sections between its neighbours.
    private static (double Rate, double First) BestRate(double[] y)
    {
        double best = 0.5, least = double.PositiveInfinity;
        for (int i = 1; i < GridPoints; i++)
        {
            double rate = i / (double)GridPoints, squares = SquaresOf(y, rate);
            if (squares < least)
                (best, least) = (rate, squares);
        }

        double low = Math.Max(1e-4, best - 1.0 / GridPoints), high = Math.Min(1 - 1e-4, best + 1.0 / GridPoints);
        for (int i = 0; i < GoldenSteps; i++)
        {
            double left = high - GoldenShare * (high - low), right = low + GoldenShare * (high - low);
            if (SquaresOf(y, left) <= SquaresOf(y, right))
                high = right;
            else
                low = left;
        }

        double found = 0.5 * (low + high);
        return (found, FirstLevel(y, found));
    }

    private static double SquaresOf(double[] y, double rate)
    {
        Smooth(y, rate, FirstLevel(y, rate), out double squares);
        return squares;
    }

    // The errors are linear in the first level: e_t = e_t(0) - (1 - rate)^t * first, so that least squares has a
    // formula.
    private static double FirstLevel(double[] y, double rate)
    {
        double level = 0, weight = 1, product = 0, square = 0;
        foreach (double value in y)
        {
            double error = value - level;
            product += weight * error;
            square += weight * weight;
            level += rate * error;
            weight *= 1 - rate;
        }

        return product / square;
    }

    private static double Smooth(double[] y, double rate, double first, out double squares)
    {
        double level = first;
        squares = 0;
        foreach (double value in y)
        {
            double error = value - level;
            squares += error * error;
            level += rate * error;
        }

        return level;
    }
}
