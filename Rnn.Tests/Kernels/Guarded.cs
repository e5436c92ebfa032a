using System;
using Xunit;

namespace Rnn.Tests.Kernels;

/// <summary>Floats at any offset from an array's start, with guard values on both sides.</summary>
internal sealed class Guarded
{
    private const int Guard = 20;
    private const float Sentinel = -1.234e30f;

    private readonly float[] _array;
    private readonly int _start;
    private readonly int _length;

    public Guarded(int length, int offset, Func<int, float> value)
    {
        _start = Guard + offset;
        _length = length;
        _array = new float[_start + length + Guard];
        Array.Fill(_array, Sentinel);
        for (int i = 0; i < length; i++)
            _array[_start + i] = value(i);
    }

    public Guarded(int length, int offset)
        : this(length, offset, _ => float.NaN)
    {
    }

    public Span<float> Span => _array.AsSpan(_start, _length);

    public void AssertUntouched()
    {
        Assert.Equal(-1, _array.AsSpan(0, _start).IndexOfAnyExcept(Sentinel));
        Assert.Equal(-1, _array.AsSpan(_start + _length).IndexOfAnyExcept(Sentinel));
    }
}

internal static class Bits
{
    /// <summary>The same bits; any NaN equals any NaN.</summary>
    public static void AssertEqual(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!Same(expected[i], actual[i]))
                Assert.Fail($"Element {i} of {expected.Length}: expected {expected[i]:R}, was {actual[i]:R}.");
        }
    }

    public static bool Same(float a, float b) =>
        BitConverter.SingleToUInt32Bits(a) == BitConverter.SingleToUInt32Bits(b) || (float.IsNaN(a) && float.IsNaN(b));

    /// <summary>Ordinary numbers with every special one strewn in.</summary>
    public static float Sample(int i) => (i % 29) switch
    {
        3 => float.NaN,
        7 => float.PositiveInfinity,
        11 => float.NegativeInfinity,
        13 => -0f,
        17 => float.Epsilon * 5,
        19 => -1e-39f,
        23 => float.MaxValue,
        27 => float.MinValue,
        _ => MathF.Sin(i * 1.7f) * MathF.Pow(10f, (i % 5) - 2),
    };
}
