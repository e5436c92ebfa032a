using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using Rnn.Models.Diagnostics;
using Rnn.Models.Files;

namespace Rnn.Models.Text.Words;

/// <content>Where a text comes from: files, streams, strings, sentences.</content>
public sealed partial class WordCorpus
{
    private const int Utf8CodePage = 65001;
    private const int TextSliceChars = 1 << 16;

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
        CheckFile(path);
        using FileStream file = Open(path);
        return FromStream(file, FileName(path), options, progress, cancellation);
    }

    /// <summary>
    /// Reads several files as one text, in their order. Each has its own byte order mark, and its end ends a sentence;
    /// files without a byte add nothing.
    /// </summary>
    /// <param name="paths">One or more, each as for <see cref="FromFile"/>.</param>
    /// <param name="options">How; null is the default.</param>
    /// <param name="progress">Told after each 256 KB, on this thread, of all files together; null: nobody is.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="ArgumentException">There is no path, or one is null or empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file; nothing was read.</exception>
    /// <exception cref="InvalidDataException">As for <see cref="FromFile"/>; shares and counts are of all files.</exception>
    /// <exception cref="IOException">One cannot be read, or the temporary file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read one.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static WordCorpus FromFiles(IReadOnlyList<string> paths, WordCorpusOptions? options = null,
        IProgress<WordCorpusProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 0)
            Throw.NoFiles(nameof(paths));
        if (paths.Count == 1)
            return FromFile(paths[0], options, progress, cancellation);
        long size = 0;
        foreach (string path in paths)
        {
            CheckFile(path);
            size += new FileInfo(path).Length;
        }

        options ??= new WordCorpusOptions();
        return Build($"The text of '{paths[0]}' and {paths.Count - 1} more files", options, scanner =>
        {
            long before = 0, now = 0;
            foreach (string path in paths)
            {
                using FileStream file = Open(path);
                if (file.CanSeek && file.Length == 0)
                    continue;
                Scan(scanner, file, FileName(path), options, bytes =>
                {
                    now = bytes;
                    progress?.Report(new WordCorpusProgress(before + bytes, size, scanner.Words));
                });
                before += now;
            }
        }, cancellation);
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

        options ??= new WordCorpusOptions();
        return Build("The text", options, scanner => scanner.Read(Tokens(Next, options), "The text"), cancellation);
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

    private static void CheckFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            Throw.TextFileIsFolder(path);
        if (!File.Exists(path))
            Throw.TextFileMissing(path, Path.GetFullPath(path));
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read,
        bufferSize: 0, FileOptions.SequentialScan);

    private static string FileName(string path) => $"The file '{path}'";

    private static WordCorpus FromStream(Stream stream, string name, WordCorpusOptions? options,
        IProgress<WordCorpusProgress>? progress, CancellationToken cancellation)
    {
        options ??= new WordCorpusOptions();
        long size = stream.CanSeek ? Math.Max(stream.Length - stream.Position, 0) : 0;
        return Build(name, options, scanner => Scan(scanner, stream, name, options, progress is null
            ? null
            : bytes => progress.Report(new WordCorpusProgress(bytes, size, scanner.Words))), cancellation);
    }

    // Report is told how many bytes of the stream are read.
    private static void Scan(WordScanner scanner, Stream stream, string name, WordCorpusOptions options,
        Action<long>? report)
    {
        Encoding encoding = TextEncoding.Find(options.Encoding, nameof(options));
        long start = stream.CanSeek ? stream.Position : 0;
        bool isUtf8 = encoding.CodePage == Utf8CodePage;
        using PeekStream all = new(stream);
        if ((isUtf8 ? FileKind.NoUtf8(all.First) : FileKind.Known(all.First)) is { } kind)
            Throw.CorpusIsOther(name, kind.Name, kind.Remedy);
        using Stream text = isUtf8 ? all : Encoding.CreateTranscodingStream(all,
            TextEncoding.WithMark(encoding, all.First), new UTF8Encoding(false), leaveOpen: true);
        bool isChanged = !isUtf8 || options.Tokenizer != WordTokenizer.WhiteSpace;
        try
        {
            scanner.Read(Tokens(text.Read, options), name, report is null
                ? null
                : bytes => report(isChanged && stream.CanSeek ? stream.Position - start : bytes));
        }
        catch (DecoderFallbackException e)
        {
            throw Throw.CorpusNotValid(name, encoding.WebName, e);
        }
    }

    private static WordScanner.Source Tokens(WordScanner.Source source, WordCorpusOptions options) =>
        options.Tokenizer == WordTokenizer.Words ? new WordTokens(source).Read : source;
}
