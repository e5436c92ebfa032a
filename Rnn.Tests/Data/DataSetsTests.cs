using System;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Models.Data;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Data;

public sealed class DataSetsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. DataSets.All.Select(set => set.Name)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryDescriptionIsComplete()
    {
        Assert.Equal(
        [
            "anna", "tinyshakespeare", "text8", "reviews", "wikitext-2", "fra-eng", "dates", "m4-hourly-train",
            "m4-hourly-test", "airline", "sunspots", "power",
        ], DataSets.All.Select(set => set.Name));
        Assert.Equal(DataSets.All.Count, DataSets.All.Select(set => set.RelativePath).Distinct().Count());
        Assert.All(DataSets.All, set =>
        {
            Assert.Same(set, DataSets.Get(set.Name.ToUpperInvariant()));
            Assert.Matches("^[0-9a-f]{64}$", set.Sha256);
            Assert.Equal("https", set.Url.Scheme);
            Assert.True(set.Size > 0);
            // A set of one file has a folder of its name; those of one subject share one.
            Assert.Matches($"^({set.Name}|m4-hourly|timeseries)/[^/]+$", set.RelativePath);
            Assert.EndsWith("/" + set.FileName, set.RelativePath);
            Assert.NotEmpty(set.License);
            Assert.NotEmpty(set.Description);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ALocalCopyIsTheSet(string name)
    {
        DataSet set = DataSets.Get(name);
        string path = TestData.PathOrSkip(set);
        DataSets.Verify(set, path);
        Assert.Equal(set.Size, new FileInfo(path).Length);
    }

    [Fact]
    public void UnknownNameListsTheKnownOnes() => Assert.Contains(
        "no data set named 'ana'; the known ones are anna, tinyshakespeare, text8, reviews",
        Assert.Throws<ArgumentException>(() => DataSets.Resolve("ana")).Message);

    [Fact]
    public void NamedFolderThenVariableThenCache()
    {
        string named = Path.Combine(_folder.Path, "named");
        UserFolders user = new(Path.Combine(_folder.Path, "variable"), Path.Combine(_folder.Path, "cache"));
        string[] paths = new[] { named, user.DataVariable!, user.Cache! }
            .SelectMany(folder => new[] { Path.Combine(folder, "anna", "anna.txt"), Path.Combine(folder, "anna.txt") })
            .ToArray();

        FileNotFoundException e = Assert.Throws<FileNotFoundException>(
            () => DataSets.Resolve(DataSets.Anna, named, user));
        Assert.All(paths, path => Assert.Contains($"'{path}'", e.Message));
        Assert.Contains("Ask for its download (2025486 bytes), or get https://raw.githubusercontent.com/", e.Message);
        Assert.EndsWith($"save it as '{paths[4]}'.", e.Message);
        Assert.Equal(paths[4], e.FileName);

        // From the last place to the first: each newcomer is preferred to all that are there already.
        foreach (string path in paths.Reverse())
        {
            _folder.Write(Path.GetRelativePath(_folder.Path, path), [1]);
            Assert.Equal(path, DataSets.Resolve(DataSets.Anna, named, user));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void MissingFoldersAreNotLookedInto(string? none)
    {
        string path = _folder.Write("anna.txt", [1]);
        Assert.Equal(path, DataSets.Resolve(DataSets.Anna, none, new UserFolders(none, _folder.Path)));
        Assert.Equal(path, DataSets.Resolve("anna", _folder.Path));
        Assert.Equal(path, DataSets.Find(DataSets.Anna, _folder.Path));
        Assert.Throws<FileNotFoundException>(() => DataSets.Resolve(DataSets.Anna, none, new UserFolders(none, null)));
    }

    [Fact]
    public void CacheFolderFollowsThePlatform()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Paths of Unix.");
        Assert.Equal("/x/rnn", UserFolders.UnixCache(isMac: false, "/x", "/home/a"));
        Assert.Equal("/home/a/.cache/rnn", UserFolders.UnixCache(isMac: false, null, "/home/a"));
        Assert.Equal("/home/a/.cache/rnn", UserFolders.UnixCache(isMac: false, "", "/home/a"));
        Assert.Equal("/home/a/.cache/rnn", UserFolders.UnixCache(isMac: false, "relative", "/home/a"));
        Assert.Equal("/Users/a/Library/Caches/rnn", UserFolders.UnixCache(isMac: true, "/x", "/Users/a"));
        Assert.Null(UserFolders.UnixCache(isMac: false, null, ""));
        Assert.Equal(Path.Combine("local", "rnn", "cache"), UserFolders.WindowsCache("local"));
        Assert.Null(UserFolders.WindowsCache(""));
    }

    [Fact]
    public void VerifyTellsWhatCame()
    {
        DataSet set = DataSets.Anna with
        {
            Size = 3,
            Sha256 = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",   // of "abc", in any case
        };
        DataSets.Verify(set, _folder.Write("good.txt", Encoding.ASCII.GetBytes("abc")));

        string bad = _folder.Write("bad.txt", Encoding.ASCII.GetBytes("abcd"));
        string message = Assert.Throws<InvalidDataException>(() => DataSets.Verify(set, bad)).Message;
        Assert.Contains("expected 3 bytes with sha256 BA7816BF", message);
        Assert.Contains("came 4 bytes with sha256 88d4266f", message);

        Assert.Throws<FileNotFoundException>(() => DataSets.Verify(set, Path.Combine(_folder.Path, "none.txt")));
    }
}
