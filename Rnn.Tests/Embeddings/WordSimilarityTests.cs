using System;
using System.IO;
using System.Linq;
using System.Text;
using CsCheck;
using MathNet.Numerics.Statistics;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Evaluation;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Embeddings;

public sealed class WordSimilarityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SpearmanGivesTiesTheMeanOfTheirRanks()
    {
        // Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: covariance 4.5, variances 4.5 and 5, so 4.5 / sqrt(22.5).
        Assert.Equal(4.5 / Math.Sqrt(22.5), Correlation.Spearman([1, 2, 2, 3], [1, 3, 2, 4]), 1e-12);
        Gen.Select(Gen.Int[0, 5].Array[12], Gen.Int[0, 5].Array[12]).Sample((x, y) =>
        {
            double expected = Correlation.Pearson(Ranks(x), Ranks(y));
            double actual = Correlation.Spearman(x.Select(v => (double)v), y.Select(v => (double)v));
            Assert.True(double.IsNaN(expected) ? double.IsNaN(actual) : Math.Abs(expected - actual) < 1e-9);
        });
    }

    [Fact]
    public void ByHandWithTiesAndUnknownWords()
    {
        // Cosines with "x": a 1, b 0, c -1, d 0. Scores 9, 5, 1, 3: ranks of scores 4 3 1 2, of cosines 4 2.5 1 2.5.
        WordVectors vectors = new(["x", "a", "b", "c", "d", "A"], [1, 0, 2, 0, 0, 3, -1, 0, 0, 1, 0, 1], 2);
        WordSimilarity pairs = new([new("x", "a", 9), new("x", "b", 5), new("x", "c", 1), new("d", "X", 3),
            new("x", "unknown", 7), new("?", "!", 2)]);
        WordSimilarityResult result = pairs.Evaluate(vectors);
        Assert.Equal(4.5 / Math.Sqrt(22.5), result.Spearman, 1e-12);
        Assert.Equal((4, 2), (result.Found, result.Skipped));
        Assert.Equal(4 / 6.0, result.Coverage, 1e-12);
        Assert.Equal(Correlation.Pearson([9, 5, 1, 3], [1, 0, -1, 0]), result.Pearson, 1e-12);

        result = pairs.Evaluate(vectors, ignoreCase: false);   // "X" is unknown then
        Assert.Equal((1.0, 3, 3), (Math.Round(result.Spearman, 12), result.Found, result.Skipped));
        result = pairs.Evaluate(vectors, restrict: 2);
        Assert.Equal((1, 5), (result.Found, result.Skipped));
        Assert.True(double.IsNaN(result.Spearman));
        Assert.Equal(1, new WordSimilarity([new("X", "A", 1)]).Evaluate(vectors).Found);
    }

    [Theory]
    [InlineData("a\tb\t1.5\nc d\te\t-2\n")]
    [InlineData("word1\tword2\tscore\na\tb\t1.5\r\nc d\te\t-2\tmore\r\n")]
    [InlineData("Word 1,Word 2,Human (mean)\na,b,1.50\nc d , e,-2.0\n")]
    [InlineData("# a comment\n\n  a  b  1.5\n\"c\" e -2")]
    public void ReadsTabsCommasAndSpaces(string text)
    {
        WordSimilarity pairs = WordSimilarity.Load(_folder.Write("p", Encoding.UTF8.GetBytes(text)));
        string third = text.Contains('"') ? "\"c\"" : "c d";
        Assert.Equal([new WordPair("a", "b", 1.5), new WordPair(third, "e", -2)], pairs.Pairs);
    }

    [Theory]
    [InlineData("", "is empty; expected two words and a score")]
    [InlineData("word1\tword2\tscore\n", "is empty; expected two words and a score")]
    [InlineData("a\tb\t1\nc\td\n", "Line 2 of '#': expected two words and a score, between tabs,")]
    [InlineData("a\tb\t1\nc\td\n", "commas or spaces, got 'c\\x09d'. Correct or remove the line.")]
    [InlineData("a\n", "Line 1 of '#': expected two words and a score")]
    [InlineData("a b 1\n\nc d x\n", "Line 3 of '#': expected a number in the third column, got 'x'")]
    [InlineData("a b 1\nc d NaN\n", "Line 2 of '#': expected a finite number in the third column, got 'NaN'")]
    [InlineData("a\tb\t1\n\td\t1\n", "Line 2 of '#': expected")]
    [InlineData("a b 1\n\u00FF c 2\n", "The file '#' is not valid utf-8")]
    public void MalformedFiles(string text, string message)
    {
        string path = _folder.Write("p", Encoding.Latin1.GetBytes(text));
        VectorCases.Says<InvalidDataException>(message.Replace("#", path, StringComparison.Ordinal),
            () => WordSimilarity.Load(path));
    }

    [Fact]
    public void Misuse()
    {
        VectorCases.Says<ArgumentException>("pairs is empty; expected at least one pair",
            () => _ = new WordSimilarity([]));
        VectorCases.Says<FileNotFoundException>("There is no file", () => WordSimilarity.Load("no-such-file"));
        VectorCases.Says<InvalidDataException>("is a folder", () => WordSimilarity.Load(_folder.Path));
        VectorCases.Says<ArgumentOutOfRangeException>("restrict is -1",
            () => new WordSimilarity([new("a", "b", 1)]).Evaluate(VectorCases.Royal(), restrict: -1));
    }

    [Theory]
    [InlineData("EN-WS-353-ALL.txt", 353)]
    [InlineData("EN-MEN-TR-3k.txt", 3000)]
    [InlineData("EN-SIMLEX-999.txt", 999)]
    [InlineData("EN-RW-STANFORD.txt", 2034)]
    public void RealFiles(string name, int count)
    {
        WordSimilarity pairs = WordSimilarity.Load(VectorCases.WordDataOrSkip(name));
        Assert.Equal(count, pairs.Pairs.Count);
        Assert.All(pairs.Pairs, pair => Assert.InRange(pair.Score, 0, 50));
    }

    private static double[] Ranks(int[] values) =>
        [.. values.Select(v => values.Count(w => w < v) + ((values.Count(w => w == v) + 1) / 2.0))];
}
