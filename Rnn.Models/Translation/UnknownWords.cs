namespace Rnn.Models.Translation;

/// <summary>What becomes of a word that the target's vocabulary lacks.</summary>
public enum UnknownWords
{
    /// <summary>The source word that was looked at most stands in its place: names and numbers are the same in both
    /// languages. Without attention as <see cref="Write"/>. Source: Jean, Cho, Memisevic and Bengio 2015.</summary>
    Copy,

    /// <summary>"&lt;unk&gt;" is written.</summary>
    Write,

    /// <summary>It is never chosen.</summary>
    Avoid,
}
