using System;
using System.Collections.Concurrent;
using Rnn.Models.Forecasting;

namespace Rnn.Models.TimeSeries;

/// <summary>What exponential smoothing makes of one series, from each origin that is asked for; computed once.</summary>
/// <param name="values">[T], the series, in a model's units.</param>
/// <param name="season">m; 1 is none.</param>
/// <param name="horizon">H, steps after each origin.</param>
internal sealed class SmoothedAnchors(double[] values, int season, int horizon)
{
    // What is left of errors where a form fits exactly.
    private const double Negligible = 1e-9;

    private readonly ConcurrentDictionary<int, Smoothing> _all = new();
    private readonly SmoothingForecaster _forecaster = new(season, levels: []);

    /// <summary>What step t is expected to be: of those before the origin by the values before each, with the parameters
    /// that fit all before the origin; of the others by the values before the origin.</summary>
    /// <param name="t">0 to origin + H - 1.</param>
    /// <param name="origin">1 to T.</param>
    public double Mean(int t, int origin)
    {
        Smoothing smoothing = At(origin);
        int before = origin - t;
        return t >= origin ? smoothing.Mean[t - origin]
            : before <= smoothing.Fitted.Length ? smoothing.Fitted[^before] : values[t];   // a past too long to be read
    }

    /// <summary>The deviation of step t: one step's before the origin. 0 where nothing is uncertain.</summary>
    /// <param name="t">0 to origin + H - 1.</param>
    /// <param name="origin">1 to T.</param>
    public double Deviation(int t, int origin) => At(origin).Deviations[Math.Max(0, t - origin)];

    private Smoothing At(int origin) => _all.GetOrAdd(origin, Smooth);

    private Smoothing Smooth(int origin)
    {
        Smoothing smoothing = _forecaster.Smooth(values.AsSpan(0, origin), horizon);
        double size = 0;
        for (int t = 0; t < origin; t++)
            size += Math.Abs(values[t]) / origin;

        return smoothing.Deviations[0] > Negligible * size ? smoothing : smoothing with { Deviations = new double[horizon] };
    }
}
