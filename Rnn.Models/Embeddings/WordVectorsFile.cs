using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using Rnn.Core.Serialization;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Embeddings;

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
        bool compressed = IsGzip(file);
        using GZipStream? decompressed = compressed ? new GZipStream(file, CompressionMode.Decompress) : null;
        long? length = file.CanSeek && !compressed ? file.Length : null;
        VectorFileReader reader = new(path, (Stream?)decompressed ?? file, length, options);
        VectorTableBuilder table = reader.Read();
        report = new WordVectorsLoadReport
        {
            Format = reader.Format!.Value,
            IsCompressed = compressed,
            DeclaredWords = reader.DeclaredWords,
            Rows = table.Rows,
            Duplicates = table.Duplicates,
            InvalidWords = table.InvalidWords,
        };
        return table.Build();
    }

    /// <summary>Writes word2vec's text format. Every number reads back as the same float.</summary>
    /// <param name="path">The file; replaced.</param>
    /// <param name="vectors">What to write. Read.</param>
    /// <param name="whiteSpace">
    /// What takes the place of white space inside a word, for example "_": the format has none. Null refuses such
    /// words.
    /// </param>
    /// <exception cref="ArgumentException">A word has white space, which nothing replaces.</exception>
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
    /// <param name="words">V words, none empty. Read.</param>
    /// <param name="dimensions">D, at least 1.</param>
    /// <param name="readRow">Copies the vector of word i, 0 to V - 1, into the span [D]; called once a word.</param>
    /// <param name="whiteSpace">As for vectors.</param>
    /// <exception cref="ArgumentException">
    /// A word is empty or has white space, which nothing replaces, there is none, or D is below 1.
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
    /// <exception cref="ArgumentException">A word has white space, which nothing replaces.</exception>
    /// <exception cref="IOException">The file can't be written; the one before is still there.</exception>
    public static void WriteBinary(string path, WordVectors vectors, string? whiteSpace = null)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        WriteBinary(path, vectors.Words, vectors.Dimensions, (row, vector) => vectors[row].CopyTo(vector), whiteSpace);
    }

    /// <summary>Writes word2vec's binary format. Holds one vector at a time.</summary>
    /// <param name="path">The file; replaced.</param>
    /// <param name="words">V words, none empty. Read.</param>
    /// <param name="dimensions">D, at least 1.</param>
    /// <param name="readRow">Copies the vector of word i, 0 to V - 1, into the span [D]; called once a word.</param>
    /// <param name="whiteSpace">As for vectors.</param>
    /// <exception cref="ArgumentException">
    /// A word is empty or has white space, which nothing replaces, there is none, or D is below 1.
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
        for (int i = 0; i < words.Count; i++)
        {
            if (string.IsNullOrEmpty(words[i]))
                Throw.VectorWordEmpty(nameof(words), i);
            if (whiteSpace is null && words[i].AsSpan().ContainsAny(VectorFileWriter.WhiteSpace))
                Throw.WordWithWhiteSpace(nameof(words), words[i], i);
        }
    }

    // A pipe can't be looked into without taking from it: it is read as it is.
    private static bool IsGzip(FileStream file)
    {
        if (!file.CanSeek)
            return false;
        Span<byte> magic = stackalloc byte[2];
        int read = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return read == 2 && magic[0] == 0x1F && magic[1] == 0x8B;
    }
}
