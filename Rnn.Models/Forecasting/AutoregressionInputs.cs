using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>What a linear autoregression reads for one step: [last values, values of seasons before,
/// covariates].</summary>
internal sealed class AutoregressionInputs(int lags, IEnumerable<int> seasons, IReadOnlyList<Covariate> covariates)
{
    private readonly int[] _seasons = [.. seasons];
    private readonly (string Name, CovariateKind Kind)[] _covariates =
        [.. covariates.Select(covariate => (covariate.Name, covariate.Kind))];

    /// <summary>Their number.</summary>
    public int Count => lags + 2 * _seasons.Length + _covariates.Length;

    /// <summary>How many values must be there before the first step of a horizon.</summary>
    public int Reach(int ahead) =>
        _seasons.Select(season => Back(season, ahead) + season - ahead + 1).Append(lags).Max();

    /// <summary>Covariates are those that were fitted, and long enough.</summary>
    public void Check(string who, Series series, int horizon)
    {
        if (_covariates.Length == 0)
            return;
        if (!_covariates.SequenceEqual(series.Covariates.Select(covariate => (covariate.Name, covariate.Kind))))
        {
            Throw.OtherCovariates(who, series.Name, _covariates.Select(covariate => covariate.Name),
                series.Covariates.Select(covariate => covariate.Name));
        }

        if (series.KnownHorizon < horizon)
            Throw.KnownTooShort(who, series.Name, series.KnownHorizon, horizon);
    }

    /// <summary>Writes x for step end + ahead - 1, of what is before end.</summary>
    /// <param name="series">Whose covariates are read.</param>
    /// <param name="scaled">The values, scaled; may go on beyond the series.</param>
    /// <param name="end">Number of values that are known.</param>
    /// <param name="ahead">1 for the next step.</param>
    /// <param name="x">[Count]. Overwritten; what is before the series is as its first value.</param>
    public void Fill(Series series, ReadOnlySpan<double> scaled, int end, int ahead, Span<double> x)
    {
        int target = end + ahead - 1, i = 0;
        for (int lag = 1; lag <= lags; lag++)
            x[i++] = scaled[Math.Max(0, end - lag)];
        foreach (int season in _seasons)
        {
            int at = target - Back(season, ahead);
            x[i++] = scaled[Math.Max(0, at)];
            x[i++] = scaled[Math.Max(0, at - season)];
        }

        for (int c = 0; c < _covariates.Length; c++)
        {
            ReadOnlySpan<double> values = series.Covariates[c].Values.Span;

            // A regression that is continued has none of the past beyond the history's end.
            x[i++] = _covariates[c].Kind == CovariateKind.Known
                ? values[target]
                : values[Math.Min(end, series.Length) - 1];
        }
    }

    // Whole seasons back from the step to what is known.
    private static int Back(int season, int ahead) => (ahead + season - 1) / season * season;
}
