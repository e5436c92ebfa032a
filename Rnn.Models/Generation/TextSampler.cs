using System;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Vectors;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Generation;

/// <summary>
/// Chooses the next token from logits: P(i) = exp((x_i - max x) / Temperature) / Z over the tokens that
/// <see cref="SamplingOptions"/> leaves, in double. Of equal logits the lower index comes first. The scratch is kept and
/// a call allocates nothing; one sampler serves one thread at a time.
/// </summary>
public sealed class TextSampler
{
    private const int Block = 64;     // logits of which one look tells whether any of them is among the first

    private int _limit;               // after TopK
    private ulong[] _keys = [];       // a heap, then behind it what was taken from it, first taken last
    private int _heap;                // what it began with
    private double[] _sums = [];      // running sums of exp((x - max) / Temperature), in the order in which tokens are taken
    private float[] _penalised = [];  // the logits after RepetitionPenalty

    /// <summary>A sampler for one vocabulary.</summary>
    /// <param name="vocabularySize">Number of logits V, more than 0.</param>
    /// <param name="options">How to choose; null is the model's own distribution.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="vocabularySize"/> is 0 or less.</exception>
    public TextSampler(int vocabularySize, SamplingOptions? options = null)
    {
        if (vocabularySize <= 0)
            Throw.NotPositive(nameof(TextSampler), nameof(vocabularySize), vocabularySize);

        VocabularySize = vocabularySize;
        Options = options ?? new SamplingOptions();
    }

    /// <summary>Number of logits V.</summary>
    public int VocabularySize { get; }

    /// <summary>How this sampler chooses from now on. Room for what they need is made when they first need it.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public SamplingOptions Options
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
            _limit = value.TopK == 0 ? VocabularySize : Math.Min(value.TopK, VocabularySize);
            if (!value.IsGreedy && _sums.Length == 0)
                _sums = new double[VocabularySize];
            if (!value.IsGreedy && !IsUnfiltered && _keys.Length == 0)
                _keys = new ulong[VocabularySize];
            if (value.RepetitionPenalty > 1 && _penalised.Length == 0)
                _penalised = new float[VocabularySize];
        }
    }

    private bool IsUnfiltered => _limit == VocabularySize && Options.TopP == 1 && Options.MinP == 0;

    /// <summary>The same without recent tokens, so that RepetitionPenalty changes nothing.</summary>
    /// <inheritdoc cref="Sample(ReadOnlySpan{float}, ReadOnlySpan{int}, ref Philox)"/>
    public int Sample(ReadOnlySpan<float> logits, ref Philox random) => Sample(logits, default, ref random);

    /// <summary>The index of the chosen token: a pure function of the arguments and the options.</summary>
    /// <param name="logits">[V], finite. Read.</param>
    /// <param name="recent">The tokens before, in order, each 0 to V-1; only the last RepetitionWindow count, and those
    /// only with a RepetitionPenalty. Read.</param>
    /// <param name="random">Advanced by one double (two words) a call; not at all when greedy.</param>
    /// <returns>0 to V-1.</returns>
    /// <exception cref="ArgumentException">There are not V logits, or one is NaN or infinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A recent token is not 0 to V-1.</exception>
    public int Sample(ReadOnlySpan<float> logits, ReadOnlySpan<int> recent, ref Philox random)
    {
        if (logits.Length != VocabularySize)
            Throw.LogitCount(nameof(logits), logits.Length, VocabularySize);

        int best = IndexOfMaximum(logits);
        if (Options.RepetitionPenalty > 1 && !recent.IsEmpty)
        {
            logits = Penalise(logits, recent);
            best = IndexOfMaximum(logits);
        }

        if (Options.IsGreedy)
            return best;

        float max = logits[best];
        if (IsUnfiltered)
            return Draw(Weigh(logits, max), logits.Length, ref random);

        int place = Draw(Take(logits, max, out int taken), taken, ref random);
        return (int)(uint)_keys[_heap - 1 - place];
    }

    private float[] Penalise(ReadOnlySpan<float> logits, ReadOnlySpan<int> recent)
    {
        logits.CopyTo(_penalised);
        float penalty = (float)Options.RepetitionPenalty;
        for (int i = Math.Max(0, recent.Length - Options.RepetitionWindow); i < recent.Length; i++)
        {
            int token = recent[i];
            if ((uint)token >= (uint)logits.Length)
                Throw.TokenOutside(nameof(recent), i, token, VocabularySize);

            // From the logit itself, so that a token that comes twice is penalised once.
            float x = logits[token];
            _penalised[token] = x > 0 ? x / penalty : Math.Max(x * penalty, float.MinValue);
        }

        return _penalised;
    }

    // Fills the running sums in the order of the indices and returns the last.
    private double Weigh(ReadOnlySpan<float> logits, float max)
    {
        Softmax.CumulativeWeights(logits, max, Options.Temperature, _sums);
        return _sums[^1];
    }

    // Takes tokens from the most probable downwards until TopK, TopP or MinP ends it; returns their sum of weights.
    private double Take(ReadOnlySpan<float> logits, float max, out int taken)
    {
        bool hasTopK = _limit < VocabularySize, hasTopP = Options.TopP < 1;
        bool isShareOfTopK = hasTopK && hasTopP;   // known only when all that TopK leaves is taken
        double needed = hasTopP && !hasTopK ? Options.TopP * Weigh(logits, max) : double.PositiveInfinity;
        double least = isShareOfTopK ? 0 : Options.MinP;   // the largest weight is 1

        _heap = 2 * _limit <= logits.Length ? First(logits) : All(logits);
        Heapify();
        int heap = _heap;
        double mass = 0;
        for (taken = 0; taken < _limit && mass < needed; taken++)
        {
            int index = (int)(uint)Pop(ref heap);
            double weight = Weight(logits[index], max);
            if (weight < least)
                break;

            mass += weight;
            _sums[taken] = mass;
        }

        if (!isShareOfTopK)
            return mass;

        needed = Options.TopP * mass;
        mass = 0;
        int all = taken;
        for (taken = 0; taken < all && mass < needed; taken++)
        {
            if (Weight(logits[(int)(uint)_keys[_heap - 1 - taken]], max) < Options.MinP)
                break;

            mass = _sums[taken];
        }

        return mass;
    }

    // The first place whose running sum exceeds u. u < mass, which is the last of them, so there is one.
    private int Draw(double mass, int count, ref Philox random)
    {
        double u = random.NextDouble() * mass;
        int first = 0, last = count - 1;
        while (first < last)
        {
            int middle = (first + last) / 2;
            if (_sums[middle] > u)
                last = middle;
            else
                first = middle + 1;
        }

        return first;
    }

    // The maximum is subtracted first: exp(710) is already infinite in double, and a low temperature gets there fast.
    private double Weight(float logit, float max) => Math.Exp(((double)logit - max) / Options.Temperature);

    private int All(ReadOnlySpan<float> logits)
    {
        for (int i = 0; i < logits.Length; i++)
            _keys[i] = Key(logits[i], i);

        return logits.Length;
    }

    // The keys of the first _limit tokens, in any order. A later token comes before one of those only with a larger logit.
    private int First(ReadOnlySpan<float> logits)
    {
        int limit = _limit, count = 0;
        float least = float.NegativeInfinity;
        for (int start = 0; start < logits.Length; start += Block)
        {
            ReadOnlySpan<float> block = logits.Slice(start, Math.Min(Block, logits.Length - start));
            if (Reductions.Max(block) <= least)
                continue;

            for (int i = 0; i < block.Length; i++)
            {
                if (block[i] <= least)
                    continue;

                _keys[count++] = Key(block[i], start + i);
                if (count == 2 * limit)
                    least = Shorten(logits, ref count);
            }
        }

        if (count > limit)
            Shorten(logits, ref count);

        return count;
    }

    // Keeps the first _limit keys; returns the logit of the last of them.
    private float Shorten(ReadOnlySpan<float> logits, ref int count)
    {
        _keys.AsSpan(0, count).Sort();
        count = _limit;
        return logits[(int)(uint)_keys[count - 1]];
    }

    private void Heapify()
    {
        for (int i = (_heap / 2) - 1; i >= 0; i--)
            SiftDown(i, _heap);
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
        if (!Reductions.AllFinite(logits))
            ThrowNotFinite(logits);

        int best = Reductions.IndexOfMax(logits);
        return logits[best] == 0 ? logits.IndexOf(0f) : best;   // to which -0 is below 0
    }

    private static void ThrowNotFinite(ReadOnlySpan<float> logits)
    {
        for (int i = 0; i < logits.Length; i++)
        {
            if (!float.IsFinite(logits[i]))
                Throw.LogitNotFinite(nameof(logits), i, logits[i]);
        }
    }
}
