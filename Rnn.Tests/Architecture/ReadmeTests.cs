using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Architecture;

/// <summary>What the README promises is there.</summary>
public partial class ReadmeTests
{
    private static string Readme => Read("README.md");

    public static TheoryData<string> Documents { get; } =
        ["README.md", "samples/CharRnn/README.md", "samples/Word2Vec/README.md", "samples/Sentiment/README.md",
        "samples/TvScript/README.md", "samples/Attention/README.md", "samples/TimeSeries/README.md", "samples/AotGenerate/README.md",
        "samples/Server/README.md", "samples/KillCheck/README.md", "samples/FuzzCheck/README.md",
        "samples/MutationCheck/README.md"];

    [Fact]
    public void TwoCommands()
    {
        Assert.Contains("dotnet run -c Release --project samples/CharRnn", Readme, StringComparison.Ordinal);
        Assert.Contains("dotnet test -c Release", Readme, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void ProjectsThatCommandsNameExist(string document)
    {
        string[] projects = [.. ProjectOption().Matches(Read(document)).Select(match => match.Groups["path"].Value).Distinct()];
        Assert.All(projects, project =>
        {
            string path = Path.Combine(Repository.RootOrSkip(), project);
            bool exists = File.Exists(path)
                || (Directory.Exists(path) && Directory.GetFiles(path, "*.csproj").Length == 1);
            Assert.True(exists,
                $"{document} names the project {project}, which isn't there.");
        });
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void FilesThatLinksNameExist(string document)
    {
        string folder = Path.Combine(Repository.RootOrSkip(), Path.GetDirectoryName(document)!);
        IEnumerable<string> paths = Link().Matches(Read(document)).Select(match => match.Groups["path"].Value)
            .Where(path => !path.Contains(':', StringComparison.Ordinal) && path.Length > 0).Distinct();
        Assert.All(paths, path => Assert.True(Path.Exists(Path.Combine(folder, path)),
            $"{document} links to {path}, which isn't there."));
    }

    [Fact]
    public void TheGradientReportIsOfAllCases()
    {
        string report = Read("samples/GradientReport/results/report.md");
        foreach (IGrouping<(string, string), GradientCase> shape in GradientCases.All.GroupBy(c => (c.Layer, c.Shape)))
            Assert.Contains($"| {shape.Key.Item1} | {shape.Key.Item2} | {shape.Count()} |", report, StringComparison.Ordinal);

        string cases = GradientCases.All.Count.ToString("N0", CultureInfo.InvariantCulture);
        Assert.Contains($"| Total |  | {cases} |", report, StringComparison.Ordinal);
        string total = report.Split('\n').Single(line => line.StartsWith("| Total |", StringComparison.Ordinal));
        Assert.Contains(total.Replace("| Total |  |", "| All |", StringComparison.Ordinal), Readme, StringComparison.Ordinal);
    }

    /// <summary>The rows that the README shows are sums over the report's.</summary>
    [Theory]
    [InlineData("LSTM", "Lstm")]
    [InlineData("GRU", "Gru")]
    [InlineData("Simple RNN, tanh and relu", "SimpleRnn, tanh", "SimpleRnn, relu")]
    [InlineData("Pooling: last, mean, max, attention", "SequencePooling")]
    [InlineData("Attention of a decoder", "GlobalAttention", "AttentionDecoder")]
    [InlineData("Transformer: heads, normalisation, feed-forward, positions, encoder, decoder", "MultiHeadAttention", "LayerNorm",
        "FeedForward", "PositionalEncoding", "TransformerEncoder", "TransformerDecoder")]
    [InlineData("Linear, embedding, dropout", "Linear", "Embedding", "Dropout")]
    [InlineData("Losses", "SoftmaxCrossEntropy", "SigmoidCrossEntropy", "MeanSquaredError", "HuberLoss", "PinballLoss",
        "ActivationPenalty", "TemporalActivationPenalty", "NormalLikelihood", "StudentTLikelihood",
        "NegativeBinomialLikelihood")]
    [InlineData("Heads: softmax, adaptive, sampled, negative sampling", "SoftmaxHead", "AdaptiveSoftmax", "SampledSoftmax",
        "NegativeSampling")]
    public void RowsOfGradients(string row, params string[] layers)
    {
        string[][] lines = [.. Read("samples/GradientReport/results/report.md").Split('\n')
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length > 5 && layers.Contains(cells[1]))];
        int cases = lines.Sum(cells => int.Parse(cells[3], CultureInfo.InvariantCulture));
        int derivatives = lines.Sum(cells => int.Parse(cells[4], NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
        string worst = lines.MaxBy(cells => double.Parse(cells[5], CultureInfo.InvariantCulture))![5];
        string expected = string.Create(CultureInfo.InvariantCulture, $"| {row} | {cases} | {derivatives:N0} | {worst} |");
        Assert.Contains(expected, Readme, StringComparison.Ordinal);
    }

    /// <summary>The rows of speed are rows of the whole table.</summary>
    [Fact]
    public void RowsOfSpeed()
    {
        string table = Read("Rnn.Benchmarks/results/amd-epyc-zen4/speed.md");
        string[] rows = [.. Readme.Split('\n').SkipWhile(line => !line.StartsWith("| Work |", StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith('|'))];
        Assert.Equal(10, rows.Length);
        Assert.All(rows, row => Assert.Contains(row, table, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("samples/Word2Vec/README.md")]
    [InlineData("samples/Sentiment/README.md")]
    [InlineData("samples/TvScript/README.md")]
    [InlineData("samples/Attention/README.md")]
    [InlineData("samples/TimeSeries/README.md")]
    public void ExamplesAreThoseOfTheTests(string document) =>
        CheckExamples(Read(document), Read("Rnn.Tests/Architecture/ReadmeExamples.cs"));

    /// <summary>Every C# block of a document is a region of a test.</summary>
    internal static void CheckExamples(string document, string tests)
    {
        Dictionary<string, string> regions = Region().Matches(tests)
            .GroupBy(match => match.Groups["name"].Value, match => Unindented(match.Groups["code"].Value))
            .ToDictionary(group => group.Key, group => string.Join("\n\n", group));
        Assert.NotEmpty(regions);

        MatchCollection blocks = Block().Matches(document);
        Assert.Equal(document.Split("```csharp").Length - 1, blocks.Count);   // each block has its name
        Assert.All(blocks, block =>
        {
            string name = block.Groups["name"].Value;
            Assert.True(regions.TryGetValue(name, out string? code), $"There is no region '// README: {name}'.");
            string[] lines = block.Groups["code"].Value.TrimEnd().Split('\n');
            string[] usings = [.. lines.TakeWhile(line => UsingDirective().IsMatch(line))];
            Assert.NotEmpty(usings);   // whoever copies an example need not look for its namespaces
            Assert.All(usings, line => Assert.Contains($"\n{line}\n", "\n" + tests, StringComparison.Ordinal));
            Assert.Equal(code.Split('\n'), lines[(usings.Length + 1)..]);
        });
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.RootOrSkip(), path));

    private static string Unindented(string code)
    {
        string[] lines = code.Split('\n');
        int indent = lines.Where(line => line.Trim().Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : "")).Trim('\n');
    }

    [GeneratedRegex(@"dotnet (?:run|test|build|publish|pack)[^\n`]*?(?:--project (?<path>[\w./-]+)|(?<path>samples/[\w./-]+))")]
    private static partial Regex ProjectOption();

    [GeneratedRegex(@"^using [\w.]+;$")]
    private static partial Regex UsingDirective();

    [GeneratedRegex(@"\]\((?<path>[^)#\s]*)[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"<!-- example: (?<name>[^\n]+?) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^ *// README: (?<name>[^\n]+)\n(?<code>.*?)\n *// end\n",
        RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Region();
}
