using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Heads;

/// <summary>
/// Linear + softmax cross-entropy of some rows over a whole vocabulary. The logits are stored [V, lanes], a row for
/// each word and a lane for each row of the batch: the product reads W [V, E] as it lies, maxima and sums run down the
/// words in all lanes at once, and dW is a product that reads the same matrix as it lies. Words are dealt to workers in
/// fixed chunks; what sums across them is added in order (D11). A lane's bits depend on its own row alone.
/// </summary>
internal unsafe struct SoftmaxHeadBlock
{
    /// <summary>Words of a chunk: eight tiles of the product with 512-bit vectors; with 896 lanes 400 kB.</summary>
    public const int WordsPerChunk = 112;

    private const long SmallestShared = 1 << 17;   // multiply-adds

    public int Vocabulary, InputSize;

    /// <summary>Rows of this block, and the same rounded up to whole panels of the product.</summary>
    public int Rows, Lanes;

    /// <summary>W [V, E] and b [V], or null.</summary>
    public float* Weights, Bias;

    /// <summary>X^T [E, lanes] and X [rows, E], as the product reads them.</summary>
    public float* PackedXT, PackedX;

    /// <summary>[rows], 0 .. V-1.</summary>
    public int* Targets;

    /// <summary>
    /// [V, lanes]: logits, then exp(logit - the chunk's maximum), then the gradient of the logits.
    /// </summary>
    public float* Logits;

    /// <summary>[lanes], the logit of each target.</summary>
    public float* TargetLogits;

    /// <summary>[chunks, lanes]: maxima, then what makes exps to probabilities, times scale; sums of exps.</summary>
    public float* Factors, Sums;

    /// <summary>[chunks, lanes], sums of logits, and [lanes], what dL has less for all words; null unless labels are
    /// smoothed.</summary>
    public float* LogitSums, Shares;

    /// <summary>dW [V, E] and db [V], or null.</summary>
    public float* DWeights, DBias;

    /// <summary>What the loss is multiplied with.</summary>
    public float Scale;

    /// <summary>The part of each target that is spread over all words; 0 unless labels are smoothed.</summary>
    public float Smoothing;

    public readonly int Chunks => ChunksOf(Vocabulary);

    private readonly bool IsSmall => (long)Vocabulary * Rows * InputSize < SmallestShared;

    public static int ChunksOf(int vocabulary) => (int)(((long)vocabulary + WordsPerChunk - 1) / WordsPerChunk);

    /// <summary>The sum of the rows' losses; leaves what Backward reads.</summary>
    public double Forward()
    {
        Debug.Assert(Lanes % SimdWidth.Floats == 0);
        ForwardJob job = new() { Block = this };
        Workers.Run(ref job, Chunks, IsSmall);
        return SimdWidth.Run<LossJob, double>(new() { Block = this });
    }

    /// <summary>Logits = scale * (softmax - targets), dW += its product with X, db += its sums.</summary>
    public readonly void Backward()
    {
        BackwardJob job = new() { Block = this };
        Workers.Run(ref job, Chunks, IsSmall);
    }

    private readonly void ForwardChunk<TSimd>(int chunk)
        where TSimd : struct, ISimd<TSimd>
    {
        int first = chunk * WordsPerChunk;
        int words = Math.Min(WordsPerChunk, Vocabulary - first);
        float* logits = Logits + ((long)first * Lanes);
        float* bias = Bias == null ? null : Bias + first;
        Gemm.MultiplyStep(true, words, Lanes, InputSize, Weights + ((long)first * InputSize), InputSize,
            PackedPanels.OfFloats(PackedXT), logits, Lanes, false);
        for (int lane = 0; lane < Rows; lane++)
        {
            int word = Targets[lane] - first;
            if ((uint)word < (uint)words)
                TargetLogits[lane] = logits[((long)word * Lanes) + lane] + (bias == null ? 0 : bias[word]);
        }

        if (Smoothing > 0)
            SumOfLogits<TSimd>(logits, bias, words, Lanes, LogitSums + ((long)chunk * Lanes));

        float* max = Factors + ((long)chunk * Lanes);
        float* sum = Sums + ((long)chunk * Lanes);
        MaxAndExps<TSimd>(logits, bias, words, Lanes, max, sum);
    }

    private readonly void BackwardChunk<TSimd>(int chunk)
        where TSimd : struct, ISimd<TSimd>
    {
        int first = chunk * WordsPerChunk;
        int words = Math.Min(WordsPerChunk, Vocabulary - first);
        float* d = Logits + ((long)first * Lanes);
        float* factors = Factors + ((long)chunk * Lanes);
        float* dBias = DBias == null ? null : DBias + first;
        Scaled<TSimd>(d, words, Lanes, factors, Smoothing > 0 ? Shares : null, dBias);
        float atTarget = Smoothing > 0 ? Scale * (1 - Smoothing) : Scale;

        for (int lane = 0; lane < Rows; lane++)
        {
            int word = Targets[lane] - first;
            if ((uint)word < (uint)words)
            {
                d[((long)word * Lanes) + lane] -= atTarget;
                if (dBias != null)
                    dBias[word] -= atTarget;
            }
        }

        Gemm.MultiplyStep(true, words, InputSize, Rows, d, Lanes, PackedPanels.OfFloats(PackedX),
            DWeights + ((long)first * InputSize), InputSize, true);                      // l = x*W^T: dW += dl^T*x
    }

    /// <summary>The chunks of one vector of lanes become one: returns the sum of the losses of its rows.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly double Combine<TSimd>(int lane, double* sums)
        where TSimd : struct, ISimd<TSimd>
    {
        int chunks = Chunks, rows = Math.Clamp(Rows - lane, 0, TSimd.Count);
        float* factors = Factors + lane;
        float* partial = Sums + lane;
        TSimd max = TSimd.Load(factors);
        for (int chunk = 1; chunk < chunks; chunk++)
            max = TSimd.Max(max, TSimd.Load(factors + ((long)chunk * Lanes)));

        new Span<double>(sums, TSimd.Count).Clear();
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            float* f = factors + ((long)chunk * Lanes);
            float* s = partial + ((long)chunk * Lanes);
            Activations.Exp(TSimd.Load(f) - max).Store(f);
            for (int i = 0; i < rows; i++)
                sums[i] += (double)s[i] * f[i];
        }

        double loss = 0;
        float* maxima = stackalloc float[TSimd.Count];
        float* toProbability = stackalloc float[TSimd.Count];
        max.Store(maxima);
        TSimd.Zero.Store(toProbability);   // lanes without a row have gradient 0
        for (int i = 0; i < rows; i++)
        {
            loss += Smoothing > 0
                ? SmoothedLoss(Math.Log(sums[i]) + maxima[i], lane + i)
                : Math.Log(sums[i]) + ((double)maxima[i] - TargetLogits[lane + i]);
            toProbability[i] = (float)(Scale / sums[i]);
        }

        if (Smoothing > 0)
        {
            for (int i = 0; i < TSimd.Count; i++)
                Shares[lane + i] = i < rows ? (float)((double)Scale * Smoothing / Vocabulary) : 0;
        }

        TSimd factor = TSimd.Load(toProbability);
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            float* f = factors + ((long)chunk * Lanes);
            (TSimd.Load(f) * factor).Store(f);
        }

        return loss;
    }

    // (1-s)*(log - l[target]) + s/V * sum over v of (log - l[v]): terms of 0 or more, as far as those are added.
    private readonly double SmoothedLoss(double log, int lane)
    {
        double logits = 0;
        for (int chunk = 0; chunk < Chunks; chunk++)
            logits += LogitSums[((long)chunk * Lanes) + lane];

        double loss = Smoothing * (log - (logits / Vocabulary));
        return Smoothing < 1 ? loss + ((1 - (double)Smoothing) * (log - TargetLogits[lane])) : loss;
    }

    // sum = the sum of each lane's logits, the bias among them.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SumOfLogits<TSimd>(float* logits, float* bias, int words, int lanes, float* sum)
        where TSimd : struct, ISimd<TSimd>
    {
        new Span<float>(sum, lanes).Clear();
        for (int word = 0; word < words; word++, logits += lanes)
        {
            TSimd b = BiasOf<TSimd>(bias, word);
            for (int j = 0; j < lanes; j += TSimd.Count)
                (TSimd.Load(sum + j) + (TSimd.Load(logits + j) + b)).Store(sum + j);
        }
    }

    // max = the largest logit of each lane; logits = exp(logit - max), sum = their sum. The bias is added on the way.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MaxAndExps<TSimd>(float* logits, float* bias, int words, int lanes, float* max, float* sum)
        where TSimd : struct, ISimd<TSimd>
    {
        new Span<float>(max, lanes).Fill(float.NegativeInfinity);
        new Span<float>(sum, lanes).Clear();
        int whole = words & ~3;
        for (int word = 0; word < words; word += word < whole ? 4 : 1)
        {
            float* row = logits + ((long)word * lanes);
            float* b = bias == null ? null : bias + word;
            if (word < whole)
                MaxOf4<TSimd>(row, b, lanes, max);
            else
                MaxOf1<TSimd>(row, b, lanes, max);
        }

        for (int word = 0; word < words; word += word < whole ? 4 : 1)
        {
            float* row = logits + ((long)word * lanes);
            float* b = bias == null ? null : bias + word;
            if (word < whole)
                ExpsOf4<TSimd>(row, b, lanes, max, sum);
            else
                ExpsOf1<TSimd>(row, b, lanes, max, sum);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MaxOf4<TSimd>(float* row, float* bias, int lanes, float* max)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd b0 = BiasOf<TSimd>(bias, 0), b1 = BiasOf<TSimd>(bias, 1);
        TSimd b2 = BiasOf<TSimd>(bias, 2), b3 = BiasOf<TSimd>(bias, 3);
        for (int j = 0; j < lanes; j += TSimd.Count, row += TSimd.Count)
        {
            TSimd m01 = TSimd.Max(TSimd.Load(row) + b0, TSimd.Load(row + lanes) + b1);
            TSimd m23 = TSimd.Max(TSimd.Load(row + (2 * lanes)) + b2, TSimd.Load(row + (3 * lanes)) + b3);
            TSimd.Max(TSimd.Load(max + j), TSimd.Max(m01, m23)).Store(max + j);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MaxOf1<TSimd>(float* row, float* bias, int lanes, float* max)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd b = BiasOf<TSimd>(bias, 0);
        for (int j = 0; j < lanes; j += TSimd.Count)
            TSimd.Max(TSimd.Load(max + j), TSimd.Load(row + j) + b).Store(max + j);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ExpsOf4<TSimd>(float* row, float* bias, int lanes, float* max, float* sum)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd lowest = TSimd.Create(float.MinValue);   // where all logits are -Inf: -Inf - -Inf would be NaN
        TSimd b0 = BiasOf<TSimd>(bias, 0), b1 = BiasOf<TSimd>(bias, 1);
        TSimd b2 = BiasOf<TSimd>(bias, 2), b3 = BiasOf<TSimd>(bias, 3);
        for (int j = 0; j < lanes; j += TSimd.Count, row += TSimd.Count)
        {
            TSimd shift = TSimd.Max(lowest, TSimd.Load(max + j));
            TSimd e0 = Activations.Exp(TSimd.Load(row) + b0 - shift);
            TSimd e1 = Activations.Exp(TSimd.Load(row + lanes) + b1 - shift);
            TSimd e2 = Activations.Exp(TSimd.Load(row + (2 * lanes)) + b2 - shift);
            TSimd e3 = Activations.Exp(TSimd.Load(row + (3 * lanes)) + b3 - shift);
            e0.Store(row);
            e1.Store(row + lanes);
            e2.Store(row + (2 * lanes));
            e3.Store(row + (3 * lanes));
            (TSimd.Load(sum + j) + (e0 + e1 + (e2 + e3))).Store(sum + j);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ExpsOf1<TSimd>(float* row, float* bias, int lanes, float* max, float* sum)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd lowest = TSimd.Create(float.MinValue);
        TSimd b = BiasOf<TSimd>(bias, 0);
        for (int j = 0; j < lanes; j += TSimd.Count)
        {
            TSimd e = Activations.Exp(TSimd.Load(row + j) + b - TSimd.Max(lowest, TSimd.Load(max + j)));
            e.Store(row + j);
            (TSimd.Load(sum + j) + e).Store(sum + j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd BiasOf<TSimd>(float* bias, int word)
        where TSimd : struct, ISimd<TSimd> => bias == null ? TSimd.Zero : TSimd.Create(bias[word]);

    // d = d*factors - shares, and db[word] += the sum of its row.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Scaled<TSimd>(float* d, int words, int lanes, float* factors, float* shares, float* dBias)
        where TSimd : struct, ISimd<TSimd>
    {
        for (int word = 0; word < words; word++)
        {
            TSimd sum = TSimd.Zero;
            for (int j = 0; j < lanes; j += TSimd.Count, d += TSimd.Count)
            {
                TSimd value = TSimd.Load(d) * TSimd.Load(factors + j);
                if (shares != null)
                    value -= TSimd.Load(shares + j);

                value.Store(d);
                sum += value;
            }

            if (dBias != null)
                dBias[word] += sum.Sum();
        }
    }

    private struct ForwardJob : IJob, ISimdJob
    {
        public SoftmaxHeadBlock Block;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd> => Block.ForwardChunk<TSimd>(chunk);
    }

    private struct LossJob : ISimdJob<double>
    {
        public SoftmaxHeadBlock Block;

        public readonly double Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            double* sums = stackalloc double[TSimd.Count];
            double loss = 0;
            for (int lane = 0; lane < Block.Lanes; lane += TSimd.Count)
                loss += Block.Combine<TSimd>(lane, sums);

            return loss;
        }
    }

    private struct BackwardJob : IJob, ISimdJob
    {
        public SoftmaxHeadBlock Block;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd> => Block.BackwardChunk<TSimd>(chunk);
    }
}
