using System;
using System.IO;
using Rnn.Core.Serialization;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>The bytes of Protocol Buffers' own documentation, and the edges of its numbers.</summary>
public class ProtobufMessageTests
{
    [Fact]
    public void TheDocumentationsExamples()
    {
        ProtobufMessage inner = new();
        inner.Add(1, 150);
        Assert.Equal("089601", Hex(inner));
        ProtobufMessage text = new();
        text.Add(2, "testing");
        Assert.Equal("120774657374696E67", Hex(text));
        ProtobufMessage outer = new();
        outer.Add(3, inner);
        inner.Add(1, 0);   // isn't seen any more
        Assert.Equal("1A03089601", Hex(outer));
    }

    [Theory]
    [InlineData(0, "0800")]
    [InlineData(127, "087F")]
    [InlineData(128, "088001")]
    [InlineData(-2, "08FEFFFFFFFFFFFFFFFF01")]
    [InlineData(long.MaxValue, "08FFFFFFFFFFFFFFFF7F")]
    public void WholeNumbers(long value, string expected)
    {
        ProtobufMessage message = new();
        message.Add(1, value);
        Assert.Equal(expected, Hex(message));
    }

    [Fact]
    public void FloatsAndFieldNumbersAbove15()
    {
        ProtobufMessage message = new();
        message.Add(2, 1.5f);
        message.Add(20, 2);
        Assert.Equal("150000C03F" + "A00102", Hex(message));
    }

    [Fact]
    public void Doubles()
    {
        ProtobufMessage message = new();
        message.Add(1, 1.5);
        message.Add(6, (ReadOnlySpan<double>)[1.5, -2]);
        Assert.Equal("09000000000000F83F" + "3210000000000000F83F00000000000000C0", Hex(message));
    }

    [Fact]
    public void StreamedFieldsStandInTheirPlaces()
    {
        ProtobufMessage inner = new();
        inner.Add(9, 3, stream => stream.Write([1, 2, 3]));
        inner.Add(1, 7);
        inner.Add(9, 1, stream => stream.WriteByte(4));
        ProtobufMessage outer = new();
        outer.Add(1, 5);
        outer.Add(5, inner);
        outer.Add(5, inner);
        const string Inner = "2A0A" + "4A03010203" + "0807" + "4A0104";
        Assert.Equal("0805" + Inner + Inner, Hex(outer));
    }

    [Fact]
    public void HalfASurrogatePairIsRefused()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => new ProtobufMessage().Add(1, "a\uD83D"));
        Assert.Contains("half a surrogate pair", e.Message, StringComparison.Ordinal);
    }

    private static string Hex(ProtobufMessage message)
    {
        using MemoryStream stream = new();
        message.WriteTo(stream);
        Assert.Equal(stream.Length, message.Length);
        return Convert.ToHexString(stream.ToArray());
    }
}
