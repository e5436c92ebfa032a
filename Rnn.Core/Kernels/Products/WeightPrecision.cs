namespace Rnn.Core.Kernels.Products;

/// <summary>In which numbers a <see cref="PackedMatrix"/> holds its elements. Sums are of floats in any case.</summary>
public enum WeightPrecision
{
    /// <summary>As they are, floats: 24 bits of precision.</summary>
    Full,

    /// <summary>
    /// bfloat16: the upper half of a float, rounded to the nearest and in a tie to the even one. 8 bits of precision
    /// (a relative error of at most 2^-9 = 0.002), the same range, half the memory. A product is that of the rounded
    /// matrix, bit for bit.
    /// </summary>
    BFloat16,
}
