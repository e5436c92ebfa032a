using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rnn.Core.Layers.Recurrent;

namespace Rnn.Benchmarks.Models;

/// <summary>
/// A size of a word model's training step, one of several along an axis on which only that size differs: so that a time a
/// token can be seen to grow as its operations do, or not at all.
/// </summary>
/// <param name="Axis">What grows.</param>
/// <param name="Value">To how much.</param>
/// <param name="Sizes">Of the model.</param>
public sealed record GrowthPoint(string Axis, long Value, WordModelSizes Sizes)
{
    /// <summary>What all axes go through, or by.</summary>
    public static WordModelSizes Middle { get; } = new(RecurrentCell.Lstm, 2000, 128, 128, 1, 32, 32);

    /// <summary>All points of all axes, ascending along each.</summary>
    public static IReadOnlyList<GrowthPoint> All { get; } =
    [
        .. Along("steps", [4, 16, 64, 256], steps => Middle with { T = steps }),
        .. Along("rows", [1, 4, 16, 64, 256], rows => Middle with { B = rows }),
        .. Along("units", [16, 64, 256, 1024], units => Middle with { E = units, H = units }),
        .. Along("words", [125, 1000, 8000, 64_000], words => Middle with { V = words }),
        .. Along("windows", [4, 64, 1024, 16_384], windows => Middle with { Windows = windows })
            .Select(point => point with { Axis = "text", Value = point.Value * point.Sizes.T * point.Sizes.B }),
    ];

    /// <summary>The first of each axis.</summary>
    public static IEnumerable<GrowthPoint> Smallest => All.GroupBy(point => point.Axis).Select(axis => axis.First());

    /// <summary>Its name as a work.</summary>
    public string Work => string.Create(CultureInfo.InvariantCulture, $"growth-{Axis}-{Value}");

    /// <summary>One line.</summary>
    public string Description => string.Create(CultureInfo.InvariantCulture,
        $"training step of embedding {Sizes.V:N0} x {Sizes.E}, LSTM {Sizes.H}, softmax; {Sizes.T} steps, {Sizes.B} rows, a text of ")
        + string.Create(CultureInfo.InvariantCulture, $"{(long)Sizes.Windows * Sizes.T * Sizes.B:N0} words");

    /// <summary>The point of that work, or null.</summary>
    public static GrowthPoint? Find(string work) => All.FirstOrDefault(point => point.Work == work);

    private static IEnumerable<GrowthPoint> Along(string axis, int[] values, System.Func<int, WordModelSizes> sizes) =>
        values.Select(value => new GrowthPoint(axis, value, sizes(value)));
}
