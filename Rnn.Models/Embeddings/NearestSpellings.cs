using System;
using System.Collections.Generic;

namespace Rnn.Models.Embeddings;

/// <summary>Known words that are spelt like an unknown one.</summary>
internal static class NearestSpellings
{
    /// <summary>The nearest first; among equals the first in the list.</summary>
    public static List<string> Find(IReadOnlyList<string> words, string word, int count)
    {
        int limit = Math.Min(3, 1 + (word.Length / 4));
        string target = word.ToLowerInvariant();
        int[] rows = new int[3 * (target.Length + 1)];
        List<(int Distance, string Word)> nearest = [];
        foreach (string candidate in words)
        {
            int distance = Distance(target, candidate, limit, rows);
            if (distance > limit)
                continue;

            int at = nearest.Count;
            while (at > 0 && nearest[at - 1].Distance > distance)
                at--;
            nearest.Insert(at, (distance, candidate));
            if (nearest.Count > count)
                nearest.RemoveAt(count);
            if (nearest.Count == count)
                limit = nearest[^1].Distance - 1;   // only what is nearer than the last can still get in
            if (limit < 0)
                break;
        }

        return nearest.ConvertAll(item => item.Word);
    }

    /// <summary>
    /// The Damerau-Levenshtein distance (optimal string alignment: no part is changed twice), or more than the limit.
    /// Row i holds the distances of the first i characters of the candidate; beyond limit of the diagonal nothing can
    /// count.
    /// </summary>
    /// <param name="target">In lower case.</param>
    /// <param name="candidate">In any case.</param>
    /// <param name="limit">0 or more.</param>
    /// <param name="rows">Scratch, three rows of the target's length + 1.</param>
    internal static int Distance(string target, string candidate, int limit, int[] rows)
    {
        int beyond = limit + 1;
        if (Math.Abs(target.Length - candidate.Length) > limit)
            return beyond;

        int width = target.Length + 1;
        Span<int> before = rows.AsSpan(0, width), last = rows.AsSpan(width, width), row = rows.AsSpan(2 * width, width);
        for (int j = 0; j < width; j++)
            last[j] = Math.Min(j, beyond);
        before.Fill(beyond);

        char previous = '\0';
        int leastLast = 0;
        for (int i = 1; i <= candidate.Length; i++)
        {
            char c = char.ToLowerInvariant(candidate[i - 1]);
            int from = Math.Max(1, i - limit), to = Math.Min(target.Length, i + limit), least = beyond;
            row.Fill(beyond);
            if (i <= limit)
                least = row[0] = i;
            for (int j = from; j <= to; j++)
            {
                int value = Math.Min(last[j - 1] + (target[j - 1] == c ? 0 : 1), Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && target[j - 1] == previous && target[j - 2] == c)
                    value = Math.Min(value, before[j - 2] + 1);
                row[j] = Math.Min(value, beyond);
                least = Math.Min(least, row[j]);
            }

            if (least > limit && leastLast >= limit)   // a swap may still reach back over one row
                return beyond;
            Span<int> free = before;
            before = last;
            last = row;
            row = free;
            (previous, leastLast) = (c, least);
        }

        return last[target.Length];
    }
}
