using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Rnn.Core.Kernels;

/// <summary>
/// The small products of one window of words: C context rows x by J target rows w, all given by their addresses. J is
/// even; targets are taken six at a time, contexts two at a time, so that twelve sums are under way together.
/// </summary>
internal static unsafe class WindowProducts
{
    /// <summary>Most targets of one pass over a window.</summary>
    public const int MaxFused = 6;

    /// <summary>dots[c*J + j] = x[c] . w[j].</summary>
    /// <param name="x">C addresses of [width]. Read.</param>
    /// <param name="contexts">C.</param>
    /// <param name="w">J addresses of [width]. Read.</param>
    /// <param name="targets">J, even.</param>
    /// <param name="width">A multiple of 16.</param>
    /// <param name="dots">[C, J]. Overwritten.</param>
    public static void Dots<TSimd>(float** x, int contexts, float** w, int targets, int width, float* dots)
        where TSimd : struct, ISimd<TSimd>
    {
        int c = 0;
        if (TSimd.Count == 16 && targets == 6)   // 24 sums, four contexts, one target: 29 of 32 registers
        {
            for (; c + 4 <= contexts; c += 4)
                DotsOfFour<TSimd>(x + c, w, width, dots + (c * 6));
        }

        for (; c + 2 <= contexts; c += 2)
        {
            float* d = dots + (c * targets);
            int j = 0;
            for (; j + 6 <= targets; j += 6)
                Dots<TSimd, Six>(x[c], x[c + 1], w + j, width, d + j, d + targets + j);

            if (targets - j == 4)
                Dots<TSimd, Four>(x[c], x[c + 1], w + j, width, d + j, d + targets + j);
            else if (targets - j == 2)
                Dots<TSimd, Two>(x[c], x[c + 1], w + j, width, d + j, d + targets + j);
        }

        if (c < contexts)
        {
            float* d = dots + (c * targets);
            int j = 0;
            for (; j + 6 <= targets; j += 6)
                Dots<TSimd, Six>(x[c], w + j, width, d + j);

            if (targets - j == 4)
                Dots<TSimd, Four>(x[c], w + j, width, d + j);
            else if (targets - j == 2)
                Dots<TSimd, Two>(x[c], w + j, width, d + j);
        }
    }

    /// <summary>
    /// One step down the gradient: x[c] += sum over j of g[c, j]*w[j] of the values from before, w[j] += sum over c of
    /// g[c, j]*x[c]; a row that stands among the contexts again counts there with what has been added to it since.
    /// </summary>
    /// <param name="x">C addresses of [width]. Accumulated; the same address may stand more than once.</param>
    /// <param name="contexts">C.</param>
    /// <param name="w">J addresses of [width]. Accumulated; the same address may stand more than once.</param>
    /// <param name="targets">J, 2, 4 or 6.</param>
    /// <param name="width">A multiple of 16.</param>
    /// <param name="g">[C, J]. Read.</param>
    public static void Update<TSimd>(float** x, int contexts, float** w, int targets, int width, float* g)
        where TSimd : struct, ISimd<TSimd>
    {
        if (targets == 6)
            Update<TSimd, Six>(x, contexts, w, width, g);
        else if (targets == 4)
            Update<TSimd, Four>(x, contexts, w, width, g);
        else
            Update<TSimd, Two>(x, contexts, w, width, g);
    }

    /// <summary>
    /// The same with the contexts' part left to the caller: w[j] += sum over c of g[c, j]*x[c], and dX[c] = sum over j
    /// of g[c, j]*w[j] of the values from before.
    /// </summary>
    /// <param name="x">C addresses of [width]. Read.</param>
    /// <param name="contexts">C.</param>
    /// <param name="w">J addresses of [width]. Accumulated; the same address may stand more than once.</param>
    /// <param name="targets">J, even.</param>
    /// <param name="width">A multiple of 16.</param>
    /// <param name="g">[C, J]. Read.</param>
    /// <param name="dX">[C, width]. Overwritten.</param>
    public static void Spread<TSimd>(
        float** x, int contexts, float** w, int targets, int width, float* g, float* dX)
        where TSimd : struct, ISimd<TSimd>
    {
        // First all of dX, which needs every w as it was; a row of w may be met again.
        for (int c = 0; c < contexts; c++)
        {
            float* row = g + (c * targets);
            for (int i = 0; i < width; i += TSimd.Count)
            {
                TSimd sum = TSimd.Zero;
                for (int j = 0; j < targets; j++)
                    sum = TSimd.MultiplyAdd(TSimd.Create(row[j]), TSimd.Load(w[j] + i), sum);

                sum.Store(dX + ((long)c * width) + i);
            }
        }

        for (int j = 0; j < targets; j += 2)
        {
            float* w0 = w[j], w1 = w[j + 1];
            for (int i = 0; i < width; i += TSimd.Count)
            {
                TSimd d0 = TSimd.Zero, d1 = TSimd.Zero;
                float* row = g + j;
                for (int c = 0; c < contexts; c++, row += targets)
                {
                    TSimd value = TSimd.Load(x[c] + i);
                    d0 = TSimd.MultiplyAdd(TSimd.Create(row[0]), value, d0);
                    d1 = TSimd.MultiplyAdd(TSimd.Create(row[1]), value, d1);
                }

                (TSimd.Load(w0 + i) + d0).Store(w0 + i);
                (TSimd.Load(w1 + i) + d1).Store(w1 + i);
            }
        }
    }

    private static void DotsOfFour<TSimd>(float** x, float** w, int width, float* dots)
        where TSimd : struct, ISimd<TSimd>
    {
        float* x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3];
        float* w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3], w4 = w[4], w5 = w[5];
        TSimd a0 = TSimd.Zero, a1 = TSimd.Zero, a2 = TSimd.Zero, a3 = TSimd.Zero, a4 = TSimd.Zero, a5 = TSimd.Zero;
        TSimd b0 = TSimd.Zero, b1 = TSimd.Zero, b2 = TSimd.Zero, b3 = TSimd.Zero, b4 = TSimd.Zero, b5 = TSimd.Zero;
        TSimd c0 = TSimd.Zero, c1 = TSimd.Zero, c2 = TSimd.Zero, c3 = TSimd.Zero, c4 = TSimd.Zero, c5 = TSimd.Zero;
        TSimd d0 = TSimd.Zero, d1 = TSimd.Zero, d2 = TSimd.Zero, d3 = TSimd.Zero, d4 = TSimd.Zero, d5 = TSimd.Zero;
        for (long i = 0; i < width; i += TSimd.Count)
        {
            TSimd a = TSimd.Load(x0 + i), b = TSimd.Load(x1 + i), c = TSimd.Load(x2 + i), d = TSimd.Load(x3 + i);
            TSimd t = TSimd.Load(w0 + i);
            a0 = TSimd.MultiplyAdd(a, t, a0);
            b0 = TSimd.MultiplyAdd(b, t, b0);
            c0 = TSimd.MultiplyAdd(c, t, c0);
            d0 = TSimd.MultiplyAdd(d, t, d0);
            t = TSimd.Load(w1 + i);
            a1 = TSimd.MultiplyAdd(a, t, a1);
            b1 = TSimd.MultiplyAdd(b, t, b1);
            c1 = TSimd.MultiplyAdd(c, t, c1);
            d1 = TSimd.MultiplyAdd(d, t, d1);
            t = TSimd.Load(w2 + i);
            a2 = TSimd.MultiplyAdd(a, t, a2);
            b2 = TSimd.MultiplyAdd(b, t, b2);
            c2 = TSimd.MultiplyAdd(c, t, c2);
            d2 = TSimd.MultiplyAdd(d, t, d2);
            t = TSimd.Load(w3 + i);
            a3 = TSimd.MultiplyAdd(a, t, a3);
            b3 = TSimd.MultiplyAdd(b, t, b3);
            c3 = TSimd.MultiplyAdd(c, t, c3);
            d3 = TSimd.MultiplyAdd(d, t, d3);
            t = TSimd.Load(w4 + i);
            a4 = TSimd.MultiplyAdd(a, t, a4);
            b4 = TSimd.MultiplyAdd(b, t, b4);
            c4 = TSimd.MultiplyAdd(c, t, c4);
            d4 = TSimd.MultiplyAdd(d, t, d4);
            t = TSimd.Load(w5 + i);
            a5 = TSimd.MultiplyAdd(a, t, a5);
            b5 = TSimd.MultiplyAdd(b, t, b5);
            c5 = TSimd.MultiplyAdd(c, t, c5);
            d5 = TSimd.MultiplyAdd(d, t, d5);
        }

        TSimd.Sums(a0, a1, a2, a3).Store(dots);
        TSimd.Sums(b0, b1, b2, b3).Store(dots + 6);
        TSimd.Sums(c0, c1, c2, c3).Store(dots + 12);
        TSimd.Sums(d0, d1, d2, d3).Store(dots + 18);
        StoreTwice(TSimd.Sums(a4, a5, b4, b5), dots + 4, dots + 10);
        StoreTwice(TSimd.Sums(c4, c5, d4, d5), dots + 16, dots + 22);
    }

    private static void StoreTwice(Vector128<float> sums, float* lower, float* upper)
    {
        sums.GetLower().Store(lower);
        sums.GetUpper().Store(upper);
    }

    private static void Dots<TSimd, TTargets>(float* x0, float* x1, float** w, int width, float* d0, float* d1)
        where TSimd : struct, ISimd<TSimd>
        where TTargets : struct, IRows
    {
        float* w0 = w[0], w1 = w[1];
        float* w2 = TTargets.Count > 2 ? w[2] : null, w3 = TTargets.Count > 2 ? w[3] : null;
        float* w4 = TTargets.Count > 4 ? w[4] : null, w5 = TTargets.Count > 4 ? w[5] : null;
        TSimd a0 = TSimd.Zero, a1 = TSimd.Zero, a2 = TSimd.Zero, a3 = TSimd.Zero, a4 = TSimd.Zero, a5 = TSimd.Zero;
        TSimd b0 = TSimd.Zero, b1 = TSimd.Zero, b2 = TSimd.Zero, b3 = TSimd.Zero, b4 = TSimd.Zero, b5 = TSimd.Zero;
        for (long i = 0; i < width; i += TSimd.Count)
        {
            TSimd a = TSimd.Load(x0 + i), b = TSimd.Load(x1 + i);
            TSimd t = TSimd.Load(w0 + i);
            a0 = TSimd.MultiplyAdd(a, t, a0);
            b0 = TSimd.MultiplyAdd(b, t, b0);
            t = TSimd.Load(w1 + i);
            a1 = TSimd.MultiplyAdd(a, t, a1);
            b1 = TSimd.MultiplyAdd(b, t, b1);
            if (TTargets.Count > 2)
            {
                t = TSimd.Load(w2 + i);
                a2 = TSimd.MultiplyAdd(a, t, a2);
                b2 = TSimd.MultiplyAdd(b, t, b2);
                t = TSimd.Load(w3 + i);
                a3 = TSimd.MultiplyAdd(a, t, a3);
                b3 = TSimd.MultiplyAdd(b, t, b3);
            }

            if (TTargets.Count > 4)
            {
                t = TSimd.Load(w4 + i);
                a4 = TSimd.MultiplyAdd(a, t, a4);
                b4 = TSimd.MultiplyAdd(b, t, b4);
                t = TSimd.Load(w5 + i);
                a5 = TSimd.MultiplyAdd(a, t, a5);
                b5 = TSimd.MultiplyAdd(b, t, b5);
            }
        }

        if (TTargets.Count > 2)
        {
            TSimd.Sums(a0, a1, a2, a3).Store(d0);
            TSimd.Sums(b0, b1, b2, b3).Store(d1);
            if (TTargets.Count > 4)
            {
                Vector128<float> rest = TSimd.Sums(a4, a5, b4, b5);
                rest.GetLower().Store(d0 + 4);
                rest.GetUpper().Store(d1 + 4);
            }
        }
        else
        {
            Vector128<float> all = TSimd.Sums(a0, a1, b0, b1);
            all.GetLower().Store(d0);
            all.GetUpper().Store(d1);
        }
    }

    private static void Dots<TSimd, TTargets>(float* x, float** w, int width, float* dots)
        where TSimd : struct, ISimd<TSimd>
        where TTargets : struct, IRows
    {
        float* w0 = w[0], w1 = w[1];
        float* w2 = TTargets.Count > 2 ? w[2] : null, w3 = TTargets.Count > 2 ? w[3] : null;
        float* w4 = TTargets.Count > 4 ? w[4] : null, w5 = TTargets.Count > 4 ? w[5] : null;
        TSimd a0 = TSimd.Zero, a1 = TSimd.Zero, a2 = TSimd.Zero, a3 = TSimd.Zero, a4 = TSimd.Zero, a5 = TSimd.Zero;
        for (long i = 0; i < width; i += TSimd.Count)
        {
            TSimd a = TSimd.Load(x + i);
            a0 = TSimd.MultiplyAdd(a, TSimd.Load(w0 + i), a0);
            a1 = TSimd.MultiplyAdd(a, TSimd.Load(w1 + i), a1);
            if (TTargets.Count > 2)
            {
                a2 = TSimd.MultiplyAdd(a, TSimd.Load(w2 + i), a2);
                a3 = TSimd.MultiplyAdd(a, TSimd.Load(w3 + i), a3);
            }

            if (TTargets.Count > 4)
            {
                a4 = TSimd.MultiplyAdd(a, TSimd.Load(w4 + i), a4);
                a5 = TSimd.MultiplyAdd(a, TSimd.Load(w5 + i), a5);
            }
        }

        if (TTargets.Count > 2)
        {
            TSimd.Sums(a0, a1, a2, a3).Store(dots);
            if (TTargets.Count > 4)
                TSimd.Sums(a4, a5, a4, a5).GetLower().Store(dots + 4);
        }
        else
        {
            TSimd.Sums(a0, a1, a0, a1).GetLower().Store(dots);
        }
    }

    private static void Update<TSimd, TTargets>(float** x, int contexts, float** w, int width, float* g)
        where TSimd : struct, ISimd<TSimd>
        where TTargets : struct, IRows
    {
        for (long i = 0; i < width; i += TSimd.Count)
        {
            TSimd w0 = TSimd.Load(w[0] + i), w1 = TSimd.Load(w[1] + i);
            TSimd w2 = TSimd.Zero, w3 = TSimd.Zero, w4 = TSimd.Zero, w5 = TSimd.Zero;
            TSimd d0 = TSimd.Zero, d1 = TSimd.Zero, d2 = TSimd.Zero, d3 = TSimd.Zero, d4 = TSimd.Zero;
            TSimd d5 = TSimd.Zero;
            if (TTargets.Count > 2)
            {
                w2 = TSimd.Load(w[2] + i);
                w3 = TSimd.Load(w[3] + i);
            }

            if (TTargets.Count > 4)
            {
                w4 = TSimd.Load(w[4] + i);
                w5 = TSimd.Load(w[5] + i);
            }

            float* row = g;
            for (int c = 0; c < contexts; c++, row += TTargets.Count)
            {
                float* to = x[c] + i;
                TSimd value = TSimd.Load(to);
                TSimd factor = TSimd.Create(row[0]);
                TSimd sum = TSimd.MultiplyAdd(factor, w0, value);
                d0 = TSimd.MultiplyAdd(factor, value, d0);
                factor = TSimd.Create(row[1]);
                sum = TSimd.MultiplyAdd(factor, w1, sum);
                d1 = TSimd.MultiplyAdd(factor, value, d1);
                if (TTargets.Count > 2)
                {
                    factor = TSimd.Create(row[2]);
                    sum = TSimd.MultiplyAdd(factor, w2, sum);
                    d2 = TSimd.MultiplyAdd(factor, value, d2);
                    factor = TSimd.Create(row[3]);
                    sum = TSimd.MultiplyAdd(factor, w3, sum);
                    d3 = TSimd.MultiplyAdd(factor, value, d3);
                }

                if (TTargets.Count > 4)
                {
                    factor = TSimd.Create(row[4]);
                    sum = TSimd.MultiplyAdd(factor, w4, sum);
                    d4 = TSimd.MultiplyAdd(factor, value, d4);
                    factor = TSimd.Create(row[5]);
                    sum = TSimd.MultiplyAdd(factor, w5, sum);
                    d5 = TSimd.MultiplyAdd(factor, value, d5);
                }

                sum.Store(to);
            }

            // Read again, one after another: the same row may stand among the targets twice.
            Add(w[0] + i, d0);
            Add(w[1] + i, d1);
            if (TTargets.Count > 2)
            {
                Add(w[2] + i, d2);
                Add(w[3] + i, d3);
            }

            if (TTargets.Count > 4)
            {
                Add(w[4] + i, d4);
                Add(w[5] + i, d5);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TSimd>(float* to, TSimd value)
        where TSimd : struct, ISimd<TSimd> => (TSimd.Load(to) + value).Store(to);

    private readonly struct Two : IRows
    {
        public static int Count => 2;
    }

    private readonly struct Four : IRows
    {
        public static int Count => 4;
    }

    private readonly struct Six : IRows
    {
        public static int Count => 6;
    }
}
