namespace Rnn.Models.Text.Scores;

/// <summary>How <see cref="ChrF"/> is computed. The defaults are sacreBLEU's.</summary>
public sealed record ChrFOptions
{
    /// <summary>The longest n-grams of characters, 1 to 8; default 6.</summary>
    public int MaxOrder { get; init; } = 6;

    /// <summary>How many times recall counts as much as precision, more than 0; default 2.</summary>
    public double Beta { get; init; } = 2;

    /// <summary>White space is characters like others; default false: it is left out.</summary>
    public bool Blanks { get; init; }

    /// <summary>Compares in lower case; default false.</summary>
    public bool LowerCase { get; init; }
}
