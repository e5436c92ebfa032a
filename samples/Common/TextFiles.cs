using System;
using System.Collections.Generic;
using System.IO;

namespace Rnn.Samples.Common;

/// <summary>What a user names as a text.</summary>
public static class TextFiles
{
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
}
