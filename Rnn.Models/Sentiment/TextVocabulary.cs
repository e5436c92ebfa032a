using System;
using System.Collections.Generic;
using Rnn.Models.Text.Labelled;
using Rnn.Models.Text.Words;

namespace Rnn.Models.Sentiment;

/// <summary>
/// From a text to the tokens that a <see cref="SentimentModel"/> reads, and back: 0 stands for padding, 1 for every unknown
/// word, and known words follow. (Where the two are one, a network can't tell the end of a text from a rare word.)
/// Immutable.
/// </summary>
public sealed class TextVocabulary
{
    /// <summary>The token of padding, which no text has.</summary>
    public const int Padding = 0;

    /// <summary>The token of words that are unknown.</summary>
    public const int Unknown = 1;

    /// <summary>The token of the first word.</summary>
    public const int FirstWord = 2;

    private readonly SentimentOptions _options;

    internal TextVocabulary(WordVocabulary words, SentimentOptions options)
    {
        ArgumentNullException.ThrowIfNull(words);
        Words = words;
        Tokenizer = new TextTokenizer(options.Tokenizer);
        _options = options;
    }

    /// <summary>V: the known words and the two others.</summary>
    public int Count => Words.Count + FirstWord;

    /// <summary>The known words; word i is token i + <see cref="FirstWord"/>.</summary>
    public WordVocabulary Words { get; }

    /// <summary>From a text to words.</summary>
    public TextTokenizer Tokenizer { get; }

    /// <summary>The word of a token; "&lt;pad&gt;" and "&lt;unk&gt;" for the two others.</summary>
    /// <param name="token">0 to Count - 1.</param>
    public string this[int token] => token switch
    {
        Padding => "<pad>",
        Unknown => "<unk>",
        _ => Words[token - FirstWord],
    };

    /// <summary>The tokens of a text, cut as the options say; at least one: a text without words is one unknown
    /// word.</summary>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encode(Tokenizer.Tokenize(text));
    }

    /// <summary>The tokens of words.</summary>
    internal int[] Encode(IReadOnlyList<string> words)
    {
        (int head, int tail) = Kept(words.Count);
        int[] tokens = new int[Math.Max(1, head + tail)];
        tokens[0] = Unknown;
        for (int i = 0; i < head + tail; i++)
            tokens[i] = TokenOf(words[i < head ? i : words.Count - tail + i - head]);

        return tokens;
    }

    /// <summary>Where a text's words stand that Encode keeps.</summary>
    internal IReadOnlyList<TokenSpan> Spans(string text)
    {
        IReadOnlyList<TokenSpan> all = Tokenizer.Spans(text);
        (int head, int tail) = Kept(all.Count);
        TokenSpan[] kept = new TokenSpan[head + tail];
        for (int i = 0; i < kept.Length; i++)
            kept[i] = all[i < head ? i : all.Count - tail + i - head];

        return kept;
    }

    /// <summary>The words that training texts have often enough.</summary>
    internal static WordVocabulary Of(LabelledTexts training, SentimentOptions options)
    {
        ArgumentNullException.ThrowIfNull(training);
        options.Check();
        TextTokenizer tokenizer = new(options.Tokenizer);
        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        List<string> words = [];
        foreach (string text in training.Texts)
        {
            words.Clear();
            tokenizer.Tokenize(text, words);
            foreach (string word in words)
                counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        return WordVocabulary.FromCounts(counts, options.MinCount, options.MaxWords);
    }

    private int TokenOf(string word) => Words.TryGetIndex(word, out int index) ? index + FirstWord : Unknown;

    // How many words of the beginning and of the end are kept.
    private (int Head, int Tail) Kept(int count)
    {
        int most = _options.MaxTokens;
        return most == 0 || count <= most ? (count, 0)
            : _options.Cut == TextCut.Head ? (most, 0)
            : _options.Cut == TextCut.Tail ? (0, most)
            : (most - (most / 2), most / 2);
    }
}
