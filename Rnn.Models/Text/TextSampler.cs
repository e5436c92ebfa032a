using System;
using Rnn.Core.Kernels;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text;

/// <summary>
/// Chooses the next token from logits: P(i) = exp((x_i - max x) / Temperature) / Z over the tokens that
/// <see cref="SamplingOptions"/> leaves, in double. Of equal logits the lower index comes first. The scratch is sized
/// once and a call allocates nothing; one sampler serves one thread at a time.
/// </summary>
public sealed class TextSampler
{
    private readonly int _limit;         // after TopK
    private readonly ulong[] _keys;      // a heap, then behind it what was taken from it, first taken last
    private readonly double[] _weights;  // exp((x - max) / Temperature), in the order in which they are summed

    /// <summary>A sampler for one vocabulary and one set of options.</summary>
    /// <param name="vocabularySize">Number of logits V, more than 0.</param>
    /// <param name="options">How to choose; null is the model's own distribution.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="vocabularySize"/> is 0 or less.</exception>
    public TextSampler(int vocabularySize, SamplingOptions? options = null)
    {
        if (vocabularySize <= 0)
            Throw.NotPositive(nameof(TextSampler), nameof(vocabularySize), vocabularySize);

        VocabularySize = vocabularySize;
        Options = options ?? new SamplingOptions();
        _limit = Options.TopK == 0 ? vocabularySize : Math.Min(Options.TopK, vocabularySize);
        _weights = Options.IsGreedy ? [] : new double[vocabularySize];
        _keys = Options.IsGreedy || IsUnfiltered ? [] : new ulong[vocabularySize];
    }

    /// <summary>Number of logits V.</summary>
    public int VocabularySize { get; }

    /// <summary>How this sampler chooses.</summary>
    public SamplingOptions Options { get; }

    private bool IsUnfiltered => _limit == VocabularySize && Options.TopP == 1;

    /// <summary>The index of the chosen token: a pure function of the logits, the options and the generator.</summary>
    /// <param name="logits">[V], finite. Read.</param>
    /// <param name="random">Advanced by one double (two words) a call; not at all when greedy.</param>
    /// <returns>0 to V-1.</returns>
    /// <exception cref="ArgumentException">There are not V logits, or one is NaN or infinite.</exception>
    public int Sample(ReadOnlySpan<float> logits, ref Philox random)
    {
        if (logits.Length != VocabularySize)
            Throw.LogitCount(nameof(logits), logits.Length, VocabularySize);

        int best = IndexOfMaximum(logits);
        if (Options.IsGreedy)
            return best;

        float max = logits[best];
        if (IsUnfiltered)
            return Draw(Weigh(logits, max), ref random);

        double mass = Take(logits, max);
        int place = Draw(mass, ref random);
        return (int)(uint)_keys[VocabularySize - 1 - place];
    }

    // Fills the weights in the order of the indices and returns their sum.
    private double Weigh(ReadOnlySpan<float> logits, float max)
    {
        double sum = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            _weights[i] = Weight(logits[i], max);
            sum += _weights[i];
        }

        return sum;
    }

    // Takes tokens from the most probable downwards until TopK or TopP is reached; returns their sum of weights.
    private double Take(ReadOnlySpan<float> logits, float max)
    {
        bool hasTopK = _limit < VocabularySize;
        double needed = hasTopK ? double.PositiveInfinity : Options.TopP * Weigh(logits, max);

        int heap = Heapify(logits);
        double mass = 0;
        for (int taken = 0; taken < _limit && mass < needed; taken++)
        {
            int index = (int)(uint)Pop(ref heap);
            _weights[taken] = Weight(logits[index], max);
            mass += _weights[taken];
        }

        if (!hasTopK || Options.TopP == 1)
            return mass;

        // TopP counts in what TopK left, so its share is known only now.
        needed = Options.TopP * mass;
        mass = 0;
        for (int taken = 0; mass < needed; taken++)
            mass += _weights[taken];
        return mass;
    }

    // The first place whose running sum exceeds u. mass was summed in this order and u < mass, so there is one.
    private int Draw(double mass, ref Philox random)
    {
        double u = random.NextDouble() * mass;
        int place = 0;
        for (double sum = _weights[0]; sum <= u; sum += _weights[place])
            place++;
        return place;
    }

    // The maximum is subtracted first: exp(710) is already infinite in double, and a low temperature gets there fast.
    private double Weight(float logit, float max) => Math.Exp(((double)logit - max) / Options.Temperature);

    private int Heapify(ReadOnlySpan<float> logits)
    {
        for (int i = 0; i < logits.Length; i++)
            _keys[i] = Key(logits[i], i);
        for (int i = (logits.Length / 2) - 1; i >= 0; i--)
            SiftDown(i, logits.Length);
        return logits.Length;
    }

    private ulong Pop(ref int heap)
    {
        ulong top = _keys[0];
        heap--;
        _keys[0] = _keys[heap];
        SiftDown(0, heap);
        _keys[heap] = top;
        return top;
    }

    private void SiftDown(int parent, int heap)
    {
        Span<ulong> keys = _keys.AsSpan(0, heap);
        for (int child = (2 * parent) + 1; child < keys.Length; child = (2 * parent) + 1)
        {
            if (child + 1 < keys.Length && keys[child + 1] < keys[child])
                child++;
            if (keys[parent] < keys[child])
                return;
            (keys[parent], keys[child]) = (keys[child], keys[parent]);
            parent = child;
        }
    }

    // Ascending keys are descending logits, then ascending indices: no two keys are equal, so the order is complete.
    private static ulong Key(float logit, int index)
    {
        uint bits = BitConverter.SingleToUInt32Bits(logit + 0f);   // -0 becomes +0: they tie
        uint ascending = (bits & 0x80000000) != 0 ? ~bits : bits | 0x80000000;
        return ((ulong)~ascending << 32) | (uint)index;
    }

    private static int IndexOfMaximum(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (!float.IsFinite(logits[i]))
                Throw.LogitNotFinite(nameof(logits), i, logits[i]);
            if (logits[i] > logits[best])
                best = i;
        }

        return best;
    }
}
