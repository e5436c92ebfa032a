using Rnn.Models.Diagnostics;
using Rnn.Models.Text;

namespace Rnn.Models.Classification;

/// <summary>What a text costs whose margin m = y * score is small.</summary>
public enum LinearLoss
{
    /// <summary>log(1 + exp(-m)): scores are log-odds.</summary>
    Logistic,

    /// <summary>max(0, 1 - m)^2, that of a support vector machine: scores are no log-odds.</summary>
    SquaredHinge,
}

/// <summary>
/// How a <see cref="LinearTextClassifier"/> sees texts and is trained. The defaults are those that were best on 2,500
/// reviews of films that were held out, after training on 20,000.
/// </summary>
public sealed record LinearTextClassifierOptions
{
    /// <summary>The longest n-gram in words, 1 to 8; 3 by default: words, pairs and triples.</summary>
    public int MaxN { get; init; } = 3;

    /// <summary>Whether an n-gram counts once a text (true, the default) or as often as it occurs.</summary>
    public bool Presence { get; init; } = true;

    /// <summary>N-grams that fewer texts have are left out. At least 1, which keeps all; 2 by default, which of reviews
    /// keeps a fifth of the n-grams and is no worse.</summary>
    public int MinTexts { get; init; } = 2;

    /// <summary>
    /// Whether features are multiplied by their log-count ratios r = log((a + p) / |a + p|) - log((a + q) / |a + q|), p
    /// and q being an n-gram's counts in texts of the class and of the others. True by default.
    /// </summary>
    public bool NaiveBayes { get; init; } = true;

    /// <summary>a of the log-count ratios, more than 0; 1 by default.</summary>
    public double Smoothing { get; init; } = 1;

    /// <summary>
    /// b of the interpolation w' = (1 - b) * mean|w| + b * w of the weights of features that are multiplied by their
    /// ratios: 0 is naive Bayes alone, 1 (the default) none of it, the paper's support vector machine has 0.25.
    /// </summary>
    public double Interpolation { get; init; } = 1;

    /// <summary>What training makes small; logistic by default.</summary>
    public LinearLoss Loss { get; init; } = LinearLoss.Logistic;

    /// <summary>C, the price of a text's loss beside |w|^2 / 2, as LIBLINEAR's; more than 0, 0.2 by default.</summary>
    public double Cost { get; init; } = 0.2;

    /// <summary>Whether there is an intercept: a feature that is 1 in every text, whose weight costs as any other's.
    /// True by default.</summary>
    public bool Intercept { get; init; } = true;

    /// <summary>
    /// Training ends when the duality gap is this part of the objective, which is then no further from its minimum.
    /// 1e-10 to 1; 1e-3 by default.
    /// </summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>Training ends after so many runs through the texts in any case. At least 1; 1000 by default.</summary>
    public int MaxEpochs { get; init; } = 1000;

    /// <summary>Of the order in which texts are visited; 1 by default.</summary>
    public ulong Seed { get; init; } = 1;

    internal void Check()
    {
        const string owner = nameof(LinearTextClassifierOptions);
        if (MaxN is < 1 or > NGramTable.MaxOrder)
            Throw.OptionOutside(owner, nameof(MaxN), MaxN, $"1 to {NGramTable.MaxOrder}");
        if (MinTexts < 1)
            Throw.OptionOutside(owner, nameof(MinTexts), MinTexts, "1 or more");
        if (!(Smoothing > 0 && double.IsFinite(Smoothing)))
            Throw.OptionOutside(owner, nameof(Smoothing), Smoothing, "a finite number above 0");
        if (!(Interpolation >= 0 && Interpolation <= 1))
            Throw.OptionOutside(owner, nameof(Interpolation), Interpolation, "0 to 1");
        if (Interpolation < 1 && !NaiveBayes)
            Throw.InterpolationWithoutRatios(owner, nameof(Interpolation), nameof(NaiveBayes), Interpolation);
        Throw.IfUndefined(nameof(Loss), Loss);
        if (!(Cost > 0 && double.IsFinite(Cost)))
            Throw.OptionOutside(owner, nameof(Cost), Cost, "a finite number above 0");
        if (!(Tolerance >= 1e-10 && Tolerance <= 1))
            Throw.OptionOutside(owner, nameof(Tolerance), Tolerance, "1e-10 to 1");
        if (MaxEpochs < 1)
            Throw.OptionOutside(owner, nameof(MaxEpochs), MaxEpochs, "1 or more");
    }
}
