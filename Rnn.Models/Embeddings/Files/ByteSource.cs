using System;
using System.IO;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Embeddings.Files;

/// <summary>
/// Bytes of a stream, forwards, with a look ahead. Its buffer grows with what is asked for, and never beyond what the
/// stream really has (twice that, at most).
/// </summary>
/// <param name="stream">The bytes.</param>
/// <param name="path">Where they come from, for messages.</param>
internal sealed class ByteSource(Stream stream, string path)
{
    private const int FirstBuffer = 1 << 16;

    private byte[] _buffer = new byte[FirstBuffer];
    private int _start, _end;
    private bool _ended;

    /// <summary>Bytes taken so far.</summary>
    public long Position { get; private set; }

    /// <summary>Up to so many of the next bytes, fewer at the end of the stream; they stay.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        while (_end - _start < count && Fill())
        {
        }

        return _buffer.AsSpan(_start, Math.Min(count, _end - _start));
    }

    public void Skip(int count)
    {
        _start += count;
        Position += count;
    }

    /// <summary>Takes what is before the next <paramref name="end"/>, and that too.</summary>
    /// <param name="end">The byte that ends it.</param>
    /// <param name="maxBytes">More is not looked at.</param>
    /// <param name="token">Without its end; valid until the next call.</param>
    /// <returns>
    /// Ended: there was an end. Rest: the stream ended first, and the token is all that was left. TooLong: no end
    /// within maxBytes, and nothing was taken; the token is what was looked at.
    /// </returns>
    public TokenEnd ReadUntil(byte end, int maxBytes, out ReadOnlySpan<byte> token)
    {
        int seen = 0;
        while (true)
        {
            ReadOnlySpan<byte> ahead = _buffer.AsSpan(_start, _end - _start);
            int at = ahead[seen..].IndexOf(end);
            if (at >= 0 && seen + at <= maxBytes)
            {
                token = ahead[..(seen + at)];
                Skip(seen + at + 1);
                return TokenEnd.Ended;
            }

            seen = ahead.Length;
            if (at >= 0 || seen > maxBytes)
            {
                token = ahead[..Math.Min(seen, maxBytes)];
                return TokenEnd.TooLong;
            }

            if (!Fill())
            {
                token = _buffer.AsSpan(_start, _end - _start);
                Skip(token.Length);
                return TokenEnd.Rest;
            }
        }
    }

    /// <summary>Takes as many bytes as the destination has.</summary>
    /// <returns>How many there were: fewer at the end of the stream.</returns>
    public int Read(Span<byte> destination)
    {
        int count = Math.Min(destination.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(destination);
        Skip(count);
        for (int read; count < destination.Length && (read = ReadSome(destination[count..])) > 0; count += read)
            Position += read;
        return count;
    }

    private bool Fill()
    {
        if (_ended)
            return false;

        if (_end == _buffer.Length)
        {
            if (_start > 0)
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            else
                Array.Resize(ref _buffer, checked(2 * _buffer.Length));
            _end -= _start;
            _start = 0;
        }

        int read = ReadSome(_buffer.AsSpan(_end));
        _end += read;
        _ended = read == 0;
        return !_ended;
    }

    private int ReadSome(Span<byte> destination)
    {
        try
        {
            return stream.Read(destination);
        }
        catch (InvalidDataException e)   // a file has none, compressed data that is damaged has
        {
            throw Throw.VectorFileGzip(path, e);
        }
    }
}

/// <summary>How a token ended.</summary>
internal enum TokenEnd
{
    Ended,
    Rest,
    TooLong,
}
