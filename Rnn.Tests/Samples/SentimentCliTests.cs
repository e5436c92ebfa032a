using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rnn.Models.Sentiment;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Sentiment;
using Xunit;

namespace Rnn.Tests.Samples;

/// <summary>samples/Sentiment from outside: what is printed, exit codes, files, and what interruptions leave.</summary>
public class SentimentCliTests
{
    private static readonly string[] s_tiny =
        ["--embedding", "4", "--hidden", "4", "--batch", "10", "--epochs", "2", "--threads", "1", "--reviews", "200"];

    [Theory]
    [InlineData("There is no file 'nope.tsv'", "--text", "nope.tsv")]
    [InlineData("'texts.txt' has 3 lines and 'two.txt' has 2", "--text", "texts.txt", "--labels", "two.txt")]
    [InlineData("has one class only, 'good'", "--text", "texts.txt", "--labels", "same.txt")]
    [InlineData("line 2: there is no text", "--text", "hole.tsv")]
    [InlineData("line 1: there is no tab", "--text", "texts.txt")]
    [InlineData("not valid utf-8: byte 0xE9", "--text", "latin.tsv")]
    [InlineData("The option is --encoding.", "--text", "latin.tsv")]
    [InlineData("--pretrain needs --layers 1", "--pretrain", "1", "--layers", "2")]
    [InlineData("--from trains one network as it is", "--from", "MODEL", "--text", "good.tsv", "--vector-epochs", "2")]
    [InlineData("--refit-on-all begins anew", "--from", "MODEL", "--text", "good.tsv", "--refit-on-all", "yes")]
    [InlineData("none is left to learn from", "--text", "good.tsv", "--test", "0.5", "--validation", "0.5")]
    [InlineData("--data or in $RNN_DATA", "--preset", "lesson")]
    [InlineData("There is no model 'nope'", "--from", "nope", "--text", "good.tsv")]
    [InlineData("There is no model 'nope'", "predict", "--model", "nope", "a film")]
    [InlineData("'texts.txt' can't be read as safetensors", "predict", "--model", "texts.txt", "a film")]
    [InlineData("line 1: the label is 'good'; expected negative, positive", "evaluate", "--model", "MODEL", "--text", "good.tsv")]
    [InlineData("--class is 'nix'; the model's classes are negative, positive", "explain", "--model", "MODEL", "--class", "nix", "a")]
    [InlineData("is the model itself: name another file", "explain", "--model", "MODEL", "--html", "MODEL", "a")]
    public void BadInputIsOneSentenceAndExitCode1(string message, params string[] arguments) => Refused(1, message, arguments);

    [Theory]
    [InlineData("--pooling is 'nix'; expected one of last, mean, max, attention.", "--pooling", "nix")]
    [InlineData("--preset is 'nix'; expected one of demo, lesson, best.", "--preset", "nix")]
    [InlineData("--labels belongs to --text, which is not given.", "--labels", "two.txt")]
    [InlineData("--dropout is '1'; expected a number from 0 to 0.99.", "--dropout", "1")]
    [InlineData("Give a text, or --text FILE.", "explain")]
    [InlineData("Give a text or --text FILE, not both.", "predict", "a", "--text", "texts.txt")]
    [InlineData("'--text' is required", "evaluate")]
    [InlineData("--from needs a text to train on", "--from", "nope")]
    public void WrongUsageIsOneSentenceAndExitCode2(string message, params string[] arguments) => Refused(2, message, arguments);

    [Fact]
    public void ARunLeavesModelsPicturesAndAPageAndItsCommandsUseThem()
    {
        using TemporaryFolder folder = new();
        using SampleProcess train = Run(folder, ["--seeds", "2", "--pretrain", "1", .. s_tiny]);
        Assert.True(train.ExitCode == 0, train.Error);
        foreach (string line in (string[])
            [
                "160 to learn from, 20 to choose by, 20 to test on", "linear, 1- to", "network 1", "network 2",
                "average of the networks", "networks and linear (", "Accuracy of 2 networks: mean ",
                "Accuracy of 2 networks, each with the linear classifier: mean ", "is, and is taken for", "for:",
                "Pre-training: 1 epochs",
            ])
        {
            Assert.Contains(line, train.Output);
        }

        foreach (string name in (string[])
            [
                "model.safetensors", "checkpoint.safetensors", "linear.safetensors", "ensemble.json", "loss.csv", "loss.png",
                "summary.json", "reliability.png", "explanations.html", "seed-2/model.safetensors", "pretraining/model.safetensors",
            ])
        {
            Assert.True(File.Exists(Path.Combine(folder.Path, "out/sentiment", name)), name);
        }

        string page = File.ReadAllText(Path.Combine(folder.Path, "out/sentiment/explanations.html"));
        Assert.Contains("<span style=", page);
        Assert.DoesNotContain("<link", page);
        Assert.DoesNotContain("src=", page);

        using SampleProcess predict = Run(folder, ["predict", "the story is brilliant"]);
        Assert.Matches("^(negative|positive), p = 0\\.[0-9]{4}", predict.Output);
        using SampleProcess unknown = Run(folder, ["predict", "xyzzy"]);
        Assert.Contains("the model knows none of its words", unknown.Output);
        Assert.Contains("; linear alone: ", predict.Output);
        using SampleProcess typed = SampleProcess.RunWithInput("Sentiment", folder.Path,
            "the story is brilliant\na dull film\n", "predict");
        Assert.Equal(2, typed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.StartsWith(predict.Output.Trim(), typed.Output);
        using SampleProcess explain = Run(folder, ["explain", "the story is not brilliant", "--html", "page.html"]);
        Assert.Contains("Page saved as page.html", explain.Output);

        File.WriteAllText(Path.Combine(folder.Path, "test.tsv"), "positive\tthe story is brilliant\nnegative\ta dull film\n");
        using SampleProcess evaluate = Run(folder, ["evaluate", "--text", "test.tsv"]);
        Assert.Contains("test.tsv, 2 texts", evaluate.Output);
        Assert.Contains("linear, 1- to", evaluate.Output);
        using SampleProcess one = Run(folder, ["evaluate", "--text", "test.tsv", "--model", "out/sentiment/seed-2/model.safetensors"]);
        Assert.DoesNotContain("linear", one.Output);
        foreach (string damaged in (string[])["{}", "{ \"linearShare\": 2 }", "nonsense", ""])
        {
            folder.Write("out/sentiment/ensemble.json", Encoding.UTF8.GetBytes(damaged));
            using SampleProcess refused = Run(folder, ["predict", "a film"]);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("says how much the linear classifier counts", refused.Error);
            Assert.Single(refused.Error.TrimEnd().Split('\n'));
        }

        File.Delete(Path.Combine(folder.Path, "out/sentiment/ensemble.json"));
        using SampleProcess half = Run(folder, ["evaluate", "--text", "test.tsv"]);
        Assert.Contains("networks and linear (50%)", half.Output);
        using SampleProcess export = Run(folder, ["export", "--onnx", "model.onnx"]);
        Assert.Contains("probabilities", export.Output);
    }

    /// <summary>Killed at any time, a run goes on to the same models.</summary>
    [Fact]
    public void AKilledRunGoesOnToTheSameModels()
    {
        using TemporaryFolder folder = new();
        string[] arguments = ["--seeds", "2", "--pretrain", "2", "--checkpoint-every", "3", .. s_tiny];
        using SampleProcess whole = Run(folder, ["--out", "whole", .. arguments]);
        Assert.True(whole.ExitCode == 0, whole.Error);
        foreach (string awaited in (string[])["pretraining/checkpoint.safetensors", "loss.csv", "seed-2/loss.csv"])
        {
            string part = awaited.Replace('/', '-');
            using (SampleProcess killed = SampleProcess.Start("Sentiment", folder.Path, ["--out", part, .. arguments]))
            {
                killed.WaitUntil(() => File.Exists(Path.Combine(folder.Path, part, awaited)));
                killed.Kill();
                killed.WaitForExit();
            }

            using SampleProcess resumed = Run(folder, ["--out", part, "--resume"]);
            Assert.True(resumed.ExitCode == 0, resumed.Error);
            foreach (string model in (string[])["model.safetensors", "seed-2/model.safetensors"])
            {
                Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Path, "whole", model)),
                    File.ReadAllBytes(Path.Combine(folder.Path, part, model)));
            }
        }
    }

    /// <summary>What the texts to choose by have chosen learns from them too; a run that is killed there goes on.</summary>
    [Fact]
    public void ModelsLearnOnceMoreFromAllTexts()
    {
        using TemporaryFolder folder = new();
        string[] arguments = ["--seeds", "2", "--checkpoint-every", "3", .. s_tiny];
        using SampleProcess without = Run(folder, ["--out", "without", .. arguments]);
        Assert.True(without.ExitCode == 0, without.Error);
        Assert.DoesNotContain("Once more", without.Output, StringComparison.Ordinal);
        using SampleProcess whole = Run(folder, ["--out", "whole", "--refit-on-all", "yes", .. arguments]);
        Assert.True(whole.ExitCode == 0, whole.Error);
        Assert.Contains("Once more, with the texts to choose by: 180 texts to learn from.", whole.Output, StringComparison.Ordinal);
        using (SampleProcess killed =
            SampleProcess.Start("Sentiment", folder.Path, ["--out", "part", "--refit-on-all", "yes", .. arguments]))
        {
            killed.WaitUntil(() => File.Exists(Path.Combine(folder.Path, "part/all-2/checkpoint.safetensors")));
            killed.Kill();
            killed.WaitForExit();
        }

        using SampleProcess resumed = Run(folder, ["--out", "part", "--resume"]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        foreach (string file in (string[])["model.safetensors", "seed-2/model.safetensors", "linear.safetensors", "ensemble.json"])
        {
            byte[] expected = Bytes("whole", file);
            Assert.Equal(expected, Bytes("part", file));
            Assert.Equal(file != "ensemble.json", !expected.SequenceEqual(Bytes("without", file)));
        }

        byte[] Bytes(string run, string file) => File.ReadAllBytes(Path.Combine(folder.Path, run, file));
    }

    /// <summary>With a constant rate as long as was best, of an epoch that is longer now; with a cosine to its end.</summary>
    [Theory]
    [InlineData("lesson", true)]
    [InlineData("demo", false)]
    public void TheyLearnAsLongAsWasChosen(string preset, bool isConstant)
    {
        using TemporaryFolder folder = new();
        using SampleProcess train = Run(folder, ["--preset", preset, "--dataset", "grammar", "--out", "o", "--refit-on-all", "yes",
            "--steps", "24", "--validate-every", "4", .. s_tiny]);
        Assert.True(train.ExitCode == 0, train.Error);
        int[][] numbers = [.. train.Output.Split('\n').Where(line => line.StartsWith("Training: ", StringComparison.Ordinal))
            .Select(line => Regex.Matches(line, "[0-9]+").Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture)).ToArray())];
        (int steps, int perEpoch, int again, int longer) = (numbers[0][1], numbers[0][2], numbers[1][1], numbers[1][2]);
        Assert.Equal((24, 16, 18), (steps, perEpoch, longer));
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.Path, "o/summary.json")));
        double best = summary.RootElement.GetProperty("bestStep").GetInt64() * 18 / 16.0;
        Assert.Equal(isConstant ? (int)Math.Round(best) : 24, again);
        Assert.Equal(180, summary.RootElement.GetProperty("results").GetProperty("refit").GetProperty("texts").GetInt32());
    }

    [Fact]
    public void AModelIsTrainedFurtherAndThatRunGoesOn()
    {
        using TemporaryFolder folder = new();
        folder.Write("more.tsv", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 40).Select(i =>
            (i % 2 == 0 ? "positive\ta brilliant" : "negative\ta dull") + $" xyzzy number {(char)('a' + i / 2)}\n"))));
        using SampleProcess first = Run(folder, s_tiny);
        Assert.True(first.ExitCode == 0, first.Error);
        string[] further = ["--from", "out/sentiment", "--text", "more.tsv", "--epochs", "2", "--batch", "4",
            "--checkpoint-every", "1", "--out"];
        using SampleProcess whole = Run(folder, [.. further, "whole"]);
        Assert.True(whole.ExitCode == 0, whole.Error);
        SentimentModel before = SentimentModel.Load(Path.Combine(folder.Path, "out/sentiment/model.safetensors"));
        SentimentModel after = SentimentModel.Load(Path.Combine(folder.Path, "whole/model.safetensors"));
        Assert.Equal(before.Vocabulary.Words.Words, after.Vocabulary.Words.Words);   // xyzzy is none of them

        // The embedding goes on from the first model's: no word vectors of the new texts are in its place.
        double Distance(SentimentModel a, SentimentModel b) =>
            a.Parameters.ByRow.ToArray().Zip(b.Parameters.ByRow.ToArray(), (x, y) => Math.Abs(x - y)).Average();
        Assert.InRange(Distance(before, after), 0, 0.05);

        using (SampleProcess killed = SampleProcess.Start("Sentiment", folder.Path, [.. further, "part"]))
        {
            killed.WaitUntil(() => File.Exists(Path.Combine(folder.Path, "part/checkpoint.safetensors")));
            killed.Kill();
            killed.WaitForExit();
        }

        using SampleProcess resumed = Run(folder, ["--out", "part", "--resume"]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Path, "whole/model.safetensors")),
            File.ReadAllBytes(Path.Combine(folder.Path, "part/model.safetensors")));
    }

    [Fact]
    public void AnEarlierRunMakesRoomWithAllItsParts()
    {
        using TemporaryFolder folder = new();
        using SampleProcess first = Run(folder, ["--seeds", "2", "--out", "out", .. s_tiny]);
        Assert.True(first.ExitCode == 0, first.Error);
        using SampleProcess second = Run(folder, ["--out", "out", "--overwrite", .. s_tiny]);
        Assert.True(second.ExitCode == 0, second.Error);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "out/seed-2")));
        Assert.True(File.Exists(Path.Combine(folder.Path, "out/previous/seed-2/model.safetensors")));
        Assert.True(File.Exists(Path.Combine(folder.Path, "out/previous/linear.safetensors")));
    }

    [Fact]
    public void FewTextsOfThreeClassesGoThroughEveryCommand()
    {
        using TemporaryFolder folder = new();
        string[] colours = ["red", "green", "blue"];
        folder.Write("all.tsv", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 15).Select(i =>
            $"{colours[i % 3]}\tit is a {colours[i % 3]} one\n"))));
        using SampleProcess train = Run(folder, ["--text", "all.tsv", "--embedding", "4", "--hidden", "4", "--epochs", "2", "--batch", "4",
            "--threads", "1", "--min-count", "1", "--vector-epochs", "1", "--pretrain", "1", "--seeds", "1", "--validation", "0.1"]);
        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Contains("1 to test on, drawn", train.Output);
        Assert.Contains("on the test texts, 1 texts", train.Output);
        using SampleProcess predict = Run(folder, ["predict", "--text", "all.tsv"]);
        Assert.Equal(15, predict.Output.TrimEnd().Split('\n').Length);
        using SampleProcess explain = Run(folder, ["explain", "--class", "blue", "a blue one"]);
        Assert.Contains("for:", explain.Output);
        using SampleProcess evaluate = Run(folder, ["evaluate", "--text", "all.tsv"]);
        Assert.Contains("15 texts", evaluate.Output);
        using SampleProcess missing = Run(folder,
            ["--text", "all.tsv", "--test", "0.9", "--validation", "0", "--order", "file", "--out", "none"]);
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("No text of '", missing.Error);
    }

    [Fact]
    public void TheFoldersOfTheMovieReviewsAreUnderstood()
    {
        using TemporaryFolder folder = new();
        folder.Write("test/pos/0_9.txt", "a brilliant film"u8);
        folder.Write("test/neg/0_1.txt", "a dull film"u8);
        new SentimentModel(SmallReviews.Texts, SmallReviews.Options).Save(Path.Combine(folder.Path, "model.safetensors"));
        using SampleProcess evaluate = Run(folder, ["evaluate", "--model", "model.safetensors", "--text", "test"]);
        Assert.True(evaluate.ExitCode == 0, evaluate.Error);
        Assert.Contains("test, 2 texts", evaluate.Output);
    }

    [Fact]
    public void LinesWithoutKnownWordsAreNamed()
    {
        using TemporaryFolder folder = new();
        new SentimentModel(SmallReviews.Texts, SmallReviews.Options).Save(Path.Combine(folder.Path, "model.safetensors"));
        folder.Write("lines.txt", "a good film\n\nxyzzy\n"u8);
        using SampleProcess predict = Run(folder, ["predict", "--model", "model.safetensors", "--text", "lines.txt"]);
        Assert.Equal(3, predict.Output.Split('\n').Length - 1);
        Assert.Contains("Line 2 has no word that the model knows", predict.Error);
        Assert.Contains("Line 3 has no word that the model knows", predict.Error);
        Assert.DoesNotContain("Line 1 ", predict.Error);
    }

    [Fact]
    public void HelpNamesEveryCommandAndGivesExamples()
    {
        using TemporaryFolder folder = new();
        using SampleProcess help = Run(folder, ["--help"]);
        Assert.Equal(0, help.ExitCode);
        foreach (string word in (string[])["evaluate", "predict", "explain", "export", "--preset", "--labels", "Examples:", "Presets:"])
            Assert.Contains(word, help.Output);
    }

    private static SampleProcess Run(TemporaryFolder folder, string[] arguments) =>
        SampleProcess.Run("Sentiment", folder.Path, arguments);

    private static void Refused(int exitCode, string message, string[] arguments)
    {
        using TemporaryFolder folder = new();
        folder.Write("texts.txt", "one\ntwo\nthree\n"u8);
        folder.Write("two.txt", "good\nbad\n"u8);
        folder.Write("same.txt", "good\ngood\ngood\n"u8);
        folder.Write("hole.tsv", "good\tone\nbad\t \n"u8);
        folder.Write("good.tsv", "good\tone film\nbad\ttwo films\n"u8);
        folder.Write("latin.tsv", Encoding.Latin1.GetBytes("good\tcaf\u00e9\nbad\ttwo\n"));
        if (arguments.Contains("MODEL"))
            new SentimentModel(SmallReviews.Texts, SmallReviews.Options).Save(Path.Combine(folder.Path, "model.safetensors"));

        string[] named = [.. arguments.Select(argument => argument == "MODEL" ? "model.safetensors" : argument)];
        using SampleProcess process = Run(folder, named);
        Assert.True(process.ExitCode == exitCode,
            string.Create(CultureInfo.InvariantCulture, $"{process.ExitCode}: {process.Output}{process.Error}"));
        Assert.Contains(message, process.Error);
        Assert.Single(process.Error.TrimEnd().Split('\n'));
    }
}
