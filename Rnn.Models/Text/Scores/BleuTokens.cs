using System;
using System.Collections.Generic;
using System.Text;
using System.Text.RegularExpressions;

namespace Rnn.Models.Text.Scores;

/// <summary>
/// Texts as numbers of their tokens. 13a is what NIST's script mteval-v13a.pl does with Western languages: it is
/// written as the script's substitutions, one after another, since the result depends on their order.
/// </summary>
internal sealed partial class BleuTokens(BleuOptions options)
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    /// <summary>The tokens of a text; overwrites <paramref name="ids"/>.</summary>
    public void Read(string text, List<int> ids)
    {
        ArgumentNullException.ThrowIfNull(text);
        ids.Clear();
        if (options.LowerCase)
            text = text.ToLowerInvariant();
        if (options.Tokenizer == BleuTokenizer.Characters)
        {
            foreach (Rune rune in text.EnumerateRunes())
            {
                if (!rune.IsBmp || !ScoredText.IsBlank((char)rune.Value))
                    ids.Add(rune.Value);
            }

            return;
        }

        if (options.Tokenizer == BleuTokenizer.Standard)
            text = Standard(text);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int at = 0; at < text.Length; at++)
        {
            int start = at;
            while (at < text.Length && !ScoredText.IsBlank(text[at]))
                at++;
            if (at == start)
                continue;
            ReadOnlySpan<char> token = text.AsSpan(start, at - start);
            if (!lookup.TryGetValue(token, out int id))
            {
                id = _ids.Count;
                lookup.TryAdd(token, id);
            }

            ids.Add(id);
        }
    }

    private static string Standard(string text)
    {
        text = text.TrimEnd().Replace("<skipped>", "", StringComparison.Ordinal)
            .Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ');
        if (text.Contains('&'))
        {
            text = text.Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
                .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);
        }

        text = Punctuation().Replace($" {text} ", " $1 ");
        text = StopBehindOther().Replace(text, "$1 $2 ");
        text = StopBeforeOther().Replace(text, " $1 $2");
        return HyphenBehindDigit().Replace(text, "$1 $2 ");
    }

    // ASCII's but ' - , .
    [GeneratedRegex(@"([\{-\~\[-\` -\&\(-\+\:-\@\/])", RegexOptions.CultureInvariant)]
    private static partial Regex Punctuation();

    [GeneratedRegex(@"([^0-9])([\.,])", RegexOptions.CultureInvariant)]
    private static partial Regex StopBehindOther();

    [GeneratedRegex(@"([\.,])([^0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex StopBeforeOther();

    [GeneratedRegex("([0-9])(-)", RegexOptions.CultureInvariant)]
    private static partial Regex HyphenBehindDigit();
}
