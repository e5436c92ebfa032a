using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace Rnn.Tests.Architecture;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string? s_root = FindRoot();

    /// <summary>The folder of Rnn.sln; a test assembly that was copied elsewhere skips the test.</summary>
    public static string RootOrSkip()
    {
        Assert.SkipWhen(s_root is null,
            $"The sources aren't here: no folder above {AppContext.BaseDirectory} holds Rnn.sln.");
        return s_root!;
    }

    /// <summary>The C# files of some top folders, what a build wrote left out.</summary>
    public static List<SourceFile> Sources(params string[] folders)
    {
        string root = RootOrSkip();
        List<SourceFile> files = [];
        foreach (string folder in folders.Select(name => Path.Combine(root, name)).Where(Directory.Exists))
        {
            files.AddRange(
                from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                let path = Path.GetRelativePath(root, file).Replace('\\', '/')
                where !path.Contains("/bin/", StringComparison.Ordinal)
                    && !path.Contains("/obj/", StringComparison.Ordinal)
                orderby path
                select new SourceFile(path, File.ReadAllText(file)));
        }

        Assert.NotEmpty(files);
        return files;
    }

    private static string? FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Rnn.sln")))
            folder = folder.Parent;

        return folder?.FullName;
    }
}
