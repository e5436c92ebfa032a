using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Files;
using Rnn.Models.Word2Vec;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Samples;

/// <summary>samples/Word2Vec from outside: what is printed, exit codes, files, and what interruptions leave.</summary>
public class Word2VecCliTests
{
    internal static readonly string[] Tiny =
        ["train", "--corpus", "text.txt", "--dimensions", "8", "--min-count", "1", "--threads", "1", "--out", "out"];

    private static readonly string Sentences =
        string.Concat(Enumerable.Repeat("the fox sees a dog\na cat hears the fox\nNew York is a big city\n", 60));

    private static readonly string s_glove = "king 1 0 0.5\nqueen 0 1 0.5\nman 1 0 0\nwoman 0 1 0\nbread -1 -1 -1\n";

    [Theory]
    [InlineData("There is no file 'nope.txt'", "train", "--corpus", "nope.txt")]
    [InlineData("The file 'empty.txt' is empty", "train", "--corpus", "empty.txt")]
    [InlineData("The file 'blank.txt' holds no word", "train", "--corpus", "blank.txt")]
    [InlineData("minimum count", "train", "--corpus", "text.txt", "--min-count", "1000")]
    [InlineData("is a file. Name another with --out.", "train", "--corpus", "text.txt", "--out", "text.txt/out")]
    [InlineData("There is no model 'out/word2vec/model.safetensors' to go on with.", "train", "--corpus", "text.txt",
        "--resume")]
    [InlineData("There is no model 'nope' to continue.", "train", "--corpus", "text.txt", "--continue", "nope")]
    [InlineData("--data or in $RNN_DATA, get it with --download", "--preset", "lesson")]
    [InlineData("There are no vectors 'nope'", "neighbours", "fox", "--vectors", "nope")]
    [InlineData("There are no vectors 'out/word2vec", "neighbours", "fox")]
    [InlineData("'qeen'", "neighbours", "qeen", "--vectors", "glove.txt")]
    [InlineData("queen", "neighbours", "qeen", "--vectors", "glove.txt")]
    [InlineData("'kign'", "analogy", "man", "woman", "kign", "--vectors", "glove.txt")]
    [InlineData("corrupt.bin", "neighbours", "fox", "--vectors", "corrupt.bin")]
    [InlineData("'text.safetensors' can't be read as safetensors", "neighbours", "fox", "--vectors",
        "text.safetensors")]
    [InlineData("There is no file 'nope.txt'", "evaluate", "--similarity", "nope.txt", "--vectors", "glove.txt")]
    [InlineData("glove.txt", "evaluate", "--analogies", "glove.txt", "--vectors", "glove.txt")]
    [InlineData("is a file. Name another with --out.", "project", "--vectors", "glove.txt", "--out", "text.txt/out")]
    [InlineData("Perplexity", "project", "--vectors", "glove.txt", "--out", "out", "--perplexity", "50")]
    public void BadInputIsOneSentenceAndExitCode1(string message, params string[] arguments)
    {
        using TemporaryFolder folder = Folder();
        using SampleProcess process = SampleProcess.Run("Word2Vec", folder.Path, arguments);
        AssertFailed(process, 1, message);
        Assert.DoesNotContain(folder.Files(),
            file => Path.GetRelativePath(folder.Path, file).StartsWith("out", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--threads is '0'; expected a whole number, 1 to 256.", "--threads", "0")]
    [InlineData("--preset is 'nix'; expected one of demo, word2vec, lesson.", "--preset", "nix")]
    [InlineData("--preset word2vec needs a text", "--preset", "word2vec")]
    [InlineData("--loss is of no use without --preset lesson.", "--loss", "softmax")]
    [InlineData("--shards is of no use with --preset lesson.", "--preset", "lesson", "--shards", "2")]
    [InlineData("--npmi is of no use without --phrases.", "--npmi")]
    [InlineData("--rate is '0,5'", "--rate", "0,5")]
    [InlineData("--cache is 'disk'; expected one of memory, file.", "--cache", "disk")]
    [InlineData("'nix'", "nix")]
    [InlineData("There is no option '--cuont'; did you mean --count?", "neighbours", "fox", "--cuont", "3")]
    [InlineData("Give --similarity or --analogies", "evaluate")]
    [InlineData("neighbours", "neighbours")]
    [InlineData("analogy", "analogy", "a", "b")]
    [InlineData("--words is '3'; expected a whole number, 4 to 20000.", "project", "--words", "3")]
    [InlineData("--seed stands before 'neighbours'", "--seed", "2", "neighbours", "fox")]
    public void WrongUsageIsOneSentenceAndExitCode2(string message, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        using SampleProcess process = SampleProcess.Run("Word2Vec", folder.Path, arguments);
        AssertFailed(process, 2, message);
    }

    [Theory]
    [InlineData("--corpus", "--help")]
    [InlineData("--phrase-threshold", "train", "--help")]
    [InlineData("--count", "neighbours", "--help")]
    [InlineData("--method", "analogy", "--help")]
    [InlineData("--restrict", "evaluate", "--help")]
    [InlineData("--perplexity", "project", "--help")]
    public void EveryCommandHasHelpWithExamples(string option, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        using SampleProcess help = SampleProcess.Run("Word2Vec", folder.Path, arguments);
        Assert.Equal(0, help.ExitCode);
        Assert.Contains(option, help.Output, StringComparison.Ordinal);
        Assert.Contains("Examples:", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void TrainsAndAnswers()
    {
        using TemporaryFolder folder = Folder();
        using SampleProcess train = SampleProcess.Run("Word2Vec", folder.Path,
            [.. Tiny, "--lower-case", "--phrases", "1", "--phrase-threshold", "10", "--cache", "file"]);
        Assert.Equal("", train.Error);
        Assert.Equal(0, train.ExitCode);
        Assert.DoesNotContain('\x1b', train.Output);
        string[] parts = ["960 words", "Reading took", "such as big_city, cat_hears", "epoch 5/5  loss", "words/s",
            "with reading", "Written to out:", "model.safetensors", "vectors.bin", "neighbours WORD --vectors out"];
        foreach (string part in parts)
            Assert.Contains(part, train.Output, StringComparison.Ordinal);

        string[] rows = File.ReadAllLines(Path.Combine(folder.Path, "out/loss.csv"));
        Assert.Equal("epoch,done,loss,learning_rate,per_second,seconds", rows[0]);
        Assert.StartsWith("5,1,", rows[^1], StringComparison.Ordinal);
        Assert.Contains("\"dimensions\": 8", File.ReadAllText(Path.Combine(folder.Path, "out/summary.json")),
            StringComparison.Ordinal);

        // The file of vectors, the model and the folder are the same.
        WordVectors vectors = WordVectorsFile.Load(Path.Combine(folder.Path, "out/vectors.bin"));
        Assert.True(vectors.TryGetIndex("new_york", out _));
        string[] sources = ["out", "out/vectors.bin", "out/model.safetensors"];
        foreach (string source in sources)
        {
            using SampleProcess ask = SampleProcess.Run("Word2Vec", folder.Path,
                "neighbours", "fox", "dog", "--count", "2", "--vectors", source);
            Assert.Equal("", ask.Error);
            WordNeighbour first = vectors.MostSimilar("fox", 1)[0];
            string[] lines = ask.Output.Split('\n');
            Assert.StartsWith("fox", lines[0], StringComparison.Ordinal);
            Assert.StartsWith(first.Word, lines[1], StringComparison.Ordinal);
            Assert.EndsWith(first.Score.ToString("F4", CultureInfo.InvariantCulture), lines[1],
                StringComparison.Ordinal);
            Assert.StartsWith("dog", lines[3], StringComparison.Ordinal);
        }

        // What is trained further joins the same phrases, and passes them on.
        string phrases = Path.Combine(folder.Path, "out/phrases-1.tsv");
        File.WriteAllText(Path.Combine(folder.Path, "more.txt"), "the dog sees new york\nthe bird sees new york\n");
        using SampleProcess more = SampleProcess.Run("Word2Vec", folder.Path, "train", "--corpus", "more.txt",
            "--lower-case", "--min-count", "1", "--continue", "out/model.safetensors", "--out", "more");
        Assert.Equal("", more.Error);
        Assert.Contains("in pass 1, those of the model", more.Output, StringComparison.Ordinal);
        Assert.Contains("and 1 new ones", more.Output, StringComparison.Ordinal);   // the bird: new_york was there
        Assert.Equal(File.ReadAllText(phrases), File.ReadAllText(Path.Combine(folder.Path, "more/phrases-1.tsv")));

        // Another run replaces all; as text the vectors replace the binary ones.
        using SampleProcess again = SampleProcess.Run("Word2Vec", folder.Path,
            [.. Tiny, "--overwrite", "--format", "text"]);
        Assert.Equal(0, again.ExitCode);
        Assert.False(File.Exists(Path.Combine(folder.Path, "out/vectors.bin")));
        Assert.False(File.Exists(phrases));
        Assert.Equal("12 8", File.ReadLines(Path.Combine(folder.Path, "out/vectors.txt")).First());
    }

    [Fact]
    public void AnalogiesAndEvaluation()
    {
        using TemporaryFolder folder = Folder();
        using SampleProcess analogy = SampleProcess.Run("Word2Vec", folder.Path,
            "analogy", "man", "woman", "king", "--count", "1", "--vectors", "glove.txt");
        Assert.Equal("", analogy.Error);
        string[] lines = analogy.Output.Split('\n');
        Assert.StartsWith("man : woman = king : ?", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("queen", lines[1], StringComparison.Ordinal);

        folder.Write("pairs.txt", "king\tman\t9\nking\twoman\t5\nking\tbread\t1\nking\tnope\t3\n"u8.ToArray());
        folder.Write("questions.txt", ": royal\nman woman king queen\nMan Woman King Queen\nman woman nope queen\n"u8
            .ToArray());
        using SampleProcess evaluate = SampleProcess.Run("Word2Vec", folder.Path, "evaluate", "--similarity",
            "pairs.txt", "pairs.txt", "--analogies", "questions.txt", "--vectors", "glove.txt");
        Assert.Equal("", evaluate.Error);
        Assert.Equal(0, evaluate.ExitCode);
        string[][] cells = [.. evaluate.Output.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Assert.Equal(["pairs.txt", "1.0000"], cells[1].Take(2));
        Assert.Equal(["3", "1"], cells[1].TakeLast(2));
        Assert.Equal(cells[1], cells[2]);
        Assert.Contains(cells, row => row is ["royal", "2", "2", "100.0", "1"]);
        Assert.Contains(cells, row => row is ["total", "2", "2", "100.0", "1"]);
    }

    [Fact]
    public void ProjectDrawsTwoPicturesAndWritesProjectorFiles()
    {
        using TemporaryFolder folder = Folder();
        using SampleProcess project = SampleProcess.Run("Word2Vec", folder.Path,
            "project", "--words", "4", "--vectors", "glove.txt", "--out", "out", "--iterations", "100");
        Assert.Equal("", project.Error);
        Assert.Equal(0, project.ExitCode);
        string[] pictures = ["out/pca.png", "out/tsne.png"];
        foreach (string picture in pictures)
        {
            Assert.Contains($"{picture}: 4 words, 4 with a label", project.Output, StringComparison.Ordinal);
            Assert.Equal("PNG"u8.ToArray(), File.ReadAllBytes(Path.Combine(folder.Path, picture))[1..4]);
        }

        Assert.Equal(4, File.ReadAllLines(Path.Combine(folder.Path, "out/vectors.tsv")).Length);
        Assert.Equal(["king", "queen", "man", "woman"],
            File.ReadAllLines(Path.Combine(folder.Path, "out/metadata.tsv")));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void InterruptedAndResumedGivesTheSameVectors(string signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent with kill.");
        Assert.SkipWhen(SampleProcess.Ignores(signal), $"{signal} is ignored here.");
        using TemporaryFolder folder = Folder();
        string[] train = [.. Tiny, "--epochs", "25000"];   // long enough for a signal to come first
        using (SampleProcess interrupted = SampleProcess.Start("Word2Vec", folder.Path, train))
        {
            interrupted.WaitUntil(() => interrupted.Output.Contains("epoch ", StringComparison.Ordinal));
            interrupted.Signal(signal);
            interrupted.WaitForExit();
            Assert.Equal("Interrupted: the model is saved (once more ends at once).\n", interrupted.Error);
            Assert.Equal(exitCode, interrupted.ExitCode);
            Assert.EndsWith("--resume\n", interrupted.Output, StringComparison.Ordinal);
        }

        Assert.True(Word2VecModel.Load(Path.Combine(folder.Path, "out/model.safetensors")).IsTraining);
        using SampleProcess other = SampleProcess.Run("Word2Vec", folder.Path, [.. train, "--window", "3", "--resume"]);
        AssertFailed(other, 1, "--window was 5 there and is 3 now.");
        using SampleProcess resumed = SampleProcess.Run("Word2Vec", folder.Path, [.. train, "--resume"]);
        Assert.Equal("", resumed.Error);
        Assert.Equal(0, resumed.ExitCode);
        string[] elsewhere = [.. train.Select(argument => argument == "out" ? "whole" : argument)];
        using SampleProcess uninterrupted = SampleProcess.Run("Word2Vec", folder.Path, elsewhere);
        Assert.Equal(0, uninterrupted.ExitCode);
        foreach (string file in new[] { "vectors.bin", "model.safetensors" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Path, "whole", file)),
                File.ReadAllBytes(Path.Combine(folder.Path, "out", file)));
        }

        using SampleProcess done = SampleProcess.Run("Word2Vec", folder.Path, [.. train, "--resume"]);
        Assert.Equal("", done.Error);
        Assert.Equal(0, done.ExitCode);
        Assert.Contains("is done", done.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Path, "whole/model.safetensors")),
            File.ReadAllBytes(Path.Combine(folder.Path, "out/model.safetensors")));
    }

    [Fact]
    public void ContinuesAModelWithNewWords()
    {
        using TemporaryFolder folder = Folder();
        using SampleProcess first = SampleProcess.Run("Word2Vec", folder.Path, Tiny);
        Assert.Equal(0, first.ExitCode);
        folder.Write("more.txt", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("an owl sees the fox\n", 50))));
        string[] more = ["train", "--corpus", "more.txt", "--min-count", "2", "--continue", "out/model.safetensors"];
        using SampleProcess second = SampleProcess.Run("Word2Vec", folder.Path, [.. more, "--out", "more"]);
        Assert.Equal("", second.Error);
        Assert.Equal(0, second.ExitCode);
        Assert.Contains("12 words, and 2 new ones", second.Output, StringComparison.Ordinal);
        WordVectors vectors = WordVectorsFile.Load(Path.Combine(folder.Path, "more/vectors.bin"));
        Assert.Equal(14, vectors.Count);
        using SampleProcess wrong = SampleProcess.Run("Word2Vec", folder.Path, [.. more, "--dimensions", "9"]);
        AssertFailed(wrong, 1, "9 dimensions, and the model has 8");
    }

    [Fact]
    public void AModelCarriesItsPhrases()
    {
        using TemporaryFolder folder = Folder();
        using SampleProcess first = SampleProcess.Run("Word2Vec", folder.Path,
            [.. Tiny, "--phrases", "1", "--phrase-threshold", "10"]);
        Assert.Equal(0, first.ExitCode);
        Directory.CreateDirectory(Path.Combine(folder.Path, "moved"));
        File.Copy(Path.Combine(folder.Path, "out/model.safetensors"), Path.Combine(folder.Path, "moved/m.safetensors"));
        string[] more = ["train", "--corpus", "text.txt", "--min-count", "1", "--out", "more", "--continue",
            "moved/m.safetensors"];
        using SampleProcess wrong = SampleProcess.Run("Word2Vec", folder.Path, [.. more, "--phrases", "1", "--npmi"]);
        AssertFailed(wrong, 1, "--npmi is of no use here");
        using SampleProcess second = SampleProcess.Run("Word2Vec", folder.Path, more);
        Assert.Equal("", second.Error);
        Assert.Contains("those of the model", second.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder.Path, "more/phrases-1.tsv")));
    }

    [Theory]
    [InlineData("1e-3")]
    [InlineData("0")]
    public void NothingToLearnIsAnErrorAndNothingIsWritten(string sample)
    {
        using TemporaryFolder folder = Folder();
        folder.Write("words.txt", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a\nb\n", 50))));
        using SampleProcess train = SampleProcess.Run("Word2Vec", folder.Path,
            "train", "--corpus", "words.txt", "--dimensions", "4", "--sample", sample, "--out", "out");
        AssertFailed(train, 1, "There was nothing to learn");
        Assert.DoesNotContain(folder.Files(), file => file.Contains("model", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sampling")]
    [InlineData("softmax")]
    public void TheLessonShowsNeighboursAndResumes(string loss)
    {
        using TemporaryFolder folder = Folder();
        string[] lesson = ["--preset", "lesson", "--corpus", "text.txt", "--loss", loss, "--dimensions", "8", "--batch",
            "64", "--sample", "0", "--show-every", "10", "--threads", "1", "--out"];
        using SampleProcess whole = SampleProcess.Run("Word2Vec", folder.Path, [.. lesson, "whole"]);
        Assert.Equal("", whole.Error);
        Assert.Equal(0, whole.ExitCode);
        Assert.Contains("nearest words", whole.Output, StringComparison.Ordinal);

        // Two epochs, and then the rest.
        using SampleProcess part = SampleProcess.Run("Word2Vec", folder.Path, [.. lesson, "out", "--epochs", "2"]);
        Assert.Equal(0, part.ExitCode);
        using SampleProcess rest = SampleProcess.Run("Word2Vec", folder.Path, [.. lesson, "out", "--resume"]);
        Assert.Equal("", rest.Error);
        Assert.Equal(0, rest.ExitCode);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Path, "whole/vectors.bin")),
            File.ReadAllBytes(Path.Combine(folder.Path, "out/vectors.bin")));

        // Each step is in the table, once.
        string[] rows = File.ReadAllLines(Path.Combine(folder.Path, "out/loss.csv"));
        Assert.Equal("step,epoch,loss,validation_loss,gradient_norm,learning_rate,pairs_per_second,seconds", rows[0]);
        Assert.Equal(Enumerable.Range(1, rows.Length - 1).Select(step => $"{step}"),
            rows.Skip(1).Select(row => row.Split(',')[0]));
        Assert.Equal(File.ReadAllLines(Path.Combine(folder.Path, "whole/loss.csv")).Length, rows.Length);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("vectors.bin")]
    public void AFullDiskIsOneSentence(string file)
    {
        Assert.SkipWhen(!File.Exists("/dev/full"), "There is no /dev/full.");
        using TemporaryFolder folder = Folder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "out"));
        File.CreateSymbolicLink(Path.Combine(folder.Path, "out", file), "/dev/full");
        using SampleProcess process = SampleProcess.Run("Word2Vec", folder.Path, Tiny);
        AssertFailed(process, 1, $"'out/{file}': No space left on device.");
    }

    internal static TemporaryFolder Folder()
    {
        TemporaryFolder folder = new();
        folder.Write("text.txt", Encoding.UTF8.GetBytes(Sentences));
        folder.Write("empty.txt", []);
        folder.Write("blank.txt", " \n \n"u8.ToArray());
        folder.Write("glove.txt", Encoding.UTF8.GetBytes(s_glove));
        folder.Write("corrupt.bin", "3 4\nfox \u0001\u0002"u8.ToArray());
        folder.Write("text.safetensors", "no safetensors here"u8.ToArray());
        return folder;
    }

    internal static void AssertFailed(SampleProcess process, int exitCode, string message)
    {
        Assert.Contains(message, process.Error, StringComparison.Ordinal);
        Assert.Equal(exitCode, process.ExitCode);
        Assert.EndsWith(".\n", process.Error, StringComparison.Ordinal);
        Assert.Single(process.Error.TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain("   at ", process.Error, StringComparison.Ordinal);
    }
}
