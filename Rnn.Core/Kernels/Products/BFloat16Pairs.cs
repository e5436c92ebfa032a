using System.Runtime.Intrinsics;

namespace Rnn.Core.Kernels.Products;

/// <summary>
/// Rows of a panel as bfloat16: word i of the half row has column i in its lower and column i + half in its upper half.
/// A vector of words is two vectors of floats, one after a shift, one after a mask.
/// </summary>
internal static unsafe class BFloat16Pairs
{
    /// <summary>The bits of a word that are a float's.</summary>
    public const uint High = 0xFFFF0000;

    private const uint Magnitude = 0x7FFFFFFF, Infinity = 0x7F800000, Quiet = 0x00400000;

    /// <summary>Rounds rows of floats: to the nearest, in a tie to the even one; what is above all becomes infinite, and
    /// a NaN stays one.</summary>
    /// <param name="from">[rows, width]. Read.</param>
    /// <param name="rows">How many.</param>
    /// <param name="width">Columns of a panel, a multiple of eight.</param>
    /// <param name="to">[rows, width / 2] words. Overwritten.</param>
    public static void Narrow(float* from, int rows, int width, float* to)
    {
        uint* words = (uint*)to;
        int half = width / 2;
        for (int row = 0; row < rows; row++, from += width, words += half)
        {
            for (int i = 0; i < half; i += 4)
            {
                Vector128<uint> low = Rounded(Vector128.Load((uint*)from + i));
                Vector128<uint> high = Rounded(Vector128.Load((uint*)from + half + i));
                Vector128.Store((low >>> 16) | high, words + i);
            }
        }
    }

    /// <summary>The floats of what Narrow made.</summary>
    /// <param name="from">[rows, width / 2] words. Read.</param>
    /// <param name="rows">How many.</param>
    /// <param name="width">Columns of a panel, a multiple of eight.</param>
    /// <param name="to">[rows, width]. Overwritten.</param>
    public static void Widen(float* from, int rows, int width, float* to)
    {
        uint* words = (uint*)from;
        int half = width / 2;
        for (int row = 0; row < rows; row++, words += half, to += width)
        {
            for (int i = 0; i < half; i += 4)
            {
                Vector128<uint> both = Vector128.Load(words + i);
                Vector128.Store(both << 16, (uint*)to + i);
                Vector128.Store(both & Vector128.Create(High), (uint*)to + half + i);
            }
        }
    }

    // The lower half of the sum carries into the upper one where it is more than half a unit, or half of one and odd.
    private static Vector128<uint> Rounded(Vector128<uint> bits)
    {
        Vector128<uint> odd = (bits >>> 16) & Vector128<uint>.One;
        Vector128<uint> rounded = bits + Vector128.Create(0x7FFFu) + odd;
        Vector128<uint> isNaN = Vector128.GreaterThan(bits & Vector128.Create(Magnitude), Vector128.Create(Infinity));
        return Vector128.ConditionalSelect(isNaN, bits | Vector128.Create(Quiet), rounded) & Vector128.Create(High);
    }
}
