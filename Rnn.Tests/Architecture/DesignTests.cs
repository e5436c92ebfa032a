using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace Rnn.Tests.Architecture;

/// <summary>DESIGN.md and the code that cites it agree.</summary>
public partial class DesignTests
{
    private static readonly string[] s_folders = ["Rnn.Core", "Rnn.Models", "Rnn.Benchmarks", "Rnn.Tests", "samples"];

    [Fact]
    public void DecisionsAreNumberedOnceWithoutGaps()
    {
        int[] numbers = [.. Decision().Matches(Design()).Select(match => Number(match)).Order()];
        Assert.Equal(Enumerable.Range(1, numbers.Length), numbers);
    }

    [Fact]
    public void EveryCitedDecisionIsThere()
    {
        HashSet<int> known = [.. Decision().Matches(Design()).Select(match => Number(match))];
        IEnumerable<(string Path, string Text)> files = Repository.Sources(s_folders)
            .Select(file => (file.Path, file.Text)).Concat(Documents());
        (string, string)[] cited = [.. files.SelectMany(file =>
            Citation().Matches(file.Text).Select(match => (file.Path, match.Value, Number: Number(match))))
            .Where(citation => !known.Contains(citation.Number)).Select(citation => (citation.Path, citation.Value))];
        Assert.Empty(cited);
    }

    [Fact]
    public void CodeThatItNamesExists()
    {
        HashSet<string> words = [.. Repository.Sources(s_folders)
            .SelectMany(file => Word().Matches(file.Code).Select(match => match.Value))];
        Assert.Empty(Named().Matches(Design()).SelectMany(match => match.Groups["name"].Value.Split('.'))
            .Where(word => !words.Contains(word)).Distinct());
    }

    private static string Design() => File.ReadAllText(Path.Combine(Repository.RootOrSkip(), "Rnn.Core", "DESIGN.md"));

    private static IEnumerable<(string, string)> Documents()
    {
        string root = Repository.RootOrSkip();
        return Directory.GetFiles(Path.Combine(root, "Rnn.Core"), "*.md", SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(root, path), File.ReadAllText(path)));
    }

    private static int Number(Match match) => int.Parse(match.Groups["number"].ValueSpan, null);

    [GeneratedRegex(@"^\| D(?<number>\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Decision();

    // "(D11)", "design decision D11", "design decisions D10, D11"; D1*N1 of a formula is none.
    [GeneratedRegex(@"(?<=\(|decisions?\s(?:///\s)?|D\d+, )D(?<number>\d+)\b(?!\*)")]
    private static partial Regex Citation();

    // `Type`, `Type.Member` and `Member`, not `T`, `samples/...` or `LSTM`.
    [GeneratedRegex(@"`(?<name>[A-Z]\w*[a-z]\w*(?:\.[A-Z]\w+)*)(?:\([^`]*\))?`")]
    private static partial Regex Named();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Word();
}
