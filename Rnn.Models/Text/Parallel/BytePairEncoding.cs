using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Parallel;

/// <summary>
/// Cuts words into pieces that were frequent in the training text: pairs of neighbouring pieces were joined, the most
/// frequent pair first, beginning with characters. A frequent word is one piece, a rare one several, and no word is
/// unknown unless a character of it is. Immutable; any number of threads may use one.
/// Source: Sennrich, Haddow and Birch, "Neural machine translation of rare words with subword units", ACL 2016; a
/// word's last piece is another than the same characters within a word, as in their program since version 0.2.
/// </summary>
public sealed partial class BytePairEncoding
{
    /// <summary>What all pieces of a word but the last end with.</summary>
    public const string Continuation = "@@";

    private const string Expected = "two pieces for each merge, in the order of merges";
    private const int CachePlaces = 1 << 14;   // a power of two

    private readonly (string Left, string Right)[] _merges;
    private readonly Dictionary<(string Left, string Right), (int Rank, string Merged)> _ranks;
    private readonly Cached?[] _cache = new Cached?[CachePlaces];

    private BytePairEncoding((string Left, string Right)[] merges)
    {
        _merges = merges;
        _ranks = new Dictionary<(string, string), (int, string)>(merges.Length);
        for (int i = 0; i < merges.Length; i++)
            _ranks.Add(merges[i], (i, Merged(merges[i].Left, merges[i].Right)));
    }

    // A word and its pieces: read and written whole, so that threads need no lock.
    private sealed record Cached(string Word, string[] Pieces);

    /// <summary>Number of merges.</summary>
    public int Count => _merges.Length;

    /// <summary>The merges as a JSON array, each as two pieces one after another: what a model file stores.</summary>
    public string Symbols => TokenSymbols.Write([.. _merges.SelectMany(merge => new[] { merge.Left, merge.Right })]);

    /// <summary>Merges learnt from words. Of equally frequent pairs, the first in ordinal order is joined.</summary>
    /// <param name="tokens">The words of a text, one or more, as often as they come. Read once.</param>
    /// <param name="merges">The most merges, 1 or more: fewer, where no pair comes twice. Some thousands.</param>
    /// <exception cref="ArgumentNullException"><paramref name="tokens"/> is null.</exception>
    /// <exception cref="ArgumentException">A word is null or empty, or there is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of merges is less than 1.</exception>
    public static BytePairEncoding Train(IEnumerable<string> tokens, int merges)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return Train(TokenSymbols.Count(tokens, nameof(BytePairEncoding), nameof(tokens)), merges);
    }

    /// <summary>Merges learnt from words that were counted. Of equally frequent pairs, the first in ordinal order is
    /// joined.</summary>
    /// <param name="counts">How often each word came, 0 or more; a word's counts are added up. Read once.</param>
    /// <param name="merges">The most merges, 1 or more: fewer, where no pair comes twice. Some thousands.</param>
    /// <exception cref="ArgumentNullException"><paramref name="counts"/> is null.</exception>
    /// <exception cref="ArgumentException">A word is null or empty, or there is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or the number of merges less than
    /// 1.</exception>
    public static BytePairEncoding Train(IEnumerable<KeyValuePair<string, long>> counts, int merges)
    {
        ArgumentNullException.ThrowIfNull(counts);
        Throw.IfBelow(nameof(merges), merges, 1);
        BytePairTrainer trainer = new();
        foreach ((string word, long count) in counts)
        {
            if (string.IsNullOrEmpty(word))
                Throw.EmptyWord(nameof(counts), trainer.Words);
            if (count < 0)
                Throw.WordCountNegative(nameof(counts), word, count);
            trainer.Add(word, count);
        }

        if (trainer.Words == 0)
            Throw.NoTokens(nameof(BytePairEncoding), nameof(counts));
        return new BytePairEncoding(trainer.Run(merges));
    }

    /// <summary>The encoding that <see cref="Symbols"/> came from.</summary>
    /// <param name="symbols">A JSON array of strings, two for each merge.</param>
    /// <exception cref="ArgumentNullException"><paramref name="symbols"/> is null.</exception>
    /// <exception cref="FormatException">It is something else; the message says what is wrong.</exception>
    public static BytePairEncoding FromSymbols(string symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        List<string> pieces = TokenSymbols.Read(symbols, nameof(BytePairEncoding), Expected, seen: null);
        if (pieces.Count % 2 != 0)
            Throw.TokenSymbols(nameof(BytePairEncoding), $"there are {pieces.Count} pieces", Expected);
        (string Left, string Right)[] merges = new (string, string)[pieces.Count / 2];
        HashSet<(string, string)> seen = [];
        for (int i = 0; i < merges.Length; i++)
        {
            merges[i] = (pieces[2 * i], pieces[(2 * i) + 1]);
            (string left, string right) = merges[i];
            if (!IsOpen(left) || left == Continuation || right == Continuation || IsOpen(right) != IsOpen(Merged(left, right)))
                Throw.TokenSymbols(nameof(BytePairEncoding), $"merge {i} joins no two pieces of a word", Expected);
            if (!seen.Add(merges[i]))
                Throw.TokenSymbols(nameof(BytePairEncoding), $"merge {i} is there twice", Expected);
        }

        return new BytePairEncoding(merges);
    }

    /// <summary>The pieces of a word; all but the last end with <see cref="Continuation"/>.</summary>
    /// <param name="word">At least one character.</param>
    /// <returns>At least one piece.</returns>
    /// <exception cref="ArgumentException"><paramref name="word"/> is null or empty.</exception>
    public List<string> Encode(string word)
    {
        List<string> pieces = [];
        Encode(word, pieces);
        return pieces;
    }

    /// <summary>The pieces of a word, for callers with many.</summary>
    /// <param name="word">At least one character.</param>
    /// <param name="pieces">They are added to it.</param>
    /// <exception cref="ArgumentException"><paramref name="word"/> is null or empty.</exception>
    public void Encode(string word, List<string> pieces)
    {
        ArgumentException.ThrowIfNullOrEmpty(word);
        ArgumentNullException.ThrowIfNull(pieces);
        ref Cached? place = ref _cache[string.GetHashCode(word) & (CachePlaces - 1)];
        Cached? known = place;
        if (known is null || known.Word != word)
            place = known = new Cached(word, Cut(word));
        pieces.AddRange(known.Pieces);
    }

    /// <summary>The words of pieces.</summary>
    /// <param name="pieces">Any; a last one that says it goes on ends there. Read.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pieces"/>, or one of them, is null.</exception>
    public static List<string> Decode(IReadOnlyList<string> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        List<string> words = new(pieces.Count);
        string open = "";
        foreach (string piece in pieces)
        {
            ArgumentNullException.ThrowIfNull(piece, nameof(pieces));
            if (IsOpen(piece))
            {
                open += piece[..^Continuation.Length];
                continue;
            }

            words.Add(open + piece);
            open = "";
        }

        if (open.Length > 0)
            words.Add(open);
        return words;
    }

    /// <summary>The characters of a word, as pieces.</summary>
    internal static string[] Characters(string word)
    {
        string[] pieces = [.. word.EnumerateRunes().Select(rune => rune + Continuation)];
        pieces[^1] = pieces[^1][..^Continuation.Length];
        return pieces;
    }

    internal static string Merged(string left, string right) =>
        string.Concat(left.AsSpan(0, left.Length - Continuation.Length), right);

    internal static bool IsOpen(string piece) => piece.EndsWith(Continuation, StringComparison.Ordinal);

    private string[] Cut(string word)
    {
        List<string> pieces = [.. Characters(word)];
        while (pieces.Count > 1)
        {
            (int rank, string merged, string left, string right) = (int.MaxValue, "", "", "");
            for (int i = 0; i + 1 < pieces.Count; i++)
            {
                if (_ranks.TryGetValue((pieces[i], pieces[i + 1]), out (int Rank, string Merged) merge) && merge.Rank < rank)
                    (rank, merged, left, right) = (merge.Rank, merge.Merged, pieces[i], pieces[i + 1]);
            }

            if (rank == int.MaxValue)
                break;
            for (int i = 0; i + 1 < pieces.Count; i++)
            {
                if (pieces[i] == left && pieces[i + 1] == right)
                {
                    pieces[i] = merged;
                    pieces.RemoveAt(i + 1);
                }
            }
        }

        return [.. pieces];
    }
}
