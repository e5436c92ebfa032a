using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text.Words;

namespace Rnn.Models.Text.Parallel;

/// <summary>
/// The tokens of one side of a translator: three that stand for no text, with ids that never change, and then those of
/// the training text, the most frequent first. Made from the training part alone. Immutable.
/// </summary>
public sealed class TranslationVocabulary
{
    /// <summary>The id of what the vocabulary lacks; its token is &lt;unk&gt;. Also what padding reads as.</summary>
    public const int Unknown = 0;

    /// <summary>The id of what a decoder is fed first; its token is &lt;s&gt;.</summary>
    public const int Start = 1;

    /// <summary>The id of what it says last; its token is &lt;/s&gt;.</summary>
    public const int End = 2;

    private static readonly string[] s_specials = ["<unk>", "<s>", "</s>"];

    private readonly WordVocabulary _words;

    private TranslationVocabulary(WordVocabulary words) => _words = words;

    /// <summary>Number of tokens, the three special ones included.</summary>
    public int Count => _words.Count;

    /// <summary>The tokens in the order of their ids.</summary>
    public IReadOnlyList<string> Tokens => _words.Words;

    /// <summary>
    /// [Count]: how often each occurred in the text that the vocabulary was made of, of <see cref="Unknown"/> how many
    /// it took the place of, 0 of the other special ones; all zeros, if it was read from symbols.
    /// </summary>
    public ReadOnlySpan<long> Counts => _words.Counts;

    /// <summary>The tokens as a JSON array, in the order of their ids: what a model file stores.</summary>
    public string Symbols => TokenSymbols.Write(Tokens);

    /// <summary>The token with this id.</summary>
    /// <param name="id">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public string this[int id] => _words[id];

    /// <summary>The tokens of a text that are frequent enough; equal counts stand in ordinal order.</summary>
    /// <param name="tokens">Of all sentences of the training text, one or more. Read once.</param>
    /// <param name="minCount">Tokens with fewer occurrences are unknown, 1 or more; default 1.</param>
    /// <param name="maxTokens">The most tokens, the three special ones included, at least 4; default 0 is all.</param>
    /// <exception cref="ArgumentNullException"><paramref name="tokens"/> is null.</exception>
    /// <exception cref="ArgumentException">A token is null or empty, or there is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A limit is too small.</exception>
    /// <exception cref="System.IO.InvalidDataException">No token is frequent enough.</exception>
    public static TranslationVocabulary FromTokens(IEnumerable<string> tokens, int minCount = 1, int maxTokens = 0)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Throw.IfBelow(nameof(minCount), minCount, 1);
        if (maxTokens != 0)
            Throw.IfBelow(nameof(maxTokens), maxTokens, s_specials.Length + 1);
        Dictionary<string, long> counts = TokenSymbols.Count(tokens, nameof(TranslationVocabulary), nameof(tokens));
        long unknown = counts.Values.Sum();
        foreach (string special in s_specials)   // in a text they are unknown words like others
            counts.Remove(special);
        if (counts.Count == 0)
            Throw.NoTokens(nameof(TranslationVocabulary), nameof(tokens));
        WordVocabulary kept = WordVocabulary.FromCounts(counts, minCount, maxTokens == 0 ? 0 : maxTokens - s_specials.Length);
        return new TranslationVocabulary(WordVocabulary.FromWords([.. s_specials, .. kept.Words],
            [unknown - kept.TotalCount, 0, 0, .. kept.Counts]));
    }

    /// <summary>The vocabulary that <see cref="Symbols"/> came from.</summary>
    /// <param name="symbols">A JSON array of strings: each token once, the three special ones first.</param>
    /// <exception cref="ArgumentNullException"><paramref name="symbols"/> is null.</exception>
    /// <exception cref="FormatException">It is something else; the message says what is wrong.</exception>
    public static TranslationVocabulary FromSymbols(string symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        const string Expected = "each token once, <unk>, <s> and </s> first";
        List<string> tokens = TokenSymbols.Read(symbols, nameof(TranslationVocabulary), Expected,
            new HashSet<string>(StringComparer.Ordinal));
        if (!tokens.Take(s_specials.Length).SequenceEqual(s_specials))
            Throw.TokenSymbols(nameof(TranslationVocabulary), "it begins with other tokens", Expected);
        return new TranslationVocabulary(WordVocabulary.FromWords(tokens, new long[tokens.Count]));
    }

    /// <summary>Looks one token up.</summary>
    /// <param name="token">Any string.</param>
    /// <param name="id">Its id, or <see cref="Unknown"/>. Overwritten.</param>
    /// <returns>Whether the vocabulary has the token; false for those of the special ids, which no text has.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="token"/> is null.</exception>
    public bool TryGetId(string token, out int id)
    {
        if (_words.TryGetIndex(token, out id) && id >= s_specials.Length)
            return true;
        id = Unknown;
        return false;
    }

    /// <summary>
    /// The ids of tokens, in order: <see cref="Unknown"/> for those that the vocabulary lacks. No start and no end is
    /// added.
    /// </summary>
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

    /// <summary>The tokens of ids, in order; starts are left out, and the first end and what follows it.</summary>
    /// <param name="ids">Each 0 to <see cref="Count"/> - 1; may be empty. Read.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public List<string> Decode(ReadOnlySpan<int> ids)
    {
        List<string> tokens = new(ids.Length);
        foreach (int id in ids)
        {
            if (id == End)
                break;
            if (id != Start)
                tokens.Add(_words[id]);
        }

        return tokens;
    }
}
