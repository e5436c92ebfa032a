using System;
using System.Globalization;
using System.Text;
using CsCheck;
using Rnn.Models.Embeddings.Files;
using Xunit;

namespace Rnn.Tests.Embeddings;

public class FloatTextTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-0.0")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("+5")]
    [InlineData("1e5")]
    [InlineData("16777217")]                        // half-way between two floats: to even
    [InlineData("16777219")]
    [InlineData("16777217.0000001")]                // just above: up
    [InlineData("16777217.00000000000000000001")]
    [InlineData("0.000000000000000000000001")]
    [InlineData("0.00000000000000000000000000000000000000000000001")]
    [InlineData("999999999999999")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("3.4028236e38")]
    [InlineData("1e39")]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    public void IsTheNearestFloat(string text) => Same(text);

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("-.")]
    [InlineData("1.2.3")]
    [InlineData("1,5")]
    [InlineData("0x10")]
    [InlineData("--1")]
    [InlineData("1-")]
    [InlineData("7\0\0")]
    [InlineData("7.5e3\0")]
    [InlineData("\07")]
    [InlineData(" 7")]
    [InlineData("7 ")]
    [InlineData("7\n")]
    public void IsNoNumber(string text) => Assert.False(FloatText.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void AgreesWithTheRuntime() => Gen.Select(Gen.Long[-999_999_999_999_999, 999_999_999_999_999],
        Gen.Int[1, 15], Gen.Int[0, 14]).Sample((number, digits, point) =>
    {
        string text = Math.Abs(number).ToString(CultureInfo.InvariantCulture);
        text = text[..Math.Min(digits, text.Length)];
        point = Math.Min(point, text.Length);
        Same($"{(number < 0 ? "-" : "")}{text[..point]}.{text[point..]}");
    }, iter: 20_000);

    [Fact]
    public void HalfWayNumbersGoTheRightWay() => Gen.Select(Gen.UInt[0x3F800000, 0x45000000], Gen.Int[-1, 1]).Sample(
        (bits, nudge) =>
        {
            // The middle of two floats has at most 24 digits behind the point; cut to 15 digits it may round to itself.
            double below = BitConverter.UInt32BitsToSingle(bits), above = BitConverter.UInt32BitsToSingle(bits + 1);
            double middle = (below + above) / 2;
            double near = nudge < 0 ? Math.BitDecrement(middle) : nudge > 0 ? Math.BitIncrement(middle) : middle;
            Same(near.ToString("F11", CultureInfo.InvariantCulture));
            Same(near.ToString("R", CultureInfo.InvariantCulture));
        }, iter: 20_000);

    private static void Same(string text)
    {
        float expected = float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        Assert.True(FloatText.TryParse(Encoding.UTF8.GetBytes(text), out float value), text);
        Assert.True(BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(value),
            $"{text}: {value:R}, expected {expected:R}");
    }
}
