namespace Rnn.Models.Text.Parallel;

/// <summary>What the tokens of a sentence are.</summary>
public enum SentenceUnits
{
    /// <summary>Words and marks of punctuation.</summary>
    Words,

    /// <summary>Characters (Unicode scalar values), blanks too.</summary>
    Characters,

    /// <summary>Words in pieces, as a <see cref="BytePairEncoding"/> cuts them.</summary>
    Subwords,
}

/// <summary>How a <see cref="SentenceTokenizer"/> reads. A model is used with those it was trained with.</summary>
public sealed record SentenceTokenizerOptions
{
    /// <summary>What the tokens are; <see cref="SentenceUnits.Words"/> by default.</summary>
    public SentenceUnits Units { get; init; } = SentenceUnits.Words;

    /// <summary>Turns all letters to lower case (Unicode's simple mapping, the same in any culture), and never back;
    /// default false.</summary>
    public bool LowerCase { get; init; }
}
