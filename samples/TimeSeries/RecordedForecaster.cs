using System.Collections.Generic;
using Rnn.Models.Forecasting;

namespace Rnn.Samples.TimeSeries;

/// <summary>A forecaster whose forecasts are kept, for pictures and tables. One that is trained already may be kept from
/// learning again.</summary>
/// <param name="forecaster">Who forecasts.</param>
/// <param name="learns">Whether it learns what it is given, if it can.</param>
internal sealed class RecordedForecaster(IForecaster forecaster, bool learns) : IFittedForecaster
{
    private readonly List<RecordedForecast> _all = [];

    /// <inheritdoc/>
    public string Name => forecaster.Name;

    /// <summary>In the order in which they were made.</summary>
    public IReadOnlyList<RecordedForecast> All => _all;

    /// <inheritdoc/>
    public void Fit(IReadOnlyList<Series> training)
    {
        if (learns && forecaster is IFittedForecaster fitted)
            fitted.Fit(training);
    }

    /// <inheritdoc/>
    public Forecast Forecast(Series history, int horizon) => ForecastAll([history], horizon)[0];

    /// <inheritdoc/>
    public IReadOnlyList<Forecast> ForecastAll(IReadOnlyList<Series> histories, int horizon)
    {
        IReadOnlyList<Forecast> forecasts = forecaster.ForecastAll(histories, horizon);
        for (int i = 0; i < histories.Count; i++)
            _all.Add(new RecordedForecast(histories[i].Name, histories[i].Length, forecasts[i]));

        return forecasts;
    }
}

/// <summary>A forecast of a series.</summary>
/// <param name="Series">Its name.</param>
/// <param name="Origin">The number of values that were known.</param>
/// <param name="Forecast">What was said.</param>
internal sealed record RecordedForecast(string Series, int Origin, Forecast Forecast);
