using System;
using System.IO;

namespace Rnn.Samples.Common;

/// <summary>Where a run writes. Tried out at the start: an hour later would be too late.</summary>
public sealed class OutputFolder
{
    private OutputFolder(string path) => Path = path;

    /// <summary>The folder, as the user named it.</summary>
    public string Path { get; }

    /// <summary>Makes a folder, with its parents, and writes a byte into it.</summary>
    /// <exception cref="IOException">That's impossible.</exception>
    public static OutputFolder Create(string path)
    {
        try
        {
            string full = System.IO.Path.GetFullPath(path);
            for (string? part = full; part is not null; part = System.IO.Path.GetDirectoryName(part))
            {
                if (File.Exists(part))
                {
                    throw new IOException($"'{part}' is a file");
                }
            }

            Directory.CreateDirectory(path);
            string probe = System.IO.Path.Combine(path, $".{Environment.ProcessId}.tmp");
            File.WriteAllBytes(probe, [0]);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The output folder '{path}' can't be written to: {e.Message.TrimEnd('.')}. Name another with --out.",
                e);
        }

        return new OutputFolder(path);
    }

    /// <summary>A file in the folder.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);
}
