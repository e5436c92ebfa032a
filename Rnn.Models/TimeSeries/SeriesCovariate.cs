using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rnn.Models.Diagnostics;
using Rnn.Models.Forecasting;

namespace Rnn.Models.TimeSeries;

/// <summary>A covariate that a model reads, and its scaler: mean and standard deviation over the training
/// series.</summary>
/// <param name="Name">Of the covariate.</param>
/// <param name="Kind">Until when it is known.</param>
/// <param name="Mean">What is subtracted.</param>
/// <param name="Deviation">What it is divided by then, more than 0.</param>
internal sealed record SeriesCovariate(string Name, CovariateKind Kind, double Mean, double Deviation)
{
    /// <summary>Those of the training series, which all have the same.</summary>
    public static SeriesCovariate[] Of(IReadOnlyList<Series> training)
    {
        IReadOnlyList<Covariate> first = training[0].Covariates;
        SeriesCovariate[] all = [.. first.Select(covariate => new SeriesCovariate(covariate.Name, covariate.Kind, 0, 1))];
        double[] sums = new double[all.Length], squares = new double[all.Length];
        long count = 0;
        foreach (Series series in training)
        {
            Covariate[] covariates = Find(all, series);
            for (int k = 0; k < all.Length; k++)
            {
                foreach (double value in covariates[k].Values.Span[..series.Length])
                    sums[k] += value;
            }

            count += series.Length;
        }

        foreach (Series series in training)
        {
            Covariate[] covariates = Find(all, series);
            for (int k = 0; k < all.Length; k++)
            {
                double mean = sums[k] / count;
                foreach (double value in covariates[k].Values.Span[..series.Length])
                    squares[k] += (value - mean) * (value - mean);
            }
        }

        for (int k = 0; k < all.Length; k++)
        {
            double deviation = Math.Sqrt(squares[k] / count);
            all[k] = all[k] with { Mean = sums[k] / count, Deviation = deviation > 0 ? deviation : 1 };
        }

        return all;
    }

    /// <summary>A series' covariates, in a model's order.</summary>
    /// <exception cref="ArgumentException">One is missing, of the other kind, or unknown to the model.</exception>
    public static Covariate[] Find(SeriesCovariate[] expected, Series series)
    {
        Covariate[] found = new Covariate[expected.Length];
        for (int k = 0; k < found.Length; k++)
        {
            found[k] = series.Covariates.FirstOrDefault(covariate => covariate.Name == expected[k].Name)
                ?? throw Throw.CovariateMissing(series.Name, expected[k].Name);
            if (found[k].Kind != expected[k].Kind)
                Throw.CovariateOfOtherKind(series.Name, found[k].Name, found[k].Kind, expected[k].Kind);
        }

        foreach (Covariate covariate in series.Covariates)
        {
            if (!Array.Exists(expected, each => each.Name == covariate.Name))
                Throw.CovariateUnknown(series.Name, covariate.Name);
        }

        return found;
    }

    /// <summary>One on a line.</summary>
    public static string Write(SeriesCovariate[] covariates) => string.Join('\n', covariates.Select(each => string.Create(
        CultureInfo.InvariantCulture, $"{each.Kind} {each.Mean:R} {each.Deviation:R} {each.Name}")));

    /// <summary>What Write wrote.</summary>
    /// <exception cref="FormatException">It didn't.</exception>
    public static SeriesCovariate[] Read(string text) =>
        text.Length == 0 ? [] : [.. text.Split('\n').Select(ReadLine)];

    private static SeriesCovariate ReadLine(string line)
    {
        string[] parts = line.Split(' ', 4);
        if (parts.Length != 4 || !Enum.TryParse(parts[0], out CovariateKind kind) || !Enum.IsDefined(kind))
            throw new FormatException($"'{line}' is no covariate.");

        double mean = double.Parse(parts[1], CultureInfo.InvariantCulture);
        double deviation = double.Parse(parts[2], CultureInfo.InvariantCulture);
        return double.IsFinite(mean) && deviation > 0 && double.IsFinite(deviation)
            ? new SeriesCovariate(parts[3], kind, mean, deviation)
            : throw new FormatException($"'{line}' has no finite scale.");
    }
}
