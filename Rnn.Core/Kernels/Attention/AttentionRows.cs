using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Attention;

/// <summary>
/// Scores, softmax and weighted sum of an attention, and their backward. A row of the batch is done by one worker
/// alone, steps in order, and sums over a source run from its first step on: the same bits on any number of threads, in
/// any batch, and for steps one by one.
/// </summary>
internal static unsafe class AttentionRows
{
    // In multiply-adds, of which tanh is worth some.
    private const long TanhCost = 12;
    private const long WorkPerChunk = 1 << 16;
    private const long SmallestShared = 1 << 17;

    /// <summary>
    /// For each row: e_s = Scale * q . k_s, or v . tanh(q + k_s); a = softmax(e) up to the length, 0 past it;
    /// context = sum over s of a_s * memory_s.
    /// </summary>
    public static void Forward(in AttentionCall call) => Run(call, back: false);

    /// <summary>
    /// For each row, from the last step to the first: da_s = memory_s . dContext; de = a*(da - a . da);
    /// dq = sum over s of de_s * Scale * k_s; or with u = tanh(q + k_s) and dz_s = de_s * v * (1 - u*u):
    /// dq = sum over s of dz_s, dk_s += dz_s, dv += sum over s of de_s * u. DScores is de_s * Scale.
    /// </summary>
    public static void Backward(in AttentionCall call) => Run(call, back: true);

    private static void Run(in AttentionCall call, bool back)
    {
        Debug.Assert(call.Weights.Length >= ((call.Steps - 1L) * call.WeightStep) + ((long)call.Rows * call.Source));
        Debug.Assert(call.Memory.Length == (long)call.Source * call.SourceRows * call.Features);
        Debug.Assert(call.Keys.Length == (long)call.Source * call.SourceRows * call.KeySize);
        fixed (int* lengths = call.Lengths, sources = call.Sources)
        fixed (float* memory = call.Memory, keys = call.Keys, v = call.V, queries = call.Queries)
        fixed (float* weights = call.Weights, contexts = call.Contexts, dContexts = call.DContexts)
        fixed (float* dScores = call.DScores, dQueries = call.DQueries, dKeys = call.DKeys, dV = call.DV)
        {
            RowsJob job = new()
            {
                Back = back,
                Steps = call.Steps,
                Rows = call.Rows,
                Source = call.Source,
                KeySize = call.KeySize,
                Features = call.Features,
                Scale = call.Scale,
                Lengths = lengths,
                Sources = sources,
                Memory = memory,
                MemoryStep = (long)call.SourceRows * call.Features,
                Keys = keys,
                KeyStep = (long)call.SourceRows * call.KeySize,
                V = v,
                Queries = queries,
                QueryStride = call.QueryStride,
                Weights = weights,
                WeightStep = call.WeightStep,
                Contexts = back ? dContexts : contexts,
                ContextStride = call.ContextStride,
                DScores = dScores,
                DQueries = dQueries,
                DQueryStride = call.DQueryStride,
                DKeys = dKeys,
                DV = dV,
            };
            long cost = (call.KeySize * (v == null ? 1 : TanhCost)) + call.Features;
            long work = cost * call.Source * call.Steps;
            job.RowsPerChunk = (int)Math.Clamp(WorkPerChunk / work, 1, call.Rows);
            Workers.Run(ref job, (call.Rows + job.RowsPerChunk - 1) / job.RowsPerChunk,
                isSmall: work * call.Rows < SmallestShared);
        }
    }

    private struct RowsJob : IJob, ISimdJob
    {
        public bool Back;
        public int Steps, Rows, Source, KeySize, Features, RowsPerChunk;
        public float Scale;
        public int* Lengths, Sources;
        public float* Memory, Keys, V, Queries, Weights, Contexts, DScores, DQueries, DKeys, DV;
        public long MemoryStep, KeyStep;
        public int QueryStride, WeightStep, ContextStride, DQueryStride;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int end = Math.Min(Rows, (chunk + 1) * RowsPerChunk);
            for (int b = chunk * RowsPerChunk; b < end; b++)
            {
                int source = Sources == null ? b : Sources[b];
                int count = Lengths == null ? Source : Lengths[source];
                float* memory = Memory + ((long)source * Features), keys = Keys + ((long)source * KeySize);
                if (Back)
                {
                    for (int t = Steps - 1; t >= 0; t--)
                        Backward<TSimd>(t, b, count, memory, keys);
                }
                else
                {
                    for (int t = 0; t < Steps; t++)
                        Forward<TSimd>(t, b, count, memory, keys);
                }
            }
        }

        private readonly void Forward<TSimd>(int t, int b, int count, float* memory, float* keys)
            where TSimd : struct, ISimd<TSimd>
        {
            long row = ((long)t * Rows) + b;
            float* a = Weights + ((long)t * WeightStep) + ((long)b * Source);
            float* query = Queries + (row * QueryStride);
            if (V == null)
                DotScores<TSimd>(query, keys, KeyStep, KeySize, Scale, count, a);
            else
                AdditiveScores<TSimd>(query, keys, KeyStep, V, KeySize, count, a);

            Span<float> weights = new(a, count);
            Softmax.Forward(weights, count, weights);
            new Span<float>(a + count, Source - count).Clear();
            WeightedSum<TSimd>(a, memory, MemoryStep, count, Features, Contexts + (row * ContextStride));
        }

        private readonly void Backward<TSimd>(int t, int b, int count, float* memory, float* keys)
            where TSimd : struct, ISimd<TSimd>
        {
            long row = ((long)t * Rows) + b, scores = ((long)t * WeightStep) + ((long)b * Source);
            float* de = DScores + scores, dQuery = DQueries + (row * DQueryStride);
            DotScores<TSimd>(Contexts + (row * ContextStride), memory, MemoryStep, Features, 1, count,
                de);                                                              // c = sum a*m: da = m . dc
            Span<float> dScores = new(de, count);
            Softmax.Backward(new ReadOnlySpan<float>(Weights + scores, count), dScores, count, dScores);
            new Span<float>(de + count, Source - count).Clear();                  // a = softmax(e)
            if (V == null)
            {
                for (int s = 0; s < count && Scale != 1; s++)
                    de[s] *= Scale;

                WeightedSum<TSimd>(de, keys, KeyStep, count, KeySize, dQuery);    // e = scale * q . k
            }
            else
            {
                new Span<float>(dQuery, KeySize).Clear();
                float* dKeys = DKeys + (keys - Keys), dV = DV + ((long)b * KeySize);
                for (int s = 0; s < count; s++)
                {
                    AdditiveBackward<TSimd>(Queries + (row * QueryStride), keys + (s * KeyStep), V, de[s], KeySize,
                        dQuery, dKeys + (s * KeyStep), dV);
                }
            }
        }

        /// <summary>scores[s] = scale * x . rows_s.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void DotScores<TSimd>(float* x, float* rows, long step, int n, float scale, int count,
            float* scores)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int s = 0; s < count; s++, rows += step)
            {
                TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
                int j = 0;
                for (; j <= n - (4 * TSimd.Count); j += 4 * TSimd.Count)
                {
                    float* p = x + j, q = rows + j;
                    s0 = TSimd.MultiplyAdd(TSimd.Load(p), TSimd.Load(q), s0);
                    s1 = TSimd.MultiplyAdd(TSimd.Load(p + TSimd.Count), TSimd.Load(q + TSimd.Count), s1);
                    s2 = TSimd.MultiplyAdd(TSimd.Load(p + (2 * TSimd.Count)), TSimd.Load(q + (2 * TSimd.Count)), s2);
                    s3 = TSimd.MultiplyAdd(TSimd.Load(p + (3 * TSimd.Count)), TSimd.Load(q + (3 * TSimd.Count)), s3);
                }

                for (; j < n; j += TSimd.Count)
                    s0 = TSimd.MultiplyAdd(Part.Load<TSimd>(x + j, n - j), Part.Load<TSimd>(rows + j, n - j), s0);

                scores[s] = scale * (s0 + s1 + (s2 + s3)).Sum();
            }
        }

        /// <summary>scores[s] = v . tanh(query + keys_s).</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void AdditiveScores<TSimd>(float* query, float* keys, long step, float* v, int n, int count,
            float* scores)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int s = 0; s < count; s++, keys += step)
            {
                TSimd s0 = TSimd.Zero, s1 = TSimd.Zero;
                int j = 0;
                for (; j <= n - (2 * TSimd.Count); j += 2 * TSimd.Count)
                {
                    int k = j + TSimd.Count;
                    TSimd u0 = Activations.Tanh(TSimd.Load(query + j) + TSimd.Load(keys + j));
                    TSimd u1 = Activations.Tanh(TSimd.Load(query + k) + TSimd.Load(keys + k));
                    s0 = TSimd.MultiplyAdd(u0, TSimd.Load(v + j), s0);
                    s1 = TSimd.MultiplyAdd(u1, TSimd.Load(v + k), s1);
                }

                for (; j < n; j += TSimd.Count)
                {
                    TSimd u = Activations.Tanh(Part.Load<TSimd>(query + j, n - j) + Part.Load<TSimd>(keys + j, n - j));
                    s0 = TSimd.MultiplyAdd(u, Part.Load<TSimd>(v + j, n - j), s0);
                }

                scores[s] = (s0 + s1).Sum();
            }
        }

        /// <summary>Of one score; u is computed once more, as keeping it for all steps would cost more than
        /// tanh.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void AdditiveBackward<TSimd>(float* query, float* key, float* v, float dScore, int n,
            float* dQuery, float* dKey, float* dV)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd de = TSimd.Create(dScore), one = TSimd.Create(1f);
            for (int j = 0; j < n; j += TSimd.Count)
            {
                int left = n - j;
                TSimd u = Activations.Tanh(Part.Load<TSimd>(query + j, left) + Part.Load<TSimd>(key + j, left));
                TSimd dz = de * Part.Load<TSimd>(v + j, left) * TSimd.MultiplyAdd(-u, u, one);   // e = v . u, u = tanh(z)
                Part.Store(Part.Load<TSimd>(dQuery + j, left) + dz, dQuery + j, left);           // z = q + k
                Part.Store(Part.Load<TSimd>(dKey + j, left) + dz, dKey + j, left);
                Part.Store(TSimd.MultiplyAdd(de, u, Part.Load<TSimd>(dV + j, left)), dV + j, left);
            }
        }

        /// <summary>y = sum over s of factors[s] * rows_s.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void WeightedSum<TSimd>(float* factors, float* rows, long step, int count, int n, float* y)
            where TSimd : struct, ISimd<TSimd>
        {
            int j = 0;
            for (; j <= n - (4 * TSimd.Count); j += 4 * TSimd.Count)
            {
                TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
                float* x = rows + j;
                for (int s = 0; s < count; s++, x += step)
                {
                    TSimd a = TSimd.Create(factors[s]);
                    s0 = TSimd.MultiplyAdd(a, TSimd.Load(x), s0);
                    s1 = TSimd.MultiplyAdd(a, TSimd.Load(x + TSimd.Count), s1);
                    s2 = TSimd.MultiplyAdd(a, TSimd.Load(x + (2 * TSimd.Count)), s2);
                    s3 = TSimd.MultiplyAdd(a, TSimd.Load(x + (3 * TSimd.Count)), s3);
                }

                s0.Store(y + j);
                s1.Store(y + j + TSimd.Count);
                s2.Store(y + j + (2 * TSimd.Count));
                s3.Store(y + j + (3 * TSimd.Count));
            }

            for (; j < n; j += TSimd.Count)
            {
                TSimd sum = TSimd.Zero;
                float* x = rows + j;
                for (int s = 0; s < count; s++, x += step)
                    sum = TSimd.MultiplyAdd(TSimd.Create(factors[s]), Part.Load<TSimd>(x, n - j), sum);

                Part.Store(sum, y + j, n - j);
            }
        }
    }
}
