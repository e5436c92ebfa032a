using System;
using System.Collections.Generic;
using System.Text;

namespace Rnn.Models.Text.Scripts;

/// <summary>
/// Turns the script of a play or a series into tokens and back. Tokens are words (with their apostrophes and hyphens:
/// don't, 'tis, o', to-morrow; numbers: 1,000, 10:30), marks of punctuation, each by itself (a run of dots or of
/// hyphens is one: ... and --), <see cref="Line"/> for a line end, <see cref="Turn"/> for blank lines, and a speaker's
/// name with its colon, with its capitals: "First Citizen:". The same text gives the same tokens in any culture. Any
/// number of threads may use one tokenizer.
/// </summary>
/// <remarks>
/// <para>
/// A name of a speaker stands where a turn begins: at the beginning of the text or behind blank lines, alone on its
/// line (a play) or before speech (a series: "Jerry: Hello."). Once one has stood before speech, any line may begin
/// with one. It has at most 5 words and 40 characters, letters, digits and ' . - &amp; # / (alone on its line , too),
/// and ends with a colon and white space.
/// </para>
/// <para>
/// Writing and reading again gives the tokens again: Tokenize(Detokenize(tokens)) = tokens, for all tokens that a text
/// has. Without lower-casing, Detokenize(Tokenize(text)) differs from the text in white space alone: there is one
/// blank, or none, between the tokens of a line (none before , . ; : ! ? and what closes, behind what opens, and on
/// both sides of -- and /; one elsewhere, and wherever the tokens would run together), none at its ends, and one blank
/// line between turns. Of the 40,000 lines of Shakespeare in the usual play script, 99.9% are written as they were, but
/// for double blanks. Capitals come back at the beginning of sentences, and of lines if wanted, but not in brackets.
/// Half a surrogate pair is read as U+FFFD.
/// </para>
/// <para>
/// A ' before a word is a quotation mark, unless it is that of a known elision ('tis, 'em, 'gainst); behind a word it
/// belongs to it (lads', o'), unless one was opened in the same turn.
/// </para>
/// </remarks>
public sealed class ScriptTokenizer
{
    /// <summary>The token of a line end.</summary>
    public const string Line = "<line>";

    /// <summary>The token of one or more blank lines: the end of a turn.</summary>
    public const string Turn = "<turn>";

    private const int StackChars = 256;

    private readonly WordPool _pool = new();

    /// <summary>A tokenizer.</summary>
    /// <param name="options">How; null is the default.</param>
    public ScriptTokenizer(ScriptTokenizerOptions? options = null) => Options = options ?? new ScriptTokenizerOptions();

    /// <summary>How it reads and writes.</summary>
    public ScriptTokenizerOptions Options { get; }

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">May be empty.</param>
    /// <returns>None, if it has nothing but blanks.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public string[] Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> tokens = new((text.Length / 4) + 1);
        Tokenize(text, tokens);
        return [.. tokens];
    }

    /// <summary>The tokens of a text, for callers with many: allocates nothing for words that came lately.</summary>
    /// <param name="text">A whole script: its beginning is that of a turn. Read.</param>
    /// <param name="tokens">The tokens are added to it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="tokens"/> is null.</exception>
    public void Tokenize(ReadOnlySpan<char> text, List<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ScriptState state = new();
        int at = 0;
        while (at < text.Length)
        {
            string? token = ScriptScanner.IsWhite(text[at]) ? White(text, ref at) : Next(text, ref at, state);
            if (token is null)
                continue;
            state.Read(token);
            tokens.Add(token);
        }
    }

    /// <summary>The text of tokens, with its spaces and, after lower-casing, capitals.</summary>
    /// <param name="tokens">Any; those of a text are read again as they are. Read once.</param>
    /// <returns>Empty, if there is no token.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="tokens"/>, or one of them, is null.</exception>
    public string Detokenize(IEnumerable<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ScriptWriter writer = new(Options);
        foreach (string token in tokens)
        {
            ArgumentNullException.ThrowIfNull(token, nameof(tokens));
            if (token.Length > 0)
                writer.Append(token);
        }

        return writer.ToString();
    }

    // CR LF is one line end.
    private static string? White(ReadOnlySpan<char> text, ref int at)
    {
        int ends = 0;
        for (; at < text.Length && ScriptScanner.IsWhite(text[at]); at++)
        {
            if (text[at] == '\n' || (text[at] == '\r' && !(at + 1 < text.Length && text[at + 1] == '\n')))
                ends++;
        }

        return ends == 0 ? null : ends == 1 ? Line : Turn;
    }

    private string Next(ReadOnlySpan<char> text, ref int at, ScriptState state)
    {
        ReadOnlySpan<char> rest = text[at..];
        int length = Options.Speakers && state.MayName ? ScriptScanner.NameLength(rest) : 0;
        if (length > 0)
        {
            at += length;
            return Name(rest[..length]);
        }

        length = ScriptScanner.TokenLength(rest, state.Quotes);
        at += length;
        return Lower(rest[..length]);
    }

    private string Lower(ReadOnlySpan<char> token)
    {
        if (!Options.LowerCase && !token.ContainsAnyInRange('\uD800', '\uDFFF'))
            return _pool.Get(token);

        Span<char> chars = token.Length <= StackChars ? stackalloc char[StackChars] : new char[token.Length];
        int length = 0;
        for (int at = 0; at < token.Length;)
        {
            char c = token[at];
            if (char.IsAscii(c))
            {
                chars[length++] = Options.LowerCase ? char.ToLowerInvariant(c) : c;
                at++;
                continue;
            }

            Rune.DecodeFromUtf16(token[at..], out Rune rune, out int read);
            at += read;
            length += (Options.LowerCase ? Rune.ToLowerInvariant(rune) : rune).EncodeToUtf16(chars[length..]);
        }

        return _pool.Get(chars[..length]);
    }

    private string Name(ReadOnlySpan<char> name)
    {
        Span<char> chars = name.Length <= StackChars ? stackalloc char[StackChars] : new char[name.Length];
        int length = 0;
        for (int i = 0; i < name.Length; i++)
        {
            if (!ScriptScanner.IsWhite(name[i]))
                chars[length++] = name[i];
            else if (!ScriptScanner.IsWhite(name[i - 1]))
                chars[length++] = ' ';
        }

        return _pool.Get(chars[..length]);
    }
}
