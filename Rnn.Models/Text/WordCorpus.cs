using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using Rnn.Models.Diagnostics;
using Rnn.Models.Files;

namespace Rnn.Models.Text;

/// <summary>
/// A text as the ids of its words, for models that read it many times: [Length] entries, each the id of a known word or
/// <see cref="SentenceEnd"/>. Words are what stands between ASCII white space (space, tab, line feed, vertical tab,
/// form feed, return); a line feed also ends a sentence. Unknown words leave no entry, and sentences without a known
/// word none either.
/// </summary>
/// <remarks>
/// A text is read once and never held: its bytes are cut into words, counted, and written to the cache as provisional
/// ids; then the vocabulary is made, and the ids are replaced in place. In memory that takes 4 bytes a word of the
/// text, in a temporary file none, and in both cases about 80 bytes a different word until the vocabulary is made.
/// </remarks>
public sealed class WordCorpus : IDisposable
{
    /// <summary>The entry after the last word of a sentence.</summary>
    public const int SentenceEnd = -1;

    private const int Utf8CodePage = 65001;
    private const int TextSliceChars = 1 << 16;

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

    /// <summary>Reads a file, or a pipe to its end.</summary>
    /// <param name="path">Text in <see cref="WordCorpusOptions.Encoding"/>, with or without a byte order mark.</param>
    /// <param name="options">How; null is the default.</param>
    /// <param name="progress">Told after each 256 KB, on this thread; null: nobody is.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// It is a folder, is empty, binary, compressed or in another encoding (or has more invalid bytes than
    /// <see cref="WordCorpusOptions.MaxInvalidShare"/> allows), holds no word, none that reaches the minimum count, or
    /// none that the given vocabulary has.
    /// </exception>
    /// <exception cref="IOException">It cannot be read, or the temporary file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static WordCorpus FromFile(string path, WordCorpusOptions? options = null,
        IProgress<WordCorpusProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            Throw.TextFileIsFolder(path);
        if (!File.Exists(path))
            Throw.TextFileMissing(path, Path.GetFullPath(path));
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0,
            FileOptions.SequentialScan);
        return FromStream(file, $"The file '{path}'", options, progress, cancellation);
    }

    /// <summary>Reads a stream from where it is to its end: a decompressor, the standard input.</summary>
    /// <param name="stream">As for <see cref="FromFile"/>. Left open.</param>
    /// <param name="options">How; null is the default.</param>
    /// <param name="progress">Told after each 256 KB, on this thread; null: nobody is.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="ArgumentException">The stream cannot be read.</exception>
    /// <exception cref="InvalidDataException">As for <see cref="FromFile"/>.</exception>
    /// <exception cref="IOException">It cannot be read, or the temporary file cannot be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static WordCorpus FromStream(Stream stream, WordCorpusOptions? options = null,
        IProgress<WordCorpusProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead)
            Throw.StreamNotReadable(nameof(stream));
        return FromStream(stream, "The text", options, progress, cancellation);
    }

    /// <summary>The corpus of a text in memory, with the rules for files.</summary>
    /// <param name="text">Read.</param>
    /// <param name="options">How; null is the default.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="InvalidDataException">As for <see cref="FromFile"/>.</exception>
    /// <exception cref="IOException">The temporary file cannot be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static WordCorpus FromText(string text, WordCorpusOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        Encoder encoder = Encoding.UTF8.GetEncoder();
        int at = 0;
        int Next(Span<byte> buffer)
        {
            ReadOnlySpan<char> slice = text.AsSpan(at, Math.Min(text.Length - at, TextSliceChars));
            bool flush = at + slice.Length == text.Length;
            encoder.Convert(slice, buffer, flush, out int chars, out int bytes, out _);
            at += chars;
            return bytes;
        }

        return Build("The text", options, scanner => scanner.Read(Next, "The text"), cancellation);
    }

    /// <summary>The corpus of sentences that are words already.</summary>
    /// <param name="sentences">Gone through once. A word may be any string with a character, even with a space.</param>
    /// <param name="options">How; null is the default.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">A sentence is null, or a word is null or empty.</exception>
    /// <exception cref="InvalidDataException">
    /// There is no word, none that reaches the minimum count, or none that the given vocabulary has.
    /// </exception>
    /// <exception cref="IOException">The temporary file cannot be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static WordCorpus FromSentences(IEnumerable<IReadOnlyList<string>> sentences,
        WordCorpusOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        return Build("The list of sentences", options, scanner =>
        {
            byte[] buffer = new byte[2 * WordScanner.MaxWordBytes];
            foreach (IReadOnlyList<string> sentence in sentences)
            {
                ArgumentNullException.ThrowIfNull(sentence, nameof(sentences));
                cancellation.ThrowIfCancellationRequested();
                for (int i = 0; i < sentence.Count; i++)
                {
                    string word = sentence[i];
                    if (string.IsNullOrEmpty(word))
                        Throw.EmptyWord(nameof(sentences), scanner.Words);
                    int most = Encoding.UTF8.GetMaxByteCount(word.Length) + WordTable.Padding;
                    if (buffer.Length < most)
                        buffer = new byte[most];
                    scanner.Add(buffer, 0, Encoding.UTF8.GetBytes(word, buffer));
                }

                scanner.EndSentence();
            }
        }, cancellation);
    }

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
                Throw.NoWords(name);

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

    private static WordCorpus FromStream(Stream stream, string name, WordCorpusOptions? options,
        IProgress<WordCorpusProgress>? progress, CancellationToken cancellation)
    {
        options ??= new WordCorpusOptions();
        Encoding encoding = TextEncoding.Find(options.Encoding, nameof(options));
        long start = stream.CanSeek ? stream.Position : 0;
        long size = stream.CanSeek ? Math.Max(stream.Length - start, 0) : 0;
        bool isUtf8 = encoding.CodePage == Utf8CodePage;
        using PeekStream all = new(stream);
        if ((isUtf8 ? FileKind.NoUtf8(all.First) : FileKind.Known(all.First)) is { } kind)
            Throw.CorpusIsOther(name, kind.Name, kind.Remedy);
        using Stream text = isUtf8 ? all : Encoding.CreateTranscodingStream(all,
            TextEncoding.WithMark(encoding, all.First), new UTF8Encoding(false), leaveOpen: true);
        try
        {
            return Build(name, options, scanner => scanner.Read(text.Read, name, progress is null
                ? null
                : bytes => progress.Report(new WordCorpusProgress(
                    isUtf8 || !stream.CanSeek ? bytes : stream.Position - start, size, scanner.Words))), cancellation);
        }
        catch (DecoderFallbackException e)
        {
            throw Throw.CorpusNotValid(name, encoding.WebName, e);
        }
    }
}
