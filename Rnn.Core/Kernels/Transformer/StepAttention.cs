using System;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Transformer;

/// <summary>
/// Attention of one step of generation: each row has one query, and reads keys and values that a cache holds. The
/// elements have the bits that the batched products of all steps give them (design decision D10).
/// </summary>
internal static unsafe class StepAttention
{
    private const int MostTogether = 16;
    private const long SmallestShared = 1 << 16;

    /// <summary>weights = softmax(scale * q.K), context = weights*V, for every row and head.</summary>
    public static void Run(in StepAttentionRows x)
    {
        if (x.Rows == 0)
            return;

        fixed (float* q = x.Queries, k = x.Keys, v = x.Values, w = x.Weights, c = x.Context)
        fixed (int* sources = x.Sources, lengths = x.Lengths)
        {
            Job job = new()
            {
                Q = q,
                K = k,
                V = v,
                W = w,
                C = c,
                Sources = sources,
                Lengths = lengths,
                QueryStride = x.QueryStride,
                KeyStep = x.KeyStep,
                KeyRow = x.KeyRow,
                MaxKeys = x.MaxKeys,
                Count = x.Count,
                Rows = x.Rows,
                Heads = x.Heads,
                Size = x.Size,
                Scale = x.Scale,
            };
            Workers.Run(ref job, x.Rows, isSmall: 2L * x.Rows * x.Heads * x.Size * x.Count < SmallestShared);
        }
    }

    private struct Job : IJob, ISimdJob
    {
        public float* Q, K, V, W, C;
        public int* Sources, Lengths;
        public int QueryStride, KeyStep, KeyRow, MaxKeys, Count, Rows, Heads, Size;
        public float Scale;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        // Rows that follow one another and read the same source, as the beams of a sentence do, share its products:
        // the first of them does all.
        public readonly void Run<TSimd>(int row)
            where TSimd : struct, ISimd<TSimd>
        {
            int source = Sources == null ? row : Sources[row], together = 1;
            if (Sources != null)
            {
                if (row % MostTogether != 0 && Sources[row - 1] == source)
                    return;

                while (row + together < Rows && (row + together) % MostTogether != 0 && Sources[row + together] == source)
                    together++;
            }

            int n = Lengths == null ? Count : Lengths[source], width = Heads * Size;
            ReadOnlySpan<float> q = new(Q + ((long)row * QueryStride), ((together - 1) * QueryStride) + width);
            int extent = ((n - 1) * KeyStep) + width;
            ReadOnlySpan<float> k = new(K + ((long)source * KeyRow), extent), v = new(V + ((long)source * KeyRow), extent);
            int weightRow = Heads * MaxKeys;
            Span<float> w = new(W + ((long)row * weightRow), together * weightRow);
            Span<float> c = new(C + ((long)row * width), together * width);

            BatchLayout keys = new(n, Size, KeyStep, Heads, Size, 1, 0);
            BatchLayout weights = new(together, n, weightRow, Heads, MaxKeys, 1, 0);
            BatchedGemm.Multiply(GemmForm.NT, q, new BatchLayout(together, Size, QueryStride, Heads, Size, 1, 0), k, keys,
                w, weights);
            fixed (float* pw = w)
            {
                for (int i = 0; i < together * Heads; i++)
                    AttentionWeightsKernel.Softmax<TSimd>(pw + (i * MaxKeys), n, MaxKeys, Scale);
            }

            BatchedGemm.Multiply(GemmForm.NN, w, weights, v, keys, c,
                new BatchLayout(together, Size, width, Heads, Size, 1, 0));
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

    /// <summary>From the first key on: key s of row b begins at s*KeyStep + b*KeyRow.</summary>
    public ReadOnlySpan<float> Keys;

    /// <summary>As the keys.</summary>
    public ReadOnlySpan<float> Values;

    public int KeyStep, KeyRow;

    /// <summary>Keys of every row.</summary>
    public int Count;

    /// <summary>Which row of the keys each row reads; empty for its own number.</summary>
    public ReadOnlySpan<int> Sources;

    /// <summary>Keys of each row of the keys; empty when all have Count.</summary>
    public ReadOnlySpan<int> Lengths;

    /// <summary>[Rows, H, MaxKeys]. Overwritten.</summary>
    public Span<float> Weights;

    public int MaxKeys;

    /// <summary>[Rows, H*D]. Overwritten.</summary>
    public Span<float> Context;
}
