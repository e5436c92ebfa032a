using System;
using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Labelled;

/// <summary>
/// Words of running text, for models that judge a text as a whole. A word is a letter of any script and the letters and
/// marks (with <see cref="TextTokenizerOptions.Numbers"/> also the numbers) that follow it; a joiner (U+200C U+200D)
/// between two of them stays. All else parts words and is dropped, but for what
/// <see cref="TextTokenizerOptions.Punctuation"/> keeps; an apostrophe too ("it's" is "it" and "s"), but for those of
/// negations. The words of a text, joined by blanks, give the same words again. The same text gives the same words in
/// any culture. Any number of threads may use one tokenizer.
/// </summary>
/// <remarks>
/// With <see cref="TextTokenizerOptions.Negations"/>, one of don doesn didn isn aren wasn weren won wouldn shouldn
/// couldn can haven hasn hadn mustn needn ain shan mightn, in any case, and the word t after it, with nothing kept
/// between, are one word with an apostrophe. So a raw text and one whose punctuation was replaced by blanks have the
/// same words (as far as the punctuation that is kept was left in it).
/// </remarks>
public sealed class TextTokenizer
{
    private const int FirstBuffer = 256;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_negated = new[]
    {
        "don", "doesn", "didn", "isn", "aren", "wasn", "weren", "won", "wouldn", "shouldn", "couldn", "can", "haven",
        "hasn", "hadn", "mustn", "needn", "ain", "shan", "mightn",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly WordPool _pool = new();

    /// <summary>A tokenizer.</summary>
    /// <param name="options">How; null is the default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A policy is none of those there are.</exception>
    public TextTokenizer(TextTokenizerOptions? options = null)
    {
        Options = options ?? new TextTokenizerOptions();
        Throw.IfUndefined(nameof(options), Options.Punctuation);
        Throw.IfUndefined(nameof(options), Options.Numbers);
    }

    /// <summary>How it finds words.</summary>
    public TextTokenizerOptions Options { get; }

    /// <summary>The words of a text.</summary>
    /// <param name="text">May be empty.</param>
    /// <returns>None, if it has none.</returns>
    public string[] Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> tokens = new((text.Length / 5) + 1);
        Read(text, tokens, null);
        return [.. tokens];
    }

    /// <summary>The words of a text, for callers with many of them: allocates nothing for words that came lately.</summary>
    /// <param name="text">Read.</param>
    /// <param name="tokens">The words are added to it.</param>
    public void Tokenize(ReadOnlySpan<char> text, List<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Read(text, tokens, null);
    }

    /// <summary>The words of a text, as <see cref="Tokenize(string)"/> gives them, and where each was found.</summary>
    /// <param name="text">May be empty.</param>
    /// <returns>In the order of the text; no two overlap.</returns>
    public IReadOnlyList<TokenSpan> Spans(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> tokens = [];
        List<(int Start, int End)> places = [];
        Read(text, tokens, places);
        TokenSpan[] spans = new TokenSpan[tokens.Count];
        for (int i = 0; i < spans.Length; i++)
            spans[i] = new TokenSpan(places[i].Start, places[i].End - places[i].Start, tokens[i]);

        return spans;
    }

    private void Read(ReadOnlySpan<char> text, List<string> tokens, List<(int Start, int End)>? places)
    {
        int first = tokens.Count;
        char[] buffer = ArrayPool<char>.Shared.Rent(FirstBuffer);
        TextScanner scanner = new(text, Options, buffer);
        while (scanner.Next())
        {
            ReadOnlySpan<char> word = scanner.Word;
            bool hasBefore = tokens.Count > first;
            if (scanner.IsStop && hasBefore && tokens[^1] == ".")
                continue;
            if (Options.Html && word is "br" or "BR")   // what stripping the angle brackets left of a line break
                continue;
            if (Options.Negations && hasBefore && word is "t" or "T" && s_negated.Contains(tokens[^1]))
            {
                tokens[^1] = Negation(tokens[^1], word[0]);
                if (places is not null)
                    CollectionsMarshal.AsSpan(places)[^1].End = scanner.End;
                continue;
            }

            tokens.Add(_pool.Get(word));
            places?.Add((scanner.Start, scanner.End));
        }

        ArrayPool<char>.Shared.Return(scanner.Buffer);
    }

    private string Negation(string stem, char t)
    {
        Span<char> word = stackalloc char[16];   // the longest stem has 7 letters
        stem.CopyTo(word);
        word[stem.Length] = '\'';
        word[stem.Length + 1] = t;
        return _pool.Get(word[..(stem.Length + 2)]);
    }
}
