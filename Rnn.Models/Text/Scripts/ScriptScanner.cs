using System;
using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Rnn.Models.Text.Scripts;

/// <summary>
/// Where tokens end: functions of the text that follows and of the quotes that are open, and of nothing before. So
/// what is written can be tried out (<see cref="ScriptWriter"/>). No decision looks more than two chars past the end of
/// its token, but for an apostrophe, which looks at the letters behind it.
/// </summary>
internal static class ScriptScanner
{
    private const int MostNameWords = 5;
    private const int MostNameChars = 40;

    // What an apostrophe may begin: elsewhere it is a quotation mark.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_elided = Set(
        "tis", "twas", "twere", "twill", "twould", "twixt", "t", "s", "em", "gainst", "fore", "scape", "scaped",
        "mongst", "longs", "longeth", "til", "till", "cause", "bout", "round", "neath", "cept", "kay", "zounds");

    // What may end with an apostrophe within single quotes, where any other word is closed by it.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_clipped =
        Set("o", "i", "th", "wi", "ha");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_abbreviated =
        Set("mr", "mrs", "ms", "dr", "st");

    private enum Kind
    {
        White,
        Word,
        Mark,
        Other,
    }

    /// <summary>Whether a char stands between tokens: white space, and control characters.</summary>
    public static bool IsWhite(char c) => c <= ' ' || (c >= 0x7F && (char.IsWhiteSpace(c) || char.IsControl(c)));

    /// <summary>Whether it may be the apostrophe of a word.</summary>
    public static bool IsApostrophe(char c) => c is '\'' or '\u2019';

    /// <summary>Whether a token is a word or a number: a letter or a digit is first, or follows an apostrophe.</summary>
    public static bool IsWord(string token) =>
        KindAt(token, token.Length > 1 && IsApostrophe(token[0]) ? 1 : 0, out _) == Kind.Word;

    /// <summary>The chars of the token that a text begins with.</summary>
    /// <param name="text">Not empty, and not white at the beginning. Read.</param>
    /// <param name="quotes">Those that are open.</param>
    public static int TokenLength(ReadOnlySpan<char> text, OpenQuotes quotes)
    {
        char c = text[0];
        Kind kind = KindAt(text, 0, out int length);
        if (kind == Kind.Word)
            return WordLength(text, length, quotes);
        if (IsApostrophe(c) && s_elided.Contains(Letters(text[1..])))
            return WordLength(text, 1, quotes);
        if (c == '<' && text.StartsWith(TokenVocabulary.Unknown, StringComparison.Ordinal))
            return TokenVocabulary.Unknown.Length;
        if (c is '.' or '-')
        {
            int end = text.IndexOfAnyExcept(c);
            return end < 0 ? text.Length : end;
        }

        return length;
    }

    /// <summary>The chars of the name of a speaker and its colon, if a line begins with them; else 0.</summary>
    /// <param name="line">Not white at the beginning; may go on past the line's end. Read.</param>
    public static int NameLength(ReadOnlySpan<char> line)
    {
        bool hasLetter = false, wasWhite = true, isList = false;
        int words = 0, chars = 0, wordStart = 0;
        for (int at = 0; at < line.Length;)
        {
            char c = line[at];
            if (c == ':')
                return hasLetter && !wasWhite && IsFollowed(line[(at + 1)..], isList) ? at + 1 : 0;

            Kind kind = KindAt(line, at, out int length);
            at += length;
            if (kind == Kind.White)
            {
                if (c is '\n' or '\r')
                    return 0;
                wasWhite = true;
                continue;
            }

            if (kind == Kind.Other && !("'.-&#,/".Contains(c) || c == '\u2019'))
                return 0;
            wordStart = wasWhite ? at - length : wordStart;
            if (c == '.' && at < line.Length && IsWhite(line[at]) && !IsShortened(line[wordStart..(at - 1)]))
                return 0;
            isList |= c == ',';
            hasLetter |= kind == Kind.Word && !char.IsAsciiDigit(c);
            words += wasWhite ? 1 : 0;
            chars += length;
            wasWhite = false;
            if (words > MostNameWords || chars > MostNameChars)
                return 0;
        }

        return 0;
    }

    // "Mr." and "J."; after any other word the sentence ends.
    private static bool IsShortened(ReadOnlySpan<char> word) => word.Length == 1 || s_abbreviated.Contains(word);

    // A list of names stands alone on its line: before speech, a comma is more likely to belong to a sentence.
    private static bool IsFollowed(ReadOnlySpan<char> rest, bool isList)
    {
        for (int at = 0; at < rest.Length && rest[at] is not ('\n' or '\r'); at++)
        {
            if (!IsWhite(rest[at]))
                return at > 0 && !isList;
        }

        return true;
    }

    private static int WordLength(ReadOnlySpan<char> text, int at, OpenQuotes quotes)
    {
        while (at < text.Length)
        {
            if (KindAt(text, at, out int length) is Kind.Word or Kind.Mark)
            {
                at += length;
                continue;
            }

            char c = text[at];
            bool goesOn = at + 1 < text.Length && KindAt(text, at + 1, out _) == Kind.Word;
            if (goesOn && (c == '-' || IsApostrophe(c)
                || (c is '.' or ',' or ':' && char.IsAsciiDigit(text[at - 1]) && char.IsAsciiDigit(text[at + 1]))))
            {
                at++;
                continue;
            }

            if (IsApostrophe(c))
            {
                bool closes = quotes.HasFlag(c == '\'' ? OpenQuotes.Single : OpenQuotes.Curly);
                return closes && !s_clipped.Contains(text[..at]) ? at : at + 1;
            }

            return c == '.' && s_abbreviated.Contains(text[..at]) ? at + 1 : at;
        }

        return at;
    }

    private static ReadOnlySpan<char> Letters(ReadOnlySpan<char> text)
    {
        int at = 0;
        while (at < text.Length && KindAt(text, at, out int length) is Kind.Word or Kind.Mark)
            at += length;
        return text[..Math.Min(at, text.Length)];
    }

    // Joiners and what else is a format character go with marks: they continue a word, and begin none.
    private static Kind KindAt(ReadOnlySpan<char> text, int at, out int length)
    {
        char c = text[at];
        length = 1;
        if (char.IsAscii(c))
            return char.IsAsciiLetterOrDigit(c) || c == '_' ? Kind.Word : IsWhite(c) ? Kind.White : Kind.Other;
        if (IsWhite(c))
            return Kind.White;

        if (Rune.DecodeFromUtf16(text[at..], out Rune rune, out length) != OperationStatus.Done)
            return Kind.Other;
        UnicodeCategory category = Rune.GetUnicodeCategory(rune);
        return CharacterKinds.IsLetter(category) || CharacterKinds.IsNumber(category) ? Kind.Word
            : CharacterKinds.IsMark(category) || category == UnicodeCategory.Format ? Kind.Mark
            : Kind.Other;
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Set(params ReadOnlySpan<string> words) =>
        words.ToArray().ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
}
