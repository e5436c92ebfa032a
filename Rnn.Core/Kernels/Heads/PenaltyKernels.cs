using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Heads;

/// <summary>
/// Penalties of a sequence's values, and their gradients. A chunk is one step of all rows: it writes that step's gradients
/// alone, and the sums of chunks, in double, are added in order (D11). What stands past a row's length isn't read.
/// Arguments were checked by the caller.
/// </summary>
internal static unsafe class PenaltyKernels
{
    private const int Block = 1024;

    /// <summary>The sum of |h[t, b]|^2 / F; dH += 2*scale/F * h.</summary>
    /// <param name="h">[T, B, F]. Read.</param>
    /// <param name="shape">T, B, F.</param>
    /// <param name="lengths">[B], or empty: all T. Read.</param>
    /// <param name="scale">What the penalty is multiplied with. Only in dH.</param>
    /// <param name="dH">[T, B, F] or empty; apart from h. Accumulated.</param>
    public static double Size(ReadOnlySpan<float> h, (int Steps, int Batch, int Features) shape,
        ReadOnlySpan<int> lengths, float scale, Span<float> dH) =>
        Run(h, shape, lengths, scale, dH, ofChange: false);

    /// <summary>
    /// The sum over rows of L/(L-1) times that over steps t of 1 .. L-1 of |h[t, b] - h[t-1, b]|^2 / F, L being the row's
    /// length; dH += the gradient of scale times that.
    /// </summary>
    /// <param name="h">[T, B, F]. Read.</param>
    /// <param name="shape">T, B, F.</param>
    /// <param name="lengths">[B], or empty: all T. Read.</param>
    /// <param name="scale">What the penalty is multiplied with. Only in dH.</param>
    /// <param name="dH">[T, B, F] or empty; apart from h. Accumulated.</param>
    public static double Change(ReadOnlySpan<float> h, (int Steps, int Batch, int Features) shape,
        ReadOnlySpan<int> lengths, float scale, Span<float> dH) =>
        Run(h, shape, lengths, scale, dH, ofChange: true);

    private static double Run(ReadOnlySpan<float> h, (int Steps, int Batch, int Features) shape,
        ReadOnlySpan<int> lengths, float scale, Span<float> dH, bool ofChange)
    {
        fixed (float* ph = h, pd = dH)
        fixed (int* pl = lengths)
        {
            StepJob job = new()
            {
                H = ph,
                DH = pd,
                Lengths = pl,
                Steps = shape.Steps,
                Batch = shape.Batch,
                Features = shape.Features,
                Scale = scale,
                OfChange = ofChange,
            };
            return OrderedSum.Run(job, shape.Steps, h.Length) / shape.Features;
        }
    }

    private struct StepJob : ISumJob
    {
        public float* H, DH;
        public int* Lengths;
        public int Steps, Batch, Features;
        public float Scale;
        public bool OfChange;

        public readonly double Run(int step)
        {
            double sum = 0;
            for (int b = 0; b < Batch; b++)
            {
                int length = Lengths == null ? Steps : Lengths[b];
                long at = (((long)step * Batch) + b) * Features;
                if (step >= length)
                    continue;

                sum += OfChange ? ChangeOf(step, length, at) : SizeOf(at);
            }

            return sum;
        }

        private readonly double SizeOf(long at)
        {
            ReadOnlySpan<float> h = new(H + at, Features);
            double squares = Reductions.SumOfSquares(h);
            if (DH != null)
                Elementwise.MultiplyAdd(h, (float)(2.0 * Scale / Features), new(DH + at, Features));

            return squares;
        }

        [SkipLocalsInit]
        private readonly double ChangeOf(int step, int length, long at)
        {
            if (length < 2)
                return 0;

            // A row's mean change, of which it has one less than steps, counts once for each of its steps.
            double weight = length / (length - 1.0), squares = 0;
            float factor = (float)(2.0 * Scale * weight / Features);
            long row = (long)Batch * Features;
            float* scratch = stackalloc float[Block];
            for (int first = 0; first < Features; first += Block)
            {
                int count = Math.Min(Block, Features - first);
                float* h = H + at + first;
                Span<float> change = new(scratch, count), dH = DH == null ? default : new(DH + at + first, count);
                if (step > 0)
                {
                    Elementwise.Subtract(new(h, count), new(h - row, count), change);
                    squares += Reductions.SumOfSquares(change);
                    if (DH != null)
                        Elementwise.MultiplyAdd(change, factor, dH);
                }

                if (step < length - 1 && DH != null)   // it is what the next step changes from, too
                {
                    Elementwise.Subtract(new(h + row, count), new(h, count), change);
                    Elementwise.MultiplyAdd(change, -factor, dH);
                }
            }

            return weight * squares;
        }
    }
}
