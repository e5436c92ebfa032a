using System;
using System.Globalization;
using Xunit;

namespace Rnn.Tests.Infrastructure;

/// <summary>Comparison of floats bit by bit.</summary>
internal static class Bits
{
    public static void Same(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture,
                    $"{what}[{i}] is {actual[i]:G9}, expected the bits of {expected[i]:G9}"));
            }
        }
    }

    public static void Same(RunResult expected, RunResult actual)
    {
        Same(expected.Y, actual.Y, "y");
        Same(expected.Final, actual.Final, "final state");
        Same(expected.DX, actual.DX, "dX");
        Same(expected.DInitial, actual.DInitial, "gradient of the initial state");
        Same(expected.Gradients, actual.Gradients, "gradients");
    }
}
