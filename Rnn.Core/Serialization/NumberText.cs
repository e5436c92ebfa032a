using System;
using System.Globalization;
using System.Numerics;

namespace Rnn.Core.Serialization;

/// <summary>
/// Numbers in text, strictly: invariant culture, and nothing but the number. The parsers of .NET also take white space
/// around it and, whatever style is asked for, NUL characters behind it, so that "7\0\0" would be 7 (design
/// decision D47).
/// </summary>
public static class NumberText
{
    private const NumberStyles Any =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Reads a number: 7, -0.25, 1e-3, NaN, Infinity.</summary>
    /// <param name="text">Read.</param>
    /// <param name="value">The nearest T; 0 if the text is no number. Overwritten.</param>
    /// <returns>Whether the text is a number, and nothing else.</returns>
    public static bool TryParse<T>(ReadOnlySpan<char> text, out T value)
        where T : struct, INumberBase<T>
    {
        value = default;
        return IsVisible(text) && T.TryParse(text, Any, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Reads a number in UTF-8.</summary>
    /// <inheritdoc cref="TryParse{T}(ReadOnlySpan{char}, out T)"/>
    public static bool TryParse<T>(ReadOnlySpan<byte> text, out T value)
        where T : struct, INumberBase<T>
    {
        value = default;
        return text.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0
            && T.TryParse(text, Any, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Reads a whole number: digits, perhaps with a sign before them.</summary>
    /// <param name="text">Read.</param>
    /// <param name="value">The number; 0 if the text is none, or one that T does not hold. Overwritten.</param>
    /// <returns>Whether the text is such a number, and nothing else.</returns>
    public static bool TryParseWhole<T>(ReadOnlySpan<char> text, out T value)
        where T : struct, IBinaryInteger<T>
    {
        value = default;
        return IsVisible(text)
            && T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>The number that <see cref="TryParse{T}(ReadOnlySpan{char}, out T)"/> reads.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static T Parse<T>(string text)
        where T : struct, INumberBase<T> => TryParse(text, out T value) ? value : throw new FormatException();

    /// <summary>The whole number that <see cref="TryParseWhole"/> reads.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static T ParseWhole<T>(string text)
        where T : struct, IBinaryInteger<T> => TryParseWhole(text, out T value) ? value : throw new FormatException();

    private static bool IsVisible(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('!', '~') < 0;
}
