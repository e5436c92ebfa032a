using System;
using System.Globalization;
using System.Linq;
using CsCheck;
using Rnn.Models.LanguageModels.NGrams;
using Rnn.Models.Text.Scripts;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.LanguageModels.NGrams;

public class TextNoveltyTests
{
    private static readonly Gen<int[]> s_text = Gen.Int[0, 3].Array[1, 40];

    [Fact]
    public void ByHand()
    {
        TextNovelty novelty = new([1, 2, 3, 4, 5, 1, 2, 9]);
        NoveltyReport report = novelty.Measure([7, 3, 4, 5, 1, 2, 2, 3], lineEnds: [7, 5]);
        Assert.Equal(8, report.Tokens);
        Assert.Equal(new CopiedRun(5, 1, 2), report.LongestRun);
        Assert.Equal(7 / 8.0, report.Copied(1));
        Assert.Equal(2 / 5.0, report.Copied(4));   // 3 4 5 1, 4 5 1 2
        Assert.Equal(0, report.Copied(6));
        Assert.Equal(double.NaN, report.Copied(9));
        Assert.Equal(6 / 8.0, report.Distinct(1));
        Assert.Equal(1, report.Distinct(2));
        Assert.Equal(2, report.Lines);             // 3 4, 1 2 2 3
        Assert.Equal(0, report.RepeatedLines);
    }

    [Fact]
    public void RepeatedLinesAreThoseThatCameBefore()
    {
        NoveltyReport report = new TextNovelty([1]).Measure([1, 2, 0, 1, 2, 0, 0, 3, 9, 1, 2], lineEnds: [0, 9]);
        Assert.Equal(4, report.Lines);
        Assert.Equal(0.5, report.RepeatedLines);
        Assert.Equal(0, new TextNovelty([1]).Measure([1, 1]).RepeatedLines);
        Assert.Equal(double.NaN, new TextNovelty([1]).Measure([0], lineEnds: [0]).RepeatedLines);
    }

    [Fact]
    public void ACopyIsFoundWhole()
    {
        int[] training = [.. Enumerable.Range(0, 1000).Select(i => i * i % 77)];
        NoveltyReport report = new TextNovelty(training).Measure([500, .. training[300..420], 501]);
        Assert.Equal(120, report.LongestRun.Length);
        Assert.Equal(1, report.LongestRun.Position);
        Assert.Equal(training[300..420], training[report.LongestRun.TrainingPosition..][..120]);
        Assert.Equal(new CopiedRun(0, 0, 0), new TextNovelty(training).Measure([500, 501]).LongestRun);
    }

    [Fact]
    public void ItIsWhatSearchingFinds() => Gen.Select(s_text, s_text, Gen.Int[1, 5]).Sample((training, generated, n) =>
    {
        NoveltyReport report = new TextNovelty(training).Measure(generated, lineEnds: [3]);
        string[] grams = Grams(generated, n);
        Assert.Equal(grams.Length == 0 ? double.NaN : grams.Count(Grams(training, n).Contains) / (double)grams.Length, report.Copied(n));
        Assert.Equal(grams.Length == 0 ? double.NaN : grams.Distinct().Count() / (double)grams.Length, report.Distinct(n));
        int longest = Enumerable.Range(1, generated.Length).LastOrDefault(m => Grams(generated, m).Any(Grams(training, m).Contains));
        CopiedRun run = report.LongestRun;
        Assert.Equal(longest, run.Length);
        Assert.Equal(generated.Skip(run.Position).Take(longest), training.Skip(run.TrainingPosition).Take(longest));

        string[] lines = string.Join("", generated).Split('3', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines.Length, report.Lines);
        int repeated = lines.Length - lines.Distinct().Count();
        Assert.Equal(lines.Length == 0 ? double.NaN : repeated / (double)lines.Length, report.RepeatedLines);
    });

    [Fact]
    public void ErrorsSayWhatIsWrong()
    {
        Assert.Contains("TextNovelty: training has no token", Assert.Throws<ArgumentException>(() => new TextNovelty([])).Message);
        TextNovelty novelty = new([1]);
        Assert.Contains("generated has no token", Assert.Throws<ArgumentException>(() => novelty.Measure([])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => novelty.Measure([1]).Copied(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => novelty.Measure([1]).Distinct(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => novelty.Measure([1]).Distinct(9));
    }

    // One token over and over is the worst case of sorting.
    [Fact]
    public void OneTokenOverAndOver() =>
        Assert.Equal(3000, new TextNovelty(new int[100_000]).Measure(new int[3000]).LongestRun.Length);

    [Fact]
    public void HeldOutTextShowsWhatIsUsual()
    {
        string[] training = TokenizedText.Read(TestData.PathOrSkip("wikitext-2/train.txt"));
        TokenVocabulary vocabulary = TokenVocabulary.FromTokens(training);
        int[] valid = vocabulary.Encode(TokenizedText.Read(TestData.PathOrSkip("wikitext-2/valid.txt")));
        TextNovelty novelty = new(vocabulary.Encode(training));
        NoveltyReport report = novelty.Measure(valid, lineEnds: [vocabulary.Encode([TokenizedText.EndOfLine])[0]]);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"copied 4: {report.Copied(4):F4}, 8: {report.Copied(8):F4}; "
            + $"distinct 1 to 4: {report.Distinct(1):F3} {report.Distinct(2):F3} {report.Distinct(3):F3} {report.Distinct(4):F3}; "
            + $"{report.LongestRun}; repeated {report.RepeatedLines:F4} of {report.Lines}"));
        Assert.InRange(report.Copied(4), 0.02, 0.2);
        Assert.InRange(report.Copied(8), 0, 0.02);
    }

    private static string[] Grams(int[] text, int n) =>
        [.. Enumerable.Range(0, Math.Max(0, text.Length - n + 1)).Select(i => string.Join(' ', text[i..(i + n)]))];
}
