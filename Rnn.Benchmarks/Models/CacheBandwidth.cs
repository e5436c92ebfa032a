using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Benchmarks.Models;

/// <summary>
/// How fast a buffer as large as the weights of a 1 x 512 x 2048 product is read from cache, each thread reading its
/// part of it over and over: what a product with one row can reach at most.
/// </summary>
public sealed unsafe class CacheBandwidth : IWorkload
{
    private const int Floats = 512 * 2048, Passes = 10;

    private readonly AlignedBuffer _buffer = new(Floats);
    private readonly Action<int> _body;
    private static double s_sink;

    /// <summary>A buffer that has been written to: pages of zeros that nobody has touched are one and the same page.</summary>
    public CacheBandwidth()
    {
        _body = Run;
        _buffer.Span.Fill(1);
    }

    public double Loss => double.NaN;

    /// <summary>Bytes read in a step.</summary>
    public static double Bytes => (double)sizeof(float) * Floats * Passes;

    public void Step() => Workers.For(Workers.Count, _body);

    private void Run(int thread)
    {
        int part = Floats / Workers.Count / 128 * 128;
        float* p = _buffer.Pointer + ((long)thread * part);
        float sum = SimdWidth.Is512 ? Run<Simd512>(p, part)
            : SimdWidth.Is256 ? Run<Simd256>(p, part) : Run<Simd128>(p, part);
        s_sink = sum;
        GC.KeepAlive(_buffer);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Run<T>(float* buffer, int length)
        where T : struct, ISimd<T>
    {
        T s0 = T.Zero, s1 = T.Zero, s2 = T.Zero, s3 = T.Zero, s4 = T.Zero, s5 = T.Zero, s6 = T.Zero, s7 = T.Zero;
        for (int pass = 0; pass < Passes; pass++)
        {
            for (float* p = buffer; p < buffer + length; p += 8 * T.Count)
            {
                s0 += T.Load(p);
                s1 += T.Load(p + T.Count);
                s2 += T.Load(p + (2 * T.Count));
                s3 += T.Load(p + (3 * T.Count));
                s4 += T.Load(p + (4 * T.Count));
                s5 += T.Load(p + (5 * T.Count));
                s6 += T.Load(p + (6 * T.Count));
                s7 += T.Load(p + (7 * T.Count));
            }
        }

        return (s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7))).Sum();
    }
}
