using System;
using System.Collections.Generic;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text.Words;

namespace Rnn.Models.Text.Scripts;

/// <summary>
/// The tokens that a language model knows: a <see cref="WordVocabulary"/> with one token, <see cref="Unknown"/>, for
/// all others. Id 0 is the most frequent token, as an adaptive softmax wants it; <see cref="Unknown"/> stands where its
/// count puts it, which is the number of tokens that it took the place of. Made from the training part alone, so that
/// what only held-out text has is unknown. Immutable.
/// </summary>
public sealed class TokenVocabulary
{
    /// <summary>The token that stands for all that aren't in the vocabulary.</summary>
    public const string Unknown = "<unk>";

    private readonly WordVocabulary _words;

    private TokenVocabulary(WordVocabulary words, int unknownId)
    {
        _words = words;
        UnknownId = unknownId;
    }

    /// <summary>Number of tokens, <see cref="Unknown"/> among them.</summary>
    public int Count => _words.Count;

    /// <summary>The tokens in the order of their ids.</summary>
    public IReadOnlyList<string> Tokens => _words.Words;

    /// <summary>
    /// [Count]: how often each occurred in the text that the vocabulary was made of; zeros, if it was read from
    /// symbols.
    /// </summary>
    public ReadOnlySpan<long> Counts => _words.Counts;

    /// <summary>The id of <see cref="Unknown"/>.</summary>
    public int UnknownId { get; }

    /// <summary>The tokens as a JSON array, in the order of their ids: what a model file stores.</summary>
    public string Symbols => TokenSymbols.Write(Tokens);

    /// <summary>The token with this id.</summary>
    /// <param name="id">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public string this[int id] => _words[id];

    /// <summary>The tokens of a text that are frequent enough; equal counts stand in ordinal order.</summary>
    /// <param name="tokens">Of the training text, one or more. Read once.</param>
    /// <param name="minCount">Tokens with fewer occurrences are unknown, 1 or more; default 1.</param>
    /// <param name="maxTokens">
    /// Only that many most frequent tokens are kept, besides <see cref="Unknown"/>; default 0 is all.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="tokens"/> is null.</exception>
    /// <exception cref="ArgumentException">A token is null or empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A limit is negative, or minCount is 0.</exception>
    /// <exception cref="System.IO.InvalidDataException">There is no token.</exception>
    public static TokenVocabulary FromTokens(IEnumerable<string> tokens, int minCount = 1, int maxTokens = 0)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Throw.IfBelow(nameof(minCount), minCount, 1);
        Throw.IfBelow(nameof(maxTokens), maxTokens, 0);
        Dictionary<string, long> counts = TokenSymbols.Count(tokens, nameof(TokenVocabulary), nameof(tokens));
        long unknown = counts.GetValueOrDefault(Unknown);
        counts.Remove(Unknown);
        WordVocabulary? all = counts.Count == 0 ? null : WordVocabulary.FromCounts(counts);
        Dictionary<string, long> kept = new(StringComparer.Ordinal);
        for (int i = 0; i < counts.Count; i++)   // the most frequent first
        {
            if (all!.Counts[i] >= minCount && (maxTokens == 0 || i < maxTokens))
                kept.Add(all[i], all.Counts[i]);
            else
                unknown += all.Counts[i];
        }

        kept.Add(Unknown, unknown);
        return Of(WordVocabulary.FromCounts(kept, minCount: 0));
    }

    /// <summary>The vocabulary that <see cref="Symbols"/> came from.</summary>
    /// <param name="symbols">A JSON array of strings: each token once, <see cref="Unknown"/> among them.</param>
    /// <exception cref="ArgumentNullException"><paramref name="symbols"/> is null.</exception>
    /// <exception cref="FormatException">It is something else; the message says what is wrong.</exception>
    public static TokenVocabulary FromSymbols(string symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        const string Expected = $"each token once, '{Unknown}' among them";
        HashSet<string> seen = new(StringComparer.Ordinal);
        List<string> tokens = TokenSymbols.Read(symbols, nameof(TokenVocabulary), Expected, seen);
        if (!seen.Contains(Unknown))
            Throw.TokenSymbols(nameof(TokenVocabulary), $"'{Unknown}' is missing", Expected);
        return Of(WordVocabulary.FromWords(tokens, new long[tokens.Count]));
    }

    /// <summary>Looks one token up.</summary>
    /// <param name="token">Any string.</param>
    /// <param name="id">Its id, or <see cref="UnknownId"/>. Overwritten.</param>
    /// <returns>Whether the vocabulary has the token.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="token"/> is null.</exception>
    public bool TryGetId(string token, out int id)
    {
        if (_words.TryGetIndex(token, out id))
            return true;
        id = UnknownId;
        return false;
    }

    /// <summary>The ids of tokens, in order: <see cref="UnknownId"/> for those that the vocabulary lacks.</summary>
    /// <param name="tokens">May be empty. Read.</param>
    /// <exception cref="ArgumentNullException"><paramref name="tokens"/>, or one of them, is null.</exception>
    public int[] Encode(IReadOnlyList<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        int[] ids = new int[tokens.Count];
        for (int i = 0; i < ids.Length; i++)
            TryGetId(tokens[i], out ids[i]);
        return ids;
    }

    /// <summary>The tokens of ids, in order.</summary>
    /// <param name="ids">Each 0 to <see cref="Count"/> - 1; may be empty. Read.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public string[] Decode(ReadOnlySpan<int> ids)
    {
        string[] tokens = new string[ids.Length];
        for (int i = 0; i < tokens.Length; i++)
            tokens[i] = _words[ids[i]];
        return tokens;
    }

    private static TokenVocabulary Of(WordVocabulary words)
    {
        words.TryGetIndex(Unknown, out int unknownId);
        return new TokenVocabulary(words, unknownId);
    }
}
