using System;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Updates;

/// <summary>
/// A running average of flat buffers, kept as a float and what that lacks: after 100,000 steps a step moves an average by
/// less than the spacing of floats. An element's bits depend on its own numbers alone (D11).
/// </summary>
internal static unsafe class AverageKernel
{
    private const long SmallestShared = 1 << 15;

    /// <summary>average + rest += rate*(x - (average + rest)), average being the float nearest to the sum.</summary>
    /// <param name="x">Any length. Read.</param>
    /// <param name="rate">0 to 1.</param>
    /// <param name="average">As long as x. Updated.</param>
    /// <param name="rest">As long as x. Updated.</param>
    public static void Add(ReadOnlySpan<float> x, float rate, Span<float> average, Span<float> rest)
    {
        fixed (float* px = x, pa = average, pr = rest)
        {
            AddJob job = new() { X = px, Average = pa, Rest = pr, Length = x.Length, Rate = rate };
            Workers.Run(ref job, (int)(((long)x.Length + OptimizerKernels.ChunkLength - 1) / OptimizerKernels.ChunkLength),
                isSmall: x.Length < SmallestShared);
        }
    }

    private static void Add<TSimd>(float* x, float rate, float* average, float* rest, int n)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd r = TSimd.Create(rate), least = TSimd.Create(Underflow.LeastState);
        for (int i = 0; i < n; i += TSimd.Count)
        {
            TSimd a = Part.Load<TSimd>(average + i, n - i), low = Part.Load<TSimd>(rest + i, n - i);
            TSimd step = TSimd.MultiplyAdd(r, Part.Load<TSimd>(x + i, n - i) - a - low, low);
            TSimd sum = a + step, taken = sum - a;   // what addition lost, whichever of the two is larger (Knuth)
            Part.Store(sum, average + i, n - i);
            Part.Store(Underflow.ToZero(a - (sum - taken) + (step - taken), least), rest + i, n - i);
        }
    }

    private struct AddJob : IJob, ISimdJob
    {
        public float* X, Average, Rest;
        public int Length;
        public float Rate;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int start = chunk * OptimizerKernels.ChunkLength;
            Add<TSimd>(X + start, Rate, Average + start, Rest + start,
                Math.Min(OptimizerKernels.ChunkLength, Length - start));
        }
    }
}
