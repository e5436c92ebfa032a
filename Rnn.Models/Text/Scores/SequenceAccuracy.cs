using System;
using System.Collections.Generic;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Scores;

/// <summary>How many sequences, or tokens of them, are just as expected.</summary>
public static class SequenceAccuracy
{
    /// <summary>The share of sequences that are the expected ones, every token.</summary>
    /// <typeparam name="T">Of a sequence: a string is one of characters; ids, tokens.</typeparam>
    /// <param name="sequences">N, one or more.</param>
    /// <param name="expected">[N].</param>
    /// <returns>0 to 1.</returns>
    /// <exception cref="ArgumentNullException">A list or a sequence is null.</exception>
    /// <exception cref="ArgumentException">There is no sequence, or another number of expected ones.</exception>
    public static double OfSequences<T>(IReadOnlyList<IEnumerable<T>> sequences, IReadOnlyList<IEnumerable<T>> expected) =>
        Measure(sequences, expected).Sequences;

    /// <summary>
    /// The share of tokens that are the expected ones in their places: sum of equal tokens / sum of lengths, of each
    /// pair the longer one's, so that what is missing or too much is wrong. One token left out spoils all behind it.
    /// </summary>
    /// <returns>0 to 1; 1 if all are empty.</returns>
    /// <inheritdoc cref="OfSequences"/>
    public static double OfTokens<T>(IReadOnlyList<IEnumerable<T>> sequences, IReadOnlyList<IEnumerable<T>> expected) =>
        Measure(sequences, expected).Tokens;

    private static (double Sequences, double Tokens) Measure<T>(IReadOnlyList<IEnumerable<T>> sequences,
        IReadOnlyList<IEnumerable<T>> expected)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(expected);
        if (sequences.Count == 0)
            Throw.NothingToScore(nameof(SequenceAccuracy), nameof(sequences));
        if (expected.Count != sequences.Count)
            Throw.ReferenceCount(nameof(SequenceAccuracy), nameof(expected), expected.Count, sequences.Count);

        (long whole, long equal, long tokens) = (0, 0, 0);
        for (int i = 0; i < sequences.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(sequences[i], nameof(sequences));
            ArgumentNullException.ThrowIfNull(expected[i], nameof(expected));
            (long equalBefore, long tokensBefore) = (equal, tokens);
            using IEnumerator<T> said = sequences[i].GetEnumerator(), should = expected[i].GetEnumerator();
            while (true)
            {
                bool hasSaid = said.MoveNext(), hasShould = should.MoveNext();
                if (!hasSaid && !hasShould)
                    break;
                tokens++;
                equal += hasSaid && hasShould && EqualityComparer<T>.Default.Equals(said.Current, should.Current) ? 1 : 0;
            }

            whole += equal - equalBefore == tokens - tokensBefore ? 1 : 0;
        }

        return (whole / (double)sequences.Count, tokens == 0 ? 1 : equal / (double)tokens);
    }
}
