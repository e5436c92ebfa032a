using System;

namespace Rnn.Models.Forecasting;

/// <summary>
/// The mean of a series and the mean change from value to value: of one that grows, the change is the same for any
/// length.
/// </summary>
internal readonly record struct SeriesScale(double Mean, double Size)
{
    public static SeriesScale Of(ReadOnlySpan<double> values)
    {
        double mean = 0, size = 0;
        foreach (double value in values)
            mean += value / values.Length;
        for (int t = 1; t < values.Length; t++)
            size += Math.Abs(values[t] - values[t - 1]) / (values.Length - 1);

        // Changes that are rounding: a constant, which is as it is.
        return new SeriesScale(mean, size > 1e-12 * Math.Abs(mean) ? size : 1);
    }

    public double[] Apply(ReadOnlySpan<double> values)
    {
        double[] scaled = new double[values.Length];
        for (int i = 0; i < scaled.Length; i++)
            scaled[i] = (values[i] - Mean) / Size;
        return scaled;
    }

    public double Undo(double scaled) => scaled * Size + Mean;
}
