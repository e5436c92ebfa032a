namespace Rnn.Models.Text.Labelled;

/// <summary>What becomes of punctuation.</summary>
public enum PunctuationPolicy
{
    /// <summary>It parts words, and no more.</summary>
    Drop,

    /// <summary>A '.', '!' or '?' is the word "."; of several with no word between, one is left.</summary>
    Sentences,

    /// <summary>Each of . , ! ? ; : ( ) is a word of its own.</summary>
    Keep,
}

/// <summary>What becomes of digits and other numbers (Unicode's category N).</summary>
public enum NumberPolicy
{
    /// <summary>They part words, and no more: "1980s" is "s".</summary>
    Drop,

    /// <summary>They are letters like others.</summary>
    Keep,

    /// <summary>They are letters, and each decimal digit is a 0: "1980s" is "0000s".</summary>
    Zero,
}

/// <summary>How a <see cref="TextTokenizer"/> finds words. A model is used with those it was trained with.</summary>
public sealed record TextTokenizerOptions
{
    /// <summary>Turns all letters to lower case (Unicode's simple mapping, the same in any culture); default true.</summary>
    public bool LowerCase { get; init; } = true;

    /// <summary>What becomes of punctuation; <see cref="PunctuationPolicy.Sentences"/> by default.</summary>
    public PunctuationPolicy Punctuation { get; init; } = PunctuationPolicy.Sentences;

    /// <summary>
    /// Reads a text as HTML, default true: a tag (&lt;br /&gt;) parts words, an entity (&amp;quot; &amp;#39;) is its
    /// character, and the word br, which stripping leaves of tags, is dropped.
    /// </summary>
    public bool Html { get; init; } = true;

    /// <summary>What becomes of numbers; <see cref="NumberPolicy.Drop"/> by default.</summary>
    public NumberPolicy Numbers { get; init; } = NumberPolicy.Drop;

    /// <summary>
    /// Negated auxiliaries are one word, default true: isn't, however its apostrophe is written, and also where a blank
    /// or nothing but dropped characters stand for it (isn t). False: "isn" and "t".
    /// </summary>
    public bool Negations { get; init; } = true;
}
