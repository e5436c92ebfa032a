using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Files;
using Rnn.Models.Text.Words;
using Rnn.Models.Word2Vec;
using Rnn.Tests.Infrastructure;
using Xunit;
using static Rnn.Tests.Samples.Word2VecCliTests;

namespace Rnn.Tests.Samples;

/// <summary>samples/Word2Vec from outside: runs that diverge, and texts on which they once did.</summary>
public class Word2VecDivergenceCliTests
{
    private const string Damaged = "The vectors that the run began with are damaged or come from an unstable run: "
        + "begin anew without them.\n";

    [Fact]
    public void ADivergedRunLeavesTheEarlierOneAsItWas()
    {
        using TemporaryFolder folder = Folder();
        Assert.Equal(0, Run(folder, Tiny).ExitCode);
        Dictionary<string, byte[]> before = Contents(folder, "out");
        string[] written = ["loss.csv", "model.safetensors", "summary.json", "vectors.bin"];
        Assert.Empty(written.Except(before.Keys));
        folder.Write("bad.safetensors", Huge(before["model.safetensors"]));
        string[] further = ["train", "--corpus", "text.txt", "--min-count", "1", "--continue", "bad.safetensors",
            "--out"];

        // Elsewhere, without a trace.
        SampleProcess elsewhere = Run(folder, [.. further, "new"]);
        AssertFailed(elsewhere, 1, "Training diverged: in block 1 (epoch 1) the mean loss is 4E+09, expected at most "
            + $"16.64. {Damaged}");
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "new")));
        AssertFailed(Run(folder, [.. further, "new", "--rate", "0.5"]), 1,
            "The learning rate (--rate) was 0.5, and 0.025 is usual: begin anew with a lower one.\n");
        Assert.Equal(before, Contents(folder, "out"));

        // In its place: it was moved away before.
        AssertFailed(Run(folder, [.. further, "out", "--overwrite"]), 1, Damaged);
        Assert.Equal(before, Contents(folder, "out/previous"));
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, "out"), "*.*"));

        // And another time, when there is nothing to move.
        AssertFailed(Run(folder, [.. further, "out", "--overwrite"]), 1, Damaged);
        Assert.Equal(before, Contents(folder, "out/previous"));
    }

    [Fact]
    public void WhatARunSavedBeforeItDivergedStays()
    {
        using TemporaryFolder folder = Folder();
        Assert.Equal(0, Run(folder, Tiny).ExitCode);

        // A run that was stopped, with vectors on which it can't go on.
        string model = Path.Combine(folder.Path, "out/model.safetensors");
        using (WordCorpus corpus = WordCorpus.FromFile(Path.Combine(folder.Path, "text.txt"),
            new WordCorpusOptions { MinCount = 1 }))
        {
            Word2VecModel stopped = new(corpus.Vocabulary, new() { Dimensions = 8 });
            stopped.Train(corpus, null, new CancellationToken(canceled: true));
            stopped.Save(model);
        }

        File.WriteAllBytes(model, Huge(File.ReadAllBytes(model)));
        Dictionary<string, byte[]> before = Contents(folder, "out");
        AssertFailed(Run(folder, [.. Tiny, "--resume"]), 1, Damaged);
        Assert.Equal(before, Contents(folder, "out"));
    }

    [Fact]
    public void TheLessonDivergesAlike()
    {
        using TemporaryFolder folder = Folder();
        string[] lesson = ["--preset", "lesson", "--corpus", "text.txt", "--dimensions", "8", "--batch", "64",
            "--sample", "0", "--threads", "1", "--out", "out", "--overwrite"];
        Assert.Equal(0, Run(folder, [.. lesson, "--epochs", "1"]).ExitCode);
        Dictionary<string, byte[]> before = Contents(folder, "out");
        AssertFailed(Run(folder, [.. lesson, "--rate", "10"]), 1, "Choose a lower learning rate (it was 10)");
        Assert.Equal(before, Contents(folder, "out/previous"));
        Assert.False(File.Exists(Path.Combine(folder.Path, "out/vectors.bin")));
    }

    [Fact]
    public void AModelInTheFolderOfThePreviousRunIsNotDeletedByItsContinuation()
    {
        using TemporaryFolder folder = Folder();
        Assert.Equal(0, Run(folder, Tiny).ExitCode);
        Assert.Equal(0, Run(folder, [.. Tiny, "--overwrite"]).ExitCode);
        Dictionary<string, byte[]> before = Contents(folder, "out/previous");
        AssertFailed(Run(folder, [.. Tiny, "--overwrite", "--continue", "out/previous/model.safetensors"]), 1,
            "'out/previous/model.safetensors' is read by this run, and --overwrite would put another run in its place");
        Assert.Equal(before, Contents(folder, "out/previous"));
        Assert.True(File.Exists(Path.Combine(folder.Path, "out/model.safetensors")));
    }

    [Fact]
    public void OneWordAlmostAlwaysIsLearntFrom()
    {
        using TemporaryFolder folder = new();
        string line = string.Join(' ', Enumerable.Repeat("a a a a b", 100));
        EndsWell(folder, Enumerable.Repeat(line, 20), negatives: 5, "--sample", "0");
    }

    [Theory]
    [InlineData(500, 5, 100)]
    [InlineData(330, 15, 300)]
    public void SentencesFilledWithOneWordAreLearntFrom(int sentences, int negatives, int dimensions)
    {
        // 3 to 15 of 500 words at random, and <pad> to the 50th.
        const int entries = 50, words = 500;
        Philox random = new(5);
        List<string> lines = [];
        for (int i = 0; i < sentences; i++)
        {
            int count = 3 + random.NextInt32(13);
            lines.Add(string.Join(' ', [.. Enumerable.Range(0, count).Select(_ => $"w{random.NextInt32(words)}"),
                .. Enumerable.Repeat("<pad>", entries - count)]));
        }

        using TemporaryFolder folder = new();
        EndsWell(folder, lines, negatives, "--negatives", Text(negatives), "--dimensions", Text(dimensions));
    }

    private static void EndsWell(TemporaryFolder folder, IEnumerable<string> lines, int negatives,
        params string[] options)
    {
        folder.Write("text.txt", Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        SampleProcess train = Run(folder, ["train", "--corpus", "text.txt", "--out", "out", .. options]);
        Assert.Equal("", train.Error);
        Assert.Equal(0, train.ExitCode);
        string last = File.ReadLines(Path.Combine(folder.Path, "out/loss.csv")).Last();
        double loss = double.Parse(last.Split(',')[2], CultureInfo.InvariantCulture);
        Assert.InRange(loss, 0, Math.Log(2) * (1 + negatives));
        WordVectors vectors = WordVectorsFile.Load(Path.Combine(folder.Path, "out/vectors.bin"));
        float[] table = vectors.Table.Span.ToArray();
        Assert.InRange(table.Max(Math.Abs), 1e-6f, 10);
    }

    private static byte[] Huge(byte[] model) =>
        Forgery.WithFloats(Forgery.WithFloats(model, "in.weight", _ => 1e4f), "out.weight", _ => 1e4f);

    private static Dictionary<string, byte[]> Contents(TemporaryFolder folder, string name) =>
        Directory.GetFiles(Path.Combine(folder.Path, name)).Where(file => !Path.GetFileName(file).StartsWith('.'))
            .ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static SampleProcess Run(TemporaryFolder folder, params string[] arguments) =>
        SampleProcess.Run("Word2Vec", folder.Path, arguments);
}
