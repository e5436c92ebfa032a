using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Embeddings.Evaluation;

/// <summary>The lines of a file of questions or word pairs: utf-8, of bounded size.</summary>
internal static class EvaluationFile
{
    public const long MaxBytes = 1L << 28;

    /// <summary>Lines that aren't blank, without white space around them, and their numbers from 1.</summary>
    public static IEnumerable<(int Number, string Text)> Lines(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            Throw.VectorFileIsFolder(path);
        if (!File.Exists(path))
            Throw.TextFileMissing(path, Path.GetFullPath(path));

        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (file.CanSeek && file.Length > MaxBytes)
            Throw.EvaluationFileTooLarge(path, file.Length, MaxBytes);

        using StreamReader reader = new(file, new UTF8Encoding(false, throwOnInvalidBytes: true));
        for (int number = 1; ReadLine(reader, path) is { } line; number++)
        {
            string text = line.Trim();
            if (text.Length > 0)
                yield return (number, text);
        }
    }

    private static string? ReadLine(StreamReader reader, string path)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (DecoderFallbackException e)
        {
            throw Throw.EvaluationFileInvalid(path, e);
        }
    }
}
