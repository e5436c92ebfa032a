using System;
using System.Collections.Generic;
using System.Linq;

namespace Rnn.Models.Forecasting;

/// <summary>A value that was missing and is filled with what comes after it, too: whoever knows less of the series has
/// another one there.</summary>
/// <param name="Step">Where.</param>
/// <param name="LastRead">The last step that its filling was computed from, after Step.</param>
/// <param name="Before">What it is filled with where that step isn't known; NaN: no value is known before it.</param>
internal readonly record struct FilledValue(int Step, int LastRead, double Before)
{
    /// <summary>The values of a part, as they are for those who know no more than the part's end.</summary>
    /// <param name="values">[T].</param>
    /// <param name="filled">Of those values.</param>
    /// <param name="first">Where the part begins.</param>
    /// <param name="count">Its length.</param>
    /// <returns>The memory of the values themselves, unless one of them is another there.</returns>
    public static ReadOnlyMemory<double> Part(ReadOnlyMemory<double> values, IReadOnlyList<FilledValue> filled, int first,
        int count)
    {
        double[]? copy = null;
        foreach (FilledValue one in filled)
        {
            if (one.Step < first || one.Step >= first + count || one.LastRead < first + count || double.IsNaN(one.Before))
                continue;

            copy ??= values.Slice(first, count).ToArray();
            copy[one.Step - first] = one.Before;
        }

        return copy ?? values.Slice(first, count);
    }

    /// <summary>Those of a part, counted from its beginning.</summary>
    /// <param name="filled">Of the whole.</param>
    /// <param name="first">Where the part begins.</param>
    /// <param name="count">Its length.</param>
    public static FilledValue[] Of(IReadOnlyList<FilledValue> filled, int first, int count) =>
    [
        .. filled.Where(one => one.Step >= first && one.Step < first + count)
            .Select(one => one with { Step = one.Step - first, LastRead = one.LastRead - first }),
    ];

    /// <summary>Those of two parts, one after the other.</summary>
    /// <param name="filled">Of the first.</param>
    /// <param name="length">Of the first.</param>
    /// <param name="last">The last value of the first.</param>
    /// <param name="next">Of the second.</param>
    public static FilledValue[] Joined(IReadOnlyList<FilledValue> filled, int length, double last,
        IReadOnlyList<FilledValue> next) =>
    [
        .. filled, .. next.Select(one => new FilledValue(one.Step + length, one.LastRead + length,
            double.IsNaN(one.Before) ? last : one.Before)),
    ];
}
