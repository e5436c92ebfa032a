using System;
using System.Collections.Generic;
using Rnn.Models.Text.Parallel;

namespace Rnn.Models.Translation;

/// <summary>
/// How the texts of one side become numbers and back: tokenizer and vocabulary. Several lines, or parts of a text with
/// <see cref="Turn"/> between them, are the turns of a conversation. Immutable.
/// </summary>
public sealed class TranslationSide
{
    /// <summary>The token between two lines of a text.</summary>
    public const string Turn = "<turn>";

    private static readonly string[] s_turns = ["\n", Turn];

    /// <summary>A side as it was saved.</summary>
    /// <param name="tokenizer">From texts to tokens.</param>
    /// <param name="vocabulary">The tokens that are known.</param>
    public TranslationSide(SentenceTokenizer tokenizer, TranslationVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(vocabulary);
        Tokenizer = tokenizer;
        Vocabulary = vocabulary;
    }

    /// <summary>From texts to tokens.</summary>
    public SentenceTokenizer Tokenizer { get; }

    /// <summary>The tokens that are known.</summary>
    public TranslationVocabulary Vocabulary { get; }

    /// <summary>What a file says of it: the tokens, and behind a line end the merges, where units are
    /// subwords.</summary>
    public string Symbols => Tokenizer.Subwords is { } subwords
        ? $"{Vocabulary.Symbols}\n{subwords.Symbols}"
        : Vocabulary.Symbols;

    /// <summary>A side of which a file says this.</summary>
    /// <param name="tokenizer">How texts are cut.</param>
    /// <param name="symbols">As <see cref="Symbols"/> gives them.</param>
    /// <exception cref="FormatException">They are no such text.</exception>
    public static TranslationSide FromSymbols(SentenceTokenizerOptions tokenizer, string symbols)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(symbols);
        int end = symbols.IndexOf('\n', StringComparison.Ordinal);
        BytePairEncoding? subwords = end < 0 ? null : BytePairEncoding.FromSymbols(symbols[(end + 1)..]);
        if ((tokenizer.Units == SentenceUnits.Subwords) != (subwords is not null))
            throw new FormatException($"It has {(subwords is null ? "no merges" : "merges")} for {tokenizer.Units}.");

        return new TranslationSide(new SentenceTokenizer(tokenizer, subwords),
            TranslationVocabulary.FromSymbols(end < 0 ? symbols : symbols[..end]));
    }

    /// <summary>A side for the texts that are trained on.</summary>
    /// <param name="texts">One or more. Read twice.</param>
    /// <param name="tokenizer">From texts to tokens.</param>
    /// <param name="minCount">Tokens with fewer occurrences are unknown, 1 or more.</param>
    /// <param name="maxVocabulary">The most tokens; 0 is all.</param>
    public static TranslationSide Of(IEnumerable<string> texts, SentenceTokenizer tokenizer, int minCount,
        int maxVocabulary)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new TranslationSide(tokenizer, TranslationVocabulary.FromTokens(AllTokens(texts, tokenizer), minCount,
            maxVocabulary));
    }

    /// <summary>The tokens of a text, <see cref="Turn"/> between its lines; white space at the ends of a line is left
    /// out.</summary>
    public List<string> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Tokenize(text, Tokenizer);
    }

    /// <summary>The numbers of a text's tokens, nothing before and after them.</summary>
    public int[] Encode(string text) => Vocabulary.Encode(Tokenize(text));

    /// <summary>The text of tokens.</summary>
    public string Join(IReadOnlyList<string> tokens) => Tokenizer.Join(tokens);

    private static IEnumerable<string> AllTokens(IEnumerable<string> texts, SentenceTokenizer tokenizer)
    {
        foreach (string text in texts)
        {
            foreach (string token in Tokenize(text, tokenizer))
                yield return token;
        }
    }

    private static List<string> Tokenize(string text, SentenceTokenizer tokenizer)
    {
        if (text.AsSpan().IndexOfAny('\n', '<') < 0)
            return tokenizer.Tokenize(text.Trim());

        List<string> all = [];
        foreach (string line in text.Split(s_turns, StringSplitOptions.None))
        {
            if (all.Count > 0)
                all.Add(Turn);

            all.AddRange(tokenizer.Tokenize(line.Trim()));
        }

        return all;
    }
}
