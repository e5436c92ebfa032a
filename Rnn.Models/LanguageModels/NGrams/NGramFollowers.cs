using System;
using Rnn.Models.Text;

namespace Rnn.Models.LanguageModels.NGrams;

/// <summary>The n-grams that begin with a context and are one token longer, for all contexts.</summary>
internal sealed class NGramFollowers
{
    private readonly int[] _starts;   // [1 + context], the root first; one more at the end
    private readonly int[] _grams;

    public NGramFollowers(NGramTable table, int contexts)
    {
        _starts = new int[contexts + 2];
        for (int gram = 0; gram < table.Count; gram++)
            _starts[table.Parent(gram) + 2]++;
        for (int i = 1; i < _starts.Length; i++)
            _starts[i] += _starts[i - 1];

        _grams = new int[table.Count];
        int[] next = _starts.AsSpan(..^1).ToArray();
        for (int gram = 0; gram < table.Count; gram++)
            _grams[next[table.Parent(gram) + 1]++] = gram;
    }

    public ReadOnlySpan<int> Of(int context) => _grams.AsSpan(_starts[context + 1].._starts[context + 2]);
}
