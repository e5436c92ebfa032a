using System;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Transformer;

/// <summary>
/// Attention of one step of generation: each row has one query, and reads keys and values that a cache holds. One query
/// a head is too little for register tiles: here the heads lie side by side in a vector, for which keys are kept
/// interleaved, element d of all heads together. The elements have the bits that the products of all steps at once give
/// them, being the same chains of multiply-adds (design decision D10).
/// </summary>
internal static unsafe class StepAttention
{
    private const int RowsPerChunk = 8;
    private const long SmallestShared = 1 << 16;

    [ThreadStatic]
    private static AlignedBuffer? t_scratch;

    /// <summary>weights = softmax(scale * q.K), context = weights*V, for every row and head.</summary>
    public static void Run(in StepAttentionRows x)
    {
        if (x.Rows == 0)
            return;

        fixed (float* q = x.Queries, kv = x.Cache, w = x.Weights, c = x.Context)
        fixed (int* sources = x.Sources, lengths = x.Lengths)
        {
            Job job = new()
            {
                Q = q,
                Cache = kv,
                W = w,
                C = c,
                Sources = sources,
                Lengths = lengths,
                QueryStride = x.QueryStride,
                KeyStep = x.KeyStep,
                MaxKeys = x.MaxKeys,
                Count = x.Count,
                Rows = x.Rows,
                Heads = x.Heads,
                Size = x.Size,
                Scale = x.Scale,
            };
            Workers.Run(ref job, (x.Rows + RowsPerChunk - 1) / RowsPerChunk,
                isSmall: 2L * x.Rows * x.Heads * x.Size * x.Count < SmallestShared);
        }
    }

    /// <summary>to[d*heads + h] = from[h*size + d]: one row of keys as the cache holds them.</summary>
    public static void Interleave(ReadOnlySpan<float> from, int heads, int size, Span<float> to)
    {
        for (int h = 0; h < heads; h++)
        {
            for (int d = 0; d < size; d++)
                to[(d * heads) + h] = from[(h * size) + d];
        }
    }

    /// <summary>The same of every row of keys and values [rows, 2*heads*size], in place.</summary>
    public static void InterleaveKeys(Span<float> rows, int heads, int size)
    {
        int width = heads * size;
        Span<float> row = new(Scratch(width), width);
        for (; !rows.IsEmpty; rows = rows[(2 * width)..])
        {
            rows[..width].CopyTo(row);
            Interleave(row, heads, size, rows);
        }
    }

    private static float* Scratch(int length) => AlignedBuffer.AtLeast(ref t_scratch, length).Pointer;

    /// <summary>scores[h*scoreStep] = sum over d of q[d, h]*k[d, h], for four keys keyStep apart, or fewer.</summary>
    private static void Scores<TSimd>(float* q, float* k, int keyStep, int keys, int heads, int size, float* scores,
        int scoreStep)
        where TSimd : struct, ISimd<TSimd>
    {
        float* k1 = k + (keys > 1 ? keyStep : 0), k2 = k + (keys > 2 ? 2L * keyStep : 0), k3 = k + (keys > 3 ? 3L * keyStep : 0);
        float* sums = stackalloc float[4 * TSimd.Count];
        for (int h = 0; h < heads; h += TSimd.Count)
        {
            int n = heads - h;
            TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
            for (int d0 = 0; d0 < size; d0 += Gemm.DepthBlock)
            {
                TSimd a0 = TSimd.Zero, a1 = TSimd.Zero, a2 = TSimd.Zero, a3 = TSimd.Zero;
                for (int d = d0; d < Math.Min(size, d0 + Gemm.DepthBlock); d++)
                {
                    int at = (d * heads) + h;
                    TSimd query = Part.Load<TSimd>(q + at, n);
                    a0 = TSimd.MultiplyAdd(query, Part.Load<TSimd>(k + at, n), a0);
                    a1 = TSimd.MultiplyAdd(query, Part.Load<TSimd>(k1 + at, n), a1);
                    a2 = TSimd.MultiplyAdd(query, Part.Load<TSimd>(k2 + at, n), a2);
                    a3 = TSimd.MultiplyAdd(query, Part.Load<TSimd>(k3 + at, n), a3);
                }

                (s0, s1, s2, s3) = (s0 + a0, s1 + a1, s2 + a2, s3 + a3);
            }

            s0.Store(sums);
            s1.Store(sums + TSimd.Count);
            s2.Store(sums + (2 * TSimd.Count));
            s3.Store(sums + (3 * TSimd.Count));
            for (int i = 0; i < Math.Min(n, TSimd.Count); i++)
            {
                for (int key = 0; key < keys; key++)
                    scores[((long)(h + i) * scoreStep) + key] = sums[(key * TSimd.Count) + i];
            }
        }
    }

    /// <summary>c[d] = sum over s of w[s]*v[s, d], the values keyStep apart.</summary>
    private static void Context<TSimd>(float* w, float* v, int keyStep, int keys, int size, float* c)
        where TSimd : struct, ISimd<TSimd>
    {
        for (int d = 0; d < size; d += 2 * TSimd.Count)
        {
            int n = size - d, rest = n - TSimd.Count;
            TSimd s0 = TSimd.Zero, s1 = TSimd.Zero;
            for (int first = 0; first < keys; first += Gemm.DepthBlock)
            {
                TSimd a0 = TSimd.Zero, a1 = TSimd.Zero;
                float* value = v + ((long)first * keyStep) + d;
                for (int s = first; s < Math.Min(keys, first + Gemm.DepthBlock); s++, value += keyStep)
                {
                    TSimd weight = TSimd.Create(w[s]);
                    a0 = TSimd.MultiplyAdd(weight, Part.Load<TSimd>(value, n), a0);
                    if (rest > 0)
                        a1 = TSimd.MultiplyAdd(weight, Part.Load<TSimd>(value + TSimd.Count, rest), a1);
                }

                (s0, s1) = (s0 + a0, s1 + a1);
            }

            Part.Store(s0, c + d, n);
            if (rest > 0)
                Part.Store(s1, c + d + TSimd.Count, rest);
        }
    }

    private struct Job : IJob, ISimdJob
    {
        public float* Q, Cache, W, C;
        public int* Sources, Lengths;
        public int QueryStride, KeyStep, MaxKeys, Count, Rows, Heads, Size;
        public float Scale;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int width = Heads * Size;
            float* query = Scratch(width);
            for (int row = chunk * RowsPerChunk; row < Math.Min(Rows, (chunk + 1) * RowsPerChunk); row++)
            {
                int source = Sources == null ? row : Sources[row], n = Lengths == null ? Count : Lengths[source];
                float* keys = Cache + ((long)source * 2 * width), values = keys + width;
                float* w = W + ((long)row * Heads * MaxKeys);
                Interleave(new(Q + ((long)row * QueryStride), width), Heads, Size, new(query, width));
                for (int s = 0; s < n; s += 4)
                {
                    Scores<TSimd>(query, keys + ((long)s * KeyStep), KeyStep, Math.Min(4, n - s), Heads, Size, w + s,
                        MaxKeys);
                }

                for (int h = 0; h < Heads; h++)
                {
                    float* weights = w + ((long)h * MaxKeys);
                    AttentionWeightsKernel.Softmax<TSimd>(weights, n, MaxKeys, Scale);
                    Context<TSimd>(weights, values + (h * Size), KeyStep, n, Size, C + ((long)row * width) + (h * Size));
                }
            }
        }
    }
}

/// <summary>One step's queries and where their keys and values lie.</summary>
internal ref struct StepAttentionRows
{
    public int Rows, Heads;

    /// <summary>D.</summary>
    public int Size;

    /// <summary>1/sqrt(D).</summary>
    public float Scale;

    /// <summary>[Rows, H*D], rows QueryStride apart.</summary>
    public ReadOnlySpan<float> Queries;

    public int QueryStride;

    /// <summary>[steps, B, 2*H*D], steps KeyStep apart: the keys, interleaved, and the values of each row.</summary>
    public ReadOnlySpan<float> Cache;

    public int KeyStep;

    /// <summary>Keys of every row.</summary>
    public int Count;

    /// <summary>Which row of the cache each row reads; empty for its own number.</summary>
    public ReadOnlySpan<int> Sources;

    /// <summary>Keys of each row of the cache; empty when all have Count.</summary>
    public ReadOnlySpan<int> Lengths;

    /// <summary>[Rows, H, MaxKeys]. Overwritten, with 0 from a row's keys on.</summary>
    public Span<float> Weights;

    public int MaxKeys;

    /// <summary>[Rows, H*D]. Overwritten.</summary>
    public Span<float> Context;
}
