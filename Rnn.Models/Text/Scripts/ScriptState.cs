namespace Rnn.Models.Text.Scripts;

/// <summary>What the tokens before mean for the next one: kept alike by who reads and who writes.</summary>
internal struct ScriptState
{
    private bool _isAfterName;
    private bool _namesShareLines;   // a speaker was named in front of speech: any later line may name one

    public ScriptState()
    {
    }

    /// <summary>Quotation marks of this turn that are open.</summary>
    public OpenQuotes Quotes { get; private set; }

    /// <summary>Nothing but a line end has come since the beginning, or since a turn's end.</summary>
    public bool IsTurnStart { get; private set; } = true;

    /// <summary>No token has come on this line.</summary>
    public bool IsLineStart { get; private set; } = true;

    /// <summary>Whether what follows may be a speaker's name.</summary>
    public readonly bool MayName => IsTurnStart || (IsLineStart && _namesShareLines);

    /// <summary>Whether a token is a speaker's name with its colon.</summary>
    public static bool IsName(string token) => token.Length > 1 && token[^1] == ':';

    /// <summary>Takes the next token in.</summary>
    public void Read(string token)
    {
        bool ends = token is ScriptTokenizer.Line or ScriptTokenizer.Turn;
        _namesShareLines |= _isAfterName && !ends;
        _isAfterName = IsName(token);
        IsLineStart = ends;
        IsTurnStart = token == ScriptTokenizer.Turn || (IsTurnStart && ends);
        if (_isAfterName || token == ScriptTokenizer.Turn)
            Quotes = OpenQuotes.None;
        else if (token.Length == 1)
            ReadMark(token[0]);
    }

    private void ReadMark(char mark)
    {
        if (mark == '\'')
            Quotes ^= OpenQuotes.Single;
        else if (mark == '"')
            Quotes ^= OpenQuotes.Double;
        else if (mark == '\u2018')
            Quotes |= OpenQuotes.Curly;
        else if (mark == '\u2019')
            Quotes &= ~OpenQuotes.Curly;
    }
}
