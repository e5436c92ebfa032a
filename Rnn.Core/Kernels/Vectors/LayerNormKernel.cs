using System;
using Rnn.Core.Kernels.Threads;

namespace Rnn.Core.Kernels.Vectors;

/// <summary>
/// Layer normalisation of rows: xHat = (x - mean)*scale, scale = 1/sqrt(variance + <see cref="Epsilon"/>), y = gain*xHat.
/// Mean and variance are a row's own, the variance over all n of its elements. Source: Ba, Kiros and Hinton 2016.
/// </summary>
internal static unsafe class LayerNormKernel
{
    /// <summary>Added to the variance, so that a row of equal numbers becomes 0. PyTorch's default.</summary>
    public const float Epsilon = 1e-5f;

    private const int RowsPerChunk = 16;
    private const long SmallestShared = 1 << 15;

    /// <summary>One row: x becomes xHat; returns the scale.</summary>
    public static float Forward<TSimd>(float* x, int n)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd sum = TSimd.Zero, squares = TSimd.Zero;
        for (int j = 0; j < n; j += TSimd.Count)
            sum += Part.Load<TSimd>(x + j, n - j);

        TSimd mean = TSimd.Create(sum.Sum() / n);
        for (int j = 0; j < n; j += TSimd.Count)
        {
            TSimd centred = Within(Part.Load<TSimd>(x + j, n - j) - mean, n - j);
            squares = TSimd.MultiplyAdd(centred, centred, squares);
            Part.Store(centred, x + j, n - j);
        }

        float scale = 1 / MathF.Sqrt((squares.Sum() / n) + Epsilon);
        Multiply(x, TSimd.Create(scale), n);
        return scale;
    }

    /// <summary>
    /// One row: dX = scale*(d - mean(d) - xHat*mean(d*xHat)) with d = gain*dY; added to dX where asked for. dX may be
    /// xHat's memory.
    /// </summary>
    public static void Backward<TSimd>(float* dY, float* gain, float* xHat, float scale, float* dX, int n,
        bool add = false)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd sum = TSimd.Zero, products = TSimd.Zero;
        for (int j = 0; j < n; j += TSimd.Count)
        {
            TSimd d = Part.Load<TSimd>(dY + j, n - j) * Part.Load<TSimd>(gain + j, n - j);
            sum += d;
            products = TSimd.MultiplyAdd(d, Part.Load<TSimd>(xHat + j, n - j), products);
        }

        TSimd mean = TSimd.Create(sum.Sum() / n), slope = TSimd.Create(products.Sum() / n);
        TSimd factor = TSimd.Create(scale);
        for (int j = 0; j < n; j += TSimd.Count)
        {
            TSimd d = Part.Load<TSimd>(dY + j, n - j) * Part.Load<TSimd>(gain + j, n - j);
            TSimd result = factor * (d - mean - (Part.Load<TSimd>(xHat + j, n - j) * slope));
            if (add)
                result += Part.Load<TSimd>(dX + j, n - j);

            Part.Store(result, dX + j, n - j);
        }
    }

    /// <summary>One row: y = gain*xHat, or added to y.</summary>
    public static void Scale<TSimd>(float* xHat, float* gain, float* y, int n, bool add)
        where TSimd : struct, ISimd<TSimd>
    {
        for (int j = 0; j < n; j += TSimd.Count)
        {
            TSimd value = Part.Load<TSimd>(xHat + j, n - j) * Part.Load<TSimd>(gain + j, n - j);
            Part.Store(add ? value + Part.Load<TSimd>(y + j, n - j) : value, y + j, n - j);
        }
    }

    /// <summary>All rows: x becomes xHat, y = gain*xHat.</summary>
    public static void ForwardRows(in LayerNormRows rows) => Run(rows, backward: false);

    /// <summary>All rows: y holds dY; x, which holds xHat, becomes dX.</summary>
    public static void BackwardRows(in LayerNormRows rows) => Run(rows, backward: true);

    private static void Run(in LayerNormRows rows, bool backward)
    {
        RowsJob job = new() { X = rows, Back = backward };
        Workers.Run(ref job, (rows.Count + RowsPerChunk - 1) / RowsPerChunk,
            isSmall: (long)rows.Count * rows.Columns < SmallestShared);
    }

    private static void Multiply<TSimd>(float* x, TSimd factor, int n)
        where TSimd : struct, ISimd<TSimd>
    {
        for (int j = 0; j < n; j += TSimd.Count)
            Part.Store(Part.Load<TSimd>(x + j, n - j) * factor, x + j, n - j);
    }

    /// <summary>0 in the lanes past n.</summary>
    private static TSimd Within<TSimd>(TSimd value, int n)
        where TSimd : struct, ISimd<TSimd> =>
        n >= TSimd.Count ? value : TSimd.Select(TSimd.FirstLanes(n), value, TSimd.Zero);

    private struct RowsJob : IJob, ISimdJob
    {
        public LayerNormRows X;
        public bool Back;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int end = Math.Min(X.Count, (chunk + 1) * RowsPerChunk);
            for (int row = chunk * RowsPerChunk; row < end; row++)
            {
                float* x = X.X + ((long)row * X.Stride), y = X.Y + ((long)row * X.YStride);
                float* scale = X.Scales + ((long)row * X.ScaleStride);
                if (Back)
                {
                    Backward<TSimd>(y, X.Gain, x, *scale, x, X.Columns);
                }
                else
                {
                    *scale = Forward<TSimd>(x, X.Columns);
                    Scale<TSimd>(x, X.Gain, y, X.Columns, add: false);
                }
            }
        }
    }
}

/// <summary>Rows to be normalised together.</summary>
internal unsafe struct LayerNormRows
{
    public int Count, Columns;

    /// <summary>[Count, Columns], rows Stride apart.</summary>
    public float* X;

    public int Stride;

    /// <summary>[Columns].</summary>
    public float* Gain;

    /// <summary>[Count, Columns], rows YStride apart.</summary>
    public float* Y;

    public int YStride;

    /// <summary>[Count], ScaleStride apart.</summary>
    public float* Scales;

    public int ScaleStride;
}
