using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Serialization;

namespace Rnn.Samples.Common;

/// <summary>Where a run is to write.</summary>
/// <param name="Asked">The folder that the user named, or null.</param>
/// <param name="Default">The folder if none was named; runs after the first get a number of their own.</param>
/// <param name="Overwrite">Whether a run that is there may be moved out of the way.</param>
public sealed record RunPlace(string? Asked, string Default, bool Overwrite);

/// <summary>
/// The folder of one run. It belongs to one process at a time; what an earlier run has written is not overwritten
/// unless that was asked for, and then it is kept in a folder <c>previous</c> inside; what is read is never written to.
/// </summary>
public sealed class RunFolder : IDisposable
{
    private const string Previous = "previous";

    private readonly RunLock _lock;
    private readonly bool _isNew;

    private RunFolder(string path, RunLock @lock, bool isNew)
    {
        Path = path;
        _lock = @lock;
        _isNew = isNew;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <summary>The folder, as the user named it.</summary>
    public string Path { get; }

    /// <summary>The folder of a run that begins.</summary>
    /// <param name="place">Where.</param>
    /// <param name="files">What the run writes.</param>
    /// <param name="sources">Files that it reads; null ones don't count.</param>
    /// <exception cref="IOException">It can't be written to, is in use, or holds a run.</exception>
    public static RunFolder Begin(RunPlace place, RunFiles files, params IEnumerable<string?> sources)
    {
        if (place.Asked is null)
            return FirstFree(place.Default, files);

        RunFolder folder = Open(place.Asked);
        try
        {
            folder.MakeRoom(files, place.Overwrite, sources);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The folder of a run that goes on.</summary>
    /// <param name="place">Where.</param>
    /// <param name="name">The file that it goes on from: the newest one, if no folder was named.</param>
    /// <exception cref="IOException">It can't be written to, or is in use.</exception>
    public static RunFolder Resume(RunPlace place, string name) =>
        Open(place.Asked ?? Newest(place.Default, name) ?? place.Default);

    /// <summary>The newest run in a default folder or a numbered one beside it.</summary>
    /// <param name="defaultPath">The default folder.</param>
    /// <param name="name">The file that counts.</param>
    /// <returns>A folder, or null if there is none with that file.</returns>
    public static string? Newest(string defaultPath, string name) => Numbered(defaultPath)
        .TakeWhile(Directory.Exists)
        .Where(folder => File.Exists(System.IO.Path.Combine(folder, name)))
        .OrderByDescending(folder => File.GetLastWriteTimeUtc(System.IO.Path.Combine(folder, name)))
        .FirstOrDefault();

    /// <summary>Makes a folder, with its parents, where there is none.</summary>
    /// <returns>Whether there was none.</returns>
    /// <exception cref="IOException">That's impossible.</exception>
    public static bool Make(string path)
    {
        try
        {
            string full = System.IO.Path.GetFullPath(path);
            for (string? part = full; part is not null; part = System.IO.Path.GetDirectoryName(part))
            {
                if (File.Exists(part))
                    throw new IOException($"'{part}' is a file");
            }

            bool isNew = !Directory.Exists(full);
            Directory.CreateDirectory(path);
            return isNew;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, e);
        }
    }

    /// <summary>A file in the folder.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a by-product, which never holds up the main thing: a failure is a warning.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="write">Writes the file at a path.</param>
    /// <returns>Whether it was written.</returns>
    public bool TryWrite(string name, Action<string> write)
    {
        try
        {
            write(PathOf(name));
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)   // a missing font, too, says so in many ways
        {
            Screen.Warn($"Warning: {name} was not written: {ErrorMessage.Sentence((e.InnerException ?? e).Message)}");
            return false;
        }
    }

    /// <summary>What a run has written, and what can be done with it.</summary>
    /// <param name="files">Names and what they hold; those that aren't there are left out.</param>
    /// <param name="commands">Arguments of commands that use them.</param>
    public string Written(IEnumerable<(string Name, string What)> files, params IEnumerable<string> commands)
    {
        string table = TextTable.Format(
            [.. files.Where(file => File.Exists(PathOf(file.Name)))
                .Select(file => new[] { "  " + file.Name, file.What })], left: 2);
        IEnumerable<string> lines = commands.Select(arguments => $"  {CommandText.Of([])} {arguments}");
        return $"Written to {Path}:\n{table}\nTo use it:\n{string.Join('\n', lines)}";
    }

    /// <summary>Gives the folder back; one that this run made and never wrote to is removed.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        _lock.Dispose();
        if (_isNew && Directory.Exists(Path) && !Directory.EnumerateFileSystemEntries(Path).Any())
            Directory.Delete(Path);
    }

    private void OnExit(object? sender, EventArgs e) => Dispose();

    private static RunFolder FirstFree(string path, RunFiles files)
    {
        foreach (string candidate in Numbered(path))
        {
            if (TryOpen(candidate) is not { } folder)
                continue;

            if (files.In(candidate).Count == 0)
            {
                if (candidate != path)
                    Screen.Show($"Results go to {candidate}: '{path}' holds an earlier run.");

                return folder;
            }

            folder.Dispose();
        }

        throw new InvalidOperationException("Numbers don't end.");
    }

    private static IEnumerable<string> Numbered(string path) => Enumerable.Range(1, int.MaxValue)
        .Select(number => number == 1 ? path : FormattableString.Invariant($"{path}-{number}"));

    private static RunFolder Open(string path) => TryOpen(path) ?? throw new IOException(
        $"The folder '{path}' is in use by another run: wait for it, or name another folder with --out.");

    // Null if another process has it.
    private static RunFolder? TryOpen(string path)
    {
        bool isNew = Make(path);
        try
        {
            if (RunLock.TryTake(path) is not { } taken)
                return null;

            AtomicFile.DeleteStray(path);   // of runs that were killed while they saved
            return new RunFolder(path, taken, isNew);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, e);
        }
    }

    private static IOException CannotWrite(string path, Exception e) => new(
        $"The output folder '{path}' can't be written to: {e.Message.TrimEnd('.')}. Name another with --out.", e);

    private static string? SourceAmong(IReadOnlyList<string> files, IEnumerable<string?> sources) =>
        sources.FirstOrDefault(source => source is not null && files.Any(file => AtomicFile.IsSame(file, source)));

    private void MakeRoom(RunFiles files, bool overwrite, IEnumerable<string?> sources)
    {
        IReadOnlyList<string> all = files.AllIn(Path);
        if (SourceAmong(all, sources) is { } source)
        {
            throw new IOException($"'{source}' is read by this run and lies where it writes: name another folder with "
                + $"--out.");
        }

        IReadOnlyList<string> main = files.In(Path);
        if (main.Count == 0)
            return;

        if (!overwrite)
        {
            throw new IOException($"The folder '{Path}' holds an earlier run ({string.Join(", ", main)}): go on with "
                + $"it by --resume, name another folder with --out, or add --overwrite, which moves the earlier run "
                + $"to '{PathOf(Previous)}'.");
        }

        string previous = PathOf(Previous);
        if (Directory.Exists(previous))
        {
            string[] old = Directory.GetFiles(previous, "*", SearchOption.AllDirectories);
            if (SourceAmong(old, sources) is { } read)
            {
                throw new IOException($"'{read}' is read by this run, and --overwrite would put another run in its "
                    + $"place: name another folder with --out.");
            }

            Directory.Delete(previous, recursive: true);
        }

        Directory.CreateDirectory(previous);
        foreach (string file in all)
            File.Move(file, System.IO.Path.Combine(previous, System.IO.Path.GetFileName(file)));

        foreach (string part in files.FoldersIn(Path))
            Directory.Move(part, System.IO.Path.Combine(previous, System.IO.Path.GetFileName(part)));

        Screen.Show($"The earlier run of '{Path}' is in '{previous}' now.");
    }
}
