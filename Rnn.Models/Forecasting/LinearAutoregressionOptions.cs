using System;
using System.Collections.Generic;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>What a linear autoregression reads.</summary>
public sealed record LinearAutoregressionOptions
{
    /// <summary>The number of last values that are read. Default 0: of the first of <see cref="Seasons"/>, but 4 at
    /// least and 48 at most. A short history has fewer.</summary>
    public int Lags { get; init; }

    /// <summary>
    /// The lengths of seasons: of each, the values one season (and more, as far as the horizon needs it) before the
    /// step to forecast, and twice as far, are read too. Each 2 or more; none by default. 24 and 168 of hours.
    /// </summary>
    public IReadOnlyList<int> Seasons { get; init; } = [];

    /// <summary>Each step of the horizon has a regression of its own (the default); or one of the next step is
    /// continued with its own forecasts.</summary>
    public bool Direct { get; init; } = true;

    /// <summary>All series that are fitted have one function. Default false: each has its own.</summary>
    public bool Together { get; init; }

    /// <summary>Whether covariates are read: known ones at the step to forecast, past ones at the last step of the
    /// history. Default true.</summary>
    public bool Covariates { get; init; } = true;

    /// <summary>The penalty on squared weights, as a share of each input's variance. Default 1e-4; at least
    /// 0.</summary>
    public double Ridge { get; init; } = 1e-4;

    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Seasons);
        Throw.IfBelow(nameof(Lags), Lags, 0);
        foreach (int season in Seasons)
            Throw.IfBelow(nameof(Seasons), season, 2);
        if (!(Ridge >= 0 && double.IsFinite(Ridge)))
            Throw.Outside(nameof(Ridge), Ridge, "0 or more, and finite");
    }
}
