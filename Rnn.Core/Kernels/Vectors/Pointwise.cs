using System;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Kernels.Vectors;

/// <summary>y = f(x), for <see cref="Pointwise"/>. A struct, so that the JIT compiles one loop for each.</summary>
internal interface IUnaryFunction
{
    TSimd Apply<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd>;
}

/// <summary>z = f(x, y), for <see cref="Pointwise"/>.</summary>
internal interface IBinaryFunction
{
    TSimd Apply<TSimd>(TSimd x, TSimd y)
        where TSimd : struct, ISimd<TSimd>;
}

/// <summary>
/// The loops that run a function over spans, at the width in use. An element's bits don't depend on its position or on
/// the length. The destination may be an input exactly; it must not overlap one otherwise.
/// </summary>
internal static unsafe class Pointwise
{
    /// <summary>destination[i] = f(x[i]).</summary>
    public static void Map<TFunction>(ReadOnlySpan<float> x, Span<float> destination, TFunction f, string who)
        where TFunction : struct, IUnaryFunction
    {
        if (destination.Length != x.Length)
            Throw.SpanLength(who, nameof(destination), x.Length, destination.Length);

        fixed (float* px = x, pd = destination)
            SimdWidth.Run(new UnaryJob<TFunction>(px, pd, x.Length, f));
    }

    /// <summary>destination[i] = f(x[i], y[i]).</summary>
    public static void Map<TFunction>(
        ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination, TFunction f, string who)
        where TFunction : struct, IBinaryFunction
    {
        if (y.Length != x.Length)
            Throw.SpanLength(who, nameof(y), x.Length, y.Length);

        if (destination.Length != x.Length)
            Throw.SpanLength(who, nameof(destination), x.Length, destination.Length);

        fixed (float* px = x, py = y, pd = destination)
            SimdWidth.Run(new BinaryJob<TFunction>(px, py, pd, x.Length, f));
    }

    private static void Map<TSimd, TFunction>(float* x, float* destination, int length, TFunction f)
        where TSimd : struct, ISimd<TSimd>
        where TFunction : struct, IUnaryFunction
    {
        int i = 0;
        for (; i <= length - TSimd.Count; i += TSimd.Count)
            f.Apply(TSimd.Load(x + i)).Store(destination + i);

        int rest = length - i;
        if (rest > 0)
            f.Apply(TSimd.Load(x + i, rest)).Store(destination + i, rest);
    }

    private static void Map<TSimd, TFunction>(float* x, float* y, float* destination, int length, TFunction f)
        where TSimd : struct, ISimd<TSimd>
        where TFunction : struct, IBinaryFunction
    {
        int i = 0;
        for (; i <= length - TSimd.Count; i += TSimd.Count)
            f.Apply(TSimd.Load(x + i), TSimd.Load(y + i)).Store(destination + i);

        int rest = length - i;
        if (rest > 0)
            f.Apply(TSimd.Load(x + i, rest), TSimd.Load(y + i, rest)).Store(destination + i, rest);
    }

    private readonly struct UnaryJob<TFunction>(float* x, float* destination, int length, TFunction f) : ISimdJob
        where TFunction : struct, IUnaryFunction
    {
        public void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd> => Map<TSimd, TFunction>(x, destination, length, f);
    }

    private readonly struct BinaryJob<TFunction>(float* x, float* y, float* destination, int length, TFunction f)
        : ISimdJob
        where TFunction : struct, IBinaryFunction
    {
        public void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd> => Map<TSimd, TFunction>(x, y, destination, length, f);
    }
}
