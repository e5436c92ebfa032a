using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Benchmarks.Models;

/// <summary>
/// What the processor can do at most: multiply-adds on twelve independent accumulators of the widest vectors, all in
/// registers, on every thread.
/// </summary>
public sealed class Peak : IWorkload
{
    private const int Accumulators = 12, Rounds = 400_000;

    private readonly Action<int> _body = Run;
    private static double s_sink;

    public double Loss => double.NaN;

    /// <summary>Operations of a step, all threads together.</summary>
    public static double Flops => 2.0 * Accumulators * Rounds * SimdWidth.Floats * Workers.Count;

    public void Step() => Workers.For(Workers.Count, _body);

    private static void Run(int thread)
    {
        float sum = SimdWidth.Is512 ? Run<Simd512>() : SimdWidth.Is256 ? Run<Simd256>() : Run<Simd128>();
        s_sink = sum;   // else nothing would have to be computed
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Run<T>()
        where T : struct, ISimd<T>
    {
        T a = T.Create(1e-3f), m = T.Create(0.5f);
        T c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (int i = 0; i < Rounds; i++)
        {
            c0 = T.MultiplyAdd(c0, m, a);
            c1 = T.MultiplyAdd(c1, m, a);
            c2 = T.MultiplyAdd(c2, m, a);
            c3 = T.MultiplyAdd(c3, m, a);
            c4 = T.MultiplyAdd(c4, m, a);
            c5 = T.MultiplyAdd(c5, m, a);
            c6 = T.MultiplyAdd(c6, m, a);
            c7 = T.MultiplyAdd(c7, m, a);
            c8 = T.MultiplyAdd(c8, m, a);
            c9 = T.MultiplyAdd(c9, m, a);
            c10 = T.MultiplyAdd(c10, m, a);
            c11 = T.MultiplyAdd(c11, m, a);
        }

        return (c0 + c1 + (c2 + c3) + (c4 + c5 + (c6 + c7)) + (c8 + c9 + (c10 + c11))).Sum();
    }
}
