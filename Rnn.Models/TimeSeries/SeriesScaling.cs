namespace Rnn.Models.TimeSeries;

/// <summary>In what unit a <see cref="SeriesModel"/> reads and predicts a series. Center and unit are computed from the
/// values of each window before its origin, so that a series of any size, known or not, looks like the
/// others.</summary>
public enum SeriesScaling
{
    /// <summary>As they are: for series of one unit and size.</summary>
    None,

    /// <summary>Divided by the mean of absolute values; differences by their own. A level of 0 stays 0.</summary>
    Mean,

    /// <summary>The mean subtracted, divided by the standard deviation; differences by the root of their mean
    /// square.</summary>
    Standard,
}
