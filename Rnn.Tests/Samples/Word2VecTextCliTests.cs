using System;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Models.Embeddings.Files;
using Rnn.Tests.Infrastructure;
using Xunit;
using static Rnn.Tests.Samples.Word2VecCliTests;

namespace Rnn.Tests.Samples;

/// <summary>samples/Word2Vec from outside: texts of any encoding, in several files, as a pipe, with punctuation.</summary>
public class Word2VecTextCliTests
{
    private static readonly string s_running =
        string.Concat(Enumerable.Repeat("\"Don't,\" said the fox. The dog - big, well-fed - ran!\n", 60));

    [Fact]
    public void AnotherEncodingIsNamed()
    {
        using TemporaryFolder folder = new();
        string text = string.Concat(Enumerable.Repeat("caf\u00E9 cafe na\u00EFve\n", 60));
        folder.Write("text.txt", Encoding.Latin1.GetBytes(text));
        AssertFailed(Run(folder, Tiny), 1, "is not valid utf-8");
        AssertFailed(Run(folder, [.. Tiny, "--encoding", "nix"]), 1, "nix");
        SampleProcess train = Run(folder, [.. Tiny, "--encoding", "latin1", "--sample", "0"]);
        Assert.Equal("", train.Error);
        Assert.Equal(0, train.ExitCode);
        Assert.Equal(["cafe", "caf\u00E9", "na\u00EFve"], Words(folder));

        folder.Write("text.txt", Encoding.Unicode.GetBytes(text));
        AssertFailed(Run(folder, [.. Tiny, "--overwrite"]), 1, "utf-16");
        Assert.Equal(0, Run(folder, [.. Tiny, "--overwrite", "--encoding", "utf-16", "--sample", "0"]).ExitCode);
        Assert.Equal(["cafe", "caf\u00E9", "na\u00EFve"], Words(folder));
    }

    [Fact]
    public void WordsWithoutPunctuation()
    {
        using TemporaryFolder folder = new();
        folder.Write("text.txt", Encoding.UTF8.GetBytes(s_running));
        SampleProcess train = Run(folder, [.. Tiny, "--tokenizer", "words", "--lower-case"]);
        Assert.Equal("", train.Error);
        Assert.Equal(0, train.ExitCode);
        Assert.Equal(["big", "dog", "don't", "fox", "ran", "said", "the", "well-fed"], Words(folder));
        AssertFailed(Run(folder, [.. Tiny, "--tokenizer", "nix"]), 2, "expected one of white-space, words.");
        Assert.Equal(0, Run(folder, [.. Tiny, "--overwrite"]).ExitCode);
        Assert.Contains("\"Don't,\"", Words(folder));
    }

    [Fact]
    public void SeveralFilesAndFoldersAreOneText()
    {
        using TemporaryFolder folder = Folder();
        folder.Write("books/b.txt", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("an owl sings\n", 60))));
        folder.Write("books/inside/a.txt", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("an elk runs\n", 60))));
        folder.Write("books/notes.md", "nothing of this\n"u8);
        string[] train = ["train", "--corpus", "text.txt", "books", "--dimensions", "8", "--threads", "1", "--out", "out"];
        SampleProcess run = Run(folder, train);
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("text.txt and 2 more files, 1320 words", run.Output, StringComparison.Ordinal);
        Assert.Contains("owl", Words(folder));
        Assert.Contains("elk", Words(folder));
        Assert.DoesNotContain("nothing", Words(folder));
        Directory.CreateDirectory(Path.Combine(folder.Path, "none"));
        AssertFailed(Run(folder, "train", "--corpus", "none", "--out", "other"), 1, "The folder 'none' has no .txt file.");
        AssertFailed(Run(folder, "train", "--corpus", "text.txt", "nope.txt", "--out", "other"), 1, "'nope.txt'");
    }

    [Fact]
    public void APipeIsReadOnceSoContinueRefusesIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no /dev/stdin.");
        using TemporaryFolder folder = Folder();
        string text = string.Concat(Enumerable.Repeat("the fox sees an owl\n", 60));
        string[] piped = [.. Tiny.Select(argument => argument == "text.txt" ? "/dev/stdin" : argument)];
        using SampleProcess train = SampleProcess.RunWithInput("Word2Vec", folder.Path, text, piped);
        Assert.Equal("", train.Error);
        Assert.Equal(0, train.ExitCode);
        using SampleProcess more = SampleProcess.RunWithInput("Word2Vec", folder.Path, text,
            "train", "--corpus", "/dev/stdin", "--continue", "out/model.safetensors", "--out", "more");
        AssertFailed(more, 1, "'/dev/stdin' is a pipe, which can be read once: save it as a file first.");
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "more")));
    }

    [Fact]
    public void SentencesOfOneWordTeachNothing()
    {
        using TemporaryFolder folder = Folder();
        AssertFailed(Run(folder, [.. Tiny, "--max-sentence", "1"]), 1, "There was nothing to learn");
        Assert.False(File.Exists(Path.Combine(folder.Path, "out/model.safetensors")));
    }

    private static string[] Words(TemporaryFolder folder) => [.. WordVectorsFile.Load(
        Path.Combine(folder.Path, "out/vectors.bin")).Words.Order(StringComparer.Ordinal)];

    private static SampleProcess Run(TemporaryFolder folder, params string[] arguments) =>
        SampleProcess.Run("Word2Vec", folder.Path, arguments);
}
