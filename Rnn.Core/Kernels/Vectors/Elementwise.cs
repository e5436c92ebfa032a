using System;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Kernels.Vectors;

/// <summary>
/// Arithmetic over spans. Single IEEE operations go to TensorPrimitives, whose results cannot depend on position (D15).
/// The destination may be an input exactly; it must not overlap one otherwise.
/// </summary>
public static class Elementwise
{
    /// <summary>destination = x + y.</summary>
    /// <param name="x">Any length. Read.</param>
    /// <param name="y">As long as x. Read.</param>
    /// <param name="destination">As long as x. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Add(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination)
    {
        CheckLengths(nameof(Add), x.Length, y.Length, destination.Length);
        TensorPrimitives.Add(x, y, destination);
    }

    /// <summary>destination = x - y.</summary>
    /// <param name="x">Any length. Read.</param>
    /// <param name="y">As long as x. Read.</param>
    /// <param name="destination">As long as x. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Subtract(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination)
    {
        CheckLengths(nameof(Subtract), x.Length, y.Length, destination.Length);
        TensorPrimitives.Subtract(x, y, destination);
    }

    /// <summary>destination = x * y, element by element.</summary>
    /// <param name="x">Any length. Read.</param>
    /// <param name="y">As long as x. Read.</param>
    /// <param name="destination">As long as x. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Multiply(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination)
    {
        CheckLengths(nameof(Multiply), x.Length, y.Length, destination.Length);
        TensorPrimitives.Multiply(x, y, destination);
    }

    /// <summary>destination = factor * x.</summary>
    /// <param name="x">Any length. Read.</param>
    /// <param name="factor">The number.</param>
    /// <param name="destination">As long as x. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Scale(ReadOnlySpan<float> x, float factor, Span<float> destination)
    {
        CheckLengths(nameof(Scale), x.Length, x.Length, destination.Length);
        TensorPrimitives.Multiply(x, factor, destination);
    }

    /// <summary>destination = x + number.</summary>
    /// <param name="x">Any length. Read.</param>
    /// <param name="number">The number.</param>
    /// <param name="destination">As long as x. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void AddNumber(ReadOnlySpan<float> x, float number, Span<float> destination)
    {
        CheckLengths(nameof(AddNumber), x.Length, x.Length, destination.Length);
        TensorPrimitives.Add(x, number, destination);
    }

    /// <summary>destination += factor * x, rounded once where the processor has FMA.</summary>
    /// <param name="x">Any length. Read.</param>
    /// <param name="factor">The number.</param>
    /// <param name="destination">As long as x. Accumulated.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void MultiplyAdd(ReadOnlySpan<float> x, float factor, Span<float> destination) =>
        Pointwise.Map(x, destination, destination, new MultiplyAddFunction(factor), nameof(MultiplyAdd));

    /// <summary>destination += x * y, element by element, rounded once where the processor has FMA.</summary>
    /// <param name="x">Any length. Read.</param>
    /// <param name="y">As long as x. Read.</param>
    /// <param name="destination">As long as x. Accumulated.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static unsafe void MultiplyAdd(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination)
    {
        CheckLengths(nameof(MultiplyAdd), x.Length, y.Length, destination.Length);
        fixed (float* px = x, py = y, pd = destination)
            SimdWidth.Run(new MultiplyAddJob(px, py, pd, x.Length));
    }

    /// <summary>destination = x cut to [min, max]. NaN stays NaN.</summary>
    /// <param name="x">Any length. Read.</param>
    /// <param name="min">At most max.</param>
    /// <param name="max">At least min.</param>
    /// <param name="destination">As long as x. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">min is above max, or one is NaN.</exception>
    public static void Clip(ReadOnlySpan<float> x, float min, float max, Span<float> destination)
    {
        if (!(min <= max))
            Throw.EmptyRange(nameof(Clip), nameof(min), min, max);

        Pointwise.Map(x, destination, new ClipFunction(min, max), nameof(Clip));
    }

    private static unsafe void MultiplyAdd<TSimd>(float* x, float* y, float* destination, int length)
        where TSimd : struct, ISimd<TSimd>
    {
        int i = 0;
        for (; i <= length - TSimd.Count; i += TSimd.Count)
        {
            TSimd.MultiplyAdd(TSimd.Load(x + i), TSimd.Load(y + i), TSimd.Load(destination + i))
                .Store(destination + i);
        }

        int rest = length - i;
        if (rest > 0)
        {
            TSimd.MultiplyAdd(TSimd.Load(x + i, rest), TSimd.Load(y + i, rest), TSimd.Load(destination + i, rest))
                .Store(destination + i, rest);
        }
    }

    private static void CheckLengths(string who, int x, int y, int destination)
    {
        if (y != x)
            Throw.SpanLength(who, nameof(y), x, y);

        if (destination != x)
            Throw.SpanLength(who, nameof(destination), x, destination);
    }

    private readonly unsafe struct MultiplyAddJob(float* x, float* y, float* destination, int length) : ISimdJob
    {
        public void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd> => MultiplyAdd<TSimd>(x, y, destination, length);
    }

    private readonly struct MultiplyAddFunction(float factor) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TSimd Apply<TSimd>(TSimd x, TSimd y)
            where TSimd : struct, ISimd<TSimd> => TSimd.MultiplyAdd(TSimd.Create(factor), x, y);
    }

    private readonly struct ClipFunction(float min, float max) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TSimd Apply<TSimd>(TSimd x)
            where TSimd : struct, ISimd<TSimd> => TSimd.Max(TSimd.Create(min), TSimd.Min(TSimd.Create(max), x));
    }
}
