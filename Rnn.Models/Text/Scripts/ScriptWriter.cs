using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace Rnn.Models.Text.Scripts;

/// <summary>
/// Writes tokens one after another. Where two should stand without a blank, it looks whether the scanner still tells
/// them apart (with the one before them: no decision looks further), and leaves a blank if not.
/// </summary>
internal sealed class ScriptWriter(ScriptTokenizerOptions options)
{
    private readonly List<char> _text = [];
    private ScriptState _state = new();
    private Written _last = Written.Nothing;
    private Written _secondLast = Written.Nothing;   // Nothing too, if there is a blank behind it
    private int _lineStart;
    private int _taken;
    private bool _mayName;
    private bool _isSentenceStart = true;
    private bool _wasSentenceStart;   // before the bracket that is open: a stage direction is no part of a sentence

    // A token that was written: where, and what was open before it.
    private readonly record struct Written(int Start, OpenQuotes Quotes, bool GluesRight)
    {
        public static Written Nothing { get; } = new(-1, OpenQuotes.None, false);
    }

    public void Append(string token)
    {
        OpenQuotes before = _state.Quotes;
        if (token is ScriptTokenizer.Line or ScriptTokenizer.Turn)
        {
            _text.AddRange(token == ScriptTokenizer.Line ? "\n" : "\n\n");
            (_last, _secondLast, _lineStart) = (Written.Nothing, Written.Nothing, _text.Count);
            _isSentenceStart |= token == ScriptTokenizer.Turn || options.CapitalizeLines;
            _state.Read(token);
            return;
        }

        if (_state.IsLineStart)
            _mayName = options.Speakers && _state.MayName;
        bool isName = options.Speakers && ScriptState.IsName(token);
        string cased = options.LowerCase && !isName ? Cased(token) : token;
        _state.Read(token);
        int length = _text.Count;
        _text.AddRange(cased);
        bool isGlued = !isName && (_last.GluesRight || GluesLeft(token, before)) && StaysApart(length, before);
        if (!isGlued && length > _lineStart)
            _text.Insert(length++, ' ');

        _secondLast = isGlued ? _last : Written.Nothing;
        _last = new Written(length, before, !isName && GluesRight(token, before));
        if (token is "(" or "[")
            (_wasSentenceStart, _isSentenceStart) = (_isSentenceStart, false);
        else if (token is ")" or "]")
            _isSentenceStart = _wasSentenceStart;
        else if (isName || token is "." or "!" or "?")
            _isSentenceStart = true;
        else if (ScriptScanner.IsWord(token))
            _isSentenceStart = false;
    }

    /// <summary>What was written since the last call: nothing of it changes any more.</summary>
    public string Take()
    {
        string text = new(CollectionsMarshal.AsSpan(_text)[_taken..]);
        _taken = _text.Count;
        return text;
    }

    public override string ToString() => new(CollectionsMarshal.AsSpan(_text));

    private static bool GluesLeft(string token, OpenQuotes quotes) => token.Length > 1
        ? IsRun(token)
        : token[0] switch
        {
            '\'' => quotes.HasFlag(OpenQuotes.Single),
            '"' => quotes.HasFlag(OpenQuotes.Double),
            ',' or '.' or ';' or ':' or '!' or '?' or ')' or ']' or '}' or '%' or '/' => true,
            '\u2019' or '\u201D' or '\u00BB' or '\u2026' or '\u2014' => true,
            _ => false,
        };

    private static bool GluesRight(string token, OpenQuotes quotes) => token.Length > 1
        ? IsRun(token) && token[0] == '-'
        : token[0] switch
        {
            '\'' => !quotes.HasFlag(OpenQuotes.Single),
            '"' => !quotes.HasFlag(OpenQuotes.Double),
            '(' or '[' or '{' or '/' or '$' or '#' or '@' => true,
            '\u2018' or '\u201C' or '\u00AB' or '\u2014' or '\u00A3' or '\u20AC' => true,
            _ => false,
        };

    private static bool IsRun(string token) => token[0] is '.' or '-' && token.AsSpan().IndexOfAnyExcept(token[0]) < 0;

    // A token has been added at 'at' without a blank: is the one before it, and the one before that, still read alone?
    // And would a colon make a name of the words before it?
    private bool StaysApart(int at, OpenQuotes quotes)
    {
        if (_last.Start < 0)
            return false;
        ReadOnlySpan<char> text = CollectionsMarshal.AsSpan(_text);
        if (_mayName && text[at] == ':' && ScriptScanner.NameLength(text[_lineStart..]) > 0)
            return false;
        return IsRead(text, _secondLast, _last.Start) && IsRead(text, _last, at)
            && ScriptScanner.TokenLength(text[at..], quotes) == text.Length - at;
    }

    private static bool IsRead(ReadOnlySpan<char> text, Written token, int end) =>
        token.Start < 0 || ScriptScanner.TokenLength(text[token.Start..], token.Quotes) == end - token.Start;

    private string Cased(string token)
    {
        bool isI = token == "i" || (token.Length > 2 && token[0] == 'i' && ScriptScanner.IsApostrophe(token[1])
            && token.AsSpan(2) is "m" or "ll" or "ve" or "d");
        int at = ScriptScanner.IsApostrophe(token[0]) && token.Length > 1 ? 1 : 0;
        if (!(isI || _isSentenceStart) || Rune.DecodeFromUtf16(token.AsSpan(at), out Rune first, out int length) != 0)
            return token;

        // Only what is read as the same small letter again.
        Rune capital = Rune.ToUpperInvariant(first);
        return capital == first || Rune.ToLowerInvariant(capital) != first
            ? token
            : string.Concat(token.AsSpan(0, at), capital.ToString(), token.AsSpan(at + length));
    }
}
