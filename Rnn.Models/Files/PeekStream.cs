using System;
using System.IO;

namespace Rnn.Models.Files;

/// <summary>A stream whose first bytes were looked at; read, it gives them again, even of a pipe.</summary>
internal sealed class PeekStream : Stream
{
    private readonly Stream _stream;
    private readonly byte[] _first;
    private int _given;

    /// <summary>Looks at the first bytes, which blocks until they are there or the stream ends.</summary>
    /// <param name="stream">Read from where it stands; left open.</param>
    public PeekStream(Stream stream)
    {
        _stream = stream;
        byte[] first = new byte[FileKind.Window];
        int count = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        _first = count == first.Length ? first : first[..count];
    }

    /// <summary>The first bytes, at most as many as <see cref="FileKind.Window"/>.</summary>
    public ReadOnlySpan<byte> First => _first;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_given == _first.Length)
            return _stream.Read(buffer);
        int count = Math.Min(buffer.Length, _first.Length - _given);
        _first.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
