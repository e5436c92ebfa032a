using System;
using System.IO;
using System.Text;
using System.Threading;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Words;

/// <summary>
/// A text as the ids of its words, for models that read it many times: [Length] entries, each the id of a known word or
/// <see cref="SentenceEnd"/>. What a word is, and where a sentence ends, <see cref="WordCorpusOptions.Tokenizer"/>
/// says: by default words stand between white space, and a line is a sentence. Unknown words leave no entry, and
/// sentences without a known word none either.
/// </summary>
/// <remarks>
/// A text is read once and never held: its bytes are cut into words, counted, and written to the cache as provisional
/// ids; then the vocabulary is made, and the ids are replaced in place. In memory that takes 4 bytes a word of the
/// text, in a temporary file none, and in both cases about 80 bytes a different word until the vocabulary is made.
/// </remarks>
public sealed partial class WordCorpus : IDisposable
{
    /// <summary>The entry after the last word of a sentence.</summary>
    public const int SentenceEnd = -1;

    private readonly IdCache _cache;
    private bool _disposed;

    private WordCorpus(WordVocabulary vocabulary, IdCache cache, int[] map, string name, long rawWords,
        CancellationToken cancellation)
    {
        (KnownWords, Sentences, Fingerprint) = cache.Map(map, cancellation);
        if (KnownWords == 0)
            Throw.NoKnownWord(name, rawWords, vocabulary.Count);
        _cache = cache;
        Vocabulary = vocabulary;
        Length = cache.Length;
        RawWords = rawWords;
    }

    /// <summary>The known words: made from this text, or the given ones.</summary>
    public WordVocabulary Vocabulary { get; }

    /// <summary>Number of entries: KnownWords + Sentences.</summary>
    public long Length { get; }

    /// <summary>All words of the text, unknown ones included.</summary>
    public long RawWords { get; }

    /// <summary>Words of the text that the vocabulary has.</summary>
    public long KnownWords { get; }

    /// <summary>Sentences with a known word; a sentence that was cut counts once a piece.</summary>
    public long Sentences { get; }

    /// <summary>Bytes of the text that were no UTF-8. Each sequence of such bytes became U+FFFD.</summary>
    public long InvalidBytes { get; private init; }

    /// <summary>Words of more than 1,000 bytes, which were cut to as many, at a whole character.</summary>
    public long CutWords { get; private init; }

    /// <summary>Sentences that were cut into pieces of <see cref="WordCorpusOptions.MaxSentenceWords"/>.</summary>
    public long CutSentences { get; private init; }

    /// <summary>Different words of the text, those included that are too rare for the vocabulary.</summary>
    public long DistinctWords { get; private init; }

    /// <summary>
    /// Different words that were forgotten to stay within <see cref="WordCorpusOptions.MaxDistinctWords"/>, each time
    /// that they were; usually 0.
    /// </summary>
    public long PrunedWords { get; private init; }

    /// <summary>
    /// 0 if all words were counted; else (<see cref="WordCorpusOptions.MaxDistinctWords"/> was exceeded) words that had
    /// occurred that often or less were forgotten on the way, and counts may be too low by about as much.
    /// </summary>
    public long PrunedCount { get; private init; }

    /// <summary>Of all entries: another text has another one, nearly surely.</summary>
    internal ulong Fingerprint { get; }

    /// <summary>Copies entries out. Any number of threads may read at once.</summary>
    /// <param name="start">The first entry, 0 to Length.</param>
    /// <param name="destination">start + its length is at most Length. Overwritten.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no such entries.</exception>
    /// <exception cref="ObjectDisposedException">The corpus was disposed of.</exception>
    /// <exception cref="IOException">The temporary file cannot be read.</exception>
    public void Read(long start, Span<int> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (start < 0 || start > Length - destination.Length)
            Throw.EntriesOutside(nameof(start), start, destination.Length, Length);
        _cache.Read(start, destination);
    }

    /// <summary>Gives the memory back, or the temporary file.</summary>
    public void Dispose()
    {
        _disposed = true;
        _cache.Dispose();
    }

    /// <summary>The corpus of what a scanner is given.</summary>
    /// <param name="name">How errors call the text.</param>
    /// <param name="options">How; null is the default.</param>
    /// <param name="read">Gives the text to the scanner.</param>
    /// <param name="cancellation">Stops the work.</param>
    internal static WordCorpus Build(string name, WordCorpusOptions? options, Action<WordScanner> read,
        CancellationToken cancellation)
    {
        options ??= new WordCorpusOptions();
        return WithCache(options, cache =>
        {
            WordScanner scanner = new(cache, options, cancellation);
            read(scanner);
            scanner.Finish();
            if (scanner.Words == 0)
                Throw.NoWords(name, options.Tokenizer == WordTokenizer.Words);

            WordTable table = scanner.Table;
            (int[]? words, long invalidBytes) = WordForms.Merge(table, options.LowerCase);
            if (invalidBytes > options.MaxInvalidShare * scanner.Bytes && scanner.Bytes > 0)
                Throw.CorpusEncoding(name, invalidBytes, scanner.Bytes);
            long distinct = 0;
            foreach (long count in table.Counts)
                distinct += count > 0 ? 1 : 0;
            (WordVocabulary vocabulary, int[] map) = VocabularyMap.Make(
                id => Encoding.UTF8.GetString(table[id]), table.Counts, options);
            for (int i = 0; i < (words?.Length ?? 0); i++)
                map[i] = map[words![i]];
            return new WordCorpus(vocabulary, cache, map, name, scanner.Words, cancellation)
            {
                InvalidBytes = invalidBytes,
                CutWords = scanner.CutWords,
                CutSentences = scanner.CutSentences,
                DistinctWords = distinct,
                PrunedWords = scanner.PrunedWords,
                PrunedCount = scanner.PrunedCount,
            };
        });
    }

    /// <summary>A corpus made of this one's words, joined or changed; nothing of this one is lost or kept.</summary>
    /// <param name="options">How; null is the default. LowerCase and MaxSentenceWords have no effect.</param>
    /// <param name="write">Writes the new ids to the cache, and returns the words and counts of all of them.</param>
    /// <param name="cancellation">Stops the work.</param>
    internal WordCorpus Derive(WordCorpusOptions? options, Func<IdCache, (string[] Words, long[] Counts)> write,
        CancellationToken cancellation)
    {
        options ??= new WordCorpusOptions();
        return WithCache(options, cache =>
        {
            (string[] words, long[] counts) = write(cache);
            (WordVocabulary vocabulary, int[] map) = VocabularyMap.Make(id => words[id], counts, options);
            return new WordCorpus(vocabulary, cache, map, "the corpus", RawWords, cancellation)
            {
                InvalidBytes = InvalidBytes,
                CutWords = CutWords,
                CutSentences = CutSentences,
                DistinctWords = words.Length,
                PrunedWords = PrunedWords,
                PrunedCount = PrunedCount,
            };
        });
    }

    private static WordCorpus WithCache(WordCorpusOptions options, Func<IdCache, WordCorpus> make)
    {
        IdCache cache = IdCache.Create(options);
        try
        {
            return make(cache);
        }
        catch
        {
            cache.Dispose();
            throw;
        }
    }
}
