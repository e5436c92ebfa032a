using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace Rnn.Core.Serialization;

// What temporary files are called, and which paths are one file.
public static partial class AtomicFile
{
    private const string TemporaryEnd = ".tmp";
    private const int GuidDigits = 32;
    private const int MostLinks = 40;   // as Linux has it; a longer chain is a circle

    private static readonly TimeSpan s_clockStep = TimeSpan.FromSeconds(2);   // the coarsest of file systems
    private static readonly EnumerationOptions s_everyFile = new() { AttributesToSkip = FileAttributes.Directory };

    /// <summary>
    /// Deletes the temporary files that killed processes left in a folder: those with the names that
    /// <see cref="Write"/> gives, whose process no longer runs, or is another that began after the file was written
    /// (design decision D45). Never another's file, and none that a process has open. What can't be deleted stays.
    /// </summary>
    /// <param name="folder">The folder, without those in it. There may be none of that name.</param>
    /// <returns>How many were deleted.</returns>
    public static int DeleteStray(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        int deleted = 0;
        try
        {
            foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles($".*{TemporaryEnd}", s_everyFile))
            {
                if (IsStray(file) && TryDelete(file))
                    deleted++;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }

        return deleted;
    }

    /// <summary>
    /// Whether two paths lead to one file, so that writing to one would overwrite the other: links in them are
    /// followed, and case matters as it does by default on the platform (not on Windows and macOS). Hard links are not
    /// told.
    /// </summary>
    /// <param name="first">A path, of a file that needn't exist.</param>
    /// <param name="second">Another.</param>
    public static bool IsSame(string first, string second)
    {
        ArgumentException.ThrowIfNullOrEmpty(first);
        ArgumentException.ThrowIfNullOrEmpty(second);
        StringComparison comparison = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
            ? StringComparison.OrdinalIgnoreCase
            : StringComparison.Ordinal;
        return string.Equals(WithoutLinks(first), WithoutLinks(second), comparison);
    }

    // Process and random number: what a killed process left behind is never met again.
    private static string TemporaryPath(string target)
    {
        string name = Path.GetFileName(target);
        string shortened = name.Length <= NameCharacters ? name : name[..NameCharacters];
        string unique = $"{Environment.ProcessId}-{Guid.NewGuid():N}";
        return Path.Combine(Path.GetDirectoryName(target)!, $".{shortened}.{unique}{TemporaryEnd}");
    }

    private static bool IsStray(FileInfo file) =>
        TryProcessOf(file.Name, out int process) && file.LinkTarget is null
        && !IsRunning(process, file.LastWriteTimeUtc);

    // The process in a name that TemporaryPath gave.
    private static bool TryProcessOf(string file, out int process)
    {
        process = 0;
        if (!file.StartsWith('.') || !file.EndsWith(TemporaryEnd, StringComparison.Ordinal))
            return false;

        ReadOnlySpan<char> rest = file.AsSpan(1, file.Length - 1 - TemporaryEnd.Length);
        int dot = rest.LastIndexOf('.'), dash = rest.Length - GuidDigits - 1;
        return dot > 0 && dash > dot && rest[dash] == '-'
            && Guid.TryParseExact(rest[(dash + 1)..], "N", out _)
            && int.TryParse(rest[(dot + 1)..dash], NumberStyles.None, CultureInfo.InvariantCulture, out process);
    }

    // Whether the process of that number that ran at a time still does: numbers come again, in containers always.
    private static bool IsRunning(int process, DateTime time)
    {
        try
        {
            using Process found = Process.GetProcessById(process);
            return found.StartTime.ToUniversalTime() <= time + s_clockStep;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            return true;   // it can't be asked
        }
    }

    // A process on another machine, or in another container, has a number of its own; but who writes has the file open.
    private static bool TryDelete(FileInfo file)
    {
        try
        {
            using (file.Open(FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
            }

            file.Delete();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Every part of a path may be a link, and lead to a path with links.
    private static string WithoutLinks(string path)
    {
        string full = Path.GetFullPath(path);
        for (int links = 0; links < MostLinks && FirstLink(full) is { } link; links++)
        {
            string target = Path.GetFullPath(new FileInfo(link).LinkTarget!, Path.GetDirectoryName(link)!);
            full = Path.GetFullPath(Path.Join(target, full[link.Length..]));
        }

        return Path.TrimEndingDirectorySeparator(full);
    }

    private static string? FirstLink(string full)
    {
        string? link = null;
        for (string? part = full; part is not null; part = Path.GetDirectoryName(part))
        {
            if (new FileInfo(part).LinkTarget is not null)
                link = part;
        }

        return link;
    }
}
