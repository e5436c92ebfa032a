using System;
using System.Collections.Generic;
using System.Text;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Parallel;

/// <summary>
/// Turns a sentence into tokens and back, in any language that writes blanks. Where a blank stands, or none, beside a
/// mark of punctuation is known from the mark; where a text does otherwise, its token says so. So a model learns from
/// its texts how a language is spaced: French "Va !" is the tokens "Va" and " !", English "Go!" is "Go" and "!". The
/// same text gives the same tokens in any culture. Any number of threads may use one tokenizer.
/// </summary>
/// <remarks>
/// <para>
/// Of words: a word is letters, marks and digits, with the hyphens between its letters (peut-etre), with . , : between
/// digits (1,000 10:30), and n't (don't). Endings are tokens of their own: 's 'll 're 've 'd 'm, and the pronouns of
/// French behind a hyphen (est -ce, a -t -il). What stands before an apostrophe otherwise is one too: l' eau, qu' il. A
/// run of dots or of hyphens is a token, any other mark one by itself. </para>
/// <para>
/// No blank stands before , . ; : ! ? % ' and what closes, and endings; behind what opens, currency signs, # and @, and
/// l'; on either side of /. The first " of a sentence opens, the second closes, and so on. One blank stands elsewhere.
/// Where it is otherwise, a token begins or ends with a blank that is there, or with U+2060 (word joiner) where none
/// is. The mark is on the punctuation, never on a word, so that a word is one token wherever it stands. </para>
/// <para>
/// Join(Tokenize(text)) is the text, with one blank for white space of any kind, none at its ends, ' for the
/// typographic apostrophe between letters, without invisible characters (soft hyphens, zero-width spaces), half a
/// surrogate pair as U+FFFD, and in lower case if that is wanted. Of characters, only the last two differ.
/// </para>
/// </remarks>
public sealed class SentenceTokenizer
{
    private const char Joiner = SentenceScanner.Joiner;

    private readonly WordPool _pool = new();

    /// <summary>A tokenizer.</summary>
    /// <param name="options">How; null is the default.</param>
    /// <param name="subwords">What cuts words: needed for <see cref="SentenceUnits.Subwords"/>, null for
    /// others.</param>
    /// <exception cref="ArgumentException">It is missing, or there is no use for it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The units are none of those there are.</exception>
    public SentenceTokenizer(SentenceTokenizerOptions? options = null, BytePairEncoding? subwords = null)
    {
        Options = options ?? new SentenceTokenizerOptions();
        Throw.IfUndefined(nameof(SentenceTokenizerOptions.Units), Options.Units);
        if ((Options.Units == SentenceUnits.Subwords) != (subwords is not null))
            Throw.SubwordsOf(nameof(subwords), $"{Options.Units}", subwords is not null);
        Subwords = subwords;
    }

    /// <summary>How it reads.</summary>
    public SentenceTokenizerOptions Options { get; }

    /// <summary>What cuts words, if something does.</summary>
    public BytePairEncoding? Subwords { get; }

    /// <summary>The tokens of a sentence.</summary>
    /// <param name="text">May be empty.</param>
    /// <returns>None, if it has nothing but blanks (which are tokens, if tokens are characters).</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public List<string> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> tokens = new((text.Length / 4) + 1);
        if (Options.Units == SentenceUnits.Characters)
        {
            Span<char> chars = stackalloc char[2];
            foreach (Rune rune in text.EnumerateRunes())   // half a pair is U+FFFD
                tokens.Add(_pool.Get(chars[..Lower(rune).EncodeToUtf16(chars)]));
            return tokens;
        }

        ReadWords(SentenceScanner.Prepare(text, Options.LowerCase), tokens);
        if (Subwords is null)
            return tokens;
        List<string> pieces = new(tokens.Count + 4);
        foreach (string token in tokens)
            Subwords.Encode(token, pieces);
        return pieces;
    }

    /// <summary>The sentence of tokens, spaced as they say.</summary>
    /// <param name="tokens">Any; may be empty. Read.</param>
    /// <exception cref="ArgumentNullException"><paramref name="tokens"/>, or one of them, is null.</exception>
    public string Join(IReadOnlyList<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        foreach (string token in tokens)
            ArgumentNullException.ThrowIfNull(token, nameof(tokens));

        if (Options.Units == SentenceUnits.Characters)
            return string.Concat(tokens);
        if (Subwords is not null)
            tokens = BytePairEncoding.Decode(tokens);

        StringBuilder text = new();
        bool isQuoteOpen = false, isRightGlued = false;
        char said = default;   // by the token before, of the place behind it
        foreach (string token in tokens)
        {
            ReadOnlySpan<char> core = Core(token, out char before, out char after);
            if (core.IsEmpty)
                continue;
            bool isGlued = before != default ? before == Joiner
                : said != default ? said == Joiner
                : isRightGlued || SentenceScanner.GluesLeft(core, isQuoteOpen);
            if (!isGlued && text.Length > 0)
                text.Append(' ');
            text.Append(core);
            isQuoteOpen ^= core is "\"";
            (isRightGlued, said) = (SentenceScanner.GluesRight(core, isQuoteOpen), after);
        }

        return text.ToString();
    }

    private void ReadWords(string text, List<string> tokens)
    {
        bool isQuoteOpen = false, isRightGlued = false, isMark = false;   // the last two of the token before
        for (int at = 0; at < text.Length;)
        {
            bool hasBlank = text[at] == ' ';
            at += hasBlank ? 1 : 0;
            ReadOnlySpan<char> core = text.AsSpan(at, SentenceScanner.TokenLength(text, at));
            at += core.Length;
            string token = _pool.Get(core);
            bool isGlued = isRightGlued || SentenceScanner.GluesLeft(core, isQuoteOpen);
            if (tokens.Count > 0 && isGlued == hasBlank)
            {
                char mark = hasBlank ? ' ' : Joiner;
                if (SentenceScanner.IsWord(core) || (isMark && SentenceScanner.HasLetters(core)))
                    tokens[^1] = _pool.Get($"{tokens[^1]}{mark}");
                else
                    token = _pool.Get($"{mark}{token}");
            }

            tokens.Add(token);
            isQuoteOpen ^= core is "\"";
            isRightGlued = SentenceScanner.GluesRight(core, isQuoteOpen);
            isMark = !SentenceScanner.HasLetters(core);
        }
    }

    // What a token says of the places before and behind it: a blank, a joiner, or nothing.
    private static ReadOnlySpan<char> Core(ReadOnlySpan<char> token, out char before, out char after)
    {
        before = after = default;
        if (token.Length > 1 && token[0] is (' ' or Joiner))
        {
            before = token[0];
            token = token[1..];
        }

        if (token.Length > 1 && token[^1] is (' ' or Joiner))
        {
            after = token[^1];
            token = token[..^1];
        }

        return token.Trim(' ').Trim(Joiner);
    }

    private Rune Lower(Rune rune) => Options.LowerCase ? Rune.ToLowerInvariant(rune) : rune;
}
