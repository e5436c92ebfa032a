using System;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Kernels.WordVectors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Kernels;

public unsafe class WindowProductsTests
{
    private const int MostContexts = 11, MostTargets = 22, MostWidth = 160;

    [Fact]
    public void EverySizeAgreesWithDoubles()
    {
        for (int contexts = 1; contexts <= MostContexts; contexts++)
        {
            for (int targets = 2; targets <= MostTargets; targets += 2)
            {
                for (int width = 16; width <= MostWidth; width += 16)
                    AtEveryWidth(contexts, targets, width, sameTwice: (contexts + targets + (width / 16)) % 2 == 0);
            }
        }
    }

    [Fact]
    public void AllTargetsTheSameRow()
    {
        foreach (int targets in new[] { 2, 4, 6, 8, 14 })
            AtEveryWidth(3, targets, 48, sameTwice: true, allTheSame: true);
    }

    [Fact]
    public void ContextsThatAreOneRowCountAsItWas()
    {
        foreach (int targets in new[] { 8, 12, 16, 26 })
        {
            OneContextRow<Simd128>(targets);
            if (Vector256.IsHardwareAccelerated && Fma.IsSupported)
                OneContextRow<Simd256>(targets);

            if (SimdWidth.Is512)
                OneContextRow<Simd512>(targets);
        }
    }

    [Fact]
    public void EveryElementIsAChain()
    {
        // Over the targets, or the contexts, in order from 0, added to what was there: however many a pass takes.
        foreach (int targets in new[] { 8, 10, 12, 14, 16, 22 })
        {
            if (Vector256.IsHardwareAccelerated && Fma.IsSupported)
                Chains<Simd256>(targets);

            if (SimdWidth.Is512)
                Chains<Simd512>(targets);
        }
    }

    [Fact]
    public void SquaresAgreeWithDoubles()
    {
        for (int width = 16; width <= MostWidth; width += 16)
        {
            for (int count = 1; count <= MostTargets; count++)
            {
                Squares<Simd128>(count, width);
                if (Vector256.IsHardwareAccelerated && Fma.IsSupported)
                    Squares<Simd256>(count, width);

                if (SimdWidth.Is512)
                    Squares<Simd512>(count, width);
            }
        }
    }

    private static void Squares<TSimd>(int count, int width)
        where TSimd : struct, ISimd<TSimd>
    {
        Rows rows = new(Math.Max(4, count), width, 7), norms = new(1, 4, 8);
        float** p = stackalloc float*[Math.Max(4, count)];
        for (int n = 0; n < Math.Max(4, count); n++)
            p[n] = rows.Row(n);

        WindowProducts.SquaredNorms<TSimd>(p, width, norms.Row(0));
        for (int n = 0; n < 4; n++)
            Near(width, i => (double)rows.Start(n, i) * rows.Start(n, i), 0, norms.Now(0, n));

        Near(count * width, i => (double)rows.Start(i / width, i % width) * rows.Start(i / width, i % width), 0,
            WindowProducts.SumOfSquares<TSimd>(p, count, width));
        norms.AssertGuards();
        rows.AssertUnchanged();
    }

    private static void Chains<TSimd>(int targets)
        where TSimd : struct, ISimd<TSimd>
    {
        const int contexts = 5, width = 48;
        Rows x = new(contexts, width, 1), w = new(targets, width, 2), g = new(1, contexts * targets, 3);
        Rows scratch = new(1, (contexts + targets) * 16, 4);
        float** px = stackalloc float*[contexts];
        float** pw = stackalloc float*[targets];
        for (int c = 0; c < contexts; c++)
            px[c] = x.Row(c);

        for (int j = 0; j < targets; j++)
            pw[j] = w.Row(j);

        WindowProducts.UpdateMany<TSimd>(px, contexts, pw, targets, width, g.Row(0), scratch.Row(0));
        for (int i = 0; i < width; i++)
        {
            for (int c = 0; c < contexts; c++)
            {
                float sum = 0;
                for (int j = 0; j < targets; j++)
                    sum = MathF.FusedMultiplyAdd(g.Start(0, (c * targets) + j), w.Start(j, i), sum);

                Assert.Equal(x.Start(c, i) + sum, x.Now(c, i));
            }

            for (int j = 0; j < targets; j++)
            {
                float sum = 0;
                for (int c = 0; c < contexts; c++)
                    sum = MathF.FusedMultiplyAdd(g.Start(0, (c * targets) + j), x.Start(c, i), sum);

                Assert.Equal(w.Start(j, i) + sum, w.Now(j, i));
            }
        }
    }

    private static void OneContextRow<TSimd>(int targets)
        where TSimd : struct, ISimd<TSimd>
    {
        const int contexts = 5, width = 48;
        Rows x = new(1, width, 1), w = new(targets, width, 2), g = new(1, contexts * targets, 3);
        Rows scratch = new(1, (contexts + targets) * 16, 4);
        float** px = stackalloc float*[contexts];
        float** pw = stackalloc float*[targets];
        for (int c = 0; c < contexts; c++)
            px[c] = x.Row(0);

        for (int j = 0; j < targets; j++)
            pw[j] = w.Row(j);

        WindowProducts.UpdateMany<TSimd>(px, contexts, pw, targets, width, g.Row(0), scratch.Row(0));
        for (int i = 0; i < width; i++)
        {
            Near(contexts * targets, n => (double)g.Start(0, n) * w.Start(n % targets, i), x.Start(0, i), x.Now(0, i));
            for (int j = 0; j < targets; j++)
                Near(contexts, c => (double)g.Start(0, (c * targets) + j) * x.Start(0, i), w.Start(j, i), w.Now(j, i));
        }

        x.AssertGuards();
        w.AssertGuards();
        g.AssertUnchanged();
        scratch.AssertGuards();
    }

    private static void AtEveryWidth(int contexts, int targets, int width, bool sameTwice, bool allTheSame = false)
    {
        Check<Simd128>(contexts, targets, width, sameTwice, allTheSame);
        if (Vector256.IsHardwareAccelerated && Fma.IsSupported)
            Check<Simd256>(contexts, targets, width, sameTwice, allTheSame);

        if (SimdWidth.Is512)
            Check<Simd512>(contexts, targets, width, sameTwice, allTheSame);
    }

    private static void Check<TSimd>(int contexts, int targets, int width, bool sameTwice, bool allTheSame)
        where TSimd : struct, ISimd<TSimd>
    {
        // Which row each target is: the second is the last once more, in the same pass or in another.
        int[] row = [.. Enumerable.Range(0, targets).Select(j =>
            allTheSame || (sameTwice && j == 1) ? targets - 1 : j)];
        Rows x = new(contexts, width, 1), w = new(targets, width, 2), g = new(1, contexts * targets, 3);
        float** px = stackalloc float*[contexts];
        float** pw = stackalloc float*[targets];
        for (int c = 0; c < contexts; c++)
            px[c] = x.Row(c);

        for (int j = 0; j < targets; j++)
            pw[j] = w.Row(row[j]);

        Rows dots = new(1, contexts * targets, 4);
        WindowProducts.Dots<TSimd>(px, contexts, pw, targets, width, dots.Row(0));
        for (int c = 0; c < contexts; c++)
        {
            for (int j = 0; j < targets; j++)
                Near(width, i => (double)x.Start(c, i) * w.Start(row[j], i), 0, dots.Now(0, (c * targets) + j));
        }

        dots.AssertGuards();
        x.AssertUnchanged();
        w.AssertUnchanged();

        Rows dX = new(1, contexts * width, 5), dW = new(1, targets * 16, 6);
        WindowProducts.Spread<TSimd>(px, contexts, pw, targets, width, g.Row(0), dX.Row(0), dW.Row(0));
        AssertTargets();
        for (int c = 0; c < contexts; c++)
        {
            for (int i = 0; i < width; i++)
            {
                Near(targets, j => (double)g.Start(0, (c * targets) + j) * w.Start(row[j], i), 0,
                    dX.Now(0, (c * width) + i));
            }
        }

        dX.AssertGuards();
        dW.AssertGuards();
        x.AssertUnchanged();
        g.AssertUnchanged();
        Rows scratch = new(1, (contexts + targets) * 16, 7);
        w.Reset();
        WindowProducts.UpdateMany<TSimd>(px, contexts, pw, targets, width, g.Row(0), scratch.Row(0));
        AssertTargets();
        AssertContexts();
        scratch.AssertGuards();
        if (targets > WindowProducts.MaxFused)
            return;

        x.Reset();
        w.Reset();
        WindowProducts.Update<TSimd>(px, contexts, pw, targets, width, g.Row(0));
        AssertTargets();
        AssertContexts();

        void AssertContexts()
        {
            for (int c = 0; c < contexts; c++)
            {
                for (int i = 0; i < width; i++)
                {
                    Near(targets, j => (double)g.Start(0, (c * targets) + j) * w.Start(row[j], i), x.Start(c, i),
                        x.Now(c, i));
                }
            }

            x.AssertGuards();
            g.AssertUnchanged();
        }

        void AssertTargets()
        {
            for (int r = 0; r < targets; r++)
            {
                for (int i = 0; i < width; i++)
                {
                    Near(contexts * targets, n => row[n % targets] == r
                        ? (double)g.Start(0, n) * x.Start(n / targets, i) : 0, w.Start(r, i), w.Now(r, i));
                }
            }

            w.AssertGuards();
        }
    }

    private static void Near(int terms, Func<int, double> term, double start, float actual)
    {
        double sum = start, size = Math.Abs(start);
        for (int i = 0; i < terms; i++)
        {
            double value = term(i);
            sum += value;
            size += Math.Abs(value);
        }

        if (!(Math.Abs(sum - actual) <= 1e-6 * size))
            Assert.Fail($"Expected {sum:R}, was {actual:R}.");
    }

    /// <summary>Rows of random floats that don't move, with guard values around each.</summary>
    private sealed class Rows
    {
        private const int Guard = 19;   // rows start anywhere
        private const float Sentinel = -1.234e30f;

        private readonly float[] _array;
        private readonly float[] _start;
        private readonly int _count;
        private readonly int _width;

        public Rows(int count, int width, ulong stream)
        {
            _count = count;
            _width = width;
            _array = GC.AllocateArray<float>((count * (width + Guard)) + Guard, pinned: true);
            Array.Fill(_array, Sentinel);
            _start = TestNumbers.Uniform(count * width, 9, stream);
            Reset();
        }

        public void Reset()
        {
            for (int r = 0; r < _count; r++)
                _start.AsSpan(r * _width, _width).CopyTo(_array.AsSpan(Place(r)));
        }

        public float* Row(int r) =>
            (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array)) + Place(r);

        public float Start(int r, int i) => _start[(r * _width) + i];

        public float Now(int r, int i) => _array[Place(r) + i];

        public void AssertUnchanged()
        {
            for (int r = 0; r < _count; r++)
                Bits.AssertEqual(_start.AsSpan(r * _width, _width), _array.AsSpan(Place(r), _width));

            AssertGuards();
        }

        public void AssertGuards()
        {
            for (int r = 0; r <= _count; r++)
                Assert.Equal(-1, _array.AsSpan(Place(r) - Guard, Guard).IndexOfAnyExcept(Sentinel));
        }

        private int Place(int r) => Guard + (r * (_width + Guard));
    }
}
