using System;

namespace Rnn.Models.TimeSeries;

/// <summary>
/// How much a series has grown by from season to season, up to any step: what an anchor a season ago lacks. It is the mean
/// difference of a season, drawn towards 0 as its error says after James and Stein: mean * max(0, 1 - (e / mean)^2), where
/// differences of one season count as one (they overlap), so that e^2 = variance / (seasons - 1); but no more than the mean
/// of the last two seasons, or of the last quarter if that is longer, and 0 if that has another sign: growth that has ended
/// doesn't go on. Sources: James and Stein 1961; that the forecast of a trend should be careful: Gardner and McKenzie 1985.
/// </summary>
internal sealed class SeriesGrowth
{
    private const int LastSeasons = 2, LastShare = 4;

    private readonly int _season;
    private readonly double[] _sums, _squares;   // of the differences before a step; the first differs from the step m before

    /// <summary>Of a series.</summary>
    /// <param name="values">[T].</param>
    /// <param name="season">m, 1 or more.</param>
    public SeriesGrowth(ReadOnlySpan<double> values, int season)
    {
        _season = season;
        _sums = new double[values.Length + 1];
        _squares = new double[values.Length + 1];
        for (int t = 0; t < values.Length; t++)
        {
            double difference = t < season ? 0 : values[t] - values[t - season];
            _sums[t + 1] = _sums[t] + difference;
            _squares[t + 1] = _squares[t] + (difference * difference);
        }
    }

    /// <summary>The growth of a season, known from the values before a step; 0 before there are more than two seasons.</summary>
    /// <param name="origin">0 to T.</param>
    public double Before(int origin)
    {
        int count = origin - _season;
        double seasons = (double)count / _season;
        if (seasons <= 1)
            return 0;

        double mean = _sums[origin] / count, variance = Math.Max(0, (_squares[origin] / count) - (mean * mean));
        double shrunk = mean == 0 ? 0 : mean * Math.Max(0, 1 - (variance / (seasons - 1) / (mean * mean)));
        int last = Math.Min(count, Math.Max(LastSeasons * _season, count / LastShare));
        double recent = (_sums[origin] - _sums[origin - last]) / last;
        return shrunk * recent <= 0 ? 0 : Math.CopySign(Math.Min(Math.Abs(shrunk), Math.Abs(recent)), shrunk);
    }
}
