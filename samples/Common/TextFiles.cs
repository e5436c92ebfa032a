using System;
using System.Collections.Generic;
using System.IO;
using Rnn.Models.Text;

namespace Rnn.Samples.Common;

/// <summary>What a user names as a text.</summary>
public static class TextFiles
{
    /// <summary>The path of the standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>A file itself; the .txt files of a folder and of those inside, by name.</summary>
    /// <exception cref="FileNotFoundException">The folder has none.</exception>
    public static IReadOnlyList<string> Of(string path)
    {
        if (!Directory.Exists(path))
            return [path];

        string[] files = Directory.GetFiles(path, "*.txt", SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        return files.Length > 0 ? files : throw new FileNotFoundException($"The folder '{path}' has no .txt file.");
    }

    /// <summary>A text file, all those of a folder, or standard input if the path is "-".</summary>
    /// <exception cref="InvalidDataException">It is not valid in this encoding; the option is named.</exception>
    public static string Read(string path, string encoding)
    {
        try
        {
            return path == StandardInput
                ? TextFile.Read(Console.OpenStandardInput(), "standard input", encoding)
                : TextFile.ReadAll(Of(path), encoding);
        }
        catch (InvalidDataException e) when (e.Message.Contains("not valid", StringComparison.Ordinal))
        {
            throw new InvalidDataException(e.Message + " The option is --encoding.", e);
        }
    }
}
