using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rnn.Core.Layers.Recurrent;
using Xunit;

namespace Rnn.Tests.Architecture;

/// <summary>The guides of the documentation site: their programs are those of tests, their links lead somewhere.</summary>
public partial class GuideTests
{
    public static TheoryData<string> Guides
    {
        get
        {
            string folder = Path.Combine(Repository.RootOrSkip(), "docs/guides");
            return [.. Directory.GetFiles(folder, "*.md").Select(path => Path.GetFileName(path)).Order()];
        }
    }

    [Theory]
    [MemberData(nameof(Guides))]
    public void ExamplesAreThoseOfTests(string name)
    {
        string tests = string.Concat(((string[])["ReadmeExamples.cs", "PackageExamples.cs", "GuideExamples.cs"])
            .Select(file => Read("Rnn.Tests/Architecture/" + file)));
        ReadmeTests.CheckExamples(Read("docs/guides/" + name), tests);
    }

    [Theory]
    [MemberData(nameof(Guides))]
    public void LinksLeadSomewhereAndTheContentsNameThePage(string name)
    {
        string folder = Path.Combine(Repository.RootOrSkip(), "docs/guides");
        Assert.All(Link().Matches(Read("docs/guides/" + name)).Select(match => match.Groups["path"].Value), path =>
            Assert.True(File.Exists(Path.Combine(folder, path)), $"{name} links to {path}, which isn't there."));
        Assert.Contains($"href: {name}", Read("docs/guides/toc.yml"), StringComparison.Ordinal);
    }

    [Fact]
    public void TheTemplateAndTheProgramInOneFileAskForThisVersion()
    {
        string version = VersionElement().Match(Read("Directory.Build.props")).Groups["version"].Value;
        Assert.Contains($"<PackageReference Include=\"Rnn.Models\" Version=\"{version}\" />",
            Read("samples/Template/templates/network/MyNetwork.csproj"), StringComparison.Ordinal);
        Assert.Contains($"#:package Rnn.Models@{version}\n", Read("samples/Start/start.cs"), StringComparison.Ordinal);
        JsonNode template = JsonNode.Parse(Read("samples/Template/templates/network/.template.config/template.json"))!;
        string[] cells = [.. template["symbols"]!["cell"]!["choices"]!.AsArray().Select(choice => (string)choice!["choice"]!)];
        Assert.All(cells, cell => Assert.True(Enum.TryParse<RecurrentCell>(cell, out _), cell));
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.RootOrSkip(), path));

    [GeneratedRegex(@"\]\((?<path>(?!https?:)[^)#\s]+)[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"<Version>(?<version>[^<]+)</Version>")]
    private static partial Regex VersionElement();
}
