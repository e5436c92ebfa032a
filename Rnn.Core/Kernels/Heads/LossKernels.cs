using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Heads;

/// <summary>
/// Losses of predictions that are compared with numbers, and their gradients. Chunks depend on shapes alone and their
/// sums, in double, are added in order (D11). Gradient pointers are empty for the loss alone. Rows of weight 0 are
/// passed over; their gradient is 0. Arguments were checked by the caller.
/// </summary>
internal static unsafe class LossKernels
{
    private const int PointwiseChunk = 1024;

    /// <summary>
    /// The sum of w * (max(x, 0) - x*y + log(1 + exp(-|x|))); dX = scale * w * (sigmoid(x) - y).
    /// </summary>
    /// <param name="x">[N, F], logits. Read.</param>
    /// <param name="y">[N, F], targets. Read.</param>
    /// <param name="columns">F.</param>
    /// <param name="w">[N], weights, or empty: all 1. Read.</param>
    /// <param name="scale">What the loss is multiplied with. Only in dX.</param>
    /// <param name="dX">[N, F] or empty; may be x or y. Overwritten.</param>
    public static double SigmoidCrossEntropy(ReadOnlySpan<float> x, ReadOnlySpan<float> y, int columns,
        ReadOnlySpan<float> w, float scale, Span<float> dX) =>
        Run(x, y, columns, w, default(SigmoidTerm), 16, scale, dX);

    /// <summary>The sum of w * (x - y)^2; dX = scale * w * 2*(x - y).</summary>
    /// <param name="x">[N, F], predictions. Read.</param>
    /// <param name="y">[N, F], targets. Read.</param>
    /// <param name="columns">F.</param>
    /// <param name="w">[N], weights, or empty: all 1. Read.</param>
    /// <param name="scale">What the loss is multiplied with. Only in dX.</param>
    /// <param name="dX">[N, F] or empty; may be x or y. Overwritten.</param>
    public static double SquaredError(ReadOnlySpan<float> x, ReadOnlySpan<float> y, int columns,
        ReadOnlySpan<float> w, float scale, Span<float> dX)
    {
        if (!w.IsEmpty)
            return Run(x, y, columns, w, default(SquaredTerm), 4, scale, dX);

        fixed (float* px = x, py = y, pd = dX)
        {
            SquaredErrorJob job = new() { X = px, Y = py, Length = x.Length, Scale = scale, DX = pd };
            return OrderedSum.Run(job, Chunks(x.Length, PointwiseChunk), x.Length);
        }
    }

    /// <summary>
    /// The sum of w * (d^2/2 where |d| is at most delta, elsewhere delta*(|d| - delta/2)), d = x - y;
    /// dX = scale * w * (d cut to +-delta).
    /// </summary>
    /// <param name="x">[N, F], predictions. Read.</param>
    /// <param name="y">[N, F], targets. Read.</param>
    /// <param name="columns">F.</param>
    /// <param name="delta">More than 0.</param>
    /// <param name="w">[N], weights, or empty: all 1. Read.</param>
    /// <param name="scale">What the loss is multiplied with. Only in dX.</param>
    /// <param name="dX">[N, F] or empty; may be x or y. Overwritten.</param>
    public static double Huber(ReadOnlySpan<float> x, ReadOnlySpan<float> y, int columns, float delta,
        ReadOnlySpan<float> w, float scale, Span<float> dX) =>
        Run(x, y, columns, w, new HuberTerm { Delta = delta }, 4, scale, dX);

    /// <summary>
    /// The sum over n and k of w[n] * max(q*e, (q-1)*e) with q = levels[k], e = y[n] - x[n, k];
    /// dX = scale * w * (-q where e is above 0, 1-q where it is below, 0 where it is 0).
    /// </summary>
    /// <param name="x">[N, Q], predictions. Read.</param>
    /// <param name="y">[N], targets. Read.</param>
    /// <param name="levels">[Q]. Read.</param>
    /// <param name="w">[N], weights, or empty: all 1. Read.</param>
    /// <param name="scale">What the loss is multiplied with. Only in dX.</param>
    /// <param name="dX">[N, Q] or empty; may be x. Overwritten.</param>
    public static double Pinball(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> levels,
        ReadOnlySpan<float> w, float scale, Span<float> dX)
    {
        fixed (float* px = x, py = y, pq = levels, pw = w, pd = dX)
        {
            PinballJob job = new()
            {
                X = px,
                Y = py,
                Q = pq,
                W = pw,
                Rows = y.Length,
                Columns = levels.Length,
                RowsPerChunk = Math.Max(1, PointwiseChunk / Math.Max(1, levels.Length)),
                Scale = scale,
                DX = pd,
            };
            return OrderedSum.Run(job, Chunks(y.Length, job.RowsPerChunk), 4L * x.Length);
        }
    }

    private static double Run<TTerm>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, int columns, ReadOnlySpan<float> w,
        TTerm term, int work, float scale, Span<float> dX)
        where TTerm : unmanaged, ITerm
    {
        fixed (float* px = x, py = y, pw = w, pd = dX)
        {
            TermJob<TTerm> job = new()
            {
                X = px,
                Y = py,
                W = pw,
                Length = x.Length,
                Columns = columns,
                Term = term,
                Scale = scale,
                DX = pd,
            };
            return OrderedSum.Run(job, Chunks(x.Length, PointwiseChunk), (long)work * x.Length);
        }
    }

    private static int Chunks(int length, int chunkLength) => (int)(((long)length + chunkLength - 1) / chunkLength);

    /// <summary>A loss of one element. A struct, so that the JIT compiles one loop for each.</summary>
    private interface ITerm
    {
        /// <summary>The loss of x, and its derivative by x.</summary>
        (double Loss, double Derivative) At(double x, double y);
    }

    private struct SigmoidTerm : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly (double Loss, double Derivative) At(double x, double y)
        {
            double e = Math.Exp(-Math.Abs(x));   // never more than 1: no overflow
            return (Math.Max(x, 0) - (x * y) + Math.Log(1 + e), ((x >= 0 ? 1 : e) / (1 + e)) - y);
        }
    }

    private struct SquaredTerm : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly (double Loss, double Derivative) At(double x, double y)
        {
            double d = x - y;
            return (d * d, 2 * d);
        }
    }

    private struct HuberTerm : ITerm
    {
        public double Delta;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly (double Loss, double Derivative) At(double x, double y)
        {
            double d = x - y, cut = Math.Clamp(d, -Delta, Delta);   // NaN stays NaN
            return (cut * (d - (0.5 * cut)), cut);   // both branches: cut is d, or +-delta
        }
    }

    // In double, an element at a time: a loss has few elements beside the products of the layer before it.
    private struct TermJob<TTerm> : ISumJob
        where TTerm : unmanaged, ITerm
    {
        public float* X, Y, W, DX;
        public int Length, Columns;
        public TTerm Term;
        public float Scale;

        public readonly double Run(int chunk)
        {
            double sum = 0;
            int end = (int)Math.Min(Length, ((long)chunk + 1) * PointwiseChunk);
            for (int i = chunk * PointwiseChunk; i < end;)
            {
                int row = i / Columns, rowEnd = (int)Math.Min(end, (row + 1L) * Columns);
                double w = W == null ? 1 : W[row];
                if (w == 0)
                {
                    if (DX != null)
                        new Span<float>(DX + i, rowEnd - i).Clear();

                    i = rowEnd;
                    continue;
                }

                for (; i < rowEnd; i++)
                {
                    (double loss, double derivative) = Term.At(X[i], Y[i]);
                    sum += w * loss;
                    if (DX != null)
                        DX[i] = (float)(Scale * w * derivative);
                }
            }

            return sum;
        }
    }

    private struct SquaredErrorJob : ISumJob
    {
        public float* X, Y, DX;
        public int Length;
        public float Scale;

        [SkipLocalsInit]
        public readonly double Run(int chunk)
        {
            int start = chunk * PointwiseChunk;
            int count = Math.Min(PointwiseChunk, Length - start);
            float* scratch = stackalloc float[PointwiseChunk];
            Span<float> d = new(DX == null ? scratch : DX + start, count);
            Elementwise.Subtract(new(X + start, count), new(Y + start, count), d);
            double sum = Reductions.SumOfSquares(d);
            if (DX != null)
                Elementwise.Scale(d, 2 * Scale, d);

            return sum;
        }
    }

    private struct PinballJob : ISumJob
    {
        public float* X, Y, Q, W, DX;
        public int Rows, Columns, RowsPerChunk;
        public float Scale;

        public readonly double Run(int chunk)
        {
            double sum = 0;
            int end = (int)Math.Min(Rows, ((long)chunk + 1) * RowsPerChunk);
            for (int row = chunk * RowsPerChunk; row < end; row++)
            {
                long at = (long)row * Columns;
                double w = W == null ? 1 : W[row];
                if (w != 0)
                    sum += w * RunRow(X + at, Y[row], Scale * w, DX == null ? null : DX + at);
                else if (DX != null)
                    new Span<float>(DX + at, Columns).Clear();
            }

            return sum;
        }

        private readonly double RunRow(float* x, double y, double scale, float* dX)
        {
            double sum = 0;
            for (int k = 0; k < Columns; k++)
            {
                double q = Q[k], e = y - x[k];
                sum += (e > 0 ? q : q - 1) * e;
                if (dX != null)
                    dX[k] = (float)(scale * (e > 0 ? -q : e < 0 ? 1 - q : e));   // e: 0, or NaN
            }

            return sum;
        }
    }
}
