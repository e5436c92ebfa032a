using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Rnn.Models.Text.Words;
using Rnn.Models.Training;
using Rnn.Models.Word2Vec;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Word2Vec;

/// <summary>When training of word vectors is given up, and when not.</summary>
public class Word2VecDivergenceTests
{
    private const int BlockLength = 16_384;

    // Vectors stay where they are, and with them the loss.
    private static readonly Word2VecOptions s_still = new()
    {
        Dimensions = 4,
        Negatives = 3,
        SubsamplingThreshold = 0,
        LearningRate = 1e-12,
        MinLearningRate = 0,
        Epochs = 1,
    };

    public static TheoryData<Word2VecArchitecture, float, string> DamagedVectors
    {
        get
        {
            TheoryData<Word2VecArchitecture, float, string> all = [];
            foreach (Word2VecArchitecture architecture in Enum.GetValues<Word2VecArchitecture>())
            {
                all.Add(architecture, 1e4f, "4E+09");      // 5 negatives of 8 products
                all.Add(architecture, 1e20f, "");          // no float holds a dot product
                all.Add(architecture, float.NaN, "NaN");
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(DamagedVectors))]
    public void DamagedVectorsEndTheRunAtOnce(Word2VecArchitecture architecture, float value, string loss)
    {
        using WordCorpus corpus = Corpus(Word2VecModelTests.Topics(200));
        using MemoryStream saved = new();
        new Word2VecModel(corpus.Vocabulary, new() { Architecture = architecture, Dimensions = 8 }).Save(saved);
        byte[] damaged = Forgery.WithFloats(saved.ToArray(), "in.weight", _ => value);
        damaged = Forgery.WithFloats(damaged, "out.weight", _ => value);
        Word2VecModel model = Word2VecModel.Load(new MemoryStream(damaged));
        List<Word2VecProgress> reports = [];
        TrainingDivergedException e =
            Assert.Throws<TrainingDivergedException>(() => model.Train(corpus, new Reporter(reports.Add)));
        Assert.StartsWith($"Training diverged: in block 1 (epoch 1) the mean loss is {loss}", e.Message,
            StringComparison.Ordinal);
        Assert.EndsWith(", expected at most 16.64. The vectors that the run began with are damaged or come from an "
            + "unstable run: begin anew without them.", e.Message, StringComparison.Ordinal);
        Assert.Equal((1, "loss"), (e.Step, e.Tensor));
        Assert.False(model.IsTraining);
        Assert.Empty(reports);
        Assert.Throws<TrainingDivergedException>(() => model.Train(corpus));   // the vectors are what they are
    }

    [Theory]
    [InlineData("in.weight")]
    [InlineData("out.weight")]
    public void OneNumberThatIsNoneEndsTheRun(string table)
    {
        using WordCorpus corpus = Corpus(Word2VecModelTests.Topics(200));
        using MemoryStream saved = new();
        new Word2VecModel(corpus.Vocabulary, new() { Dimensions = 40, SubsamplingThreshold = 0 }).Save(saved);
        byte[] damaged = Forgery.WithFloats(saved.ToArray(), table, i => i == 77 ? float.NaN : 0.01f);
        Word2VecModel model = Word2VecModel.Load(new MemoryStream(damaged));
        Assert.Equal(1, Assert.Throws<TrainingDivergedException>(() => model.Train(corpus)).Step);
    }

    [Theory]
    [InlineData(Word2VecArchitecture.SkipGram, 0.026, "The learning rate (LearningRate) was 0.026, and 0.025 is usual: "
        + "begin anew with a lower one.")]
    [InlineData(Word2VecArchitecture.Cbow, 10, "The learning rate (LearningRate) was 10, and 0.05 is usual: begin anew "
        + "with a lower one.")]
    [InlineData(Word2VecArchitecture.SkipGram, 0, "Begin anew with a lower learning rate (LearningRate) than 0.025.")]
    [InlineData(Word2VecArchitecture.Cbow, 0.03, "Begin anew with a lower learning rate (LearningRate) than 0.03.")]
    public void TheMessageNamesTheRate(Word2VecArchitecture architecture, double rate, string cause)
    {
        using WordCorpus corpus = Corpus(Word2VecModelTests.Topics(200));
        Word2VecModel model = new(corpus.Vocabulary, new() { Architecture = architecture, LearningRate = rate });
        for (int word = 0; word < model.Vocabulary.Count; word++)
            Write(model, word, 1e6f, 1e6f);

        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() => model.Train(corpus));
        Assert.EndsWith($", expected at most 16.64. {cause}", e.Message, StringComparison.Ordinal);
    }

    /// <summary>With the dot product z everywhere the loss is log(1 + exp(-z)) + 3 log(1 + exp(z)).</summary>
    [Theory]
    [InlineData(3.65f, 11.0526, false)]
    [InlineData(3.70f, 11.1977, true)]
    public void TheMostIsFourTimesThatOfUntrainedVectors(float z, double loss, bool diverges)
    {
        Assert.Equal(diverges, loss > 4 * Math.Log(2) * (1 + s_still.Negatives));   // 11.090
        using WordCorpus corpus = Corpus([["x", "y"]]);
        Word2VecModel model = new(corpus.Vocabulary, s_still);
        Write(model, 0, 1, z / 4);
        Write(model, 1, 1, z / 4);
        if (diverges)
        {
            Assert.Contains("the mean loss is 11.2, expected at most 11.09.",
                Assert.Throws<TrainingDivergedException>(() => model.Train(corpus)).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(loss, model.Train(corpus).EpochLosses[0], 1e-4);
        }
    }

    [Fact]
    public void EachBlockIsJudgedAlone()
    {
        // The first block has a loss of 2.8, the second of 15.0; the mean of both would pass.
        using WordCorpus corpus = TwoBlocks();
        Word2VecModel model = new(corpus.Vocabulary, s_still);
        foreach (string word in model.Vocabulary.Words)
            Write(model, IndexOf(model, word), word is "a" or "b" ? 0 : 1, 5f / 4);

        List<Word2VecProgress> reports = [];
        TrainingDivergedException e =
            Assert.Throws<TrainingDivergedException>(() => model.Train(corpus, new Reporter(reports.Add)));
        Assert.Equal(2, e.Step);
        Assert.Equal(4 * Math.Log(2), Assert.Single(reports).Loss, 1e-4);
    }

    [Fact]
    public void StepsAreCountedOverTheWholeRun()
    {
        using WordCorpus corpus = TwoBlocks();
        Word2VecModel model = new(corpus.Vocabulary, s_still with { Epochs = 3 });
        using CancellationTokenSource stop = new();
        model.Train(corpus, new Reporter(report =>
        {
            if (report.Epoch == 2)
                stop.Cancel();
        }), stop.Token);
        Assert.True(model.IsTraining);
        for (int word = 0; word < model.Vocabulary.Count; word++)
            Write(model, word, 1e6f, 1e6f);

        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() => model.Train(corpus));
        Assert.Equal(4, e.Step);
        Assert.Contains("in block 4 (epoch 2)", e.Message, StringComparison.Ordinal);
        Assert.False(model.IsTraining);
    }

    [Theory]
    [InlineData(Word2VecArchitecture.SkipGram)]
    [InlineData(Word2VecArchitecture.Cbow)]
    public void TheHighestRateIsSurvived(Word2VecArchitecture architecture)
    {
        using WordCorpus corpus = Corpus(Word2VecModelTests.Topics(3000));
        Word2VecModel model = new(corpus.Vocabulary, new()
        {
            Architecture = architecture,
            LearningRate = 10,
            Dimensions = 30,
            SubsamplingThreshold = 0,
        });
        Word2VecResult result = model.Train(corpus);
        Assert.True(result.EpochLosses[^1] < 6 * Math.Log(2), string.Join(", ", result.EpochLosses));
        Assert.InRange(model.ToWordVectors().Table.Span.ToArray().Max(Math.Abs), 1e-3f, 10);
    }

    private static WordCorpus Corpus(IEnumerable<IReadOnlyList<string>> sentences) =>
        WordCorpus.FromSentences(sentences, new WordCorpusOptions { MinCount = 1 });

    /// <summary>A block of a and b, a block of c and d.</summary>
    private static WordCorpus TwoBlocks()
    {
        // Eight entries each, with the sentence's end.
        string[] first = ["a", "b", "a", "b", "a", "b", "a"], second = ["c", "d", "c", "d", "c", "d", "c"];
        WordCorpus corpus = Corpus(
            [.. Enumerable.Repeat(first, BlockLength / 8), .. Enumerable.Repeat(second, BlockLength / 8)]);
        Assert.Equal(2 * BlockLength, corpus.Length);
        return corpus;
    }

    private static int IndexOf(Word2VecModel model, string word)
    {
        Assert.True(model.Vocabulary.TryGetIndex(word, out int index));
        return index;
    }

    private static void Write(Word2VecModel model, int word, float input, float output)
    {
        int size = model.Options.Dimensions;
        model.Tables.WriteInput(word, [.. Enumerable.Repeat(input, size)]);
        model.Tables.WriteOutput(word, [.. Enumerable.Repeat(output, size)]);
    }

    private sealed class Reporter(Action<Word2VecProgress> report) : IProgress<Word2VecProgress>
    {
        public void Report(Word2VecProgress value) => report(value);
    }
}
