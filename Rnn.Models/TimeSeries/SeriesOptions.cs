using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers.Recurrent;
using Rnn.Models.Diagnostics;
using Rnn.Models.Forecasting;

namespace Rnn.Models.TimeSeries;

/// <summary>The shape of a <see cref="SeriesModel"/>, what it reads and what it predicts: that of its cells, and the
/// following.</summary>
public sealed record SeriesOptions : RecurrentOptions
{
    private const int LeastContext = 8, MostSeasonalContext = 200;

    /// <summary>The defaults, with orthogonal initial values among them.</summary>
    public SeriesOptions() => Initialization = RecurrentInitialization.Orthogonal;

    /// <summary>What it says about each step; quantiles by default.</summary>
    public SeriesOutput Output { get; init; } = SeriesOutput.Quantiles;

    /// <summary>Steps that are predicted after a window's origin, at least 1; 24 by default. Quantiles reach no
    /// farther; sample paths go on.</summary>
    public int Horizon { get; init; } = 24;

    /// <summary>Steps before the origin that the recurrent layers read; 0 (the default): two seasons, 200 at most (a
    /// longer season is read by its lags), or a horizon, whichever is longer, and 8 at least.</summary>
    public int Context { get; init; }

    /// <summary>Steps of a season, such as 24 of hourly values; 1 (the default) is none.</summary>
    public int Season { get; init; } = 1;

    /// <summary>Steps of a longer season beside the other, such as 168 of hourly values; 0 (the default) is none. It adds
    /// lags to the default ones.</summary>
    public int LongSeason { get; init; }

    /// <summary>
    /// The values so many steps before the predicted one are inputs of each step; none (the default): one, two and
    /// three seasons, and of a longer season the nearest whole number of shorter ones (52 weeks of a year) and itself.
    /// Beyond the origin, where quantiles are predicted, the last known value of the same phase.
    /// </summary>
    public IReadOnlyList<int> Lags { get; init; } = [];

    /// <summary>
    /// What is predicted is the difference from the value so many steps before (beyond the origin, from the last known
    /// one of the same phase); 0: the value itself; null (the default): one season, so that an untrained model repeats
    /// the last season, or the last value. 0 for counts.
    /// </summary>
    public int? Differencing { get; init; }

    /// <summary>What predictions count from; <see cref="SeriesAnchor.Season"/> by default.</summary>
    public SeriesAnchor Anchor { get; init; } = SeriesAnchor.Season;

    /// <summary>
    /// Whether the value from which differences count has grown by what the series has grown by from season to season, as
    /// far as that is certain (nothing, mostly): an untrained model then goes on with a trend, and not with the last season
    /// alone. False by default, since growth that ends is overshot; of no meaning where values are predicted.
    /// </summary>
    public bool Growth { get; init; }

    /// <summary>The unit of values and differences; <see cref="SeriesScaling.Mean"/> by default.</summary>
    public SeriesScaling Scaling { get; init; } = SeriesScaling.Mean;

    /// <summary>Whether the model works on log(1 + value): for growth in percent; values must be 0 or more. By default
    /// false.</summary>
    public bool Logarithm { get; init; }

    /// <summary>Whether what is forecast below 0 becomes 0; false by default.</summary>
    public bool NonNegative { get; init; }

    /// <summary>The levels of quantiles, ascending, more than 0 and less than 1, 0.5 among them; by default
    /// <see cref="Forecast.DefaultLevels"/>.</summary>
    public IReadOnlyList<double> Levels { get; init; } = Forecast.DefaultLevels;

    /// <summary>
    /// How many horizons before each forecast, of the length that is asked for, say how wide its intervals are, by the errors
    /// of what would have been forecast there: intervals then follow a series that becomes more or less certain. The factor
    /// comes on top of what was held out asked for (<see cref="SeriesForecaster.Calibrate"/>). 0 (the default): none; else
    /// eight or more. A history that is shorter takes as many as it has, and with less than eight none. Of quantiles alone.
    /// </summary>
    public int RecentHorizons { get; init; }

    /// <summary>E, numbers that are learnt about each series of the training set; 0 (the default) for none. Other
    /// series have those of an unknown one.</summary>
    public int EmbeddingSize { get; init; }

    /// <summary>The recurrent cell; LSTM by default.</summary>
    public RecurrentCell Cell { get; init; } = RecurrentCell.Lstm;

    /// <summary>H, units of each layer, at least 1; 40 by default.</summary>
    public int HiddenSize { get; init; } = 40;

    /// <summary>Number of recurrent layers, at least 1; 2 by default.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>The share of values that dropout clears between layers and before the output, 0 or more and below 1;
    /// 0.1 by default.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Whether sample paths, or quantiles of all steps at once.</summary>
    internal bool HasPaths => Output != SeriesOutput.Quantiles;

    /// <summary>Context, chosen.</summary>
    internal int ContextSteps => Context > 0 ? Context
        : Math.Max(LeastContext, Math.Max(Horizon, (int)Math.Min(2L * Season, MostSeasonalContext)));

    /// <summary>Differencing, chosen.</summary>
    internal int Difference => Anchor == SeriesAnchor.Smoothing ? 0
        : Differencing ?? (Output == SeriesOutput.NegativeBinomial ? 0 : Season);

    /// <summary>Lags, chosen: without one that is always 0.</summary>
    internal int[] LagSteps =>
        [.. (Lags.Count > 0 ? Lags : Season > 1 ? [Season, 2 * Season, 3 * Season, .. LongLags] : LongLags)
            .Where(lag => lag != Difference).Distinct()];

    // In the season's phase, and a whole longer season ago: they differ where weeks stand beside years.
    private int[] LongLags => LongSeason == 0 ? []
        : [Season * (int)Math.Round((double)LongSeason / Season, MidpointRounding.AwayFromZero), LongSeason];

    /// <summary>Numbers of the output for each step.</summary>
    internal int OutputSize => Output switch
    {
        SeriesOutput.Quantiles => Levels.Count,
        SeriesOutput.StudentT => 3,
        _ => 2,
    };

    /// <summary>Refuses what is out of range.</summary>
    /// <exception cref="ArgumentException">Says which option, and what was expected.</exception>
    public void Check()
    {
        Throw.IfUndefined(nameof(Output), Output);
        Throw.IfBelow(nameof(Horizon), Horizon, 1);
        Throw.IfBelow(nameof(Context), Context, 0);
        Throw.IfBelow(nameof(Season), Season, 1);
        if (LongSeason != 0 && LongSeason <= Season)
            Throw.Outside(nameof(LongSeason), LongSeason, FormattableString.Invariant($"0, or more than the season of {Season}"));

        ArgumentNullException.ThrowIfNull(Lags);
        foreach (int lag in Lags)
            Throw.IfBelow(nameof(Lags), lag, 1);

        Throw.IfBelow(nameof(Differencing), Differencing ?? 0, 0);
        Throw.IfUndefined(nameof(Anchor), Anchor);
        if (Anchor == SeriesAnchor.Smoothing && HasPaths)
            Throw.SmoothingOfPaths(nameof(Anchor), Output);

        if (Anchor == SeriesAnchor.Smoothing && (Differencing is not null || Growth))
            Throw.SmoothingHasBoth(nameof(Anchor), Growth ? nameof(Growth) : nameof(Differencing));

        Throw.IfUndefined(nameof(Scaling), Scaling);
        if (Output == SeriesOutput.NegativeBinomial && (Difference > 0 || Logarithm || Scaling == SeriesScaling.Standard))
            Throw.CountsAreCounts(Difference > 0 ? nameof(Differencing) : Logarithm ? nameof(Logarithm) : nameof(Scaling));

        ArgumentNullException.ThrowIfNull(Levels);
        for (int i = 0; i < Levels.Count; i++)
        {
            if (!(Levels[i] > (i == 0 ? 0 : Levels[i - 1]) && Levels[i] < 1))
                Throw.Outside(nameof(Levels), Levels[i], "ascending, more than 0 and less than 1");
        }

        if (!Levels.Contains(0.5))
            Throw.NoMedian(nameof(Levels));

        if (RecentHorizons != 0 && RecentHorizons < IntervalWidths.Blocks)
            Throw.Outside(nameof(RecentHorizons), RecentHorizons, FormattableString.Invariant($"0, or {IntervalWidths.Blocks} and more"));

        if (RecentHorizons > 0 && HasPaths)
            Throw.RecentIntervalsOfPaths(nameof(RecentHorizons), Output);

        Throw.IfBelow(nameof(EmbeddingSize), EmbeddingSize, 0);
        Throw.IfUndefined(nameof(Cell), Cell);
        Throw.IfBelow(nameof(HiddenSize), HiddenSize, 1);
        Throw.IfBelow(nameof(Layers), Layers, 1);
        Throw.IfNoRate(nameof(Dropout), Dropout);
        Throw.IfNoRate(nameof(RecurrentDropout), RecurrentDropout);
        Throw.IfNoRate(nameof(WeightDropout), WeightDropout);
        Throw.IfUndefined(nameof(Initialization), Initialization);
    }

    /// <summary>Whether all of it is the same, lags and levels number by number.</summary>
    public bool Equals(SeriesOptions? other) => base.Equals(other) && Output == other.Output && Horizon == other.Horizon
        && Context == other.Context && Season == other.Season && LongSeason == other.LongSeason && Lags.SequenceEqual(other.Lags)
        && Anchor == other.Anchor && Differencing == other.Differencing && Growth == other.Growth
        && Scaling == other.Scaling && Logarithm == other.Logarithm
        && NonNegative == other.NonNegative && RecentHorizons == other.RecentHorizons
        && Levels.SequenceEqual(other.Levels) && EmbeddingSize == other.EmbeddingSize
        && Cell == other.Cell && HiddenSize == other.HiddenSize && Layers == other.Layers && Dropout == other.Dropout;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Output, Horizon, Context, Season, HiddenSize);
}
