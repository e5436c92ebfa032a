namespace Rnn.Models.Text.Scripts;

/// <summary>How a <see cref="ScriptTokenizer"/> works. A model is used with those it was trained with.</summary>
public sealed record ScriptTokenizerOptions
{
    /// <summary>
    /// Turns the letters of words to lower case (Unicode's simple mapping, the same in any culture), but not those of
    /// speakers; default true. Writing then restores capitals at the beginning of sentences, and that of "I".
    /// </summary>
    public bool LowerCase { get; init; } = true;

    /// <summary>
    /// Writes a capital at the beginning of each line, as in verse, where <see cref="LowerCase"/> took it away; default
    /// true. False: of each sentence alone.
    /// </summary>
    public bool CapitalizeLines { get; init; } = true;

    /// <summary>Reads the name before a turn, with its colon, as one token; default true. False: as words.</summary>
    public bool Speakers { get; init; } = true;
}
