using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using Rnn.Core.Optimizers;
using Rnn.Models.Batching;
using Rnn.Models.CharRnn;
using Rnn.Models.Forecasting;
using Rnn.Models.LanguageModels;
using Rnn.Models.Sentiment;
using Rnn.Models.Text;
using Rnn.Models.Text.Labelled;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Text.Scripts;
using Rnn.Models.Text.Words;
using Rnn.Models.TimeSeries;
using Rnn.Models.Training;
using Rnn.Models.Translation;
using Rnn.Models.Word2Vec;

namespace Rnn.Samples.KillCheck;

/// <summary>Every kind of run that leaves something to go on from.</summary>
internal static class RunKinds
{
    private const string Line = "to be, or not to be: that is the question. ";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RunKind> All { get; } =
    [
        RunKind.Of("characters", Characters),
        RunKind.Of("tokens", Tokens),
        RunKind.Of("sentiment", Sentiment),
        RunKind.Of("translation", Translation),
        RunKind.Of("series", Forecasts),
        RunKind.Of("sine", Sine),
        RunKind.Of("words-in-batches", WordsInBatches),
        new("words", Words, path => Word2VecModel.Load(path)),
    ];

    /// <summary>The one of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static RunKind Of(string name) => All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new ArgumentException(
            $"There is no kind '{name}'; expected one of {string.Join(", ", All.Select(kind => kind.Name))}.");

    // Everything that a checkpoint may hold: carried state, the best so far, a schedule with a state, an average.
    private static Trainer<TokenWindow> Characters(string path)
    {
        string text = string.Concat(Enumerable.Repeat(Line, 40));
        CharRnnModel model = new(Vocabulary.FromText(text), new() { HiddenSize = 8, Layers = 2, Dropout = 0.25 });
        return model.CreateTrainer(text, new()
        {
            BatchSize = 4,
            SequenceLength = 20,
            ValidationFraction = 0.2,
            Epochs = 3,
            ValidateEvery = 5,
            Schedule = new ReduceOnPlateau(1e-2, patience: 0),
            Averaging = ParameterAveraging.FromStep(20),
            CheckpointPath = path,
            CheckpointEvery = 1,
        });
    }

    private static Trainer<TokenWindow> Tokens(string path)
    {
        TokenVocabulary words = TokenVocabulary.FromSymbols("""["<unk>","a","b","c","d","e","f","g"]""");
        int[] text = [.. Enumerable.Range(0, 400).Select(i => ((i * i) + (i / 7)) % 8)];
        LanguageModel model = new(words, new()
        {
            EmbeddingSize = 4,
            HiddenSize = 6,
            Layers = 1,
            WeightDropout = 0.2,
            Head = OutputHead.Sampled,
            Samples = 4,
        });
        return model.CreateTrainer(text, text, new()
        {
            BatchSize = 2,
            SequenceLength = 10,
            VaryLength = 0.25,
            Epochs = 2,
            Optimizer = layout => new AdamW(layout),
            CheckpointPath = path,
            CheckpointEvery = 1,
        });
    }

    private static Trainer<LabelledBatch> Sentiment(string path)
    {
        LabelledTexts texts = LabelledTexts.FromReviews([.. Enumerable.Range(0, 40).Select(i =>
            ($"{(i % 3 == 0 ? "a good" : "a bad")} film of {(i % 5 == 0 ? "the year and the end" : "music")}", i % 3 == 0))]);
        SentimentModel model = new(texts, new() { EmbeddingSize = 6, HiddenSize = 5, MinCount = 1, PieceLength = 4 });
        return model.CreateTrainer(texts, texts, new()
        {
            BatchSize = 4,
            Epochs = 4,
            CheckpointPath = path,
            CheckpointEvery = 1,
        });
    }

    private static Trainer<PairBatch> Translation(string path)
    {
        string[] from = ["one", "two", "three", "four", "five"], to = ["un", "deux", "trois", "quatre", "cinq"];
        ParallelText pairs = new(Enumerable.Range(0, 40).Select(i => new SentencePair(
            $"{from[i % 5]} {from[i / 5 % 5]} {from[i * 3 % 5]}", $"{to[i * 3 % 5]} {to[i / 5 % 5]} {to[i % 5]}")));
        TranslationModel model = new(pairs, new()
        {
            EmbeddingSize = 6,
            HiddenSize = 8,
            MinCount = 1,
            MaxTokens = 8,
            Dropout = 0.2,
        });
        return model.CreateTrainer(pairs, pairs, new()
        {
            BatchSize = 4,
            Epochs = 12,
            CheckpointPath = path,
            CheckpointEvery = 1,
        });
    }

    private static Trainer<SeriesBatch> Forecasts(string path)
    {
        Series[] series = [.. Enumerable.Range(0, 4).Select(k =>
            new Series($"series {k}", [.. Enumerable.Range(0, 60).Select(t => Math.Sin(t * (k + 1) / 3.0) + (t % 6))]))];
        SeriesModel model = new(series, new()
        {
            Horizon = 5,
            Season = 6,
            HiddenSize = 8,
            Layers = 1,
            Levels = [0.1, 0.5, 0.9],
            Dropout = 0.2,
        });
        return model.CreateTrainer(series, new()
        {
            BatchSize = 4,
            StepsPerEpoch = 20,
            Epochs = 2,
            CheckpointPath = path,
            CheckpointEvery = 1,
        });
    }

    private static Trainer<RegressionWindow> Sine(string path) => new SequenceRegressor(new() { HiddenSize = 8 }).CreateTrainer(
        SineLesson.Batches(), options: new TrainingOptions
        {
            LearningRate = SineLesson.LearningRate,
            CheckpointPath = path,
            CheckpointEvery = 1,
        });

    private static Trainer<WordBatch> WordsInBatches(string path)
    {
        int[] ids = [.. Enumerable.Range(0, 400).Select(i => ((i * i) + (i / 7)) % 8)];
        long[] counts = [.. Enumerable.Range(0, 8).Select(word => (long)ids.Count(id => id == word))];
        return new BatchedWord2Vec(8, new() { Dimensions = 6 }).CreateTrainer(ids, counts, new()
        {
            BatchSize = 40,
            Window = 2,
            Negatives = 2,
            SubsamplingThreshold = 0,
            Epochs = 4,
            CheckpointPath = path,
            CheckpointEvery = 1,
        });
    }

    // Its model's file is its checkpoint: a run that is cancelled after a block goes on from it.
    private static string Words(string? from, string path, Action begin)
    {
        string text = string.Join(' ', Enumerable.Range(0, 50_000).Select(i => $"w{((i * (long)i) + (i / 7)) % 60}"));
        WordCorpus corpus = WordCorpus.FromText(text);
        Word2VecModel model = from is null
            ? new Word2VecModel(corpus.Vocabulary, new() { Dimensions = 8, Window = 2, Negatives = 2, Epochs = 30 })
            : Word2VecModel.Load(from);
        begin();
        while (true)
        {
            using CancellationTokenSource cancel = new();
            if (model.Train(corpus, new EachBlock(cancel), cancel.Token).IsComplete)
                break;

            model.Save(path);
        }

        using MemoryStream whole = new();
        model.Save(whole);
        return Convert.ToHexStringLower(SHA256.HashData(whole.ToArray()));
    }

    private sealed class EachBlock(CancellationTokenSource cancel) : IProgress<Word2VecProgress>
    {
        public void Report(Word2VecProgress value) => cancel.Cancel();
    }
}
