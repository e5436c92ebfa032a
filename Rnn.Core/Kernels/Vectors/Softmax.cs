using System;
using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Kernels.Vectors;

/// <summary>
/// Softmax over rows, and its cross-entropy. Each row's maximum is subtracted first: exp(89) is already infinite in
/// float. Sums run in float over at most 1024 elements and in double beyond, in an order that depends on the row's
/// length alone. A logit of -Inf has probability 0; a row that holds NaN or +Inf, or nothing but -Inf, gives NaN.
/// </summary>
public static unsafe class Softmax
{
    private const int ChunkLength = 1024;

    /// <summary>y[i, j] = exp(x[i, j]) / sum over k of exp(x[i, k]).</summary>
    /// <param name="x">[rows, columns]. Read.</param>
    /// <param name="columns">1 or more.</param>
    /// <param name="y">[rows, columns]; may be x. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ, or are not whole rows.</exception>
    public static void Forward(ReadOnlySpan<float> x, int columns, Span<float> y)
    {
        CheckRows(nameof(Forward), x.Length, columns);
        if (y.Length != x.Length)
            Throw.SpanLength(nameof(Forward), nameof(y), x.Length, y.Length);

        fixed (float* px = x, py = y)
        {
            for (int row = 0; row < x.Length; row += columns)
            {
                (_, double sum) = MaxAndSum(px + row, columns, py + row);
                Scale(py + row, columns, (float)(1 / sum));
            }
        }
    }

    /// <summary>dX[i, j] = y[i, j] * (dY[i, j] - sum over k of dY[i, k]*y[i, k]).</summary>
    /// <param name="y">[rows, columns], what Forward gave. Read.</param>
    /// <param name="dY">[rows, columns]. Read.</param>
    /// <param name="columns">1 or more.</param>
    /// <param name="dX">[rows, columns]; may be y or dY. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ, or are not whole rows.</exception>
    public static void Backward(ReadOnlySpan<float> y, ReadOnlySpan<float> dY, int columns, Span<float> dX)
    {
        CheckRows(nameof(Backward), y.Length, columns);
        if (dY.Length != y.Length)
            Throw.SpanLength(nameof(Backward), nameof(dY), y.Length, dY.Length);

        if (dX.Length != y.Length)
            Throw.SpanLength(nameof(Backward), nameof(dX), y.Length, dX.Length);

        fixed (float* py = y, pdY = dY, pdX = dX)
            SimdWidth.Run(new BackwardJob(py, pdY, y.Length, columns, pdX));
    }

    /// <summary>log of the sum of exp(x), in double.</summary>
    /// <param name="x">At least one element. Read.</param>
    /// <exception cref="ArgumentException">x is empty.</exception>
    public static double LogSumExp(ReadOnlySpan<float> x)
    {
        if (x.IsEmpty)
            Throw.EmptySpan(nameof(LogSumExp), nameof(x));

        fixed (float* p = x)
        {
            (float max, double sum) = MaxAndSum(p, x.Length, null);
            return max + Math.Log(sum);
        }
    }

    /// <summary>
    /// sums[i] = exp((x[0] - shift) / temperature) + ... + exp((x[i] - shift) / temperature), in double and in this order:
    /// the first i whose sum exceeds u*sums[^1] is a draw from the softmax of x / temperature, u being uniform in [0, 1).
    /// </summary>
    /// <param name="x">Any length. Read.</param>
    /// <param name="shift">The maximum of x, so that no weight is above 1; or that of what x is a part of.</param>
    /// <param name="temperature">Above 0.</param>
    /// <param name="sums">As long as x. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the temperature is not above 0.</exception>
    public static void CumulativeWeights(ReadOnlySpan<float> x, float shift, double temperature, Span<double> sums)
    {
        if (sums.Length != x.Length)
            Throw.SpanLength(nameof(CumulativeWeights), nameof(sums), x.Length, sums.Length);

        if (!(temperature > 0))
            Throw.OutOfRange(nameof(temperature), temperature, "above 0");

        double sum = 0;
        for (int start = 0; start < x.Length; start += ChunkLength)   // which stays in the cache from pass to pass
        {
            int count = Math.Min(ChunkLength, x.Length - start);
            Span<double> chunk = sums.Slice(start, count);
            TensorPrimitives.ConvertTruncating(x.Slice(start, count), chunk);
            TensorPrimitives.Subtract(chunk, shift, chunk);
            TensorPrimitives.Divide(chunk, temperature, chunk);
            TensorPrimitives.Exp<double>(chunk, chunk);
            foreach (ref double weight in chunk)
            {
                sum += weight;
                weight = sum;
            }
        }
    }

    /// <summary>y[i, j] = x[i, j] - log of the sum over k of exp(x[i, k]).</summary>
    /// <param name="x">[rows, columns]. Read.</param>
    /// <param name="columns">1 or more.</param>
    /// <param name="y">[rows, columns]; may be x. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ, or are not whole rows.</exception>
    public static void LogForward(ReadOnlySpan<float> x, int columns, Span<float> y)
    {
        CheckRows(nameof(LogForward), x.Length, columns);
        if (y.Length != x.Length)
            Throw.SpanLength(nameof(LogForward), nameof(y), x.Length, y.Length);

        fixed (float* px = x)
        {
            for (int row = 0; row < x.Length; row += columns)
            {
                (float max, double sum) = MaxAndSum(px + row, columns, null);
                Pointwise.Map(x.Slice(row, columns), y.Slice(row, columns), new LogFunction(max, (float)Math.Log(sum)),
                    nameof(LogForward));
            }
        }
    }

    /// <summary>
    /// Returns -log softmax(logits)[target]; dLogits = scale * (softmax(logits) - onehot(target)), the gradient of
    /// scale times that loss.
    /// </summary>
    /// <param name="logits">[V], at least one. Read.</param>
    /// <param name="target">0 .. V-1.</param>
    /// <param name="dLogits">[V]; may be logits; empty for the loss alone. Overwritten.</param>
    /// <param name="scale">What the loss is multiplied with, e.g. 1 / number of targets. Only in dLogits.</param>
    /// <exception cref="ArgumentException">logits is empty, or dLogits of another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">target is no index of logits.</exception>
    public static double CrossEntropyRow(ReadOnlySpan<float> logits, int target, Span<float> dLogits, float scale)
    {
        if (logits.IsEmpty)
            Throw.EmptySpan(nameof(CrossEntropyRow), nameof(logits));

        if ((uint)target >= (uint)logits.Length)
            Throw.IndexOutside(nameof(CrossEntropyRow), nameof(target), target, logits.Length);

        if (!dLogits.IsEmpty && dLogits.Length != logits.Length)
            Throw.SpanLength(nameof(CrossEntropyRow), nameof(dLogits), logits.Length, dLogits.Length);

        double logit = logits[target];   // before dLogits, which may be the same memory, is written
        fixed (float* p = logits, d = dLogits)
        {
            (float max, double sum) = MaxAndSum(p, logits.Length, d);
            if (d != null)
            {
                Scale(d, logits.Length, (float)(scale / sum));
                d[target] -= scale;
            }

            return Math.Log(sum) - (logit - max);
        }
    }

    private static void CheckRows(string who, int length, int columns)
    {
        if (columns <= 0)
            Throw.NotPositive(nameof(columns), columns);

        if (length % columns != 0)
            Throw.NotWholeRows(who, "x", length, columns);
    }

    /// <summary>The largest x, and the sum of exp(x - max); exps[i] = exp(x[i] - max).</summary>
    /// <param name="x">[length]. Read.</param>
    /// <param name="length">1 or more.</param>
    /// <param name="exps">[length] or null; may be x. Overwritten.</param>
    internal static (float Max, double Sum) MaxAndSum(float* x, int length, float* exps) =>
        SimdWidth.Run<MaxAndSumJob, (float, double)>(new(x, length, exps));

    private static void Scale(float* x, int length, float factor)
    {
        Span<float> span = new(x, length);
        Elementwise.Scale(span, factor, span);
    }

    private static (float Max, double Sum) MaxAndSum<TSimd>(float* x, int length, float* exps)
        where TSimd : struct, ISimd<TSimd>
    {
        Debug.Assert(length > 0);
        TSimd lowest = TSimd.Create(float.NegativeInfinity);
        TSimd largest = lowest;
        int i = 0;
        for (; i <= length - TSimd.Count; i += TSimd.Count)
            largest = TSimd.Max(largest, TSimd.Load(x + i));

        int rest = length - i;
        if (rest > 0)
            largest = TSimd.Max(largest, TSimd.Select(TSimd.FirstLanes(rest), TSimd.Load(x + i, rest), lowest));

        // A NaN may get lost in the maximum, not in the sum.
        float max = largest.MaxLane();
        TSimd shift = TSimd.Create(max);
        double total = 0;
        TSimd sum = TSimd.Zero;
        for (i = 0; i <= length - TSimd.Count; i += TSimd.Count)
        {
            if (i % ChunkLength == 0)
            {
                total += sum.Sum();
                sum = TSimd.Zero;
            }

            TSimd e = Activations.Exp(TSimd.Load(x + i) - shift);
            sum += e;
            if (exps != null)
                e.Store(exps + i);
        }

        if (rest > 0)
        {
            TSimd e = Activations.Exp(TSimd.Load(x + i, rest) - shift);
            sum += TSimd.Select(TSimd.FirstLanes(rest), e, TSimd.Zero);
            if (exps != null)
                e.Store(exps + i, rest);
        }

        return (max, total + sum.Sum());
    }

    private static void BackwardRow<TSimd>(float* y, float* dY, int length, float* dX)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd sum = TSimd.Zero;
        int i = 0;
        for (; i <= length - TSimd.Count; i += TSimd.Count)
            sum = TSimd.MultiplyAdd(TSimd.Load(dY + i), TSimd.Load(y + i), sum);

        int rest = length - i;
        if (rest > 0)
            sum = TSimd.MultiplyAdd(TSimd.Load(dY + i, rest), TSimd.Load(y + i, rest), sum);

        TSimd dot = TSimd.Create(sum.Sum());
        for (i = 0; i <= length - TSimd.Count; i += TSimd.Count)
            (TSimd.Load(y + i) * (TSimd.Load(dY + i) - dot)).Store(dX + i);

        if (rest > 0)
            (TSimd.Load(y + i, rest) * (TSimd.Load(dY + i, rest) - dot)).Store(dX + i, rest);
    }

    private readonly struct MaxAndSumJob(float* x, int length, float* exps) : ISimdJob<(float Max, double Sum)>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public (float Max, double Sum) Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd> => MaxAndSum<TSimd>(x, length, exps);
    }

    private readonly struct BackwardJob(float* y, float* dY, int length, int columns, float* dX) : ISimdJob
    {
        public void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = 0; row < length; row += columns)
                BackwardRow<TSimd>(y + row, dY + row, columns, dX + row);
        }
    }

    // In two steps: one number for both would lose the digits of the logarithm beside a large maximum.
    private readonly struct LogFunction(float max, float logSum) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TSimd Apply<TSimd>(TSimd x)
            where TSimd : struct, ISimd<TSimd> => x - TSimd.Create(max) - TSimd.Create(logSum);
    }
}
