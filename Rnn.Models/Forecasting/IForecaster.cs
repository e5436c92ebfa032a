using System.Collections.Generic;

namespace Rnn.Models.Forecasting;

/// <summary>What continues a series.</summary>
public interface IForecaster
{
    /// <summary>What tables call it.</summary>
    string Name { get; }

    /// <summary>Continues one series.</summary>
    /// <param name="history">What is known, with covariates that reach over the horizon where they are known
    /// ones.</param>
    /// <param name="horizon">The number of steps, 1 or more.</param>
    /// <returns>The same for the same arguments.</returns>
    Forecast Forecast(Series history, int horizon);

    /// <summary>Continues several series, each by itself; a network does it in batches.</summary>
    /// <param name="histories">What is known.</param>
    /// <param name="horizon">The number of steps, 1 or more.</param>
    /// <returns>One for each history.</returns>
    IReadOnlyList<Forecast> ForecastAll(IReadOnlyList<Series> histories, int horizon)
    {
        Forecast[] forecasts = new Forecast[histories.Count];
        for (int i = 0; i < forecasts.Length; i++)
            forecasts[i] = Forecast(histories[i], horizon);
        return forecasts;
    }
}
