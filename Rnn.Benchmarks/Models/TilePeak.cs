using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Benchmarks.Models;

/// <summary>
/// What the processor can do at most of what a register tile is made of: six numbers broadcast and two vectors loaded for
/// twelve multiply-adds, all from the first-level cache. On a core of its own as fast as <see cref="Peak"/>, which needs half
/// the instructions; where the core's other hyper-thread works for somebody else, only this is slower, as tiles are.
/// </summary>
public sealed unsafe class TilePeak : IWorkload
{
    private const int Rows = 6, Steps = 64, Rounds = 6_000;

    private readonly AlignedBuffer _buffer = new((Rows * Steps) + (2 * SimdWidth.Floats * Steps));
    private readonly Action<int> _body;
    private static double s_sink;

    public TilePeak()
    {
        _body = Run;
        _buffer.Span.Fill(1e-3f);
    }

    public double Loss => double.NaN;

    /// <summary>Operations of a step, all threads together.</summary>
    public static double Flops => 2.0 * 2 * Rows * Steps * Rounds * SimdWidth.Floats * Workers.Count;

    public void Step() => Workers.For(Workers.Count, _body);

    private void Run(int thread)
    {
        float* a = _buffer.Pointer;
        float* b = a + (Rows * Steps);
        float sum = SimdWidth.Is512 ? Run<Simd512>(a, b) : SimdWidth.Is256 ? Run<Simd256>(a, b) : Run<Simd128>(a, b);
        s_sink = sum;   // else nothing would have to be computed
        GC.KeepAlive(_buffer);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Run<T>(float* firstA, float* firstB)
        where T : struct, ISimd<T>
    {
        T c0 = T.Zero, c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, d0 = c0, d1 = c0, d2 = c0, d3 = c0, d4 = c0, d5 = c0;
        for (int round = 0; round < Rounds; round++)
        {
            float* a = firstA;
            float* b = firstB;
            for (int step = 0; step < Steps; step++)
            {
                T b0 = T.Load(b), b1 = T.Load(b + T.Count), r = T.Create(a[0]);
                c0 = T.MultiplyAdd(r, b0, c0);
                d0 = T.MultiplyAdd(r, b1, d0);
                r = T.Create(a[1]);
                c1 = T.MultiplyAdd(r, b0, c1);
                d1 = T.MultiplyAdd(r, b1, d1);
                r = T.Create(a[2]);
                c2 = T.MultiplyAdd(r, b0, c2);
                d2 = T.MultiplyAdd(r, b1, d2);
                r = T.Create(a[3]);
                c3 = T.MultiplyAdd(r, b0, c3);
                d3 = T.MultiplyAdd(r, b1, d3);
                r = T.Create(a[4]);
                c4 = T.MultiplyAdd(r, b0, c4);
                d4 = T.MultiplyAdd(r, b1, d4);
                r = T.Create(a[5]);
                c5 = T.MultiplyAdd(r, b0, c5);
                d5 = T.MultiplyAdd(r, b1, d5);
                a += Rows;
                b += 2 * T.Count;
            }
        }

        return (c0 + c1 + (c2 + c3) + (c4 + c5 + (d0 + d1)) + (d2 + d3 + (d4 + d5))).Sum();
    }
}
