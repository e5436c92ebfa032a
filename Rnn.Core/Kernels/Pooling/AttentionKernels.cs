using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Pooling;

/// <summary>
/// What attention adds to <see cref="PoolingKernels"/>: scores of steps, and what leads back from them. A step is done
/// by one worker alone: the same bits on any number of threads and in any batch.
/// </summary>
internal static unsafe class AttentionKernels
{
    private const int StepsPerChunk = 16;
    private const long SmallestShared = 1 << 15;

    /// <summary>u = tanh(u), scores[i] = v . u[i].</summary>
    /// <param name="u">[rows, A]. Overwritten.</param>
    /// <param name="v">[A]. Read.</param>
    /// <param name="scores">[rows]. Overwritten.</param>
    public static void Scores(Span<float> u, ReadOnlySpan<float> v, Span<float> scores)
    {
        Debug.Assert(u.Length == (long)scores.Length * v.Length);
        fixed (float* pu = u, pv = v, ps = scores)
        {
            ScoresJob job = new() { U = pu, V = pv, Scores = ps, Count = scores.Length, Size = v.Length };
            Workers.Run(ref job, Chunks(scores.Length), isSmall: u.Length < SmallestShared);
        }
    }

    /// <summary>Backward of <see cref="Scores"/>: u becomes the gradient dScores[i] * v * (1 - u*u) of what tanh was
    /// taken of.</summary>
    /// <param name="dScores">[rows]. Read.</param>
    /// <param name="v">[A]. Read.</param>
    /// <param name="u">[rows, A], as Scores left it. Overwritten.</param>
    public static void ScoresBackward(ReadOnlySpan<float> dScores, ReadOnlySpan<float> v, Span<float> u)
    {
        Debug.Assert(u.Length == (long)dScores.Length * v.Length);
        fixed (float* pu = u, pv = v, ps = dScores)
        {
            ScoresJob job = new()
            {
                U = pu,
                V = pv,
                Scores = ps,
                Count = dScores.Length,
                Size = v.Length,
                Back = true,
            };
            Workers.Run(ref job, Chunks(dScores.Length), isSmall: u.Length < SmallestShared);
        }
    }

    /// <summary>dots[i] = x[i] . dY[item of i], for every step.</summary>
    /// <param name="steps">The items.</param>
    /// <param name="x">[T*B, F]. Read.</param>
    /// <param name="features">F.</param>
    /// <param name="dY">[N, F], rows dYStride apart. Read.</param>
    /// <param name="dYStride">At least F.</param>
    /// <param name="dots">[steps.Count]. Overwritten.</param>
    public static void Dots(PooledSteps steps, ReadOnlySpan<float> x, int features, ReadOnlySpan<float> dY,
        int dYStride, Span<float> dots)
    {
        Debug.Assert(dots.Length == steps.Count);
        fixed (float* px = x, py = dY, pd = dots)
        {
            DotsJob job = new()
            {
                X = px,
                DY = py,
                Dots = pd,
                Rows = steps.RowsPointer,
                ItemOf = steps.ItemOfPointer,
                Count = steps.Count,
                Features = features,
                DYStride = dYStride,
            };
            Workers.Run(ref job, Chunks(steps.Count),
                isSmall: (long)steps.Count * features < SmallestShared);
        }
    }

    private static int Chunks(int length) => (int)(((long)length + StepsPerChunk - 1) / StepsPerChunk);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Dot<TSimd>(float* a, float* b, int n)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
        int j = 0;
        for (; j <= n - (4 * TSimd.Count); j += 4 * TSimd.Count)
        {
            s0 = TSimd.MultiplyAdd(TSimd.Load(a + j), TSimd.Load(b + j), s0);
            s1 = TSimd.MultiplyAdd(TSimd.Load(a + j + TSimd.Count), TSimd.Load(b + j + TSimd.Count), s1);
            s2 = TSimd.MultiplyAdd(TSimd.Load(a + j + (2 * TSimd.Count)), TSimd.Load(b + j + (2 * TSimd.Count)), s2);
            s3 = TSimd.MultiplyAdd(TSimd.Load(a + j + (3 * TSimd.Count)), TSimd.Load(b + j + (3 * TSimd.Count)), s3);
        }

        for (; j < n; j += TSimd.Count)
            s0 = TSimd.MultiplyAdd(Part.Load<TSimd>(a + j, n - j), Part.Load<TSimd>(b + j, n - j), s0);

        return (s0 + s1 + (s2 + s3)).Sum();
    }

    private struct ScoresJob : IJob, ISimdJob
    {
        public float* U, V, Scores;
        public int Count, Size;
        public bool Back;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int end = Math.Min(Count, (chunk + 1) * StepsPerChunk);
            for (int i = chunk * StepsPerChunk; i < end; i++)
            {
                float* u = U + ((long)i * Size);
                if (Back)
                    Backward<TSimd>(u, V, Scores[i], Size);
                else
                    Scores[i] = Forward<TSimd>(u, V, Size);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static float Forward<TSimd>(float* u, float* v, int n)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd sum = TSimd.Zero;
            for (int j = 0; j < n; j += TSimd.Count)
            {
                TSimd tanh = Activations.Tanh(Part.Load<TSimd>(u + j, n - j));
                Part.Store(tanh, u + j, n - j);
                sum = TSimd.MultiplyAdd(tanh, Part.Load<TSimd>(v + j, n - j), sum);
            }

            return sum.Sum();
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Backward<TSimd>(float* u, float* v, float dScore, int n)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd d = TSimd.Create(dScore), one = TSimd.Create(1f);
            for (int j = 0; j < n; j += TSimd.Count)
            {
                TSimd tanh = Part.Load<TSimd>(u + j, n - j);
                TSimd dTanh = d * Part.Load<TSimd>(v + j, n - j);                                   // score = v . u
                Part.Store(dTanh * TSimd.MultiplyAdd(-tanh, tanh, one), u + j, n - j);              // u = tanh(.)
            }
        }
    }

    private struct DotsJob : IJob, ISimdJob
    {
        public float* X, DY, Dots;
        public int* Rows, ItemOf;
        public int Count, Features, DYStride;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int end = Math.Min(Count, (chunk + 1) * StepsPerChunk), features = Features;
            for (int i = chunk * StepsPerChunk; i < end; i++)
                Dots[i] = Dot<TSimd>(X + ((long)Rows[i] * features), DY + ((long)ItemOf[i] * DYStride), features);
        }
    }
}
