using System;
using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;

namespace Rnn.Models.Text.Labelled;

/// <summary>Goes through a text from one word, or kept mark, to the next.</summary>
/// <param name="text">Read.</param>
/// <param name="options">What is a word.</param>
/// <param name="buffer">Rented from the shared pool. Overwritten, and exchanged for a longer one when needed.</param>
internal ref struct TextScanner(ReadOnlySpan<char> text, TextTokenizerOptions options, char[] buffer)
{
    private const int LongestTag = 1000;       // what goes on longer is no tag
    private const int LongestEntity = 12;
    private const int Blank = ' ';             // what a tag reads as
    private const int NonJoiner = 0x200C, Joiner = 0x200D;

    private static readonly SearchValues<char> s_tagEnds = SearchValues.Create("<>");

    private readonly ReadOnlySpan<char> _text = text;
    private readonly bool _isLower = options.LowerCase;
    private readonly bool _isHtml = options.Html;
    private readonly PunctuationPolicy _punctuation = options.Punctuation;
    private readonly NumberPolicy _numbers = options.Numbers;
    private int _at;
    private int _length;

    /// <summary>What a character does.</summary>
    private enum Kind
    {
        Other,
        Letter,
        Mark,
        Number,
        Stop,
        Kept,
    }

    /// <summary>What was given, or what took its place.</summary>
    public char[] Buffer { get; private set; } = buffer;

    /// <summary>The word; valid until the next call.</summary>
    public readonly ReadOnlySpan<char> Word => Buffer.AsSpan(0, _length);

    /// <summary>Whether it is the end of a sentence, written ".".</summary>
    public bool IsStop { get; private set; }

    /// <summary>Its first char in the text.</summary>
    public int Start { get; private set; }

    /// <summary>Behind its last char in the text.</summary>
    public int End { get; private set; }

    /// <summary>Goes to the next word; false at the end.</summary>
    public bool Next()
    {
        while (_at < _text.Length)
        {
            int length = Read(_at, out Rune rune);
            Kind kind = KindOf(rune);
            (Start, _length, IsStop) = (_at, 0, kind == Kind.Stop);
            _at += length;
            if (kind is Kind.Letter or Kind.Number)
            {
                Add(rune, kind);
                ReadWord();
                return true;
            }

            if (kind is Kind.Stop or Kind.Kept)
            {
                Buffer[_length++] = kind == Kind.Stop ? '.' : (char)rune.Value;
                End = _at;
                return true;
            }
        }

        return false;
    }

    // A mark with no letter before it (a variation selector behind an emoji) begins no word.
    private void ReadWord()
    {
        while (true)
        {
            End = _at;
            if (_at == _text.Length)
                return;
            int length = Read(_at, out Rune rune);
            if (rune.Value is NonJoiner or Joiner && _at + length < _text.Length)
            {
                int lengthAfter = Read(_at + length, out Rune after);
                if (KindOf(after) is (Kind.Letter or Kind.Mark or Kind.Number) and Kind kindAfter)
                {
                    Add(rune, Kind.Other);
                    Add(after, kindAfter);
                    _at += length + lengthAfter;
                    continue;
                }
            }

            Kind kind = KindOf(rune);
            if (kind is not (Kind.Letter or Kind.Mark or Kind.Number))
                return;
            Add(rune, kind);
            _at += length;
        }
    }

    private void Add(Rune rune, Kind kind)
    {
        if (_length + 2 > Buffer.Length)
        {
            char[] longer = ArrayPool<char>.Shared.Rent(2 * Buffer.Length);
            Word.CopyTo(longer);
            ArrayPool<char>.Shared.Return(Buffer);
            Buffer = longer;
        }

        if (_numbers == NumberPolicy.Zero && kind == Kind.Number && Rune.IsDigit(rune))
            rune = new Rune('0');
        else if (_isLower)
            rune = rune.IsAscii ? new Rune(char.ToLowerInvariant((char)rune.Value)) : Rune.ToLowerInvariant(rune);
        _length += rune.EncodeToUtf16(Buffer.AsSpan(_length));
    }

    private readonly Kind KindOf(Rune rune)
    {
        if (rune.IsAscii)
        {
            char c = (char)rune.Value;
            return char.IsAsciiLetter(c) ? Kind.Letter
                : char.IsAsciiDigit(c) ? (_numbers == NumberPolicy.Drop ? Kind.Other : Kind.Number)
                : _punctuation == PunctuationPolicy.Sentences ? (c is '.' or '!' or '?' ? Kind.Stop : Kind.Other)
                : _punctuation == PunctuationPolicy.Keep && ".,!?;:()".Contains(c) ? Kind.Kept
                : Kind.Other;
        }

        UnicodeCategory category = Rune.GetUnicodeCategory(rune);
        return CharacterKinds.IsLetter(category) && rune.Value != 0x02BC ? Kind.Letter   // that one is an apostrophe
            : CharacterKinds.IsMark(category) ? Kind.Mark
            : CharacterKinds.IsNumber(category) && _numbers != NumberPolicy.Drop ? Kind.Number
            : Kind.Other;
    }

    // A character, and how many chars of the text it takes: all of a tag or an entity. Half a pair is U+FFFD.
    private readonly int Read(int at, out Rune rune)
    {
        ReadOnlySpan<char> rest = _text[at..];
        char c = rest[0];
        if (!_isHtml || c is not ('<' or '&'))
        {
            if (char.IsAscii(c))
            {
                rune = new Rune(c);
                return 1;
            }

            Rune.DecodeFromUtf16(rest, out rune, out int length);
            return length;
        }

        rune = new Rune(Blank);
        return Math.Max(1, c == '<' ? TagLength(rest) : Entity(rest, ref rune));
    }

    // 0: none. "a < b" and "<3" are none: a name, a slash or an exclamation mark begins one.
    private static int TagLength(ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || !(char.IsAsciiLetter(text[1]) || text[1] is '/' or '!'))
            return 0;
        int end = text[1..Math.Min(text.Length, LongestTag)].IndexOfAny(s_tagEnds);
        return end > 0 && text[1 + end] == '>' ? end + 2 : 0;
    }

    // 0: none.
    private static int Entity(ReadOnlySpan<char> text, ref Rune rune)
    {
        int end = text[..Math.Min(text.Length, LongestEntity)].IndexOf(';');
        if (end < 2 || !(text[1] == '#' || char.IsAsciiLetter(text[1])))
            return 0;
        string decoded = WebUtility.HtmlDecode(text[..(end + 1)].ToString());
        if (Rune.DecodeFromUtf16(decoded, out Rune only, out int length) != OperationStatus.Done
            || length != decoded.Length)
        {
            return 0;
        }

        rune = only;
        return end + 1;
    }
}
