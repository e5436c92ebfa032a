using System;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>From where forecasts are made, and how far. An origin is the number of values that are known.</summary>
public sealed record BacktestOptions
{
    /// <summary>Number of steps of each forecast, 1 or more.</summary>
    public required int Horizon { get; init; }

    /// <summary>The first origin of each series: from its beginning, or from its end as in ^48. Default: as many steps
    /// before the end as the horizon has, so that there is one origin.</summary>
    public Index? FirstOrigin { get; init; }

    /// <summary>From origin to origin, 1 or more; the last is the last that has a whole horizon after it. Default 0:
    /// the horizon.</summary>
    public int Step { get; init; }

    /// <summary>Whether what is fitted is fitted again at each origin, to what is known there. Default false: once, to
    /// what comes before the first origins.</summary>
    public bool Refit { get; init; }

    /// <summary>m of MASE and MSIS, 1 or more. Default 1.</summary>
    public int Season { get; init; } = 1;

    internal void Check()
    {
        Throw.IfBelow(nameof(Horizon), Horizon, 1);
        Throw.IfBelow(nameof(Step), Step, 0);
        Throw.IfBelow(nameof(Season), Season, 1);
    }
}
