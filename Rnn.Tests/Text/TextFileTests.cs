using System;
using System.IO;
using System.Linq;
using System.Text;
using CsCheck;
using Rnn.Models.Text;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Text;

public sealed class TextFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Utf8IsReadWithAndWithoutMark()
    {
        byte[] text = Encoding.UTF8.GetBytes("na\u00efve \U0001F600\n");
        Assert.Equal("na\u00efve \U0001F600\n", TextFile.Read(_folder.Write("plain.txt", text)));
        Assert.Equal("na\u00efve \U0001F600\n", TextFile.Read(_folder.Write("mark.txt", [0xEF, 0xBB, 0xBF, .. text])));
    }

    [Theory]
    [InlineData("a\r\nb\rc\nd\r\r\ne", "a\nb\nc\nd\n\ne")]
    [InlineData("\r", "\n")]
    [InlineData("\r\n\u20ac\r\n\r", "\n\u20ac\n\n")]
    [InlineData("a\u2028b\u0085c\fd", "a\u2028b\u0085c\fd")]
    public void LineEndsAreNormalised(string text, string expected)
    {
        string path = _folder.Write("lines.txt", Encoding.UTF8.GetBytes(text));
        Assert.Equal(expected, TextFile.Read(path));
        Assert.Equal(text, TextFile.Read(path, normalizeLineEnds: false));
    }

    [Theory]
    [InlineData("latin1", new byte[] { 0x63, 0xE9 }, "c\u00e9")]
    [InlineData("ISO-8859-1", new byte[] { 0x63, 0xE9 }, "c\u00e9")]
    [InlineData("windows-1252", new byte[] { 0x80, 0x93 }, "\u20ac\u201c")]
    [InlineData("utf-16", new byte[] { 0xFF, 0xFE, 0x61, 0x00 }, "a")]
    [InlineData("utf-16", new byte[] { 0xFE, 0xFF, 0x00, 0x61 }, "a")]
    [InlineData("utf-16", new byte[] { 0x61, 0x00 }, "a")]
    [InlineData("utf-16BE", new byte[] { 0xFE, 0xFF, 0x00, 0x61 }, "a")]
    [InlineData("us-ascii", new byte[] { 0x61 }, "a")]
    [InlineData("UTF-8", new byte[] { 0xEF, 0xBB, 0xBF, 0x61 }, "a")]
    public void OtherEncodingsAreReadByName(string encoding, byte[] bytes, string expected) =>
        Assert.Equal(expected, TextFile.Read(_folder.Write("other.txt", bytes), encoding));

    [Theory]
    [InlineData(new byte[] { 0x61, 0x62, 0xE9, 0x63 }, "byte 0xE9 at offset 2")]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0x61, 0xFF }, "byte 0xFF at offset 4")]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98, 0x80, 0xF0, 0x9F, 0x98 }, "byte 0xF0 at offset 4")]
    [InlineData(new byte[] { 0xC0, 0x80 }, "byte 0xC0 at offset 0")]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "byte 0xED at offset 0")]
    public void InvalidUtf8GivesTheOffset(byte[] bytes, string expected)
    {
        string path = _folder.Write("bad.txt", bytes);
        string message = Assert.Throws<InvalidDataException>(() => TextFile.Read(path)).Message;
        Assert.Contains($"'{path}' is not valid utf-8: {expected}", message);
        Assert.Contains("name its encoding, for example latin1", message);
    }

    [Fact]
    public void InvalidUtf8GivesTheOffsetAnywhere() =>
        Gen.Select(Gen.Int[0, 300], Gen.Int[0, 300], Gen.Int[0, 3]).Sample(
            (before, after, width) =>
            {
                string symbol = new[] { "a", "\u00e9", "\u20ac", "\U0001F600" }[width];
                byte[] good = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(symbol, before)));
                byte[] bytes = [.. good, 0xFF, .. Enumerable.Repeat((byte)'a', after)];
                string path = _folder.Write($"{Guid.NewGuid()}.txt", bytes);
                string message = Assert.Throws<InvalidDataException>(() => TextFile.Read(path)).Message;
                Assert.Contains($"byte 0xFF at offset {good.Length}.", message);
            }, iter: 50);

    [Fact]
    public void Utf16IsRecognisedByItsMark()
    {
        string path = _folder.Write("wide.txt", [0xFF, 0xFE, 0x61, 0x00]);
        Assert.EndsWith("Name its encoding, utf-16.",
            Assert.Throws<InvalidDataException>(() => TextFile.Read(path)).Message);
    }

    [Theory]
    [InlineData("utf-16", new byte[] { 0x61, 0x00, 0x62, 0x00, 0x63 }, "not valid utf-16: byte 0x63 at offset 4")]
    [InlineData("utf-16", new byte[] { 0x61, 0x00, 0x00, 0xDE, 0x61, 0x00 }, "not valid utf-16: byte 0x00 at offset 2")]
    [InlineData("us-ascii", new byte[] { 0x61, 0x80 }, "not valid us-ascii: byte 0x80 at offset 1")]
    public void OtherEncodingsAreStrictToo(string encoding, byte[] bytes, string expected)
    {
        string path = _folder.Write("bad.txt", bytes);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => TextFile.Read(path, encoding)).Message);
    }

    [Theory]
    [InlineData("klingon")]
    [InlineData("utf-7")]
    public void UnknownEncodingIsRefused(string name)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(
            () => TextFile.Read(_folder.Write("a.txt", [0x61]), name));
        Assert.Contains($"no encoding named '{name}'", e.Message);
        Assert.Equal("encoding", e.ParamName);
    }

    [Fact]
    public void MissingFileIsNamed()
    {
        string path = Path.Combine(_folder.Path, "none.txt");
        FileNotFoundException e = Assert.Throws<FileNotFoundException>(() => TextFile.Read(path));
        Assert.Equal($"There is no file '{path}'. Check the path.", e.Message);
        Assert.Equal(path, e.FileName);
        Assert.Contains($"(that is '{Path.GetFullPath("none.txt")}')",
            Assert.Throws<FileNotFoundException>(() => TextFile.Read("none.txt")).Message);
    }

    [Fact]
    public void FolderIsRefused() => Assert.Contains($"'{_folder.Path}' is a folder",
        Assert.Throws<InvalidDataException>(() => TextFile.Read(_folder.Path)).Message);

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF })]
    public void EmptyFileIsRefused(byte[] bytes)
    {
        string path = _folder.Write("empty.txt", bytes);
        Assert.Contains($"'{path}' holds no text",
            Assert.Throws<InvalidDataException>(() => TextFile.Read(path)).Message);
    }

    [Fact]
    public void FileLargerThanTheLimitIsRefused()
    {
        string path = _folder.Write("large.txt", Enumerable.Repeat((byte)'a', 1001).ToArray());
        Assert.Equal(1001, TextFile.Read(path, "utf-8", true, maxBytes: 1001).Length);
        Assert.Contains($"'{path}' has more than 1000 bytes", Assert.Throws<InvalidDataException>(
            () => TextFile.Read(path, "utf-8", true, maxBytes: 1000)).Message);
    }

    [Fact]
    public void FileWithoutALengthIsReadToItsEnd()
    {
        const string path = "/proc/self/maps";   // its length is 0 until it is read, like a pipe's
        Assert.SkipUnless(File.Exists(path), $"{path} is missing.");
        Assert.Contains("\n", TextFile.Read(path));
        Assert.Contains("more than 100 bytes", Assert.Throws<InvalidDataException>(
            () => TextFile.Read(path, "utf-8", true, maxBytes: 100)).Message);
    }
}
