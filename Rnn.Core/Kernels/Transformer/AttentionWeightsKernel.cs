using System;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Transformer;

/// <summary>
/// Scores of attention to weights and back: scale, mask, softmax, dropout, in one pass. A query sees the first n keys
/// of its row; scores past them are not read, and the weights there are exactly 0. A query's bits depend on its own n
/// scores alone, so not on how far a batch pads its keys.
/// </summary>
internal static unsafe class AttentionWeightsKernel
{
    private const int FloatsPerChunk = 4096;
    private const int SmallestShared = 1 << 14;

    /// <summary>scores become weights = softmax(scale*scores) over the keys that each query sees.</summary>
    /// <param name="scores">[B*H, T, S]. Overwritten.</param>
    /// <param name="shape">What the numbers are.</param>
    /// <param name="lengths">Keys of each row [B], 1 .. S; empty when all have S.</param>
    /// <param name="scale">1/sqrt(D).</param>
    /// <param name="dropout">Of weights.</param>
    /// <param name="dropped">[B*H, T, S]: the weights after dropout. Overwritten where dropout is active.</param>
    public static void Forward(Span<float> scores, in AttentionShape shape, ReadOnlySpan<int> lengths, float scale,
        in DropoutDraw dropout, Span<float> dropped)
    {
        fixed (float* s = scores, to = dropped)
        fixed (int* pl = lengths)
            Run(new() { Scores = s, Dropped = to, Lengths = pl, Shape = shape, Scale = scale, Dropout = dropout });
    }

    /// <summary>d, the gradient of the weights after dropout, becomes that of the scores.</summary>
    /// <param name="weights">[B*H, T, S], what Forward made of the scores. Read.</param>
    /// <param name="d">[B*H, T, S]. Overwritten.</param>
    /// <param name="shape">As given to Forward.</param>
    /// <param name="lengths">As given to Forward.</param>
    /// <param name="scale">As given to Forward.</param>
    /// <param name="dropout">As given to Forward.</param>
    public static void Backward(ReadOnlySpan<float> weights, Span<float> d, in AttentionShape shape,
        ReadOnlySpan<int> lengths, float scale, in DropoutDraw dropout)
    {
        fixed (float* w = weights, pd = d)
        fixed (int* pl = lengths)
        {
            Run(new()
            {
                Scores = w,
                D = pd,
                Lengths = pl,
                Shape = shape,
                Scale = scale,
                Dropout = dropout,
            });
        }
    }

    private static void Run(Job job)
    {
        int size = job.Shape.Queries * job.Shape.Keys;
        if (size == 0 || job.Shape.Count == 0)
            return;

        job.PerChunk = Math.Max(1, FloatsPerChunk / size);
        Workers.Run(ref job, (job.Shape.Count + job.PerChunk - 1) / job.PerChunk,
            isSmall: (long)size * job.Shape.Count < SmallestShared);
    }

    /// <summary>One query: x[j] = exp(scale*(x[j] - max)) / sum for j below n, 0 from there to columns.</summary>
    public static void Softmax<TSimd>(float* x, int n, int columns, float scale)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd factor = TSimd.Create(scale), lowest = TSimd.Create(float.NegativeInfinity);
        if (n <= TSimd.Count)
        {
            // A sentence's row is often one vector: the same operations without memory between them.
            TSimd all = Part.Load<TSimd>(x, n), top = TSimd.Create(Or(all, lowest, n).MaxLane());
            TSimd exps = Or(Activations.Exp((all - top) * factor), TSimd.Zero, n);
            Part.Store(exps * TSimd.Create(1 / exps.Sum()), x, n);
            new Span<float>(x + n, columns - n).Clear();
            return;
        }

        TSimd largest = lowest, sum = TSimd.Zero;
        for (int j = 0; j < n; j += TSimd.Count)
            largest = TSimd.Max(largest, Or(Part.Load<TSimd>(x + j, n - j), lowest, n - j));

        TSimd max = TSimd.Create(largest.MaxLane());
        for (int j = 0; j < n; j += TSimd.Count)
        {
            TSimd e = Or(Activations.Exp((Part.Load<TSimd>(x + j, n - j) - max) * factor), TSimd.Zero, n - j);
            sum += e;
            Part.Store(e, x + j, n - j);
        }

        TSimd share = TSimd.Create(1 / sum.Sum());
        for (int j = 0; j < n; j += TSimd.Count)
            Part.Store(Part.Load<TSimd>(x + j, n - j) * share, x + j, n - j);

        new Span<float>(x + n, columns - n).Clear();
    }

    /// <summary>One query: d[j] = scale*w[j]*(d[j] - sum over k of d[k]*w[k]) for j below n, 0 from there on.</summary>
    private static void SoftmaxBackward<TSimd>(float* w, float* d, int n, int columns, float scale)
        where TSimd : struct, ISimd<TSimd>
    {
        if (n <= TSimd.Count)
        {
            TSimd weights = Part.Load<TSimd>(w, n), all = Part.Load<TSimd>(d, n);
            TSimd mean = TSimd.Create((all * weights).Sum());
            Part.Store(TSimd.Create(scale) * weights * (all - mean), d, n);
            new Span<float>(d + n, columns - n).Clear();
            return;
        }

        TSimd sum = TSimd.Zero;
        for (int j = 0; j < n; j += TSimd.Count)
            sum = TSimd.MultiplyAdd(Part.Load<TSimd>(d + j, n - j), Part.Load<TSimd>(w + j, n - j), sum);

        TSimd dot = TSimd.Create(sum.Sum()), factor = TSimd.Create(scale);
        for (int j = 0; j < n; j += TSimd.Count)
        {
            TSimd result = factor * Part.Load<TSimd>(w + j, n - j) * (Part.Load<TSimd>(d + j, n - j) - dot);
            Part.Store(result, d + j, n - j);
        }

        new Span<float>(d + n, columns - n).Clear();
    }

    /// <summary>The lanes below n, and another number past them.</summary>
    private static TSimd Or<TSimd>(TSimd value, TSimd otherwise, int n)
        where TSimd : struct, ISimd<TSimd> =>
        n >= TSimd.Count ? value : TSimd.Select(TSimd.FirstLanes(n), value, otherwise);

    private struct Job : IJob, ISimdJob
    {
        public float* Scores, Dropped, D;
        public int* Lengths;
        public AttentionShape Shape;
        public float Scale;
        public DropoutDraw Dropout;
        public int PerChunk;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int first = chunk * PerChunk, last = Math.Min(Shape.Count, first + PerChunk);
            int queries = Shape.Queries, keys = Shape.Keys, size = queries * keys, length = (last - first) * size;
            long at = (long)first * size;
            if (D != null)
                Dropout.Apply(D + at, length, at);

            for (int i = first; i < last; i++)
            {
                int most = Lengths == null ? keys : Lengths[i / Shape.Heads];
                for (int t = 0; t < queries; t++)
                {
                    int n = Shape.IsCausal ? Math.Min(most, t + 1) : most;
                    float* row = Scores + ((long)i * size) + (t * keys);
                    if (D != null)
                        SoftmaxBackward<TSimd>(row, D + (row - Scores), n, keys, Scale);
                    else
                        Softmax<TSimd>(row, n, keys, Scale);
                }
            }

            if (D == null && Dropout.IsActive)
                Dropout.Apply(Scores + at, Dropped + at, length, at);
        }
    }
}

/// <summary>The shape of a batch of attention matrices: matrix b*Heads + h is [Queries, Keys].</summary>
internal readonly struct AttentionShape(int rows, int heads, int queries, int keys, bool isCausal)
{
    /// <summary>B*H matrices.</summary>
    public int Count => rows * heads;

    /// <summary>B.</summary>
    public int Rows => rows;

    /// <summary>H.</summary>
    public int Heads => heads;

    /// <summary>T.</summary>
    public int Queries => queries;

    /// <summary>S.</summary>
    public int Keys => keys;

    /// <summary>Whether query t sees keys 0 .. t only.</summary>
    public bool IsCausal => isCausal;

    /// <summary>Elements of all matrices.</summary>
    public int Length => Count * queries * keys;
}
