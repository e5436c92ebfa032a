using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Layers.Pooling;
using Rnn.Core.Layers.Recurrent;
using Rnn.Models.CharRnn;
using Rnn.Models.Classification;
using Rnn.Models.Forecasting;
using Rnn.Models.LanguageModels;
using Rnn.Models.Sentiment;
using Rnn.Models.Text;
using Rnn.Models.Text.Labelled;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Text.Phrases;
using Rnn.Models.Text.Scripts;
using Rnn.Models.Text.Words;
using Rnn.Models.TimeSeries;
using Rnn.Models.Translation;
using Rnn.Models.Word2Vec;

namespace Rnn.Tests.Fuzzing;

/// <content>Models: what was read is written again, which nothing that was accepted may prevent.</content>
internal static partial class FuzzTargets
{
    private static readonly LabelledTexts s_reviews = LabelledTexts.FromReviews(
        [("a good film", true), ("a bad film", false), ("not a good film . the end", false), ("not bad", true)]);

    private static readonly ParallelText s_pairs = new([new("one two", "un deux"), new("two three", "deux trois")]);

    private static IEnumerable<FuzzTarget> Models() =>
    [
        Model("characters", CharRnns(), stream => CharRnnModel.Load(stream).Save),
        Model("word2vec", [Word2Vec(false), Word2Vec(true)], stream => Word2VecModel.Load(stream).Save),
        Model("word2vec in batches", BatchedWord2Vecs(), stream => BatchedWord2Vec.Load(stream).Save),
        Model("sentiment", Sentiments(), stream => SentimentModel.Load(stream).Save),
        Model("linear classifier", LinearClassifiers(), stream => LinearTextClassifier.Load(stream).Save),
        Model("language model", LanguageModels(), stream => LanguageModel.Load(stream).Save),
        Model("translation, recurrent",
            [Translation(TranslationArchitecture.Attention), Translation(TranslationArchitecture.EncoderDecoder)],
            stream => TranslationModel.Load(stream).Save),
        Model("translation, transformer", [Translation(TranslationArchitecture.Transformer)],
            stream => TranslationModel.Load(stream).Save),
        Model("series", SeriesModels(), stream => SeriesModel.Load(stream).Save),
        Model("sine", [Saved(new SequenceRegressor(new() { HiddenSize = 2 }).Save)], null),
    ];

    private static FuzzTarget Model(string name, byte[][] seeds, Func<Stream, Action<Stream>>? load) => new(name, seeds, input =>
    {
        if (load is null)
            SequenceRegressor.Load(input.File()).Save(Stream.Null);
        else
            load(input.Stream())(Stream.Null);
    })
    {
        Draw = new SafetensorsMutator(seeds).Mutate,
        Constant = 1_500_000,   // tokenizers have pools of words
    };

    private static byte[][] CharRnns() => [.. Enum.GetValues<RecurrentCell>().Select(cell => Saved(new CharRnnModel(
        Vocabulary.FromText("abc\u00E9\n"), new() { Cell = cell, HiddenSize = 2, Layers = 2, Dropout = 0.1 }).Save))];

    private static byte[] Word2Vec(bool phrases)
    {
        Word2VecModel model = new(WordVocabulary.FromWords(["a", "b_c", "d"], [3, 2, 1]), new() { Dimensions = 4 });
        if (phrases)
            model.Phrases = [PhraseModel.FromTable(PhraseTable, "phrases")];

        return Saved(model.Save);
    }

    private static byte[][] BatchedWord2Vecs() => [.. Enum.GetValues<Word2VecLoss>().Select(loss => Saved(
        new BatchedWord2Vec(4, new() { Loss = loss, Dimensions = 3 }).Save))];

    private static byte[][] Sentiments()
    {
        SentimentOptions small = new() { EmbeddingSize = 3, HiddenSize = 2, MinCount = 1, PieceLength = 4 };
        return
        [
            Saved(new SentimentModel(s_reviews, small).Save),
            Saved(new SentimentModel(s_reviews, small with { Pooling = PoolingKind.Attention, Bidirectional = false }).Save),
        ];
    }

    private static byte[][] LinearClassifiers()
    {
        string[][] texts = [["a", "good", "film"], ["a", "bad", "film"], ["good"], ["bad"], ["so", "so"]];
        return
        [
            Saved(LinearTextClassifier.Train(texts, [1, 0, 1, 0, 0], new() { MinTexts = 1, MaxN = 2 }).Save),
            Saved(LinearTextClassifier.Train(texts, [1, 0, 1, 0, 2], new() { MinTexts = 1 }).Save),
        ];
    }

    private static byte[][] LanguageModels()
    {
        TokenVocabulary words = TokenVocabulary.FromSymbols("""["<unk>","a","b","c","\u00e9","e","f"]""");
        LanguageModelOptions small = new()
        {
            EmbeddingSize = 4,
            HiddenSize = 4,
            Layers = 1,
            Cutoffs = [2, 4],
            ClusterDivisor = 2,
            Samples = 3,
        };
        LanguageModel cached = new(words, small) { Cache = new ContinuousCacheOptions() };
        return
        [
            Saved(cached.Save),
            Saved(new LanguageModel(words, small with { TiedWeights = false, Head = OutputHead.Adaptive }).Save),
            Saved(new LanguageModel(words, small with { Head = OutputHead.Sampled, Script = new ScriptTokenizerOptions() }).Save),
        ];
    }

    private static byte[] Translation(TranslationArchitecture architecture)
    {
        SentenceTokenizerOptions subwords = new() { Units = SentenceUnits.Subwords };
        return Saved(new TranslationModel(s_pairs, new()
        {
            Architecture = architecture,
            Heads = 2,
            EmbeddingSize = 4,
            HiddenSize = 4,
            FeedForwardSize = 4,
            Layers = 1,
            MinCount = 1,
            MaxTokens = 8,
            Merges = 3,
            Target = subwords,
        }).Save);
    }

    private static byte[][] SeriesModels()
    {
        double[] days = [.. Enumerable.Range(0, 50).Select(t => (double)(t % 7))];
        Covariate day = new("known: day", CovariateKind.Known, days);
        Series[] series = [.. Enumerable.Range(0, 2).Select(k =>
            new Series($"s{k}", [.. Enumerable.Range(0, 40).Select(t => Math.Sin(t + k) + (t % 3))]).WithCovariates([day]))];
        SeriesOptions small = new()
        {
            Horizon = 4,
            Season = 3,
            HiddenSize = 2,
            Layers = 1,
            Levels = [0.1, 0.5, 0.9],
            EmbeddingSize = 2,
        };
        SeriesOptions student = small with { Output = SeriesOutput.StudentT, EmbeddingSize = 0, Cell = RecurrentCell.Gru };
        return [Saved(new SeriesModel(series, small).Save), Saved(new SeriesModel(series, student).Save)];
    }
}
