using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Heads;

/// <summary>
/// The cross-entropy of many rows of logits, and its gradient. Chunks depend on shapes alone and their sums, in double,
/// are added in order (D11). Arguments were checked by the caller.
/// </summary>
internal static unsafe class CrossEntropyKernel
{
    private const int ElementsPerChunk = 8192;   // of logits

    /// <summary>
    /// The weight of a row's loss: 0 if the row doesn't count. Without smoothing the loss is one logarithm, and the
    /// class's weight a factor of the row's.
    /// </summary>
    /// <param name="target">Checked unless the row's weight is 0.</param>
    /// <param name="ignored">The target of rows that don't count.</param>
    /// <param name="rowWeight">1 if there are none.</param>
    /// <param name="classWeights">[V] or empty: all 1. Read.</param>
    /// <param name="smoothing">0 .. 1.</param>
    public static double RowWeight(int target, int ignored, float rowWeight, ReadOnlySpan<float> classWeights,
        float smoothing)
    {
        if (target == ignored || rowWeight == 0)
            return 0;

        return classWeights.IsEmpty || smoothing > 0 ? rowWeight : (double)rowWeight * classWeights[target];
    }

    /// <summary>
    /// The sum over rows of r * ((1-s)*c[t]*l[t] + s/V * sum over v of c[v]*l[v]) with l = -log softmax(logits), r and
    /// c the weights of row and class, s the smoothing, t the target; dLogits = scale times its gradient.
    /// </summary>
    /// <param name="logits">[N, V]. Read.</param>
    /// <param name="columns">V.</param>
    /// <param name="targets">[N], 0 .. V-1 or ignored; anything where the row's weight is 0. Read.</param>
    /// <param name="ignored">The target of rows that don't count; their gradient is 0.</param>
    /// <param name="rowWeights">[N] or empty: all 1. Read.</param>
    /// <param name="classWeights">[V] or empty: all 1. Read.</param>
    /// <param name="smoothing">0 .. 1.</param>
    /// <param name="scale">What the loss is multiplied with. Only in dLogits.</param>
    /// <param name="dLogits">[N, V] or empty; may be logits. Overwritten.</param>
    public static double Run(ReadOnlySpan<float> logits, int columns, ReadOnlySpan<int> targets, int ignored,
        ReadOnlySpan<float> rowWeights, ReadOnlySpan<float> classWeights, float smoothing, float scale,
        Span<float> dLogits)
    {
        fixed (float* pl = logits, pd = dLogits, pr = rowWeights, pc = classWeights)
        fixed (int* pt = targets)
        {
            int rowsPerChunk = Math.Max(1, ElementsPerChunk / Math.Max(1, columns));
            Job job = new()
            {
                Logits = pl,
                Columns = columns,
                Targets = pt,
                Rows = targets.Length,
                RowsPerChunk = rowsPerChunk,
                Ignored = ignored,
                RowWeights = pr,
                ClassWeights = pc,
                Smoothing = smoothing,
                ClassWeightSum = classWeights.IsEmpty ? columns : Reductions.Sum(classWeights),
                Scale = scale,
                DLogits = pd,
            };
            int chunks = (int)(((long)targets.Length + rowsPerChunk - 1) / rowsPerChunk);
            return OrderedSum.Run(job, chunks, logits.Length);
        }
    }

    private struct Job : ISumJob
    {
        public float* Logits, DLogits, RowWeights, ClassWeights;
        public int* Targets;
        public int Columns, Rows, RowsPerChunk, Ignored;
        public float Smoothing, Scale;
        public double ClassWeightSum;

        public readonly double Run(int chunk)
        {
            double sum = 0;
            ReadOnlySpan<float> classWeights = ClassWeights == null ? default : new(ClassWeights, Columns);
            int end = (int)Math.Min(Rows, ((long)chunk + 1) * RowsPerChunk);
            for (int row = chunk * RowsPerChunk; row < end; row++)
            {
                long at = (long)row * Columns;
                Span<float> dLogits = DLogits == null ? default : new(DLogits + at, Columns);
                int target = Targets[row];
                double weight = RowWeight(
                    target, Ignored, RowWeights == null ? 1 : RowWeights[row], classWeights, Smoothing);
                if (weight == 0)
                {
                    dLogits.Clear();
                }
                else if (Smoothing > 0)
                {
                    sum += weight * SmoothedRow(new(Logits + at, Columns), target, classWeights, Scale * weight,
                        dLogits);
                }
                else
                {
                    sum += weight * Softmax.CrossEntropyRow(
                        new(Logits + at, Columns), target, dLogits, (float)(Scale * weight));
                }
            }

            return sum;
        }

        // loss = (1-s)*c[t]*l[t] + s/V * sum over v of c[v]*l[v], l[v] = log(S) + (m - x[v]); all terms are 0 or more.
        private readonly double SmoothedRow(ReadOnlySpan<float> x, int target, ReadOnlySpan<float> classWeights,
            double scale, Span<float> dX)
        {
            double share = (double)Smoothing / Columns;
            double targetShare = (1 - (double)Smoothing) * (classWeights.IsEmpty ? 1 : classWeights[target]);
            double logit = x[target], below = Below(x, classWeights);   // before dX, which may be x, is written
            fixed (float* px = x, pd = dX)
            {
                (float max, double sum) = Softmax.MaxAndSum(px, Columns, pd);
                double log = Math.Log(sum);
                if (pd != null)
                {
                    // dX[v] = scale * (U*softmax(x)[v] - u[v]), u the factors of l and U their sum
                    float factor = (float)(scale * (targetShare + (share * ClassWeightSum)) / sum);
                    float subtracted = (float)(scale * share);
                    if (classWeights.IsEmpty)
                        Pointwise.Map(dX, dX, new EqualShares(factor, subtracted), nameof(SmoothedRow));
                    else
                        Pointwise.Map(dX, classWeights, dX, new Shares(factor, subtracted), nameof(SmoothedRow));

                    dX[target] -= (float)(scale * targetShare);
                }

                double loss = (share * ClassWeightSum * log) + (share * below);
                return targetShare == 0 ? loss : loss + (targetShare * (log + (max - logit)));
            }
        }

        // The sum over v of c[v] * (max - x[v]): how far the logits lie below the largest.
        private static double Below(ReadOnlySpan<float> x, ReadOnlySpan<float> classWeights)
        {
            double max = Reductions.Max(x), sum = 0;
            if (classWeights.IsEmpty)
                return (x.Length * max) - Reductions.Sum(x);

            for (int v = 0; v < x.Length; v++)
                sum += classWeights[v] == 0 ? 0 : classWeights[v] * (max - x[v]);   // 0 * infinity is NaN

            return sum;
        }
    }

    // exp * factor - share
    private readonly struct EqualShares(float factor, float share) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TSimd Apply<TSimd>(TSimd x)
            where TSimd : struct, ISimd<TSimd> => (x * TSimd.Create(factor)) - TSimd.Create(share);
    }

    // exp * factor - share * c
    private readonly struct Shares(float factor, float share) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TSimd Apply<TSimd>(TSimd x, TSimd y)
            where TSimd : struct, ISimd<TSimd> =>
            TSimd.MultiplyAdd(TSimd.Create(-share), y, x * TSimd.Create(factor));
    }
}
