using System;
using System.IO;
using Rnn.Models.Data;
using Xunit;

namespace Rnn.Tests.Infrastructure;

/// <summary>Real data for tests that can use it: a set that isn't on this machine skips the test.</summary>
internal static class TestData
{
    public static string PathOrSkip(DataSet set)
    {
        string? path = DataSets.Find(set);
        Assert.SkipWhen(path is null,
            $"The data set '{set.Name}' is missing: set {DataSets.FolderVariable} to a folder with " +
            $"{set.RelativePath}.");
        return path!;
    }

    /// <summary>The path of a file under $RNN_DATA that is no set of the library's.</summary>
    /// <param name="name">As "wikitext-2/train.txt".</param>
    public static string PathOrSkip(string name)
    {
        string? folder = Environment.GetEnvironmentVariable(DataSets.FolderVariable);
        string path = Path.Combine(folder ?? "", name);
        Assert.SkipWhen(string.IsNullOrEmpty(folder) || !File.Exists(path),
            $"The file {name} is missing: set {DataSets.FolderVariable} to a folder that has it.");
        return path;
    }
}
