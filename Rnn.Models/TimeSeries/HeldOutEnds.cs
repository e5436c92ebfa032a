using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Forecasting;

namespace Rnn.Models.TimeSeries;

/// <summary>
/// What is held out at the end of each series: one horizon, or, where there are few series and they are long enough,
/// several that overlap, so that no single end decides which parameters are the best; of long ones a twentieth, whose
/// horizons stand apart, so that no single season does, and that there are enough to see how often intervals cover.
/// </summary>
/// <param name="Windows">Windows of each series, 1 or more.</param>
/// <param name="Stride">Steps from one to the next.</param>
/// <param name="Horizon">Steps of each.</param>
internal readonly record struct HeldOutEnds(int Windows, int Stride, int Horizon)
{
    private const int Enough = 32, UsualOfASeries = 8, OneIn = 4, LongOneIn = 20, Most = 256;

    /// <summary>Steps of each series that are held out.</summary>
    public int Steps => Horizon + ((Windows - 1) * Stride);

    /// <summary>Horizons that are as good as independent: those of one series that don't overlap.</summary>
    /// <param name="series">That are long enough.</param>
    public double Independent(int series) => (double)series * Steps / Horizon / Math.Max(1, Stride / (double)Horizon);

    /// <summary>Of some series: so many windows that there are enough, in at most a quarter of the shortest, or the last one
    /// alone; or more of them, whole horizons apart, in a twentieth.</summary>
    /// <param name="series">Those shorter than a horizon and two values don't count.</param>
    /// <param name="horizon">1 or more.</param>
    public static HeldOutEnds Of(IReadOnlyList<Series> series, int horizon)
    {
        int[] lengths = [.. series.Select(each => each.Length).Where(length => length > horizon + 1)];
        int room = lengths.Length == 0 ? 0 : Math.Max(0, (lengths.Min() / OneIn) - horizon);
        int half = Math.Max(1, horizon / 2), most = Math.Min(room + 1, Math.Max(UsualOfASeries, 1 + (room / half)));
        int windows = Math.Clamp(Enough / Math.Max(1, lengths.Length), 1, most);
        int share = lengths.Length == 0 ? 0 : lengths.Min() / LongOneIn;
        int many = Math.Min(share / horizon, Most / Math.Max(1, lengths.Length));
        return many > windows
            ? new HeldOutEnds(many, Math.Max(1, (share - horizon) / (many - 1) / horizon) * horizon, horizon)
            : new HeldOutEnds(windows, windows == 1 ? 0 : Math.Min(room / (windows - 1), horizon), horizon);
    }

    /// <summary>The origin of a window, of which the last is the series' last.</summary>
    /// <param name="length">Of the series.</param>
    /// <param name="window">Its number, from 0.</param>
    public int Origin(int length, int window) => length - Horizon - ((Windows - 1 - window) * Stride);
}
