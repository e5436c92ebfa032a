namespace Rnn.Models.TimeSeries;

/// <summary>What the predictions of a <see cref="SeriesModel"/> count from: what it says untrained, and where it has learnt
/// nothing that is worth its weight.</summary>
public enum SeriesAnchor
{
    /// <summary>The last known value of the same phase (<see cref="SeriesOptions.Differencing"/>), with growth if that is
    /// asked for (<see cref="SeriesOptions.Growth"/>).</summary>
    Season,

    /// <summary>
    /// What exponential smoothing expects (<see cref="Forecasting.SmoothingForecaster"/>), fitted anew to the values before
    /// each window's origin; the unit is its deviation at each step. The network corrects that forecast and its intervals,
    /// and untrained it is that forecast. For short series: each origin costs a fit, of 100 monthly values tens of
    /// milliseconds, and a series may have 2,000 values at most. Windows whose past has fewer than two seasons teach
    /// nothing. For quantiles alone.
    /// </summary>
    Smoothing,
}
