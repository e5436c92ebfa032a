using System;
using System.Collections.Generic;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Threading;
using Rnn.Core.Kernels.Threads;

namespace Rnn.Models.Embeddings.Evaluation;

/// <summary>
/// Answers many analogies at once. Questions repeat their words (19,544 of word2vec's have 905), so the cosines of the
/// distinct words with the vocabulary are one product, made a block of the vocabulary at a time; each question then
/// reads three rows of the block. Blocks come in order, and a question's scores depend on nothing else: the answers
/// have the same bits on any number of threads.
/// </summary>
internal sealed class AnalogyScan(WordVectors vectors, int words, AnalogyMethod method)
{
    /// <summary>The answer to a question with an unknown word.</summary>
    public const int Skipped = -2;

    private const int NoAnswer = -1;              // there are no words but those of the question
    private const int FloatsPerBlock = 1 << 22;
    private const int QuestionsPerChunk = 64;

    private readonly List<Question> _questions = [];
    private readonly Dictionary<int, int> _slots = [];   // a word's row to its row among the distinct ones

    /// <summary>One more question; of each word all rows, which are none if it is unknown.</summary>
    public void Add(int[] a, int[] b, int[] c, int[] expected)
    {
        bool known = a.Length > 0 && b.Length > 0 && c.Length > 0 && expected.Length > 0;
        int[] excluded = [.. a, .. b, .. c];
        Array.Sort(excluded);
        _questions.Add(known
            ? new Question { A = Slot(a[0]), B = Slot(b[0]), C = Slot(c[0]), Excluded = excluded, Answer = NoAnswer }
            : new Question { Excluded = excluded, Answer = Skipped });
    }

    /// <summary>The row of the best word for each question.</summary>
    public int[] Run(CancellationToken cancellation)
    {
        Question[] questions = _questions.ToArray();
        int distinct = _slots.Count, d = vectors.Dimensions;
        float[] units = new float[distinct * d];
        foreach ((int word, int slot) in _slots)
            vectors.CopyNormalized(word, units.AsSpan(slot * d, d));

        int width = Math.Min(words, Math.Clamp(FloatsPerBlock / Math.Max(1, distinct) / 64 * 64, 64, 4096));
        float[] cosines = new float[distinct * width];
        int chunks = (questions.Length + QuestionsPerChunk - 1) / QuestionsPerChunk;
        for (int first = 0; first < words && distinct > 0; first += width)
        {
            cancellation.ThrowIfCancellationRequested();
            int start = first, n = Math.Min(width, words - first);
            vectors.Cosines(units, distinct, first, n, cosines);
            Workers.For(chunks, chunk =>
            {
                int from = chunk * QuestionsPerChunk, to = Math.Min(questions.Length, from + QuestionsPerChunk);
                foreach (ref Question q in questions.AsSpan(from, to - from))
                {
                    if (q.Answer != Skipped)
                        Scan(ref q, cosines, start, n);
                }
            });
        }

        return Array.ConvertAll(questions, q => q.Answer);
    }

    private int Slot(int word)
    {
        ref int slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_slots, word, out bool exists);
        if (!exists)
            slot = _slots.Count - 1;
        return slot;
    }

    // The stretches of the block between the words that are no answers.
    private void Scan(ref Question q, float[] cosines, int start, int n)
    {
        int from = start;
        foreach (int excluded in q.Excluded)
        {
            if (excluded >= start + n)
                break;
            if (excluded < from)
                continue;
            ScanStretch(ref q, cosines, start, n, from, excluded);
            from = excluded + 1;
        }

        ScanStretch(ref q, cosines, start, n, from, start + n);
    }

    private void ScanStretch(ref Question q, float[] cosines, int start, int n, int from, int to)
    {
        if (from >= to)
            return;

        ReadOnlySpan<float> a = cosines.AsSpan((q.A * n) + from - start, to - from);
        ReadOnlySpan<float> b = cosines.AsSpan((q.B * n) + from - start, to - from);
        ReadOnlySpan<float> c = cosines.AsSpan((q.C * n) + from - start, to - from);
        bool multiply = method == AnalogyMethod.CosMul;
        float best = multiply ? BestMul(a, b, c) : BestAdd(a, b, c);
        if (!(best > q.Best))
            return;

        for (int i = 0; i < a.Length; i++)
        {
            if ((multiply ? Mul(a[i], b[i], c[i]) : b[i] - a[i] + c[i]) == best)
            {
                (q.Best, q.Answer) = (best, from + i);
                return;
            }
        }
    }

    private static float BestAdd(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c)
    {
        Vector<float> most = new(float.NegativeInfinity);
        int i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            most = Vector.Max(most, new Vector<float>(b[i..]) - new Vector<float>(a[i..]) +
                new Vector<float>(c[i..]));
        }

        float best = Largest(most);
        for (; i < a.Length; i++)
            best = Math.Max(best, b[i] - a[i] + c[i]);
        return best;
    }

    private static float BestMul(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c)
    {
        Vector<float> most = new(float.NegativeInfinity), half = new(0.5f), epsilon = new(WordVectors.CosMulEpsilon);
        int i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> x = Shift(new Vector<float>(a[i..])), y = Shift(new Vector<float>(b[i..]));
            most = Vector.Max(most, y * Shift(new Vector<float>(c[i..])) / (x + epsilon));
        }

        float best = Largest(most);
        for (; i < a.Length; i++)
            best = Math.Max(best, Mul(a[i], b[i], c[i]));
        return best;

        Vector<float> Shift(Vector<float> cosine) =>
            Vector.Max(Vector<float>.Zero, (Vector<float>.One + cosine) * half);
    }

    // The same operations in the same order as in vectors: the same bits, by which the place is found again.
    private static float Mul(float a, float b, float c)
    {
        float x = Math.Max(0, (1 + a) * 0.5f), y = Math.Max(0, (1 + b) * 0.5f);
        return y * Math.Max(0, (1 + c) * 0.5f) / (x + WordVectors.CosMulEpsilon);
    }

    private static float Largest(Vector<float> vector)
    {
        float largest = float.NegativeInfinity;
        for (int i = 0; i < Vector<float>.Count; i++)
            largest = Math.Max(largest, vector[i]);
        return largest;
    }

    private struct Question
    {
        public int A, B, C, Answer;
        public int[] Excluded;
        public float Best = float.NegativeInfinity;

        public Question()
        {
            Excluded = [];
        }
    }
}
