using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text;

namespace Rnn.Models.Classification;

/// <summary>
/// Texts as sparse rows: of text i the numbers of its n-grams, ascending, and how often each occurs (nothing where only
/// presence counts: each is 1).
/// </summary>
internal sealed class TextFeatures
{
    private TextFeatures(NGramTable table, Dictionary<string, int> words, int[] starts, int[] columns, int[]? counts)
    {
        Table = table;
        Words = words;
        Starts = starts;
        Columns = columns;
        Counts = counts;
    }

    /// <summary>All n-grams of the texts.</summary>
    public NGramTable Table { get; }

    /// <summary>Their words and the words' numbers.</summary>
    public Dictionary<string, int> Words { get; }

    /// <summary>[texts + 1], where each row begins.</summary>
    public int[] Starts { get; }

    /// <summary>The n-grams of all rows.</summary>
    public int[] Columns { get; }

    /// <summary>How often each occurs, or null: once.</summary>
    public int[]? Counts { get; }

    /// <summary>Number of rows.</summary>
    public int Rows => Starts.Length - 1;

    /// <summary>Learns words and n-grams from the texts.</summary>
    /// <exception cref="ArgumentException">A text or a token is null, or half a character.</exception>
    public static TextFeatures Learn(IReadOnlyList<IReadOnlyList<string>> texts, LinearTextClassifierOptions options,
        CancellationToken cancellation)
    {
        long most = 0;
        int longest = 0;
        for (int i = 0; i < texts.Count; i++)
        {
            if (texts[i] is not { } text)
                throw Throw.TextIsNull(nameof(texts), i);
            most += (long)text.Count * options.MaxN;
            longest = Math.Max(longest, text.Count);
        }

        if (most > Array.MaxLength)
            Throw.TextsTooLong(nameof(texts), most / options.MaxN, Array.MaxLength / options.MaxN, options.MaxN);

        NGramTable table = new();
        Dictionary<string, int> words = new(StringComparer.Ordinal);
        int[] starts = new int[texts.Count + 1], columns = new int[most], buffer = new int[longest];
        int[]? counts = options.Presence ? null : new int[most];
        for (int i = 0; i < texts.Count; i++)
        {
            if (i % 256 == 0)
                cancellation.ThrowIfCancellationRequested();
            Span<int> ids = buffer.AsSpan(0, texts[i].Count);
            for (int t = 0; t < ids.Length; t++)
                ids[t] = Number(words, texts[i][t], nameof(texts), i, t);

            int end = starts[i];
            for (int t = 0; t < ids.Length; t++)
            {
                int node = NGramTable.Root;
                for (int n = 0; n < options.MaxN && t + n < ids.Length; n++)
                    columns[end++] = node = table.FindOrAdd(node, ids[t + n]);
            }

            starts[i + 1] = starts[i] + Distinct(columns.AsSpan(starts[i], end - starts[i]),
                counts is null ? [] : counts.AsSpan(starts[i], end - starts[i]));
        }

        TextFeatures all = new(table, words, starts, columns, counts);
        return options.MinTexts > 1 ? all.Frequent(options.MinTexts) : all;
    }

    /// <summary>Sorts and leaves each number once, at the beginning.</summary>
    /// <param name="numbers">Overwritten.</param>
    /// <param name="counts">How often each of them was there. Overwritten; empty to skip.</param>
    /// <returns>How many are left.</returns>
    public static int Distinct(Span<int> numbers, Span<int> counts)
    {
        numbers.Sort();
        int count = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (count > 0 && numbers[count - 1] == numbers[i])
            {
                if (!counts.IsEmpty)
                    counts[count - 1]++;
                continue;
            }

            numbers[count] = numbers[i];
            if (!counts.IsEmpty)
                counts[count] = 1;
            count++;
        }

        return count;
    }

    private static int Number(Dictionary<string, int> words, string token, string what, int text, int position)
    {
        if (token is null)
            Throw.TokenIsNull(what, text, position);
        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(words, token, out bool known);
        if (known)
            return number;
        for (int i = 0; i < token.Length; i++)
        {
            if (char.IsSurrogate(token[i]) && !(i + 1 < token.Length && char.IsSurrogatePair(token, i++)))
                Throw.TokenIsTorn(what, text, position);   // a file could not hold it
        }

        number = words.Count - 1;
        return number;
    }

    // The first words of an n-gram are in every text that has it: what is left is a table again. The order is kept.
    private TextFeatures Frequent(int minTexts)
    {
        int[] numbers = new int[Table.Count];
        for (int i = 0; i < Starts[^1]; i++)
            numbers[Columns[i]]++;

        NGramTable table = new();
        int[] wordNumbers = new int[Words.Count];
        int known = 0;
        Array.Fill(wordNumbers, -1);
        for (int old = 0; old < numbers.Length; old++)
        {
            if (numbers[old] < minTexts)
            {
                numbers[old] = -1;
                continue;
            }

            int parent = Table.Parent(old);
            ref int word = ref wordNumbers[Table.Word(old)];
            if (word < 0)
                word = known++;
            numbers[old] = table.FindOrAdd(parent == NGramTable.Root ? parent : numbers[parent], word);
        }

        Dictionary<string, int> words = new(StringComparer.Ordinal);
        foreach ((string word, int old) in Words)
        {
            if (wordNumbers[old] >= 0)
                words.Add(word, wordNumbers[old]);
        }

        int[] starts = new int[Starts.Length];
        int end = 0;
        for (int row = 0; row < Rows; row++)
        {
            for (int i = Starts[row]; i < Starts[row + 1]; i++)
            {
                if (numbers[Columns[i]] < 0)
                    continue;
                if (Counts is not null)
                    Counts[end] = Counts[i];
                Columns[end++] = numbers[Columns[i]];
            }

            starts[row + 1] = end;
        }

        return new TextFeatures(table, words, starts, Columns, Counts);
    }
}
