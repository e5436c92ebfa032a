using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Words;

/// <summary>
/// The one pass over a text: cuts its bytes into words and sentences, counts the words and writes their provisional ids
/// to the cache. Nothing is decoded here; a word is its bytes.
/// </summary>
internal sealed class WordScanner
{
    /// <summary>A longer word is cut to that many bytes, at a whole character.</summary>
    public const int MaxWordBytes = 1000;

    private const int DefaultBufferBytes = 1 << 18;
    private const int IdBlock = 1 << 14;
    private const int MaxThreshold = 1 << 16;

    private readonly IdCache _cache;
    private readonly WordCorpusOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly int _maxSentenceWords;
    private readonly int[] _ids = new int[IdBlock];
    private int _idCount;
    private int _sentenceWords;
    private bool _isCut;            // the words before belong to the same sentence
    private long _wordsBefore;      // of whole sentences
    private long _distinctLimit;

    /// <summary>A scanner that has seen nothing yet.</summary>
    /// <param name="cache">Where ids go: a word's provisional id, and a sentence end after each sentence.</param>
    /// <param name="options">MaxSentenceWords, MaxDistinctWords, LowerCase and Vocabulary are looked at.</param>
    /// <param name="cancellation">Looked at before each read.</param>
    public WordScanner(IdCache cache, WordCorpusOptions options, CancellationToken cancellation)
    {
        _cache = cache;
        _options = options;
        _cancellation = cancellation;
        _maxSentenceWords = options.MaxSentenceWords;
        _distinctLimit = options.MaxDistinctWords;
    }

    /// <summary>Reads the next bytes of a text into a buffer; 0 at its end.</summary>
    internal delegate int Source(Span<byte> buffer);

    /// <summary>The words, by provisional id.</summary>
    public WordTable Table { get; } = new();

    /// <summary>Words so far.</summary>
    public long Words => _wordsBefore + _sentenceWords;

    /// <summary>Words so far that were cut to <see cref="MaxWordBytes"/>.</summary>
    public long CutWords { get; private set; }

    /// <summary>Sentences so far that were cut to MaxSentenceWords.</summary>
    public long CutSentences { get; private set; }

    /// <summary>Bytes read so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Different words that were forgotten; one that came back and was forgotten again counts twice.</summary>
    public long PrunedWords { get; private set; }

    /// <summary>The largest count of a word that was forgotten to stay within MaxDistinctWords.</summary>
    public long PrunedCount { get; private set; }

    /// <summary>Reads a text to its end.</summary>
    /// <param name="source">UTF-8, with or without a byte order mark.</param>
    /// <param name="name">How errors call it.</param>
    /// <param name="report">Told the number of bytes after each buffer; null: nobody is.</param>
    /// <param name="bufferBytes">Size of the buffer; 0: the usual one. No result depends on it.</param>
    public void Read(Source source, string name, Action<long>? report = null, int bufferBytes = 0)
    {
        int capacity = Math.Max(bufferBytes == 0 ? DefaultBufferBytes : bufferBytes, 2 * MaxWordBytes);
        byte[] buffer = new byte[capacity + WhiteSpaceMasks.Bytes + WordTable.Padding];
        int filled = 0;
        long total = 0;
        while (true)
        {
            _cancellation.ThrowIfCancellationRequested();
            int read = source(buffer.AsSpan(filled, capacity - filled));
            filled += read;
            total += read;
            if (total == 0)
                Throw.NoTextInSource(name);

            int start = 0;
            if (total == filled)   // the first bytes are still here
            {
                if (filled < 3 && read > 0)
                    continue;
                ReadOnlySpan<byte> first = buffer.AsSpan(0, filled);
                start = first.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
            }

            if (read == 0)
                buffer[filled++] = (byte)'\n';   // there is room: what stays behind is shorter than the buffer
            int rest = ScanWords(buffer, start, filled);
            Bytes += read;
            report?.Invoke(total);
            if (read == 0)
                break;

            // Of a very long word the beginning will do: it stays longer than the limit.
            int kept = Math.Min(filled - rest, MaxWordBytes + 1);
            buffer.AsSpan(rest, kept).CopyTo(buffer);
            filled = kept;
        }
    }

    /// <summary>Adds one word.</summary>
    /// <param name="buffer">Has <see cref="WordTable.Padding"/> bytes behind start. Read.</param>
    /// <param name="start">The first byte.</param>
    /// <param name="length">1 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(byte[] buffer, int start, int length)
    {
        if (_sentenceWords == _maxSentenceWords)
            CutSentence();
        _sentenceWords++;
        Put(Table.CountOne(buffer, start, length > MaxWordBytes ? Cut(buffer, start) : length));
    }

    /// <summary>Ends the sentence, if it has begun.</summary>
    public void EndSentence()
    {
        _isCut = false;
        if (_sentenceWords == 0)
            return;
        _wordsBefore += _sentenceWords;
        _sentenceWords = 0;
        Put(WordCorpus.SentenceEnd);
    }

    /// <summary>Writes what is left to the cache.</summary>
    public void Finish()
    {
        EndSentence();
        Flush();
    }

    /// <summary>Adds the words that end before a place.</summary>
    /// <param name="buffer">Has a block of bytes behind the end. Read.</param>
    /// <param name="from">Where a word may begin.</param>
    /// <param name="to">The first byte that isn't there yet.</param>
    /// <returns>Where the word begins that has not ended; to if there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ScanWords(byte[] buffer, int from, int to)
    {
        int wordStart = -1;          // the word that is open at the start of a block
        ulong spaceBefore = 1;
        for (int block = from; block < to; block += WhiteSpaceMasks.Bytes)
        {
            ulong spaces = WhiteSpaceMasks.Of(buffer.AsSpan(block), out ulong feeds);
            if (to - block < WhiteSpaceMasks.Bytes)
            {
                ulong there = (1ul << (to - block)) - 1;
                spaces = (spaces & there) | ~there;
                feeds &= there;
                if ((spaces & (1ul << (to - block - 1))) == 0)
                    spaces &= there;   // the last word goes on behind: it has no end
            }

            ulong behindSpace = (spaces << 1) | spaceBefore;
            ulong starts = ~spaces & behindSpace;
            ulong ends = spaces & ~behindSpace;
            spaceBefore = spaces >> 63;
            while (true)
            {
                ulong line = feeds == 0 ? ulong.MaxValue : feeds ^ (feeds - 1);   // up to the next line feed
                for (ulong here = ends & line; here != 0; here &= here - 1)
                {
                    if (wordStart < 0)
                    {
                        wordStart = block + BitOperations.TrailingZeroCount(starts);
                        starts &= starts - 1;
                    }

                    Add(buffer, wordStart, block + BitOperations.TrailingZeroCount(here) - wordStart);
                    wordStart = -1;
                }

                if (feeds == 0)
                    break;
                ends &= ~line;
                feeds &= feeds - 1;
                EndSentence();
            }

            if (starts != 0)
                wordStart = block + BitOperations.TrailingZeroCount(starts);
        }

        return wordStart < 0 ? to : wordStart;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CutSentence()
    {
        CutSentences += _isCut ? 0 : 1;
        EndSentence();
        _isCut = true;
    }

    private int Cut(byte[] buffer, int start)
    {
        CutWords++;
        int length = MaxWordBytes;
        while (length > MaxWordBytes - 4 && (buffer[start + length] & 0xC0) == 0x80)   // inside a character
            length--;
        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(int id)
    {
        _ids[_idCount++] = id;
        if (_idCount == IdBlock)
            Flush();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Flush()
    {
        _cache.Append(_ids.AsSpan(0, _idCount));
        _idCount = 0;
        if (Table.Count > _distinctLimit)
            Prune();
    }

    // At least a quarter goes, or the limit grows: either way the work stays in proportion to the words read.
    private void Prune()
    {
        int[] map = new int[Table.Count];
        if (_options.Vocabulary is { } vocabulary)
        {
            for (int id = 0; id < map.Length; id++)
                map[id] = vocabulary.TryGetIndex(WordForms.Normalize(Table[id], _options.LowerCase), out _) ? id : -1;
        }
        else
        {
            long threshold = Threshold();
            PrunedCount = Math.Max(PrunedCount, threshold);
            for (int id = 0; id < map.Length; id++)
                map[id] = Table.Counts[id] > threshold ? id : -1;
        }

        int before = Table.Count;
        Table.Keep(map);
        PrunedWords += before - Table.Count;
        _cache.Map(map, _cancellation);
        _distinctLimit = Math.Max(_distinctLimit, Table.Count + Table.Count / 3L);
    }

    // The least count such that a quarter of the words has that count or less.
    private long Threshold()
    {
        int[] words = new int[MaxThreshold + 1];
        foreach (long count in Table.Counts)
            words[(int)Math.Min(count, MaxThreshold)]++;
        long threshold = 0, below = 0;
        while (threshold < MaxThreshold - 1 && (threshold == 0 || below < Table.Count / 4))
            below += words[++threshold];
        return threshold;
    }
}
