using System;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Transformer;

/// <summary>
/// Between the two products of a feed-forward block: h = dropout(f(z + b)), f relu or gelu, and back, in one pass. With
/// relu, z is not kept: h > 0 is where the unit is on and not dropped, so that Backward draws no mask.
/// </summary>
internal static unsafe class FeedForwardKernel
{
    private const int FloatsPerChunk = 4096;
    private const int SmallestShared = 1 << 15;

    /// <summary>z += bias, h = dropout(f(z)).</summary>
    /// <param name="z">[N, F]: the product. Overwritten.</param>
    /// <param name="bias">[F]. Read.</param>
    /// <param name="h">[N, F]; for relu z itself. Overwritten.</param>
    /// <param name="gelu">Whether f is gelu; else relu.</param>
    /// <param name="dropout">Of h.</param>
    public static void Forward(Span<float> z, ReadOnlySpan<float> bias, Span<float> h, bool gelu,
        in DropoutDraw dropout)
    {
        fixed (float* pz = z, pb = bias, ph = h)
            Run(new() { Z = pz, Bias = pb, H = ph, Gelu = gelu, Dropout = dropout }, z.Length, bias.Length);
    }

    /// <summary>dH becomes dZ.</summary>
    /// <param name="z">[N, F]: with the bias, as Forward left it. Read.</param>
    /// <param name="h">[N, F]. Read.</param>
    /// <param name="d">[N, F]. Overwritten.</param>
    /// <param name="columns">F.</param>
    /// <param name="gelu">As given to Forward.</param>
    /// <param name="dropout">As given to Forward.</param>
    public static void Backward(ReadOnlySpan<float> z, ReadOnlySpan<float> h, Span<float> d, int columns, bool gelu,
        in DropoutDraw dropout)
    {
        fixed (float* pz = z, ph = h, pd = d)
            Run(new() { Z = pz, H = ph, D = pd, Gelu = gelu, Dropout = dropout }, d.Length, columns);
    }

    private static void Run(Job job, int length, int columns)
    {
        if (length == 0)
            return;

        job.Columns = columns;
        job.Rows = length / columns;
        job.RowsPerChunk = Math.Max(1, FloatsPerChunk / columns);
        Workers.Run(ref job, (job.Rows + job.RowsPerChunk - 1) / job.RowsPerChunk, isSmall: length < SmallestShared);
    }

    private static void BiasAndRelu<TSimd>(float* z, float* bias, int n)
        where TSimd : struct, ISimd<TSimd>
    {
        for (int j = 0; j < n; j += TSimd.Count)
            Part.Store(Activations.Relu(Part.Load<TSimd>(z + j, n - j) + Part.Load<TSimd>(bias + j, n - j)), z + j, n - j);
    }

    private static void BiasAndGelu<TSimd>(float* z, float* bias, float* h, int n)
        where TSimd : struct, ISimd<TSimd>
    {
        for (int j = 0; j < n; j += TSimd.Count)
        {
            TSimd sum = Part.Load<TSimd>(z + j, n - j) + Part.Load<TSimd>(bias + j, n - j);
            Part.Store(sum, z + j, n - j);
            Part.Store(Vectors.Gelu.Value(sum), h + j, n - j);
        }
    }

    private static void ReluBackward<TSimd>(float* h, float* d, int n, float scale)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd factor = TSimd.Create(scale);
        for (int j = 0; j < n; j += TSimd.Count)
        {
            TSimd on = TSimd.LessThan(TSimd.Zero, Part.Load<TSimd>(h + j, n - j));
            Part.Store(TSimd.Select(on, Part.Load<TSimd>(d + j, n - j) * factor, TSimd.Zero), d + j, n - j);
        }
    }

    private static void GeluBackward<TSimd>(float* z, float* d, int n)
        where TSimd : struct, ISimd<TSimd>
    {
        for (int j = 0; j < n; j += TSimd.Count)
            Part.Store(Part.Load<TSimd>(d + j, n - j) * Vectors.Gelu.Derivative(Part.Load<TSimd>(z + j, n - j)), d + j, n - j);
    }

    private struct Job : IJob, ISimdJob
    {
        public float* Z, Bias, H, D;
        public bool Gelu;
        public int Columns, Rows, RowsPerChunk;
        public DropoutDraw Dropout;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int row = chunk * RowsPerChunk, rows = Math.Min(RowsPerChunk, Rows - row), length = rows * Columns;
            long at = (long)row * Columns;
            if (D != null && Gelu)
            {
                Dropout.Apply(D + at, length, at);       // h = dropout(gelu(z))
                GeluBackward<TSimd>(Z + at, D + at, length);
                return;
            }

            if (D != null)
            {
                ReluBackward<TSimd>(H + at, D + at, length, Dropout.Scale);
                return;
            }

            for (int i = 0; i < rows; i++)
            {
                long first = at + ((long)i * Columns);
                if (Gelu)
                    BiasAndGelu<TSimd>(Z + first, Bias, H + first, Columns);
                else
                    BiasAndRelu<TSimd>(Z + first, Bias, Columns);
            }

            Dropout.Apply(H + at, length, at);
        }
    }
}
