using System;
using System.IO;
using System.Linq;
using Rnn.Core.Layers.Pooling;
using Rnn.Core.Optimizers;
using Rnn.Models.CharRnn;
using Rnn.Models.Corpora;
using Rnn.Models.Corpora.Dates;
using Rnn.Models.Sentiment;
using Rnn.Models.Text;
using Rnn.Models.Text.Labelled;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Translation;
using Rnn.Samples.Common;

namespace Rnn.Samples.Server;

/// <summary>Small models of built-in texts, learnt in some seconds the first time and kept in a folder: for those who
/// have none yet.</summary>
internal static class BuiltInModels
{
    /// <summary>A source for a model of dates.</summary>
    public const string SomeDate = "Tuesday, 14 March 2017";

    private const ulong Seed = 1;
    private const int Reviews = 3000, ReviewsAtOnce = 25, ReviewEpochs = 6;
    private const int Dates = 20_000, DatesAtOnce = 64, DateEpochs = 2;
    private const double Rate = 5e-3;

    /// <summary>Whether a model reads dates, which are characters, and writes ISO forms.</summary>
    public static bool IsDates(TranslationModel model) =>
        model.Options.Target.Units == SentenceUnits.Characters && model.Target.Vocabulary.Tokens.Contains("-");

    /// <summary>A model that writes stories.</summary>
    /// <param name="path">Where it is, or will be.</param>
    public static ITextWriter Writer(string path) => new CharacterWriter(Get(path, "stories", CharRnnModel.Load, () =>
    {
        (string text, _) = StoryGrammar.Generate(Seed, minimumLength: 200_000);
        CharRnnModel model = new(Vocabulary.FromText(text), new CharRnnOptions { HiddenSize = 128, Layers = 1, Dropout = 0 }, Seed);
        model.Train(text, new CharRnnTrainingOptions { BatchSize = 32, SequenceLength = 50, MaxSteps = 1000, LearningRate = Rate });
        return (model, model.Save);
    }));

    /// <summary>A model that classifies reviews.</summary>
    /// <inheritdoc cref="Writer"/>
    public static SentimentModel Sentiment(string path) => Get(path, "reviews", SentimentModel.Load, () =>
    {
        LabelledTexts reviews = LabelledTexts.FromReviews(ReviewGrammar.Generate(Seed, Reviews));
        SentimentModel model = new(reviews, new SentimentOptions
        {
            EmbeddingSize = 32,
            HiddenSize = 32,
            Pooling = PoolingKind.Attention,
            PieceLength = 0,
        }, Seed);
        model.Train(reviews, null, new SentimentTrainingOptions
        {
            BatchSize = ReviewsAtOnce,
            Epochs = ReviewEpochs,
            Schedule = new CosineSchedule(Rate, Reviews / ReviewsAtOnce * ReviewEpochs),
        });
        return (model, model.Save);
    });

    /// <summary>A model that turns dates into their ISO form.</summary>
    /// <inheritdoc cref="Writer"/>
    public static TranslatorPool Translators(string path) => new(Get(path, "dates", TranslationModel.Load, () =>
    {
        ParallelText pairs = DatePairs.Generate(Dates, Seed);
        SentenceTokenizerOptions characters = new() { Units = SentenceUnits.Characters };
        TranslationModel model = new(pairs, new TranslationOptions
        {
            Source = characters,
            Target = characters,
            MinCount = 1,
            EmbeddingSize = 32,
            HiddenSize = 64,
        }, Seed);
        model.Train(pairs, null, new TranslationTrainingOptions
        {
            BatchSize = DatesAtOnce,
            Epochs = DateEpochs,
            ClipNorm = 1,
            Schedule = new CosineSchedule(Rate, Dates / DatesAtOnce * DateEpochs),
        });
        return (model, model.Save);
    }));

    private static T Get<T>(string path, string texts, Func<string, T> load, Func<(T Model, Action<string> Save)> make)
    {
        if (File.Exists(path))
            return load(path);

        Screen.Show($"There is no '{path}' yet: learning a small model of built-in {texts} ...");
        (T model, Action<string> save) = make();
        RunFolder.Make(Path.GetDirectoryName(path)!);
        save(path);
        return model;
    }
}
