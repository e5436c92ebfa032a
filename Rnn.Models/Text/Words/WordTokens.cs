using System;
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Rnn.Models.Text.Words;

/// <summary>
/// <see cref="WordTokenizer.Words"/>: a text on its way to the scanner, whose words come out with a space behind each
/// and whose sentences with a line feed. Bytes that are no UTF-8 pass as letters: whoever counts them sees them.
/// </summary>
/// <param name="source">UTF-8.</param>
internal sealed class WordTokens(WordScanner.Source source)
{
    private const int BufferBytes = 1 << 16;
    private const int MostForOne = 8;   // a joiner and a character, of at most 4 bytes each

    private static readonly SearchValues<byte> s_wordBytes =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly byte[] _joiner = new byte[4];
    private int _joinerBytes;      // of a joiner that is part of the word if it goes on; 0: none
    private int _start, _end;      // of what is read and not yet looked at
    private bool _isInWord;
    private bool _isStop;          // the character before was one of . ! ?
    private bool _hasText;
    private bool _isAtEnd;

    /// <summary>What a character does.</summary>
    private enum Kind
    {
        Word,
        Joiner,
        Stop,
        Space,
        Line,
        Other,
    }

    /// <summary>The next bytes; 0 at the end.</summary>
    /// <param name="output">8 bytes or more. Overwritten.</param>
    public int Read(Span<byte> output)
    {
        int written = 0;
        while (written == 0 && !_isAtEnd)
        {
            Fill();
            written = !_isAtEnd ? Write(output) : _hasText ? End(output) : 0;
        }

        return written;
    }

    // Cut characters stay for the next time, when the rest of them is there.
    private void Fill()
    {
        if (_start < _end && Rune.DecodeFromUtf8(_buffer.AsSpan(_start, _end - _start), out _, out _)
            != OperationStatus.NeedMoreData)
        {
            return;
        }

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        int read = source(_buffer.AsSpan(_end));
        if (read == 0 && _end > 0)
            _buffer[_end++] = (byte)'\n';   // a cut character at the end is none: this shows it
        else
            _isAtEnd = read == 0;
        _end += read;
        _hasText |= read > 0;
    }

    // A text of punctuation alone is not an empty one.
    private static int End(Span<byte> output)
    {
        output[0] = (byte)'\n';
        return 1;
    }

    private int Write(Span<byte> output)
    {
        int written = 0;
        while (_start < _end && output.Length - written >= MostForOne)
        {
            ReadOnlySpan<byte> rest = _buffer.AsSpan(_start, _end - _start);
            ReadOnlySpan<byte> fitting = rest[..Math.Min(rest.Length, output.Length - written - _joinerBytes)];
            int run = fitting.IndexOfAnyExcept(s_wordBytes);
            run = run < 0 ? fitting.Length : run;
            if (run > 0)
            {
                written += Word(rest[..run], output[written..]);
                _start += run;
                continue;
            }

            Kind kind = Next(rest, out int length);
            if (length == 0)
                break;
            _start += length;
            if (kind == Kind.Word)
            {
                written += Word(rest[..length], output[written..]);
            }
            else if (kind == Kind.Joiner && _isInWord && _joinerBytes == 0)
            {
                rest[..length].CopyTo(_joiner);
                _joinerBytes = length;
            }
            else
            {
                written += Part(kind, output[written..]);
            }
        }

        return written;
    }

    private int Word(ReadOnlySpan<byte> word, Span<byte> output)
    {
        _joiner.AsSpan(0, _joinerBytes).CopyTo(output);
        word.CopyTo(output[_joinerBytes..]);
        int written = _joinerBytes + word.Length;
        (_joinerBytes, _isInWord, _isStop) = (0, true, false);
        return written;
    }

    private int Part(Kind kind, Span<byte> output)
    {
        int written = 0;
        if (_isInWord)
            output[written++] = (byte)' ';
        if (kind == Kind.Line || (kind == Kind.Space && _isStop))
            output[written++] = (byte)'\n';
        (_joinerBytes, _isInWord, _isStop) = (0, false, kind == Kind.Stop);
        return written;
    }

    // Length 0: the character is not there whole.
    private static Kind Next(ReadOnlySpan<byte> text, out int length)
    {
        OperationStatus status = Rune.DecodeFromUtf8(text, out Rune rune, out length);
        if (status == OperationStatus.NeedMoreData)
        {
            length = 0;
            return Kind.Other;
        }

        return rune.Value switch
        {
            '\n' => Kind.Line,
            '.' or '!' or '?' => Kind.Stop,
            '\'' or '-' or 0x2019 or 0x2010 or 0x2011 or 0x200C or 0x200D => Kind.Joiner,
            0xFFFD => Kind.Word,   // or an invalid byte
            _ when Rune.IsWhiteSpace(rune) => Kind.Space,
            _ => IsOfWord(Rune.GetUnicodeCategory(rune)) ? Kind.Word : Kind.Other,
        };
    }

    private static bool IsOfWord(UnicodeCategory category) =>
        CharacterKinds.IsLetter(category) || CharacterKinds.IsMark(category) || CharacterKinds.IsNumber(category);
}
