using System;
using System.Collections.Generic;

namespace Rnn.Models.Forecasting;

/// <summary>Until when the values of a covariate are there.</summary>
public enum CovariateKind
{
    /// <summary>As long as the series: what was measured beside it.</summary>
    Past,

    /// <summary>Known in advance, as the calendar is: it has values for the steps to forecast too.</summary>
    Known,
}

/// <summary>A second row of numbers beside a series, step by step, from which its future may be told.</summary>
/// <param name="Name">Unique within a series.</param>
/// <param name="Kind">Until when its values are there.</param>
/// <param name="Values">[T] of a past one; [T + K] of one that is known for K steps more. Finite.</param>
public sealed record Covariate(string Name, CovariateKind Kind, ReadOnlyMemory<double> Values)
{
    /// <summary>Values that were missing.</summary>
    internal IReadOnlyList<FilledValue> Filled { get; init; } = [];

    /// <summary>A covariate whose values are those of a series: where gaps of it were filled, a part of a series still
    /// sees nothing that comes after its end.</summary>
    /// <param name="name">Unique within a series.</param>
    /// <param name="kind">Until when its values are there.</param>
    /// <param name="values">As <see cref="SeriesBuilder"/> makes them.</param>
    public static Covariate Of(string name, CovariateKind kind, Series values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new Covariate(name, kind, values.Values.ToArray()) { Filled = values.Filled };
    }
}
