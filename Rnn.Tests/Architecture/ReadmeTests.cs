using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Architecture;

/// <summary>What the README promises is there.</summary>
public partial class ReadmeTests
{
    private static string Readme => File.ReadAllText(Path.Combine(Repository.RootOrSkip(), "README.md"));

    [Fact]
    public void TwoCommands()
    {
        Assert.Contains("dotnet run -c Release --project samples/CharRnn", Readme, StringComparison.Ordinal);
        Assert.Contains("dotnet test -c Release", Readme, StringComparison.Ordinal);
    }

    [Fact]
    public void ProjectsThatCommandsNameExist()
    {
        string[] projects = [.. ProjectOption().Matches(Readme).Select(match => match.Groups["path"].Value).Distinct()];
        Assert.All(projects, project =>
        {
            string path = Path.Combine(Repository.RootOrSkip(), project);
            bool exists = File.Exists(path)
                || (Directory.Exists(path) && Directory.GetFiles(path, "*.csproj").Length == 1);
            Assert.True(exists,
                $"The README names the project {project}, which isn't there.");
        });
    }

    [Fact]
    public void FilesThatLinksNameExist()
    {
        IEnumerable<string> paths = Link().Matches(Readme).Select(match => match.Groups["path"].Value)
            .Where(path => !path.Contains(':', StringComparison.Ordinal) && path.Length > 0).Distinct();
        Assert.All(paths, path => Assert.True(Path.Exists(Path.Combine(Repository.RootOrSkip(), path)),
            $"The README links to {path}, which isn't there."));
    }

    [Fact]
    public void TheGradientTableIsOfAllCases()
    {
        Assert.Contains($"| Total |  | {GradientCases.All.Count} |", Readme, StringComparison.Ordinal);
        Assert.DoesNotContain("_TABLE", Readme, StringComparison.Ordinal);
    }

    [Fact]
    public void ExamplesAreThoseOfTheTests() => CheckExamples(Readme, File.ReadAllText(
        Path.Combine(Repository.RootOrSkip(), "Rnn.Tests", "Architecture", "ReadmeExamples.cs")));

    /// <summary>Every C# block of a document is a region of a test.</summary>
    internal static void CheckExamples(string document, string tests)
    {
        Dictionary<string, string> regions = Region().Matches(tests).ToDictionary(
            match => match.Groups["name"].Value,
            match => Unindented(match.Groups["code"].Value));
        Assert.NotEmpty(regions);

        MatchCollection blocks = Block().Matches(document);
        Assert.Equal(document.Split("```csharp").Length - 1, blocks.Count);   // each block has its name
        Assert.All(blocks, block =>
        {
            string name = block.Groups["name"].Value;
            Assert.True(regions.TryGetValue(name, out string? code), $"There is no region '// README: {name}'.");
            Assert.Equal(code.Split('\n'), block.Groups["code"].Value.TrimEnd().Split('\n'));
        });
    }

    private static string Unindented(string code)
    {
        string[] lines = code.Split('\n');
        int indent = lines.Where(line => line.Trim().Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : "")).Trim('\n');
    }

    [GeneratedRegex(@"dotnet (?:run|test|build|publish|pack)[^\n`]*?(?:--project (?<path>[\w./-]+)|(?<path>samples/[\w./-]+))")]
    private static partial Regex ProjectOption();

    [GeneratedRegex(@"\]\((?<path>[^)#\s]*)[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"<!-- example: (?<name>[^\n]+?) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^ *// README: (?<name>[^\n]+)\n(?<code>.*?)\n *// end\n",
        RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Region();
}
