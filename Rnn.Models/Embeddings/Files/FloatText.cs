using System;
using Rnn.Core.Serialization;

namespace Rnn.Models.Embeddings.Files;

/// <summary>Numbers in text, invariant culture, to the nearest float.</summary>
internal static class FloatText
{
    private const long ExactDigits = 1_000_000_000_000_000;   // less than 2^53
    private const int ExactPower = 22;                        // 10^22 is exact in double

    private static readonly double[] s_powers = MakePowers();

    /// <summary>Reads one number: 0.25, -1e-3, NaN, Infinity.</summary>
    /// <param name="text">Without white space. Read.</param>
    /// <param name="value">The nearest float, infinite where it is too large. Overwritten.</param>
    /// <returns>Whether the text is a number.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out float value) =>
        TryParseShort(text, out value) ||
        NumberText.TryParse(text, out value);

    // Up to 15 digits with a point, no exponent: nearly all numbers in files. Digits and power of ten are exact in
    // double, so their quotient is the nearest double (Clinger 1990). Rounding that to float is right too, unless the
    // double lies exactly half-way between two floats: the number itself may then lie on either side.
    private static bool TryParseShort(ReadOnlySpan<byte> text, out float value)
    {
        value = 0;
        int at = 0;
        bool negative = text.Length > 0 && text[0] == '-';
        if (negative)
            at++;

        long digits = 0;
        int count = 0, point = -1;
        for (; at < text.Length; at++)
        {
            uint digit = (uint)(text[at] - '0');
            if (digit <= 9)
            {
                digits = (digits * 10) + digit;
                count++;
                if (digits >= ExactDigits || count > ExactPower)
                    return false;
            }
            else if (text[at] == '.' && point < 0)
            {
                point = count;
            }
            else
            {
                return false;
            }
        }

        if (count == 0)
            return false;

        int decimals = point < 0 ? 0 : count - point;
        double number = digits / s_powers[decimals];
        bool isHalfWay = (BitConverter.DoubleToInt64Bits(number) & 0x1FFFFFFF) == 0x10000000;
        if (isHalfWay || (number < 1.2e-38 && digits != 0))   // smaller floats have fewer bits
            return false;

        value = (float)(negative ? -number : number);
        return true;
    }

    private static double[] MakePowers()
    {
        double[] powers = new double[ExactPower + 1];
        powers[0] = 1;
        for (int i = 1; i < powers.Length; i++)
            powers[i] = powers[i - 1] * 10;
        return powers;
    }
}
