using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;

namespace Rnn.Models.Text.Parallel;

/// <summary>
/// Finds the merges of a <see cref="BytePairEncoding"/>. The words that have a pair are known, so a merge changes the
/// counts of the pairs beside it in those words alone; the pairs wait in a heap, once more whenever their count
/// changes, and what waits with another count than it has by now is passed over.
/// </summary>
internal sealed class BytePairTrainer
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _pieces = [];
    private readonly List<int[]> _words = [];      // ids of pieces
    private readonly List<long> _counts = [];
    private readonly Dictionary<(int Left, int Right), Pair> _pairs = [];
    private readonly PriorityQueue<(int Left, int Right), (long Count, string Left, string Right)> _heap = new(
        Comparer<(long Count, string Left, string Right)>.Create((a, b) =>
            a.Count != b.Count ? b.Count.CompareTo(a.Count)
            : string.CompareOrdinal(a.Left, b.Left) is int left and not 0 ? left
            : string.CompareOrdinal(a.Right, b.Right)));

    // How often a pair comes, and the words in which it came at some time.
    private sealed class Pair
    {
        public long Count;
        public HashSet<int> Words = [];
    }

    /// <summary>Words that were added.</summary>
    public long Words => _words.Count;

    /// <summary>A word that came so often.</summary>
    public void Add(string word, long count)
    {
        _words.Add([.. BytePairEncoding.Characters(word).Select(IdOf)]);
        _counts.Add(count);
    }

    /// <summary>The merges, in their order.</summary>
    /// <param name="most">1 or more.</param>
    public (string Left, string Right)[] Run(int most)
    {
        for (int word = 0; word < _words.Count; word++)
            Count(word, 1);
        foreach (((int Left, int Right) pair, Pair known) in _pairs)
            Push(pair, known.Count);

        List<(string, string)> merges = [];
        HashSet<(int, int)> done = [], touched = [];
        while (merges.Count < most && _heap.TryDequeue(out (int Left, int Right) pair, out (long Count, string, string) then))
        {
            if (!_pairs.TryGetValue(pair, out Pair? known) || known.Count != then.Count || known.Count < 2)
                continue;

            // A last piece may not look as if the word went on.
            string merged = BytePairEncoding.Merged(_pieces[pair.Left], _pieces[pair.Right]);
            if (!BytePairEncoding.IsOpen(_pieces[pair.Right]) && BytePairEncoding.IsOpen(merged))
                continue;
            if (done.Add(pair))   // a pair can come again, when a piece is made in a second way
                merges.Add((_pieces[pair.Left], _pieces[pair.Right]));
            Merge(pair, known, IdOf(merged), touched);
        }

        return [.. merges];
    }

    private void Merge((int Left, int Right) pair, Pair known, int merged, HashSet<(int, int)> touched)
    {
        touched.Clear();
        foreach (int word in known.Words)
        {
            int[] pieces = _words[word];
            if (!Has(pieces, pair))
                continue;
            Count(word, -1, touched);
            List<int> joined = new(pieces.Length);
            for (int i = 0; i < pieces.Length; i++)
            {
                bool isPair = pieces[i] == pair.Left && i + 1 < pieces.Length && pieces[i + 1] == pair.Right;
                joined.Add(isPair ? merged : pieces[i]);
                i += isPair ? 1 : 0;
            }

            _words[word] = [.. joined];
            Count(word, 1, touched);
        }

        _pairs.Remove(pair);
        touched.Remove(pair);
        foreach ((int, int) other in touched)
            Push(other, _pairs[other].Count);
    }

    private static bool Has(int[] pieces, (int Left, int Right) pair)
    {
        for (int i = 0; i + 1 < pieces.Length; i++)
        {
            if (pieces[i] == pair.Left && pieces[i + 1] == pair.Right)
                return true;
        }

        return false;
    }

    private void Count(int word, int sign, HashSet<(int, int)>? touched = null)
    {
        int[] pieces = _words[word];
        for (int i = 0; i + 1 < pieces.Length; i++)
        {
            (int, int) pair = (pieces[i], pieces[i + 1]);
            ref Pair? known = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, pair, out _);
            known ??= new Pair();
            known.Count += sign * _counts[word];
            if (sign > 0)
                known.Words.Add(word);
            touched?.Add(pair);
        }
    }

    private void Push((int Left, int Right) pair, long count) =>
        _heap.Enqueue(pair, (count, _pieces[pair.Left], _pieces[pair.Right]));

    private int IdOf(string piece)
    {
        if (!_ids.TryGetValue(piece, out int id))
        {
            id = _pieces.Count;
            _ids.Add(piece, id);
            _pieces.Add(piece);
        }

        return id;
    }
}
