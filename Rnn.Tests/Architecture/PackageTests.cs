using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Rnn.Tests.Architecture;

/// <summary>What a package says, as its project declares it; .ci/run looks into the packages themselves.</summary>
public partial class PackageTests
{
    public static TheoryData<string> Packages => ["Rnn.Core", "Rnn.Models"];

    [Theory]
    [MemberData(nameof(Packages))]
    public void TheExamplesAreThoseOfTheTests(string package) =>
        ReadmeTests.CheckExamples(Read(package, "PACKAGE.md"), Read("Rnn.Tests", "Architecture", "PackageExamples.cs")
            + Read("Rnn.Tests", "Architecture", "ReadmeExamples.cs"));

    [Theory]
    [MemberData(nameof(Packages))]
    public void ItsPageHasNoLinksIntoTheRepository(string package) =>
        Assert.All(Link().Matches(Read(package, "PACKAGE.md")).Select(match => match.Groups["target"].Value),
            target => Assert.StartsWith("https://", target, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Packages))]
    public void DocumentsThatItsTextsNameArePacked(string package)
    {
        string folder = Path.Combine(Repository.RootOrSkip(), package);
        string[] packed = [.. XDocument.Parse(Read(package, package + ".csproj")).Descendants("None")
            .Where(item => ((string?)item.Attribute("PackagePath"))?.StartsWith("/docs", StringComparison.Ordinal) == true)
            .SelectMany(item => ((string)item.Attribute("Include")!).Split(';'))
            .SelectMany(pattern => Directory.GetFiles(folder, pattern)).Select(path => Path.GetFileName(path))];
        string comments = string.Concat(Repository.Sources(package).SelectMany(file => file.Text.Split('\n'))
            .Where(line => line.TrimStart().StartsWith("///", StringComparison.Ordinal)));
        string[] named = [.. Document().Matches(comments + Read(package, "PACKAGE.md"))
            .Select(match => match.Groups["name"].Value).Distinct()];
        Assert.Empty(named.Except(packed));
        Assert.Empty(packed.Except(Directory.GetFiles(folder, "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetFileName(path))));
        if (package == "Rnn.Core")
            Assert.Contains("Gru.md", named);
    }

    [Theory]
    [InlineData("Rnn.Core", "word vectors")]
    [InlineData("Rnn.Models", "word2vec")]
    public void DescriptionTagsAndIconAreThere(string package, string words)
    {
        XDocument project = XDocument.Parse(Read(package, package + ".csproj"));
        Assert.Contains(words, project.Descendants("Description").Single().Value, StringComparison.Ordinal);
        Assert.Contains("word-vectors", project.Descendants("PackageTags").Single().Value.Split(';'));
        byte[] icon = File.ReadAllBytes(Path.Combine(Repository.RootOrSkip(), "icon.png"));
        Assert.Equal("PNG"u8, icon.AsSpan(1, 3));
        Assert.InRange(icon.Length, 500, 10_000);
    }

    private static string Read(params string[] path) =>
        File.ReadAllText(Path.Combine([Repository.RootOrSkip(), .. path]));

    [GeneratedRegex(@"\]\((?<target>[^)\s]*)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<name>\w+\.md)\b")]
    private static partial Regex Document();
}
