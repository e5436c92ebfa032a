using System;
using System.Buffers;
using System.Collections.Frozen;
using System.Linq;
using System.Text;

namespace Rnn.Models.Text.Parallel;

/// <summary>What the tokens of a sentence are, and where no blank stands between two of them.</summary>
internal static class SentenceScanner
{
    /// <summary>Says that no blank stands there.</summary>
    public const char Joiner = '\u2060';

    private const int NonJoiner = 0x200C, WidthJoiner = 0x200D;   // part of a word, if it goes on
    private const char TypographicApostrophe = '\u2019', LetterApostrophe = '\u02BC';

    private static readonly SearchValues<char> s_invisible = SearchValues.Create("\u00AD\u200B\u2060\uFEFF");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_contractions =
        Set("s", "ll", "re", "ve", "d", "m");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_pronouns = Set(
        "je", "tu", "il", "elle", "on", "nous", "vous", "ils", "elles", "ce", "moi", "toi", "le", "la", "les", "lui", "leur",
        "y", "en", "t", "ci", "l\u00E0");

    /// <summary>The text with one blank for white space, none at its ends, ' for apostrophes between letters, and no
    /// invisible characters.</summary>
    /// <param name="text">Read.</param>
    /// <param name="lowerCase">Turns letters to lower case.</param>
    public static string Prepare(string text, bool lowerCase)
    {
        if (text.AsSpan().ContainsAny(s_invisible))
            text = string.Concat(text.Where(c => !s_invisible.Contains(c)));
        StringBuilder prepared = new(text.Length);
        Span<char> chars = stackalloc char[2];
        bool hasBlank = false;
        for (int at = 0; at < text.Length;)
        {
            if (char.IsAsciiLetterOrDigit(text[at]) && !hasBlank)   // most characters
            {
                prepared.Append(lowerCase ? char.ToLowerInvariant(text[at]) : text[at]);
                at++;
                continue;
            }

            Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out int length);
            at += length;
            if (Rune.IsWhiteSpace(rune))
            {
                hasBlank = true;
                continue;
            }

            if (hasBlank && prepared.Length > 0)
                prepared.Append(' ');
            bool isApostrophe = rune.Value is TypographicApostrophe or LetterApostrophe && !hasBlank
                && prepared.Length > 0 && IsLetterBefore(prepared) && at < text.Length && IsLetterAt(text, at);
            hasBlank = false;
            rune = isApostrophe ? new Rune('\'') : lowerCase ? Rune.ToLowerInvariant(rune) : rune;
            prepared.Append(chars[..rune.EncodeToUtf16(chars)]);
        }

        return prepared.ToString();
    }

    /// <summary>Chars of the token that begins at a place of a prepared text, where no blank is.</summary>
    public static int TokenLength(string text, int at)
    {
        int length = EndingLength(text, at);
        if (length > 0)
            return length;
        return StartsWord(text.AsSpan(at)) ? WordLength(text, at) : MarkLength(text, at);
    }

    /// <summary>Whether a token is a word, and neither an ending nor elided (l').</summary>
    public static bool IsWord(ReadOnlySpan<char> token)
    {
        Rune.DecodeFromUtf16(token, out Rune first, out _);
        return IsLetterOrNumber(first) && !IsElided(token);
    }

    /// <summary>Whether a token is a word, a part of one or an ending, and no mark of punctuation.</summary>
    public static bool HasLetters(ReadOnlySpan<char> token) =>
        StartsWord(token) || (token.Length > 1 && token[0] is '\'' or '-' && StartsWord(token[1..]));

    /// <summary>Whether no blank stands before a token, unless it says otherwise.</summary>
    /// <param name="token">Without what it says. Read.</param>
    /// <param name="isQuoteOpen">Whether a " before it is open.</param>
    public static bool GluesLeft(ReadOnlySpan<char> token, bool isQuoteOpen) => token[0] switch
    {
        '"' => isQuoteOpen,
        ',' or '.' or ';' or ':' or '!' or '?' or '%' or ')' or ']' or '}' or '/' or '\'' => true,
        '\u2019' or '\u201D' or '\u00BB' or '\u2026' => true,
        '-' => token.Length > 1 && token[1] != '-',
        _ => false,
    };

    /// <summary>Whether no blank stands behind a token, unless it or the next one says otherwise.</summary>
    /// <param name="token">Without what it says. Read.</param>
    /// <param name="isQuoteOpen">Whether a " is open behind it.</param>
    public static bool GluesRight(ReadOnlySpan<char> token, bool isQuoteOpen) => token[0] switch
    {
        '"' => isQuoteOpen,
        '(' or '[' or '{' or '/' or '#' or '@' or '$' or '\u00A3' or '\u20AC' or '\u00BF' or '\u00A1' => true,
        '\u2018' or '\u201C' or '\u00AB' => true,
        _ => IsElided(token),
    };

    private static bool IsElided(ReadOnlySpan<char> token) => token.Length > 1 && token[^1] == '\'';

    // 's and its like, -vous and its like, behind a letter, with nothing of the word behind them but other endings.
    private static int EndingLength(ReadOnlySpan<char> text, int at)
    {
        if (at == 0 || text[at] is not ('\'' or '-') || !IsLetterBefore(text[..at]))
            return 0;
        int length = LettersLength(text[(at + 1)..]);
        ReadOnlySpan<char> letters = text.Slice(at + 1, length);
        if (length == 0 || !(text[at] == '-' ? s_pronouns : s_contractions).Contains(letters))
            return 0;
        int end = at + 1 + length;
        bool goesOn = end + 1 < text.Length && text[end] is '\'' or '-' && LettersLength(text[(end + 1)..]) > 0
            && EndingLength(text, end) == 0;
        return goesOn || (end < text.Length && StartsWord(text[end..])) ? 0 : end - at;
    }

    private static int WordLength(string text, int start)
    {
        for (int at = start; ;)
        {
            at += RunLength(text.AsSpan(at));
            if (at + 1 >= text.Length)
                return at - start;
            char c = text[at], before = text[at - 1], after = text[at + 1];
            if (c is '.' or ',' or ':' && char.IsAsciiDigit(before) && char.IsAsciiDigit(after))
            {
                at++;
                continue;
            }

            if (c is not ('\'' or '-') || !IsLetterBefore(text.AsSpan(0, at)) || !IsLetterAt(text, at + 1)
                || EndingLength(text, at) > 0)
            {
                return at - start;
            }

            at++;
            if (c == '\'' && !IsNegation(text, at))
                return at - start;
        }
    }

    // Behind the apostrophe of don't.
    private static bool IsNegation(string text, int at) => text[at] is 't' or 'T' && text[at - 2] is 'n' or 'N'
        && (at + 1 == text.Length || !(StartsWord(text.AsSpan(at + 1)) || text[at + 1] == '\''));

    private static int MarkLength(string text, int at)
    {
        char c = text[at];
        if (c is '.' or '-')
        {
            int other = text.AsSpan(at).IndexOfAnyExcept(c);
            int run = other < 0 ? text.Length - at : other;
            if (run > 1)
                return run;
        }

        // With what belongs to it: the variation of an emoji, the parts of one that are joined.
        Rune.DecodeFromUtf16(text.AsSpan(at), out _, out int length);
        while (at + length < text.Length)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at + length), out Rune next, out int nextLength);
            if (!IsMark(next))
                break;
            length += nextLength;
        }

        return length;
    }

    // Letters, marks, numbers and joiners.
    private static int RunLength(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length)
        {
            if (char.IsAsciiLetterOrDigit(text[length]))
            {
                length++;
                continue;
            }

            Rune.DecodeFromUtf16(text[length..], out Rune rune, out int chars);
            if (!IsLetterOrNumber(rune) && !(length > 0 && IsMark(rune)))
                break;
            length += chars;
        }

        return length;
    }

    private static int LettersLength(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length)
        {
            Rune.DecodeFromUtf16(text[length..], out Rune rune, out int chars);
            if (!Rune.IsLetter(rune) && !IsMark(rune))
                break;
            length += chars;
        }

        return length;
    }

    private static bool StartsWord(ReadOnlySpan<char> text)
    {
        Rune.DecodeFromUtf16(text, out Rune rune, out _);
        return IsLetterOrNumber(rune);
    }

    private static bool IsLetterAt(string text, int at)
    {
        Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out _);
        return Rune.IsLetter(rune);
    }

    private static bool IsLetterBefore(ReadOnlySpan<char> text)
    {
        Rune.DecodeLastFromUtf16(text, out Rune rune, out _);
        return Rune.IsLetter(rune) || IsMark(rune);
    }

    private static bool IsLetterBefore(StringBuilder text) => text.Length == 1 || !char.IsLowSurrogate(text[^1])
        ? IsLetterBefore([text[^1]])
        : IsLetterBefore([text[^2], text[^1]]);

    private static bool IsLetterOrNumber(Rune rune) => Rune.IsLetterOrDigit(rune)
        || CharacterKinds.IsNumber(Rune.GetUnicodeCategory(rune));

    private static bool IsMark(Rune rune) => rune.Value is NonJoiner or WidthJoiner
        || CharacterKinds.IsMark(Rune.GetUnicodeCategory(rune));

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Set(params string[] words) =>
        words.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
}
