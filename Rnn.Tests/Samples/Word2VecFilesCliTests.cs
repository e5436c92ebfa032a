using System;
using System.IO;
using System.Linq;
using Rnn.Models.Corpora;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Files;
using Rnn.Tests.Infrastructure;
using Xunit;
using static Rnn.Tests.Samples.Word2VecCliTests;

namespace Rnn.Tests.Samples;

/// <summary>samples/Word2Vec from outside: files that don't belong together, and files of others.</summary>
public class Word2VecFilesCliTests
{
    private static readonly string[] s_ask = ["neighbours", "fox", "--count", "3", "--vectors"];

    [Theory]
    [InlineData("bin")]
    [InlineData("text")]
    public void StaleVectorsAreNotAskedAndResumeMendsThem(string format)
    {
        using TemporaryFolder folder = Folder();
        string[] train = [.. Tiny, "--format", format];
        Assert.Equal(0, Run(folder, train).ExitCode);
        string model = Path.Combine(folder.Path, "out/model.safetensors");
        string vectors = Path.Combine(folder.Path, format == "bin" ? "out/vectors.bin" : "out/vectors.txt");
        byte[] whole = File.ReadAllBytes(vectors), modelBytes = File.ReadAllBytes(model);
        SampleProcess expected = Run(folder, [.. s_ask, "out/model.safetensors"]);
        Assert.Equal(expected.Output, Run(folder, [.. s_ask, "out"]).Output);

        // What a kill left between the model and the vectors: vectors of an earlier state, no by-products.
        WordVectors good = WordVectorsFile.Load(vectors);
        WordVectorsFile.WriteBinary(vectors, new WordVectors(good.Words,
            [.. Enumerable.Range(0, good.Count * good.Dimensions).Select(i => (float)Math.Sin(i))], good.Dimensions));
        File.SetLastWriteTimeUtc(vectors, File.GetLastWriteTimeUtc(model).AddSeconds(-2));
        File.Delete(Path.Combine(folder.Path, "out/loss.png"));
        File.Delete(Path.Combine(folder.Path, "out/summary.json"));

        SampleProcess stale = Run(folder, [.. s_ask, "out"]);
        Assert.Equal(expected.Output, stale.Output);
        Assert.Contains("the model is read instead", stale.Error, StringComparison.Ordinal);
        Assert.Single(stale.Error.TrimEnd('\n').Split('\n'));

        SampleProcess resumed = Run(folder, [.. train, "--resume"]);
        Assert.Equal("", resumed.Error);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal(whole, File.ReadAllBytes(vectors));
        Assert.Equal(modelBytes, File.ReadAllBytes(model));
        Assert.True(File.Exists(Path.Combine(folder.Path, "out/loss.png")));
        Assert.True(File.Exists(Path.Combine(folder.Path, "out/summary.json")));
        SampleProcess mended = Run(folder, [.. s_ask, "out"]);
        Assert.Equal(expected.Output, mended.Output);
        Assert.Equal("", mended.Error);
    }

    [Fact]
    public void OfTwoFormatsTheNewerIsAsked()
    {
        using TemporaryFolder folder = Folder();
        Assert.Equal(0, Run(folder, [.. Tiny, "--format", "text"]).ExitCode);
        string text = Path.Combine(folder.Path, "out/vectors.txt"), binary = Path.Combine(folder.Path, "out/vectors.bin");
        WordVectorsFile.WriteBinary(binary, new WordVectors(["left", "behind"], [1, 0, 0, 1], 2));
        File.SetLastWriteTimeUtc(binary, File.GetLastWriteTimeUtc(text).AddHours(-1));
        SampleProcess ask = Run(folder, [.. s_ask, "out"]);
        Assert.Equal("", ask.Error);
        Assert.Equal(0, ask.ExitCode);
    }

    [Fact]
    public void TheLessonWritesItsVectorsAgain()
    {
        using TemporaryFolder folder = Folder();
        string[] lesson = ["--preset", "lesson", "--corpus", "text.txt", "--dimensions", "8", "--batch", "64",
            "--sample", "0", "--epochs", "1", "--threads", "1", "--out", "out"];
        Assert.Equal(0, Run(folder, lesson).ExitCode);
        string vectors = Path.Combine(folder.Path, "out/vectors.bin");
        byte[] whole = File.ReadAllBytes(vectors);
        File.SetLastWriteTimeUtc(vectors, DateTime.UtcNow.AddHours(-1));
        Assert.Contains("is older than", Run(folder, [.. s_ask, "out"]).Error, StringComparison.Ordinal);
        File.Delete(vectors);
        SampleProcess again = Run(folder, [.. lesson, "--resume"]);
        Assert.Equal("", again.Error);
        Assert.Equal(0, again.ExitCode);
        Assert.Equal(whole, File.ReadAllBytes(vectors));
        Assert.Equal("", Run(folder, [.. s_ask, "out"]).Error);
    }

    [Fact]
    public void OddRowsAreAnErrorThatNamesTheOptionAndItsRemedyWorks()
    {
        using TemporaryFolder folder = Folder();
        folder.Write("odd.txt", "fox 1 0\ndog 1 x\ncat 0 1\nfox 0 1\n"u8.ToArray());
        AssertFailed(Run(folder, [.. s_ask, "odd.txt"]), 1, "(--tolerant)");
        SampleProcess tolerant = Run(folder, [.. s_ask, "odd.txt", "--tolerant"]);
        Assert.Equal(0, tolerant.ExitCode);
        Assert.Contains("cat", tolerant.Output, StringComparison.Ordinal);
        Assert.Equal("'odd.txt': rows skipped that are no word and its numbers: 1.\n"
            + "'odd.txt': words left out that were there before: 1.\n", tolerant.Error);

        folder.Write("more.txt", "1 2\nfox 1 0\ncat 0 1\n"u8.ToArray());
        AssertFailed(Run(folder, [.. s_ask, "more.txt"]), 1, "(--limit), or all there are (--tolerant)");
        Assert.Equal(0, Run(folder, [.. s_ask, "more.txt", "--limit", "1"]).ExitCode);
        Assert.Equal(0, Run(folder, [.. s_ask, "more.txt", "--tolerant"]).ExitCode);
    }

    [Theory]
    [InlineData("neighbours")]
    [InlineData("analogy")]
    public void ExamplesAskForWordsThatTheDemoLearns(string command)
    {
        using TemporaryFolder folder = new();
        string[][] examples = [.. Run(folder, command, "--help").Output.Split('\n')
            .Where(line => line.Contains($"Word2Vec.dll {command} ", StringComparison.Ordinal))
            .Select(line => line.Split($" {command} ")[1].Split(" --")[0].Split(' '))];
        Assert.Equal(2, examples.Length);
        Assert.All(examples.SelectMany(words => words), word => Assert.Contains(word, WordClassCorpus.ClassOf));
    }

    private static SampleProcess Run(TemporaryFolder folder, params string[] arguments) =>
        SampleProcess.Run("Word2Vec", folder.Path, arguments);
}
