namespace Rnn.Models.TimeSeries;

/// <summary>What a <see cref="SeriesModel"/> says about each step to come.</summary>
public enum SeriesOutput
{
    /// <summary>Quantiles of all steps of the horizon at once, trained by the pinball loss: nothing that was predicted
    /// is read again. Source: Wen et al. 2017.</summary>
    Quantiles,

    /// <summary>A normal distribution of the next step; forecasts are sample paths, which read what was
    /// drawn.</summary>
    Normal,

    /// <summary>The same with Student's t, whose tails are heavy. Source: Salinas et al. 2020 (DeepAR).</summary>
    StudentT,

    /// <summary>The same with a negative binomial distribution: series of counts.</summary>
    NegativeBinomial,
}
