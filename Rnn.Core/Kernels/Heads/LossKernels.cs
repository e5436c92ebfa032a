using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Heads;

/// <summary>
/// Losses over many rows or elements, and their gradients. Chunks depend on shapes alone and their sums, in double, are
/// added in order (D11). Gradient pointers are empty for the loss alone. Arguments were checked by the caller.
/// </summary>
internal static unsafe class LossKernels
{
    private const int ElementsPerChunk = 8192;   // of logits
    private const int PointwiseChunk = 1024;

    /// <summary>The sum over rows of -log softmax(logits)[target]; dLogits = scale times its gradient.</summary>
    /// <param name="logits">[N, V]. Read.</param>
    /// <param name="columns">V.</param>
    /// <param name="targets">[N], 0 .. V-1 or ignored. Read.</param>
    /// <param name="ignored">The target of rows that don't count; their gradient is 0.</param>
    /// <param name="scale">What the loss is multiplied with. Only in dLogits.</param>
    /// <param name="dLogits">[N, V] or empty; may be logits. Overwritten.</param>
    public static double SoftmaxCrossEntropy(ReadOnlySpan<float> logits, int columns, ReadOnlySpan<int> targets,
        int ignored, float scale, Span<float> dLogits)
    {
        fixed (float* pl = logits, pd = dLogits)
        fixed (int* pt = targets)
        {
            int rowsPerChunk = Math.Max(1, ElementsPerChunk / Math.Max(1, columns));
            SoftmaxJob job = new()
            {
                Logits = pl,
                Columns = columns,
                Targets = pt,
                Rows = targets.Length,
                RowsPerChunk = rowsPerChunk,
                Ignored = ignored,
                Scale = scale,
                DLogits = pd,
            };
            return OrderedSum.Run(job, Chunks(targets.Length, rowsPerChunk), logits.Length);
        }
    }

    /// <summary>
    /// The sum of w * (max(x, 0) - x*y + log(1 + exp(-|x|))); dX = scale * w * (sigmoid(x) - y). Elements of weight 0
    /// are passed over.
    /// </summary>
    /// <param name="x">[n], logits. Read.</param>
    /// <param name="y">[n], targets. Read.</param>
    /// <param name="w">[n], weights, or empty: all 1. Read.</param>
    /// <param name="scale">What the loss is multiplied with. Only in dX.</param>
    /// <param name="dX">[n] or empty; may be an input. Overwritten.</param>
    public static double SigmoidCrossEntropy(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> w,
        float scale, Span<float> dX)
    {
        fixed (float* px = x, py = y, pw = w, pd = dX)
        {
            SigmoidJob job = new() { X = px, Y = py, W = pw, Length = x.Length, Scale = scale, DX = pd };
            return OrderedSum.Run(job, Chunks(x.Length, PointwiseChunk), 16L * x.Length);
        }
    }

    /// <summary>The sum of (x - y)^2; dX = scale * 2*(x - y).</summary>
    /// <param name="x">[n], predictions. Read.</param>
    /// <param name="y">[n], targets. Read.</param>
    /// <param name="scale">What the loss is multiplied with. Only in dX.</param>
    /// <param name="dX">[n] or empty; may be an input. Overwritten.</param>
    public static double SquaredError(ReadOnlySpan<float> x, ReadOnlySpan<float> y, float scale, Span<float> dX)
    {
        fixed (float* px = x, py = y, pd = dX)
        {
            SquaredErrorJob job = new() { X = px, Y = py, Length = x.Length, Scale = scale, DX = pd };
            return OrderedSum.Run(job, Chunks(x.Length, PointwiseChunk), x.Length);
        }
    }

    private static int Chunks(int length, int chunkLength) => (int)(((long)length + chunkLength - 1) / chunkLength);

    private struct SoftmaxJob : ISumJob
    {
        public float* Logits, DLogits;
        public int* Targets;
        public int Columns, Rows, RowsPerChunk, Ignored;
        public float Scale;

        public readonly double Run(int chunk)
        {
            double sum = 0;
            int end = (int)Math.Min(Rows, ((long)chunk + 1) * RowsPerChunk);
            for (int row = chunk * RowsPerChunk; row < end; row++)
            {
                long at = (long)row * Columns;
                Span<float> dLogits = DLogits == null ? default : new(DLogits + at, Columns);
                if (Targets[row] == Ignored)
                    dLogits.Clear();
                else
                    sum += Softmax.CrossEntropyRow(new(Logits + at, Columns), Targets[row], dLogits, Scale);
            }

            return sum;
        }
    }

    private struct SigmoidJob : ISumJob
    {
        public float* X, Y, W, DX;
        public int Length;
        public float Scale;

        public readonly double Run(int chunk)
        {
            double sum = 0;
            int end = (int)Math.Min(Length, ((long)chunk + 1) * PointwiseChunk);
            for (int i = chunk * PointwiseChunk; i < end; i++)
            {
                double x = X[i], y = Y[i], w = W == null ? 1 : W[i], dX = 0;
                if (w != 0)
                {
                    double e = Math.Exp(-Math.Abs(x));   // never more than 1: no overflow
                    sum += w * (Math.Max(x, 0) - (x * y) + Math.Log(1 + e));
                    dX = Scale * w * (((x >= 0 ? 1 : e) / (1 + e)) - y);
                }

                if (DX != null)
                    DX[i] = (float)dX;
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
}
