using System.Collections.Generic;

namespace Rnn.Models.Forecasting;

/// <summary>A forecaster that learns from many series, or once, before it is asked.</summary>
public interface IFittedForecaster : IForecaster
{
    /// <summary>Learns; what was learnt before is forgotten.</summary>
    /// <param name="training">At least one series.</param>
    void Fit(IReadOnlyList<Series> training);
}
