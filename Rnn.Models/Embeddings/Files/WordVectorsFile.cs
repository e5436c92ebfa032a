using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Text;
using Rnn.Core.Serialization;
using Rnn.Models.Diagnostics;
using Rnn.Models.Files;

namespace Rnn.Models.Embeddings.Files;

/// <summary>
/// Files of word vectors: reads word2vec's text and binary formats and GloVe's text, also compressed by gzip; writes
/// word2vec's two, and the two files of the embedding projector. Writing is atomic: a file is there whole or not at
/// all.
/// </summary>
public static class WordVectorsFile
{
    /// <summary>Reads a file, whose format is found out.</summary>
    /// <param name="path">The file. Read.</param>
    /// <param name="options">What to read of it; null for all.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// It is damaged, or no file of word vectors; the message says where, what was expected and what came. A number
    /// that is not finite counts as damage.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public static WordVectors Load(string path, WordVectorsLoadOptions? options = null) => Load(path, options, out _);

    /// <summary>Reads a file, whose format is found out.</summary>
    /// <param name="path">The file. Read.</param>
    /// <param name="options">What to read of it; null for all.</param>
    /// <param name="report">What was met on the way. Overwritten.</param>
    /// <inheritdoc cref="Load(string, WordVectorsLoadOptions?)"/>
    public static WordVectors Load(string path, WordVectorsLoadOptions? options, out WordVectorsLoadReport report)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new WordVectorsLoadOptions();
        if (options.Limit < 0)
            Throw.Outside(nameof(options.Limit), options.Limit, "0 or more");
        if (Directory.Exists(path))
            Throw.VectorFileIsFolder(path);
        if (!File.Exists(path))
            Throw.TextFileMissing(path, Path.GetFullPath(path));

        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0,
            FileOptions.SequentialScan);
        return Read(file, path, options, out report);
    }

    /// <summary>Reads a stream from where it stands to its end (with a limit, not to its end).</summary>
    /// <param name="stream">Need not be seekable: the standard input, a part of an archive. Left open.</param>
    /// <param name="options">What to read of it; null for all.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="InvalidDataException">As for a file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public static WordVectors Load(Stream stream, WordVectorsLoadOptions? options = null, string name = "stream") =>
        Load(stream, options, out _, name);

    /// <summary>Reads a stream from where it stands to its end (with a limit, not to its end).</summary>
    /// <param name="stream">Need not be seekable: the standard input, a part of an archive. Left open.</param>
    /// <param name="options">What to read of it; null for all.</param>
    /// <param name="report">What was met on the way. Overwritten.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <inheritdoc cref="Load(Stream, WordVectorsLoadOptions?, string)"/>
    public static WordVectors Load(Stream stream, WordVectorsLoadOptions? options, out WordVectorsLoadReport report,
        string name = "stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        options ??= new WordVectorsLoadOptions();
        if (options.Limit < 0)
            Throw.Outside(nameof(options.Limit), options.Limit, "0 or more");
        return Read(stream, name, options, out report);
    }

    /// <summary>Writes word2vec's text format. Every number reads back as the same float.</summary>
    /// <param name="path">The file; replaced.</param>
    /// <param name="vectors">What to write. Read.</param>
    /// <param name="whiteSpace">
    /// What takes the place of white space inside a word, for example "_": the format has none. Null refuses such
    /// words.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A word has white space, which nothing replaces, or two words would become one, or a word would be empty, is no
    /// valid Unicode or has more than 16,384 bytes of UTF-8. Nothing is written then.
    /// </exception>
    /// <exception cref="IOException">The file can't be written; the one before is still there.</exception>
    public static void WriteText(string path, WordVectors vectors, string? whiteSpace = null)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        WriteText(path, vectors.Words, vectors.Dimensions, (row, vector) => vectors[row].CopyTo(vector), whiteSpace);
    }

    /// <summary>
    /// Writes word2vec's text format. Every number reads back as the same float. Holds one vector at a time.
    /// </summary>
    /// <param name="path">The file; replaced.</param>
    /// <param name="words">V words, none empty, each there once. Read.</param>
    /// <param name="dimensions">D, at least 1.</param>
    /// <param name="readRow">Copies the vector of word i, 0 to V - 1, into the span [D]; called once a word.</param>
    /// <param name="whiteSpace">As for vectors.</param>
    /// <exception cref="ArgumentException">
    /// A word is empty or has white space, which nothing replaces, two words would become one, a word is no valid
    /// Unicode or has more than 16,384 bytes of UTF-8, there is none, or D is not 1 to 65,536. Nothing is written then.
    /// </exception>
    /// <exception cref="IOException">The file can't be written; the one before is still there.</exception>
    public static void WriteText(string path, IReadOnlyList<string> words, int dimensions,
        Action<int, Span<float>> readRow, string? whiteSpace = null)
    {
        ArgumentNullException.ThrowIfNull(readRow);
        CheckWords(words, dimensions, whiteSpace);
        AtomicFile.Write(path, stream =>
            VectorFileWriter.WriteText(stream, words, dimensions, readRow, whiteSpace));
    }

    /// <summary>Writes word2vec's binary format.</summary>
    /// <param name="path">The file; replaced.</param>
    /// <param name="vectors">What to write. Read.</param>
    /// <param name="whiteSpace">
    /// What takes the place of white space inside a word, for example "_": the format has none. Null refuses such
    /// words.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A word has white space, which nothing replaces, or two words would become one, or a word would be empty, is no
    /// valid Unicode or has more than 16,384 bytes of UTF-8. Nothing is written then.
    /// </exception>
    /// <exception cref="IOException">The file can't be written; the one before is still there.</exception>
    public static void WriteBinary(string path, WordVectors vectors, string? whiteSpace = null)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        WriteBinary(path, vectors.Words, vectors.Dimensions, (row, vector) => vectors[row].CopyTo(vector), whiteSpace);
    }

    /// <summary>Writes word2vec's binary format. Holds one vector at a time.</summary>
    /// <param name="path">The file; replaced.</param>
    /// <param name="words">V words, none empty, each there once. Read.</param>
    /// <param name="dimensions">D, at least 1.</param>
    /// <param name="readRow">Copies the vector of word i, 0 to V - 1, into the span [D]; called once a word.</param>
    /// <param name="whiteSpace">As for vectors.</param>
    /// <exception cref="ArgumentException">
    /// A word is empty or has white space, which nothing replaces, two words would become one, a word is no valid
    /// Unicode or has more than 16,384 bytes of UTF-8, there is none, or D is not 1 to 65,536. Nothing is written then.
    /// </exception>
    /// <exception cref="IOException">The file can't be written; the one before is still there.</exception>
    public static void WriteBinary(string path, IReadOnlyList<string> words, int dimensions,
        Action<int, Span<float>> readRow, string? whiteSpace = null)
    {
        ArgumentNullException.ThrowIfNull(readRow);
        CheckWords(words, dimensions, whiteSpace);
        AtomicFile.Write(path, stream =>
            VectorFileWriter.WriteBinary(stream, words, dimensions, readRow, whiteSpace));
    }

    /// <summary>
    /// Writes what the embedding projector loads: the vectors, one line each with tabs between the numbers, and a file
    /// of the words in the same order. Without counts that has no header (the projector's rule for one column), with
    /// counts it has the columns "word" and "count". White space inside words becomes a space.
    /// </summary>
    /// <param name="vectorsPath">By custom vectors.tsv; replaced.</param>
    /// <param name="metadataPath">By custom metadata.tsv; replaced.</param>
    /// <param name="vectors">What to write. Read.</param>
    /// <param name="words">The first so many words; 0 for all.</param>
    /// <param name="counts">How often each word occurs, at least as many as there are words; empty for none.</param>
    /// <exception cref="ArgumentException">A number is out of range, or there are too few counts.</exception>
    /// <exception cref="IOException">A file can't be written; the one before is still there.</exception>
    public static void WriteProjector(string vectorsPath, string metadataPath, WordVectors vectors, int words = 0,
        IReadOnlyList<long>? counts = null)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (words < 0)
            Throw.Outside(nameof(words), words, "0 or more");
        int rows = words == 0 ? vectors.Count : Math.Min(words, vectors.Count);
        if (counts is { Count: > 0 } && counts.Count < rows)
            Throw.ProjectorCounts(nameof(counts), counts.Count, rows);

        AtomicFile.Write(vectorsPath, stream => VectorFileWriter.WriteTsv(stream, vectors, rows));
        AtomicFile.Write(metadataPath, stream => VectorFileWriter.WriteMetadata(stream, vectors, rows, counts));
    }

    // Before the file is begun, so that the message is the caller's argument's, not a failed write's.
    private static void CheckWords(IReadOnlyList<string> words, int dimensions, string? whiteSpace)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (dimensions <= 0)
            Throw.NotPositive(nameof(WordVectors), nameof(dimensions), dimensions);
        if (words.Count == 0)
            Throw.NoVectors(nameof(words));
        if (whiteSpace is not null && whiteSpace.AsSpan().ContainsAny(VectorFileWriter.WhiteSpace))
            Throw.WhiteSpaceReplacement(nameof(whiteSpace));
        if (dimensions > VectorFileReader.MaxDimensions)
            Throw.VectorDimensions(nameof(dimensions), dimensions, VectorFileReader.MaxDimensions);
        bool isReplaced = false;
        for (int i = 0; i < words.Count; i++)
        {
            if (string.IsNullOrEmpty(words[i]))
                Throw.VectorWordEmpty(nameof(words), i);
            bool hasSpace = words[i].AsSpan().ContainsAny(VectorFileWriter.WhiteSpace);
            if (whiteSpace is null && hasSpace)
                Throw.WordWithWhiteSpace(nameof(words), words[i], i);
            isReplaced |= hasSpace;
            CheckWritten(VectorFileWriter.WithoutSpace(words[i], whiteSpace), words[i], i);
        }

        if (isReplaced)
            CheckDistinct(words, whiteSpace);
    }

    // What a reader would cut, replace or refuse.
    private static void CheckWritten(string written, string word, int index)
    {
        if (written.Length == 0)
            Throw.VectorWordBlank("words", word, index);
        if (Encoding.UTF8.GetByteCount(written) > VectorFileReader.MaxWordBytes)
            Throw.VectorWordLong("words", word, index, VectorFileReader.MaxWordBytes);
        if (HasLoneSurrogate(written))
            Throw.VectorWordUnicode("words", word, index);
    }

    private static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int length) != OperationStatus.Done)
                return true;
            text = text[length..];
        }

        return false;
    }

    private static void CheckDistinct(IReadOnlyList<string> words, string? whiteSpace)
    {
        Dictionary<string, int> indices = new(words.Count, StringComparer.Ordinal);
        for (int i = 0; i < words.Count; i++)
        {
            string written = VectorFileWriter.WithoutSpace(words[i], whiteSpace);
            if (!indices.TryAdd(written, i))
                Throw.VectorWordsAlike("words", words[indices[written]], words[i], written);
        }
    }

    private static WordVectors Read(Stream stream, string name, WordVectorsLoadOptions options,
        out WordVectorsLoadReport report)
    {
        long? length = stream.CanSeek ? stream.Length - stream.Position : null;
        using PeekStream all = new(stream);
        FileKind? kind = FileKind.Known(all.First);
        bool compressed = kind is { IsGzip: true };
        if (!compressed)
            Refuse(name, all.First, kind);
        using GZipStream? decompressed = compressed ? new GZipStream(all, CompressionMode.Decompress) : null;
        VectorFileReader reader = new(name, (Stream?)decompressed ?? all, compressed ? null : length, options);
        VectorTableBuilder table = reader.Read();
        if (table.Count == 0)
            Throw.VectorRowsAllOdd(name, table.Skipped);
        report = new WordVectorsLoadReport
        {
            Format = reader.Format!.Value,
            IsCompressed = compressed,
            DeclaredWords = reader.DeclaredWords,
            Rows = table.Rows,
            Duplicates = table.Duplicates,
            SkippedRows = table.Skipped,
            InvalidWords = table.InvalidWords,
        };
        return table.Build();
    }

    // Line 1 of vectors has no NUL, and where it has none, those further on are a binary file's numbers.
    private static void Refuse(string name, ReadOnlySpan<byte> first, FileKind? kind)
    {
        int end = first.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? first : first[..end];
        if (kind is not null)
            Throw.VectorFileOther(name, kind.Name, kind.Remedy);
        bool isMarked = first.StartsWith<byte>([0xFF, 0xFE]) || first.StartsWith<byte>([0xFE, 0xFF]);
        if ((isMarked || line.Contains((byte)0)) && FileKind.Wide(first) is { } wide)
            Throw.VectorFileOther(name, wide.Name, "Save it as utf-8");
        if (FileKind.IsWebPage(first))
            Throw.VectorFileOther(name, "a web page (HTML)", "Get the file itself, by the address of its download");
    }
}
