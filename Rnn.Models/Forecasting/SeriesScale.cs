using System;

namespace Rnn.Models.Forecasting;

/// <summary>The mean of a series and the mean distance from it.</summary>
internal readonly record struct SeriesScale(double Mean, double Size)
{
    public static SeriesScale Of(ReadOnlySpan<double> values)
    {
        double mean = 0, size = 0;
        foreach (double value in values)
            mean += value / values.Length;
        foreach (double value in values)
            size += Math.Abs(value - mean) / values.Length;

        // A constant's distances are rounding: it is as it is.
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
