namespace Rnn.Models.Forecasting;

/// <summary>How exponential smoothing continues a trend.</summary>
public enum SmoothingTrend
{
    /// <summary>The form with the least AICc.</summary>
    Automatic,

    /// <summary>There is none.</summary>
    None,

    /// <summary>The same change for each step.</summary>
    Additive,

    /// <summary>A change that gets smaller by a factor at each step.</summary>
    Damped,
}

/// <summary>How exponential smoothing combines a season with the level.</summary>
public enum SmoothingSeason
{
    /// <summary>The form with the least AICc; none where the history has fewer than two seasons.</summary>
    Automatic,

    /// <summary>There is none.</summary>
    None,

    /// <summary>Level and season are added.</summary>
    Additive,

    /// <summary>The level is multiplied by the season; additive where a value isn't above 0.</summary>
    Multiplicative,
}
