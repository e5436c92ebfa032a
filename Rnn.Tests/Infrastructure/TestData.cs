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
}
