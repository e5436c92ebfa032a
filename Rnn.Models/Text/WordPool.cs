using System;

namespace Rnn.Models.Text;

/// <summary>
/// Strings of words that came before: a word that comes again needs no new one. One place a hash, the latest word
/// stays. Any number of threads may use it at once: a place is read and written whole, and the worst that happens is
/// a second string of the same word.
/// </summary>
internal sealed class WordPool
{
    private const int Places = 1 << 16;   // a power of two

    private readonly string?[] _words = new string?[Places];

    /// <summary>The string of a word.</summary>
    /// <param name="word">Read.</param>
    public string Get(ReadOnlySpan<char> word)
    {
        ref string? place = ref _words[string.GetHashCode(word) & (Places - 1)];
        string? known = place;
        return known is not null && word.SequenceEqual(known) ? known : place = word.ToString();
    }
}
