using System.Runtime.CompilerServices;

namespace Rnn.Core.Kernels.Vectors;

/// <summary>Whole vectors, or the first n lanes at the end of a row: the same function for both.</summary>
internal static unsafe class Part
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Load<TSimd>(float* p, int n)
        where TSimd : struct, ISimd<TSimd> => n >= TSimd.Count ? TSimd.Load(p) : TSimd.Load(p, n);

    /// <summary>p[j] + q[j]; q may be null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd LoadSum<TSimd>(float* p, float* q, int j, int n)
        where TSimd : struct, ISimd<TSimd> =>
        q == null ? Load<TSimd>(p + j, n) : Load<TSimd>(p + j, n) + Load<TSimd>(q + j, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TSimd>(TSimd value, float* p, int n)
        where TSimd : struct, ISimd<TSimd>
    {
        if (n >= TSimd.Count)
            value.Store(p);
        else
            value.Store(p, n);
    }
}
