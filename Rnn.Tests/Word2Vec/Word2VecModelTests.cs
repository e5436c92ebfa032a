using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Models.Embeddings;
using Rnn.Models.Text.Phrases;
using Rnn.Models.Text.Words;
using Rnn.Models.Word2Vec;
using Xunit;

namespace Rnn.Tests.Word2Vec;

[Collection("Alone")]   // it changes the number of threads
public sealed class Word2VecModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnn-word2vec-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Sentences of two topics: their words meet only words of their own topic.</summary>
    internal static IEnumerable<IReadOnlyList<string>> Topics(int sentences, int words = 12)
    {
        Philox random = new(3);
        for (int i = 0; i < sentences; i++)
        {
            string topic = random.NextInt32(2) == 0 ? "a" : "b";
            yield return [.. Enumerable.Range(0, 8).Select(_ => topic + random.NextInt32(words))];
        }
    }

    private static WordCorpus Corpus(int sentences = 3000) =>
        WordCorpus.FromSentences(Topics(sentences), new WordCorpusOptions { MinCount = 1 });

    private static float[] Table(Word2VecModel model) => [.. model.ToWordVectors().Table.Span];

    [Theory]
    [InlineData(Word2VecArchitecture.SkipGram)]
    [InlineData(Word2VecArchitecture.Cbow)]
    public void NeighboursShareTheTopicAndTheLossFalls(Word2VecArchitecture architecture)
    {
        using WordCorpus corpus = Corpus();
        Word2VecModel model = new(corpus.Vocabulary,
            new() { Architecture = architecture, Dimensions = 20, SubsamplingThreshold = 0, LearningRate = 0.05 });
        Word2VecResult result = model.Train(corpus);

        Assert.True(result.IsComplete);
        Assert.Equal(5, result.EpochLosses.Count);
        Assert.True(result.EpochLosses[^1] < result.EpochLosses[0] - 0.05, string.Join(", ", result.EpochLosses));
        Assert.Equal(5 * corpus.RawWords, result.RawWords);
        WordVectors vectors = model.ToWordVectors();
        foreach (string word in vectors.Words)
            Assert.All(vectors.MostSimilar(word, 8), neighbour => Assert.Equal(word[0], neighbour.Word[0]));
    }

    [Theory]
    [InlineData("a\nb\na\nb\n", 1e-3, "Every sentence is one word")]
    [InlineData("a b\na b\na b\n", 1e-12, "by the subsampling at 1e-12")]
    public void NothingToLearnIsAnError(string text, double sample, string message)
    {
        using WordCorpus corpus = WordCorpus.FromText(text, new WordCorpusOptions { MinCount = 1 });
        Word2VecModel model = new(corpus.Vocabulary, new() { Dimensions = 4, SubsamplingThreshold = sample });
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => model.Train(corpus)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void PhrasesAndStreamsAreSavedWithTheModel()
    {
        string text = string.Concat(Enumerable.Repeat("new york is big\nnew york is old\na big cat is old\n", 20));
        using WordCorpus corpus = WordCorpus.FromText(text, new WordCorpusOptions { MinCount = 1 });
        PhraseModel phrases = PhraseModel.Learn(corpus, new PhraseOptions { Threshold = 2 });
        Assert.NotEmpty(phrases.Phrases);
        using WordCorpus joined = phrases.Apply(corpus);
        Word2VecModel model = new(joined.Vocabulary, new() { Dimensions = 4 }, [phrases]);
        using System.IO.MemoryStream stream = new();
        model.Save(stream);
        stream.Position = 0;
        Word2VecModel read = Word2VecModel.Load(stream);
        Assert.Equal(phrases.Phrases, Assert.Single(read.Phrases).Phrases);
        Assert.Equal(phrases.Phrases, Assert.Single(read.WithWords(corpus.Vocabulary).Phrases).Phrases);
    }

    [Fact]
    public void TheFirstLossIsThatOfUntrainedVectors()
    {
        // Output rows begin at 0: every term is log 2.
        using WordCorpus corpus = WordCorpus.FromSentences([["x", "y"]], new WordCorpusOptions { MinCount = 1 });
        Word2VecModel model = new(corpus.Vocabulary, new() { Epochs = 1, Negatives = 3, SubsamplingThreshold = 0 });
        Assert.Equal(4 * Math.Log(2), model.Train(corpus).EpochLosses[0], 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ThreadsDontChangeABit(int shards)
    {
        using WordCorpus corpus = Corpus(1000);
        Word2VecOptions options = new() { Dimensions = 40, Epochs = 2, Shards = shards };
        int before = Workers.Count;
        List<float[]> tables = [];
        try
        {
            foreach (int threads in (int[])[1, 2, 4])
            {
                Workers.Count = threads;
                Word2VecModel model = new(corpus.Vocabulary, options);
                model.Train(corpus);
                tables.Add(Table(model));
            }
        }
        finally
        {
            Workers.Count = before;
        }

        Assert.All(tables, table => Assert.Equal(tables[0], table));
    }

    [Fact]
    public void BothCachesGiveTheSameVectors()
    {
        using WordCorpus memory = Corpus(500);
        using WordCorpus file = WordCorpus.FromSentences(Topics(500),
            new WordCorpusOptions { MinCount = 1, Cache = CorpusCache.TemporaryFile });
        Word2VecModel first = new(memory.Vocabulary), second = new(file.Vocabulary);
        first.Train(memory);
        second.Train(file);
        Assert.Equal(Table(first), Table(second));
    }

    [Fact]
    public void ACancelledRunGoesOnWithTheSameBits()
    {
        using WordCorpus corpus = Corpus(5000);
        Word2VecOptions options = new() { Dimensions = 24, Epochs = 3, Seed = 9 };
        Word2VecModel whole = new(corpus.Vocabulary, options);
        Word2VecResult expected = whole.Train(corpus);

        // Stopped in the middle of the second epoch, saved, loaded.
        using CancellationTokenSource stop = new();
        Word2VecModel cut = new(corpus.Vocabulary, options);
        Word2VecResult first = cut.Train(corpus, new Reporter(report =>
        {
            if (report.Epoch == 2)
                stop.Cancel();
        }), stop.Token);
        Assert.False(first.IsComplete);
        Assert.True(cut.IsTraining);
        string path = Path.Combine(_folder, "cut.safetensors");
        cut.Save(path);
        Word2VecModel loaded = Word2VecModel.Load(path);
        Assert.True(loaded.IsTraining);

        // Another text is refused, though it has the same words, as often.
        List<IReadOnlyList<string>> turned = [.. Topics(5000)];
        turned[0] = [.. turned[0].Reverse()];
        using WordCorpus other = WordCorpus.FromSentences(turned, new WordCorpusOptions { MinCount = 1 });
        ArgumentException e = Assert.Throws<ArgumentException>(() => { loaded.Train(other); });
        Assert.StartsWith("The corpus has other words than the one of the run", e.Message, StringComparison.Ordinal);
        Assert.True(loaded.IsTraining);

        Word2VecResult rest = loaded.Train(corpus);

        Assert.True(rest.IsComplete);
        Assert.False(loaded.IsTraining);
        Assert.Equal(expected.EpochLosses, rest.EpochLosses);
        Assert.Equal(Table(whole), Table(loaded));
        Assert.InRange(first.RawWords + rest.RawWords, expected.RawWords - 3, expected.RawWords);
    }

    [Fact]
    public void SavingKeepsEverything()
    {
        using WordCorpus corpus = Corpus(200);
        Word2VecOptions options = new()
        {
            Architecture = Word2VecArchitecture.Cbow,
            Dimensions = 17,
            Window = 3,
            Negatives = 2,
            NoisePower = 0.5,
            SubsamplingThreshold = 0.01,
            Epochs = 1,
            LearningRate = 0.03,
            MinLearningRate = 0.001,
            Seed = ulong.MaxValue,
            Shards = 2,
        };
        Word2VecModel model = new(corpus.Vocabulary, options);
        model.Train(corpus);
        string path = Path.Combine(_folder, "model.safetensors");
        model.Save(path);
        Word2VecModel loaded = Word2VecModel.Load(path);

        Assert.Equal(options, loaded.Options);
        Assert.Equal(model.Vocabulary.Words, loaded.Vocabulary.Words);
        Assert.Equal(model.Vocabulary.Counts.ToArray(), loaded.Vocabulary.Counts.ToArray());
        Assert.Equal(model.EpochLosses, loaded.EpochLosses);
        Assert.Equal(Table(model), Table(loaded));
        model.Train(corpus);
        loaded.Train(corpus);
        Assert.Equal(Table(model), Table(loaded));   // output rows too
    }

    [Fact]
    public void AddedWordsKeepTheOldVectorsAndAreLearnt()
    {
        using WordCorpus corpus = Corpus(1000);
        Word2VecModel model = new(corpus.Vocabulary,
            new() { Dimensions = 20, SubsamplingThreshold = 0, LearningRate = 0.05 });
        model.Train(corpus);
        List<IReadOnlyList<string>> more = [.. Topics(1500).Select(sentence =>
            (IReadOnlyList<string>)[.. sentence.Select((word, i) => i % 3 == 0 ? word[0] + "new" : word)])];
        using WordCorpus counted = WordCorpus.FromSentences(more, new WordCorpusOptions { MinCount = 1 });
        Word2VecModel larger = model.WithWords(counted.Vocabulary);

        Assert.Equal(model.Vocabulary.Count + 2, larger.Vocabulary.Count);
        WordVectors before = model.ToWordVectors(), after = larger.ToWordVectors();
        Assert.All(before.Words, word => Assert.Equal(before[word].ToArray(), after[word].ToArray()));

        using WordCorpus next = WordCorpus.FromSentences(more,
            new WordCorpusOptions { MinCount = 1, Vocabulary = larger.Vocabulary });
        Assert.True(larger.Train(next).IsComplete);
        WordVectors trained = larger.ToWordVectors();
        Assert.All(trained.MostSimilar("anew", 6), neighbour => Assert.Equal('a', neighbour.Word[0]));
        Assert.All(trained.MostSimilar("bnew", 6), neighbour => Assert.Equal('b', neighbour.Word[0]));
    }

    [Fact]
    public void AFileTellsWhetherItsRunIsDone()
    {
        using WordCorpus corpus = Corpus(50);
        Word2VecModel model = new(corpus.Vocabulary);
        string path = Path.Combine(_folder, "run.safetensors");
        model.Train(corpus, null, new CancellationToken(canceled: true));
        model.Save(path);
        Assert.True(Word2VecModel.IsInterrupted(path));
        model.Train(corpus);
        model.Save(path);
        Assert.False(Word2VecModel.IsInterrupted(path));
    }

    [Fact]
    public void ReportsRunFromNothingToAll()
    {
        using WordCorpus corpus = Corpus(4000);
        List<Word2VecProgress> reports = [];
        new Word2VecModel(corpus.Vocabulary, new() { Epochs = 2 }).Train(corpus, new Reporter(reports.Add));
        Assert.Equal(2, reports.Count(report => report.IsEpochEnd));
        Assert.Equal(1, reports[^1].Fraction, 12);
        Assert.Equal(2 * corpus.RawWords, reports[^1].RawWords);
        Assert.True(reports[0].LearningRate > reports[^1].LearningRate);
        Assert.Equal(reports.Select(report => report.Fraction).Order(), reports.Select(report => report.Fraction));
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        using WordCorpus corpus = Corpus(10);
        WordVocabulary words = corpus.Vocabulary;
        foreach (Word2VecOptions options in (Word2VecOptions[])
        [
            new() { Dimensions = 0 }, new() { Window = 0 }, new() { Window = 101 }, new() { Negatives = 0 },
            new() { SubsamplingThreshold = -1 }, new() { SubsamplingThreshold = double.NaN }, new() { Epochs = 0 },
            new() { LearningRate = -1 }, new() { LearningRate = double.NaN }, new() { MinLearningRate = 1 },
            new() { Dimensions = 16, Shards = 2 }, new() { NoisePower = double.PositiveInfinity },
            new() { Architecture = (Word2VecArchitecture)7 },
        ])
        {
            Assert.ThrowsAny<ArgumentException>(() => new Word2VecModel(words, options));
        }

        Assert.Contains("at least 2", Assert.Throws<ArgumentException>(
            () => new Word2VecModel(WordVocabulary.FromWords(["one"], [3]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherCorpusIsRefused()
    {
        using WordCorpus corpus = Corpus(50);
        using WordCorpus fewer = WordCorpus.FromSentences([["x", "y", "x"]], new WordCorpusOptions { MinCount = 1 });
        Word2VecModel model = new(corpus.Vocabulary);
        Assert.Contains("WordCorpusOptions.Vocabulary",
            Assert.Throws<ArgumentException>(() => model.Train(fewer)).Message, StringComparison.Ordinal);

        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.False(model.Train(corpus, null, stop.Token).IsComplete);
        using WordCorpus longer = WordCorpus.FromSentences(Topics(60),
            new WordCorpusOptions { MinCount = 1, Vocabulary = corpus.Vocabulary });
        Assert.Contains("cancelled",
            Assert.Throws<ArgumentException>(() => model.Train(longer)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => model.WithWords(fewer.Vocabulary));
    }

    [Theory]
    [InlineData("in.weight")]
    [InlineData("counts")]
    [InlineData("vocabulary")]
    [InlineData("options")]
    [InlineData("run.position")]
    [InlineData("rnn.model")]
    public void DamagedFilesAreRefused(string what)
    {
        using WordCorpus corpus = Corpus(20);
        string path = Path.Combine(_folder, "model.safetensors"), other = Path.Combine(_folder, "other.safetensors");
        new Word2VecModel(corpus.Vocabulary, new() { Dimensions = 8 }).Save(path);
        SafetensorsReader reader = SafetensorsReader.Open(path);
        SafetensorsWriter writer = new() { AddChecksum = true };
        foreach ((string key, string value) in reader.Metadata.Where(pair => pair.Key != what))
            writer.Metadata[key] = value;

        foreach (SafetensorsEntry entry in reader.Entries.Where(entry => entry.Name != what))
        {
            byte[] bytes = new byte[entry.ByteLength];
            reader.CopyBytesTo(entry.Name, bytes);
            writer.AddBytes(entry.Name, entry.Type, entry.Shape, bytes);
        }

        writer.Save(other);
        Assert.Throws<InvalidDataException>(() => Word2VecModel.Load(other));

        byte[] all = File.ReadAllBytes(path);
        all[^3] ^= 1;
        File.WriteAllBytes(other, all);
        Assert.Throws<InvalidDataException>(() => Word2VecModel.Load(other));
    }

    private sealed class Reporter(Action<Word2VecProgress> report) : IProgress<Word2VecProgress>
    {
        public void Report(Word2VecProgress value) => report(value);
    }
}
