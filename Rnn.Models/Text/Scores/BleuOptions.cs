namespace Rnn.Models.Text.Scores;

/// <summary>What the tokens are whose n-grams BLEU counts.</summary>
public enum BleuTokenizer
{
    /// <summary>
    /// Words and punctuation as the script mteval-v13a has them, the usual ones for languages that write blanks;
    /// "13a" in a signature.
    /// </summary>
    Standard,

    /// <summary>What white space parts: the text is in tokens already; "none".</summary>
    None,

    /// <summary>Characters but white space, for languages that write no blanks; "char".</summary>
    Characters,
}

/// <summary>What stands for the precision of an order that has no match, whose logarithm would be infinite.</summary>
public enum BleuSmoothing
{
    /// <summary>Nothing: the score is 0; "none" in a signature.</summary>
    None,

    /// <summary>1 / (2^k * total), for the k-th order without a match; "exp".</summary>
    Exponential,

    /// <summary>value / total; "floor".</summary>
    Floor,

    /// <summary>Matches and totals of all orders but the first have the value added; "add-k".</summary>
    Add,
}

/// <summary>How <see cref="Bleu"/> is computed. The defaults are sacreBLEU's.</summary>
public sealed record BleuOptions
{
    /// <summary>What the tokens are; <see cref="BleuTokenizer.Standard"/> by default.</summary>
    public BleuTokenizer Tokenizer { get; init; } = BleuTokenizer.Standard;

    /// <summary>What becomes of orders without a match; <see cref="BleuSmoothing.Exponential"/> by default.</summary>
    public BleuSmoothing Smoothing { get; init; } = BleuSmoothing.Exponential;

    /// <summary>
    /// The value of <see cref="BleuSmoothing.Floor"/> (null, the default: 0.1) or <see cref="BleuSmoothing.Add"/> (1),
    /// more than 0; others have none.
    /// </summary>
    public double? SmoothingValue { get; init; }

    /// <summary>The longest n-grams, 1 to 8; default 4.</summary>
    public int MaxOrder { get; init; } = 4;

    /// <summary>Takes the mean over those orders alone that the hypotheses are long enough for; default false. A
    /// sentence by itself always has it.</summary>
    public bool EffectiveOrder { get; init; }

    /// <summary>Compares in lower case; default false.</summary>
    public bool LowerCase { get; init; }
}
