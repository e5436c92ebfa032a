using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text;

namespace Rnn.Models.LanguageModels.NGrams;

/// <summary>What a generated text has of the training text, and how often it repeats itself.</summary>
public sealed class NoveltyReport
{
    private readonly int[] _tokens;
    private readonly int[] _runs;   // [token]: the longest run from there on that stands in the training text

    internal NoveltyReport(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lineEnds, int[] runs, CopiedRun longest)
    {
        _tokens = tokens.ToArray();
        _runs = runs;
        LongestRun = longest;
        (Lines, RepeatedLines) = CountLines(tokens, lineEnds);
    }

    /// <summary>Tokens of the generated text.</summary>
    public int Tokens => _tokens.Length;

    /// <summary>The longest run of tokens that was copied; of several, the first.</summary>
    public CopiedRun LongestRun { get; }

    /// <summary>Lines that aren't empty.</summary>
    public int Lines { get; }

    /// <summary>The share of the lines that stood in the generated text before; NaN if there is no line.</summary>
    public double RepeatedLines { get; }

    /// <summary>The share of the generated text's n-grams, each place counted, that the training text has.</summary>
    /// <param name="n">1 or more: 4 and 8 are usual. Held-out text shows what share is to be expected.</param>
    /// <returns>0 to 1; NaN if the generated text has fewer than n tokens.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is less than 1.</exception>
    public double Copied(int n)
    {
        Throw.IfBelow(nameof(n), n, 1);
        return n > Tokens ? double.NaN : _runs.Count(run => run >= n) / (Tokens - n + 1.0);
    }

    /// <summary>Distinct-n: the generated text's different n-grams over all of its n-grams. 1 repeats nothing.</summary>
    /// <param name="n">1 to 8.</param>
    /// <returns>Above 0, to 1; NaN if the generated text has fewer than n tokens.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is outside 1 to 8.</exception>
    public double Distinct(int n)
    {
        if (n is < 1 or > NGramTable.MaxOrder)
            Throw.Outside(nameof(n), n, $"1 to {NGramTable.MaxOrder}");
        if (n > Tokens)
            return double.NaN;

        NGramTable grams = new();
        HashSet<int> whole = [];
        for (int i = 0; i + n <= Tokens; i++)
        {
            int gram = NGramTable.Root;
            for (int j = i; j < i + n; j++)
                gram = grams.FindOrAdd(gram, _tokens[j]);
            whole.Add(gram);
        }

        return whole.Count / (Tokens - n + 1.0);
    }

    private static (int Lines, double Repeated) CountLines(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lineEnds)
    {
        HashSet<int> seen = [];
        NGramTable lines = new();
        int count = 0, repeated = 0;
        while (!tokens.IsEmpty)
        {
            int length = tokens.IndexOfAny(lineEnds);
            length = length < 0 ? tokens.Length : length;
            int line = NGramTable.Root;
            foreach (int token in tokens[..length])
                line = lines.FindOrAdd(line, token);
            count += length > 0 ? 1 : 0;
            repeated += length > 0 && !seen.Add(line) ? 1 : 0;
            tokens = tokens[Math.Min(length + 1, tokens.Length)..];
        }

        return (count, repeated / (double)count);
    }
}
