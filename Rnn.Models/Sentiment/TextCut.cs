namespace Rnn.Models.Sentiment;

/// <summary>What is kept of a text that is too long.</summary>
public enum TextCut
{
    /// <summary>Its beginning.</summary>
    Head,

    /// <summary>Its end, where reviews give their verdict.</summary>
    Tail,

    /// <summary>Half from its beginning and half from its end.</summary>
    Both,
}
