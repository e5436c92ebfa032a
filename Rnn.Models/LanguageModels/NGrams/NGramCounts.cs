using System;
using Rnn.Models.Text;

namespace Rnn.Models.LanguageModels.NGrams;

/// <summary>The counts behind <see cref="KneserNey"/>, order by order: what is needed for training alone.</summary>
internal sealed class NGramCounts
{
    private const int Root = NGramTable.Root;

    private readonly NGramTable _table = new();
    private readonly int _order;
    private readonly int[] _firsts;     // [k], k from 1: the number of the first k-gram; [order + 1]: of all n-grams
    private int[] _counts = new int[1024];     // [n-gram]: c of the formula
    private int[] _suffixes = new int[1024];   // [n-gram]: the number of it without its first token

    public NGramCounts(ReadOnlySpan<int> tokens, int order)
    {
        _order = order;
        _firsts = new int[order + 2];
        int[] grams = new int[tokens.Length + 1];   // [i]: the (k-1)-gram that begins at i, then the k-gram
        grams.AsSpan().Fill(Root);
        for (int k = 1; k <= order; k++)
        {
            _firsts[k] = _table.Count;
            for (int i = 0; i + k <= tokens.Length; i++)
            {
                int known = _table.Count;
                int gram = _table.FindOrAdd(grams[i], tokens[i + k - 1]);
                if (gram == known)
                    Add(gram, suffix: grams[i + 1]);   // not gone over yet: still one token shorter
                _counts[gram] += k == order ? 1 : 0;
                grams[i] = gram;
            }

            if (k < order && k <= tokens.Length)   // what has the beginning of the text in front
                _counts[grams[0]]++;
        }

        _firsts[order + 1] = _table.Count;
    }

    /// <summary>The model; counts are used up.</summary>
    public KneserNey Smooth(int vocabulary)
    {
        int contexts = _firsts[_order];
        double[] probabilities = new double[_table.Count];
        double[] backoffs = new double[contexts + 1];
        for (int k = 1; k <= _order; k++)
            Smooth(k, 1.0 / vocabulary, probabilities, backoffs);

        Array.Resize(ref _suffixes, contexts);
        return KneserNey.Of(_table, probabilities, backoffs, _suffixes, vocabulary, _order);
    }

    private void Add(int gram, int suffix)
    {
        if (gram == _counts.Length)
        {
            Array.Resize(ref _counts, 2 * gram);
            Array.Resize(ref _suffixes, 2 * gram);
        }

        _suffixes[gram] = suffix;
        if (suffix != Root)
            _counts[suffix]++;   // one more distinct token in front of it
    }

    private void Smooth(int k, double uniform, double[] probabilities, double[] backoffs)
    {
        (int first, int end) = (_firsts[k], _firsts[k + 1]);
        int firstContext = k == 1 ? Root : _firsts[k - 1];
        int contexts = k == 1 ? 1 : first - firstContext;
        double[] discounts = Discounts(_counts.AsSpan(first, end - first));
        long[] following = new long[contexts];        // c(h.)
        double[] discounted = new double[contexts];   // D1*N1(h.) + D2*N2(h.) + D3*N3+(h.)
        for (int gram = first; gram < end; gram++)
        {
            int h = _table.Parent(gram) - firstContext;
            following[h] += _counts[gram];
            discounted[h] += discounts[Math.Min(_counts[gram], 3)];
        }

        for (int h = 0; h < contexts; h++)   // 0: it occurs only as the last tokens of the text
            backoffs[1 + firstContext + h] = following[h] == 0 ? 1 : discounted[h] / following[h];
        for (int gram = first; gram < end; gram++)
        {
            int context = _table.Parent(gram);
            double counted = _counts[gram] - discounts[Math.Min(_counts[gram], 3)];
            double shorter = k == 1 ? uniform : probabilities[_suffixes[gram]];
            probabilities[gram] = (counted / following[context - firstContext]) + (backoffs[1 + context] * shorter);
        }
    }

    // [min(count, 3)].
    private static double[] Discounts(ReadOnlySpan<int> counts)
    {
        Span<long> n = stackalloc long[5];
        n.Clear();
        foreach (int count in counts)
            n[Math.Min(count, 5) % 5]++;   // 5 and more land in entry 0, which nothing reads

        double y = n[1] / (n[1] + (2.0 * n[2]));
        double[] d = [0, 1 - (2 * y * n[2] / n[1]), 2 - (3 * y * n[3] / n[2]), 3 - (4 * y * n[4] / n[3])];
        bool usable = d[1] is > 0 and < 1 && d[2] is > 0 and < 2 && d[3] is > 0 and < 3;   // false for NaN
        return usable ? d : [0, 0.5, 1, 1.5];
    }
}
