using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.WordVectors;

/// <summary>
/// The small products of one window of words: C context rows x by J target rows w, all given by their addresses. J is
/// even; targets are taken six at a time, in updates of many eight with 512 bits, and for dot products contexts four at
/// a time with 512 bits, else two, so that enough sums are under way together.
/// </summary>
internal static unsafe class WindowProducts
{
    /// <summary>Most targets of Update.</summary>
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
        if (TSimd.Count == Vector512<float>.Count)   // 24 sums, four contexts, a target: 29 of its 32 registers
        {
            for (; c + 4 <= contexts; c += 4)
                Dots<TSimd, Four>(x + c, w, targets, width, dots + (c * targets));
        }

        for (; c + 2 <= contexts; c += 2)
            Dots<TSimd, Two>(x + c, w, targets, width, dots + (c * targets));

        if (c < contexts)
            Dots<TSimd, One>(x + c, w, targets, width, dots + (c * targets));
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
    /// The same for any J, with all sums of the values from before, also where a row stands among the contexts again.
    /// </summary>
    /// <param name="x">C addresses of [width]. Accumulated; the same address may stand more than once.</param>
    /// <param name="contexts">C.</param>
    /// <param name="w">J addresses of [width]. Accumulated; the same address may stand more than once.</param>
    /// <param name="targets">J, even.</param>
    /// <param name="width">A multiple of 16.</param>
    /// <param name="g">[C, J]. Read.</param>
    /// <param name="scratch">[C + J, 16]. Overwritten.</param>
    public static void UpdateMany<TSimd>(
        float** x, int contexts, float** w, int targets, int width, float* g, float* scratch)
        where TSimd : struct, ISimd<TSimd>
    {
        float* dX = scratch, dW = scratch + (contexts * TSimd.Count);
        for (long i = 0; i < width; i += TSimd.Count)
        {
            Spread<TSimd>(x, contexts, w, targets, i, g, dX, TSimd.Count, dW);
            for (int c = 0; c < contexts; c++)
                AddTo(x[c] + i, TSimd.Load(dX + (c * TSimd.Count)));
        }
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
    /// <param name="scratch">[J, 16]. Overwritten.</param>
    public static void Spread<TSimd>(
        float** x, int contexts, float** w, int targets, int width, float* g, float* dX, float* scratch)
        where TSimd : struct, ISimd<TSimd>
    {
        for (long i = 0; i < width; i += TSimd.Count)
            Spread<TSimd>(x, contexts, w, targets, i, g, dX + i, width, scratch);
    }

    /// <summary>norms[n] = rows[n] . rows[n].</summary>
    /// <param name="rows">4 addresses of [width]. Read.</param>
    /// <param name="width">A multiple of 16.</param>
    /// <param name="norms">[4]. Overwritten.</param>
    public static void SquaredNorms<TSimd>(float** rows, int width, float* norms)
        where TSimd : struct, ISimd<TSimd>
    {
        float* p0 = rows[0], p1 = rows[1], p2 = rows[2], p3 = rows[3];
        TSimd a = TSimd.Zero, b = TSimd.Zero, c = TSimd.Zero, d = TSimd.Zero;
        for (long i = 0; i < width; i += TSimd.Count)
        {
            a = AddSquare(p0 + i, a);
            b = AddSquare(p1 + i, b);
            c = AddSquare(p2 + i, c);
            d = AddSquare(p3 + i, d);
        }

        TSimd.Sums(a, b, c, d).Store(norms);
    }

    /// <summary>The sum of w[j] . w[j].</summary>
    /// <param name="w">J addresses of [width]. Read.</param>
    /// <param name="targets">J.</param>
    /// <param name="width">A multiple of 16.</param>
    public static float SumOfSquares<TSimd>(float** w, int targets, int width)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd a = TSimd.Zero, b = TSimd.Zero, c = TSimd.Zero;
        int j = 0;
        for (; j + 6 <= targets; j += 6)
        {
            float* w0 = w[j], w1 = w[j + 1], w2 = w[j + 2], w3 = w[j + 3], w4 = w[j + 4], w5 = w[j + 5];
            for (long i = 0; i < width; i += TSimd.Count)
            {
                a = AddSquare(w3 + i, AddSquare(w0 + i, a));
                b = AddSquare(w4 + i, AddSquare(w1 + i, b));
                c = AddSquare(w5 + i, AddSquare(w2 + i, c));
            }
        }

        for (; j < targets; j++)
        {
            float* row = w[j];
            for (long i = 0; i < width; i += TSimd.Count)
                a = AddSquare(row + i, a);
        }

        a += b + c;
        return TSimd.Sums(a, a, a, a).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd AddSquare<TSimd>(float* p, TSimd sum)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd value = TSimd.Load(p);
        return TSimd.MultiplyAdd(value, value, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Dots<TSimd, TContexts>(float** x, float** w, int targets, int width, float* dots)
        where TSimd : struct, ISimd<TSimd>
        where TContexts : struct, IRows
    {
        int j = 0;
        for (; j + 6 <= targets; j += 6)
            Dots<TSimd, TContexts, Six>(x, w + j, targets, width, dots + j);

        if (targets - j == 4)
            Dots<TSimd, TContexts, Four>(x, w + j, targets, width, dots + j);
        else if (targets - j == 2)
            Dots<TSimd, TContexts, Two>(x, w + j, targets, width, dots + j);
    }

    private static void Dots<TSimd, TContexts, TTargets>(float** x, float** w, int stride, int width, float* dots)
        where TSimd : struct, ISimd<TSimd>
        where TContexts : struct, IRows
        where TTargets : struct, IRows
    {
        float* x0 = x[0], x1 = TContexts.Count > 1 ? x[1] : null;
        float* x2 = TContexts.Count > 2 ? x[2] : null, x3 = TContexts.Count > 2 ? x[3] : null;
        float* w0 = w[0], w1 = w[1];
        float* w2 = TTargets.Count > 2 ? w[2] : null, w3 = TTargets.Count > 2 ? w[3] : null;
        float* w4 = TTargets.Count > 4 ? w[4] : null, w5 = TTargets.Count > 4 ? w[5] : null;
        TSimd a0 = TSimd.Zero, a1 = TSimd.Zero, a2 = TSimd.Zero, a3 = TSimd.Zero, a4 = TSimd.Zero, a5 = TSimd.Zero;
        TSimd b0 = TSimd.Zero, b1 = TSimd.Zero, b2 = TSimd.Zero, b3 = TSimd.Zero, b4 = TSimd.Zero, b5 = TSimd.Zero;
        TSimd c0 = TSimd.Zero, c1 = TSimd.Zero, c2 = TSimd.Zero, c3 = TSimd.Zero, c4 = TSimd.Zero, c5 = TSimd.Zero;
        TSimd d0 = TSimd.Zero, d1 = TSimd.Zero, d2 = TSimd.Zero, d3 = TSimd.Zero, d4 = TSimd.Zero, d5 = TSimd.Zero;
        for (long i = 0; i < width; i += TSimd.Count)
        {
            TSimd a = TSimd.Load(x0 + i), b = TContexts.Count > 1 ? TSimd.Load(x1 + i) : TSimd.Zero;
            TSimd c = TContexts.Count > 2 ? TSimd.Load(x2 + i) : TSimd.Zero;
            TSimd d = TContexts.Count > 2 ? TSimd.Load(x3 + i) : TSimd.Zero;
            Add<TSimd, TContexts>(a, b, c, d, TSimd.Load(w0 + i), ref a0, ref b0, ref c0, ref d0);
            Add<TSimd, TContexts>(a, b, c, d, TSimd.Load(w1 + i), ref a1, ref b1, ref c1, ref d1);
            if (TTargets.Count > 2)
            {
                Add<TSimd, TContexts>(a, b, c, d, TSimd.Load(w2 + i), ref a2, ref b2, ref c2, ref d2);
                Add<TSimd, TContexts>(a, b, c, d, TSimd.Load(w3 + i), ref a3, ref b3, ref c3, ref d3);
            }

            if (TTargets.Count > 4)
            {
                Add<TSimd, TContexts>(a, b, c, d, TSimd.Load(w4 + i), ref a4, ref b4, ref c4, ref d4);
                Add<TSimd, TContexts>(a, b, c, d, TSimd.Load(w5 + i), ref a5, ref b5, ref c5, ref d5);
            }
        }

        if (TTargets.Count > 2)
        {
            TSimd.Sums(a0, a1, a2, a3).Store(dots);
            if (TContexts.Count > 1)
                TSimd.Sums(b0, b1, b2, b3).Store(dots + stride);

            if (TContexts.Count > 2)
            {
                TSimd.Sums(c0, c1, c2, c3).Store(dots + (2 * stride));
                TSimd.Sums(d0, d1, d2, d3).Store(dots + (3 * stride));
            }
        }

        if (TTargets.Count == 2)
            StorePairs<TSimd, TContexts>(a0, a1, b0, b1, c0, c1, d0, d1, dots, stride);
        else if (TTargets.Count == 6)
            StorePairs<TSimd, TContexts>(a4, a5, b4, b5, c4, c5, d4, d5, dots + 4, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TSimd, TContexts>(TSimd a, TSimd b, TSimd c, TSimd d, TSimd target, ref TSimd sumA,
        ref TSimd sumB, ref TSimd sumC, ref TSimd sumD)
        where TSimd : struct, ISimd<TSimd>
        where TContexts : struct, IRows
    {
        sumA = TSimd.MultiplyAdd(a, target, sumA);
        if (TContexts.Count > 1)
            sumB = TSimd.MultiplyAdd(b, target, sumB);

        if (TContexts.Count > 2)
        {
            sumC = TSimd.MultiplyAdd(c, target, sumC);
            sumD = TSimd.MultiplyAdd(d, target, sumD);
        }
    }

    /// <summary>Two sums of each context.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePairs<TSimd, TContexts>(TSimd a0, TSimd a1, TSimd b0, TSimd b1, TSimd c0, TSimd c1,
        TSimd d0, TSimd d1, float* dots, int stride)
        where TSimd : struct, ISimd<TSimd>
        where TContexts : struct, IRows
    {
        Vector128<double> first =
            (TContexts.Count > 1 ? TSimd.Sums(a0, a1, b0, b1) : TSimd.Sums(a0, a1, a0, a1)).AsDouble();
        *(double*)dots = first.ToScalar();   // two floats at once
        if (TContexts.Count > 1)
            *(double*)(dots + stride) = first.GetElement(1);

        if (TContexts.Count > 2)
        {
            Vector128<double> second = TSimd.Sums(c0, c1, d0, d1).AsDouble();
            *(double*)(dots + (2 * stride)) = second.ToScalar();
            *(double*)(dots + (3 * stride)) = second.GetElement(1);
        }
    }

    /// <summary>
    /// One vector of columns, from i on: dX [C, one vector], rows stride apart, and dW [J, one vector], scratch. With 512
    /// bits there are registers for eight targets and their sums, else for six.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread<TSimd>(
        float** x, int contexts, float** w, int targets, long i, float* g, float* dX, int stride, float* dW)
        where TSimd : struct, ISimd<TSimd>
    {
        int j = 0;
        if (TSimd.Count == Vector512<float>.Count)
        {
            for (; j + 8 <= targets; j += 8)
                Spread<TSimd, Eight>(x, contexts, w + j, i, g + j, targets, dX, stride, dW + (j * TSimd.Count), j == 0);
        }

        for (; j + 6 <= targets; j += 6)
            Spread<TSimd, Six>(x, contexts, w + j, i, g + j, targets, dX, stride, dW + (j * TSimd.Count), j == 0);

        if (targets - j == 4)
            Spread<TSimd, Four>(x, contexts, w + j, i, g + j, targets, dX, stride, dW + (j * TSimd.Count), j == 0);
        else if (targets - j == 2)
            Spread<TSimd, Two>(x, contexts, w + j, i, g + j, targets, dX, stride, dW + (j * TSimd.Count), j == 0);

        // Last of all, since dX needs every w as it was; one after another, since a row may be met again.
        for (j = 0; j < targets; j++)
            AddTo(w[j] + i, TSimd.Load(dW + (j * TSimd.Count)));
    }

    private static void Spread<TSimd, TTargets>(float** x, int contexts, float** w, long i, float* g, int targets,
        float* dX, int stride, float* dW, bool isFirst)
        where TSimd : struct, ISimd<TSimd>
        where TTargets : struct, IRows
    {
        TSimd w0 = TSimd.Load(w[0] + i), w1 = TSimd.Load(w[1] + i);
        TSimd w2 = TTargets.Count > 2 ? TSimd.Load(w[2] + i) : TSimd.Zero;
        TSimd w3 = TTargets.Count > 2 ? TSimd.Load(w[3] + i) : TSimd.Zero;
        TSimd w4 = TTargets.Count > 4 ? TSimd.Load(w[4] + i) : TSimd.Zero;
        TSimd w5 = TTargets.Count > 4 ? TSimd.Load(w[5] + i) : TSimd.Zero;
        TSimd w6 = TTargets.Count > 6 ? TSimd.Load(w[6] + i) : TSimd.Zero;
        TSimd w7 = TTargets.Count > 6 ? TSimd.Load(w[7] + i) : TSimd.Zero;
        TSimd d0 = TSimd.Zero, d1 = TSimd.Zero, d2 = TSimd.Zero, d3 = TSimd.Zero;
        TSimd d4 = TSimd.Zero, d5 = TSimd.Zero, d6 = TSimd.Zero, d7 = TSimd.Zero;
        for (int c = 0; c < contexts; c++, g += targets, dX += stride)
        {
            TSimd value = TSimd.Load(x[c] + i), sum = isFirst ? TSimd.Zero : TSimd.Load(dX);
            sum = Step<TSimd, TTargets>(g, value, sum, w0, w1, w2, w3, w4, w5, ref d0, ref d1, ref d2, ref d3, ref d4,
                ref d5);
            if (TTargets.Count > 6)
            {
                sum = Step(g[6], value, sum, w6, ref d6);
                sum = Step(g[7], value, sum, w7, ref d7);
            }

            sum.Store(dX);
        }

        d0.Store(dW);
        d1.Store(dW + TSimd.Count);
        if (TTargets.Count > 2)
        {
            d2.Store(dW + (2 * TSimd.Count));
            d3.Store(dW + (3 * TSimd.Count));
        }

        if (TTargets.Count > 4)
        {
            d4.Store(dW + (4 * TSimd.Count));
            d5.Store(dW + (5 * TSimd.Count));
        }

        if (TTargets.Count > 6)
        {
            d6.Store(dW + (6 * TSimd.Count));
            d7.Store(dW + (7 * TSimd.Count));
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
                Step<TSimd, TTargets>(row, value, value, w0, w1, w2, w3, w4, w5, ref d0, ref d1, ref d2, ref d3, ref d4,
                    ref d5).Store(to);
            }

            // Read again, one after another: the same row may stand among the targets twice.
            AddTo(w[0] + i, d0);
            AddTo(w[1] + i, d1);
            if (TTargets.Count > 2)
            {
                AddTo(w[2] + i, d2);
                AddTo(w[3] + i, d3);
            }

            if (TTargets.Count > 4)
            {
                AddTo(w[4] + i, d4);
                AddTo(w[5] + i, d5);
            }
        }
    }

    /// <summary>d[j] += g[j]*value.</summary>
    /// <returns>sum + sum over j of g[j]*w[j].</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd Step<TSimd, TTargets>(float* g, TSimd value, TSimd sum, TSimd w0, TSimd w1, TSimd w2, TSimd w3,
        TSimd w4, TSimd w5, ref TSimd d0, ref TSimd d1, ref TSimd d2, ref TSimd d3, ref TSimd d4, ref TSimd d5)
        where TSimd : struct, ISimd<TSimd>
        where TTargets : struct, IRows
    {
        sum = Step(g[0], value, sum, w0, ref d0);
        sum = Step(g[1], value, sum, w1, ref d1);
        if (TTargets.Count > 2)
        {
            sum = Step(g[2], value, sum, w2, ref d2);
            sum = Step(g[3], value, sum, w3, ref d3);
        }

        if (TTargets.Count > 4)
        {
            sum = Step(g[4], value, sum, w4, ref d4);
            sum = Step(g[5], value, sum, w5, ref d5);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd Step<TSimd>(float g, TSimd value, TSimd sum, TSimd w, ref TSimd d)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd factor = TSimd.Create(g);
        d = TSimd.MultiplyAdd(factor, value, d);
        return TSimd.MultiplyAdd(factor, w, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo<TSimd>(float* to, TSimd value)
        where TSimd : struct, ISimd<TSimd> => (TSimd.Load(to) + value).Store(to);

    private readonly struct One : IRows
    {
        public static int Count => 1;
    }

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

    private readonly struct Eight : IRows
    {
        public static int Count => 8;
    }
}
