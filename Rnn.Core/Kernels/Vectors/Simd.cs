using System.Runtime.Intrinsics;

namespace Rnn.Core.Kernels.Vectors;

/// <summary>
/// A vector of floats of one width. Pointwise kernels are written once, generic in it, and compiled three times: the
/// struct argument is known to the JIT, so every member is a single instruction. A kernel's face is an
/// <see cref="ISimdJob"/>, for which <see cref="SimdWidth"/> chooses. Tails go through the same vector function, with
/// <see cref="Load(float*, int)"/> and <see cref="Store(float*, int)"/>, so that an element's bits don't depend on its
/// position (D10).
/// </summary>
internal unsafe interface ISimd<TSelf>
    where TSelf : struct, ISimd<TSelf>
{
    /// <summary>Number of lanes.</summary>
    static abstract int Count { get; }

    static abstract TSelf Zero { get; }

    /// <summary>The mask whose bits are set in the first <paramref name="n"/> lanes.</summary>
    static abstract TSelf FirstLanes(int n);

    /// <summary>Every lane is <paramref name="value"/>.</summary>
    static abstract TSelf Create(float value);

    /// <summary>Reads <see cref="Count"/> floats; no alignment needed.</summary>
    static abstract TSelf Load(float* p);

    /// <summary>Reads the first <paramref name="n"/> &lt; Count floats, no memory beyond; other lanes are 0.</summary>
    static abstract TSelf Load(float* p, int n);

    /// <summary>Writes <see cref="Count"/> floats; no alignment needed.</summary>
    void Store(float* p);

    /// <summary>Writes the first <paramref name="n"/> &lt; Count lanes and no memory beyond.</summary>
    void Store(float* p, int n);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a);

    /// <summary>a*b + c, rounded once where there is FMA. Write <c>MultiplyAdd(-a, b, c)</c> for c - a*b.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The smaller. NaN when <paramref name="b"/> is; unspecified when only <paramref name="a"/> is.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>The larger. NaN when <paramref name="b"/> is; unspecified when only <paramref name="a"/> is.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    static abstract TSelf Abs(TSelf a);

    static abstract TSelf Sqrt(TSelf a);

    /// <summary>All bits of a lane set where a &lt; b, none elsewhere (NaN: none).</summary>
    static abstract TSelf LessThan(TSelf a, TSelf b);

    /// <summary>All bits of a lane set where a == b, none elsewhere (NaN: none).</summary>
    static abstract TSelf Equal(TSelf a, TSelf b);

    /// <summary>Where the mask's bits are set the one, elsewhere the other.</summary>
    static abstract TSelf Select(TSelf mask, TSelf whereSet, TSelf otherwise);

    /// <summary>
    /// The lane whose exponent field (and sign) are the low nine bits of a: 2^(k-127) for low bits k = 1..254, 0 for
    /// k = 0. With 1.5*2^23 added to a float, its low bits are the float rounded to an integer: both steps of exp.
    /// </summary>
    static abstract TSelf LowBitsToExponent(TSelf a);

    /// <summary>The sum of all lanes, by halves: ((0+2)+(1+3)) for four. The order is fixed.</summary>
    float Sum();

    /// <summary>The sums of all lanes of four vectors, each in the same fixed order.</summary>
    static abstract Vector128<float> Sums(TSelf a, TSelf b, TSelf c, TSelf d);

    /// <summary>What <see cref="Sum"/> gives for each of four vectors, to the bit.</summary>
    static abstract Vector128<float> SumsByHalves(TSelf a, TSelf b, TSelf c, TSelf d);

    /// <summary>For normal a &gt; 0 = m*2^e with 1 &lt;= m &lt; 2: e.</summary>
    static abstract TSelf Exponent(TSelf a);

    /// <summary>For normal a &gt; 0 = m*2^e with 1 &lt;= m &lt; 2: m.</summary>
    static abstract TSelf Mantissa(TSelf a);

    /// <summary>The largest lane; no lane may be NaN.</summary>
    float MaxLane();
}
