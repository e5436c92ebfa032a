using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers.Pooling;
using Rnn.Core.Layers.Recurrent;
using Rnn.Models.Sentiment;
using Rnn.Models.Text.Labelled;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.Sentiment;

/// <summary>All that decides what a training run computes, apart from its texts. A preset, changed by options.</summary>
internal sealed record SentimentSettings : RunSettings<SentimentOptions, SentimentTrainingOptions>
{
    /// <summary>The options that change a preset.</summary>
    public static SettingList<SentimentSettings> List { get; } = CreateList();

    /// <summary>Less than a minute of learning from reviews that a grammar writes.</summary>
    public static SentimentSettings Demo { get; } = new()
    {
        Preset = "demo",
        Reviews = 5000,
        Network = new SentimentOptions { EmbeddingSize = 64, HiddenSize = 64, Pooling = PoolingKind.Attention, PieceLength = 0 },
        Training = new SentimentTrainingOptions { BatchSize = 25, Epochs = 8, LearningRate = 3e-3, ValidateEvery = 0 },
        Rate = RateKind.Cosine,
        WarmUp = 50,
    };

    /// <summary>The lesson's own numbers, but for what was wrong in it: padding is not read, an unknown word is none of
    /// padding, and no review begins with the state that another left.</summary>
    public static SentimentSettings Lesson { get; } = new()
    {
        Preset = "lesson",
        Network = new SentimentOptions
        {
            EmbeddingSize = 400,
            HiddenSize = 256,
            Layers = 2,
            Bidirectional = false,
            Dropout = 0.5,
            TwoBiases = true,
            Initialization = RecurrentInitialization.PyTorch,
            Pooling = PoolingKind.Last,
            OutputDropout = 0.3,
            PieceLength = 0,
            MaxTokens = 200,
            Cut = TextCut.Head,
            MinCount = 1,
            MaxWords = 0,
            Tokenizer = new TextTokenizerOptions { Punctuation = PunctuationPolicy.Drop, Negations = false },
        },
        Training = new SentimentTrainingOptions { BatchSize = 50, Epochs = 4, LearningRate = 1e-3 },
        InOrder = true,
    };

    /// <summary>
    /// The most accurate that we know of: one layer that reads a whole review in pieces, words as vectors that are
    /// learnt from the training texts first, and dropout of words, vectors and output against learning by heart.
    /// </summary>
    public static SentimentSettings Best { get; } = new()
    {
        Preset = "best",
        Network = new SentimentOptions { HiddenSize = 256, EmbeddingDropout = 0.3, TokenDropout = 0.1 },
        Training = new SentimentTrainingOptions { BatchSize = 32, Epochs = 4, LearningRate = 2e-3 },
        VectorEpochs = 10,
        Rate = RateKind.Cosine,
        WarmUp = 100,
        Seeds = 3,
        InOrder = true,
        RefitOnAll = true,
    };

    public static IReadOnlyList<SentimentSettings> Presets { get; } = [Demo, Lesson, Best];

    public static string[] Names { get; } = [.. Presets.Select(one => one.Preset)];

    /// <summary>The preset of that name, which is one of <see cref="Names"/>.</summary>
    public static SentimentSettings Get(string name) => Presets.First(one => one.Preset == name);

    /// <summary>Models that are trained, with seeds from the training's upwards; their probabilities are averaged.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Reviews of the built-in grammar, all parts together.</summary>
    public int Reviews { get; init; } = 5000;

    /// <summary>The share of the texts that is held out to choose by.</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>The share of the texts that is held out to test on.</summary>
    public double TestFraction { get; init; } = 0.1;

    /// <summary>Whether the parts are cut from the texts as they stand, the last to test on; else they are drawn.</summary>
    public bool InOrder { get; init; }

    /// <summary>Whether, when the texts to choose by have chosen, new networks and a new linear classifier learn from all texts
    /// but those to test on.</summary>
    public bool RefitOnAll { get; init; }

    /// <summary>Epochs of pre-training as a language model of the training texts; 0 is none.</summary>
    public int PretrainingEpochs { get; init; }

    /// <summary>Its largest learning rate.</summary>
    public double PretrainingRate { get; init; } = 2e-3;

    /// <summary>Words that it predicts.</summary>
    public int PretrainingWords { get; init; } = 30_000;

    /// <summary>Epochs of word vectors that are learnt from the training texts, to begin with; 0 is none.</summary>
    public int VectorEpochs { get; init; }

    /// <summary>A file of word vectors to begin with; "" is none.</summary>
    public string Vectors { get; init; } = "";

    /// <summary>The network in a few words: "embedding 100, LSTM 128 x 1 in both directions, max over time".</summary>
    public string Describe()
    {
        string cell = RecurrentCells.Name(Network.Cell);
        string input = Network.EmbeddingSize > 0 ? $"embedding {Network.EmbeddingSize}" : "one-hot words";
        return Invariant($"{input}, {cell} {Network.HiddenSize} x {Network.Layers}")
            + (Network.Bidirectional ? " in both directions" : "") + $", {Network.Pooling.ToString().ToLowerInvariant()}";
    }

    /// <summary>These for one of the models.</summary>
    /// <param name="index">0 to Seeds - 1.</param>
    public SentimentSettings Member(int index) =>
        this with { Training = Training with { Seed = Training.Seed + (ulong)index } };

    /// <summary>These for training once more on all texts. Where the rate falls to 0, with a cosine, its end is the end; else
    /// the networks learn for as long as was best for them in the mean.</summary>
    /// <param name="bestEpochs">After how many epochs they were best, in the mean.</param>
    /// <param name="perEpoch">Steps of an epoch of all texts.</param>
    public SentimentSettings ForRefit(double bestEpochs, long perEpoch) => this with
    {
        Training = Training with
        {
            Patience = 0,
            MaxSteps = Rate == RateKind.Cosine ? Training.MaxSteps : Math.Max(1, (long)Math.Round(bestEpochs * perEpoch)),
        },
    };

    /// <summary>How the language model is trained.</summary>
    /// <param name="perEpoch">Steps of an epoch.</param>
    public SentimentTrainingOptions PretrainingOptions(long perEpoch) => (this with
    {
        Rate = RateKind.Cosine,
        Training = Training with { Epochs = PretrainingEpochs, MaxSteps = 0, LearningRate = PretrainingRate, Patience = 0 },
    }).Options(perEpoch);

    private static SettingList<SentimentSettings> CreateList()
    {
        SettingList<SentimentSettings> list = new();
        list.Whole("--embedding", s => s.Network.EmbeddingSize, 0, 65536, "Elements of a word's vector; 0: one-hot words.");
        list.Choice("--cell", s => s.Network.Cell, "The recurrent cell.", RecurrentCells.Choices);
        list.Whole("--hidden", s => s.Network.HiddenSize, 1, 65536, "Units of a layer and direction.");
        list.Whole("--layers", s => s.Network.Layers, 1, 64, "Recurrent layers.");
        list.Choice("--directions", s => s.Network.Bidirectional, "Whether a layer reads forwards, or both ways.",
            ("one", false), ("both", true));
        list.Choice("--pooling", s => s.Network.Pooling, "What makes one vector of all steps.",
            ("last", PoolingKind.Last), ("mean", PoolingKind.Mean), ("max", PoolingKind.Max),
            ("attention", PoolingKind.Attention));
        list.Whole("--piece", s => s.Network.PieceLength, 0, 65536,
            "Longer texts are cut into pieces of at most so many words, read side by side; 0: texts are read whole.");
        list.Whole("--max-words", s => s.Network.MaxTokens, 0, null, "Words of a text that are read at most; 0 for all.");
        list.Choice("--cut", s => s.Network.Cut, "What is kept of a longer text.",
            ("head", TextCut.Head), ("tail", TextCut.Tail), ("both", TextCut.Both));
        list.Whole("--min-count", s => s.Network.MinCount, 1, null, "Words that are rarer in the training texts are unknown.");
        list.Whole("--vocabulary", s => s.Network.MaxWords, 0, null, "The most words that are known; 0 for all.");
        list.Choice("--punctuation", s => s.Network.Tokenizer.Punctuation, "What becomes of punctuation.",
            ("drop", PunctuationPolicy.Drop), ("sentences", PunctuationPolicy.Sentences), ("keep", PunctuationPolicy.Keep));
        list.Number("--dropout", s => s.Network.OutputDropout, 0, 0.99, "Of the pooled vector.");
        list.Number("--layer-dropout", s => s.Network.Dropout, 0, 0.99, "Between layers.");
        list.Number("--embedding-dropout", s => s.Network.EmbeddingDropout, 0, 0.99, "Of the elements of words' vectors.");
        list.Number("--word-dropout", s => s.Network.TokenDropout, 0, 0.99, "Of whole words, in each step.");
        list.Number("--recurrent-dropout", s => s.Network.RecurrentDropout, 0, 0.99, "Of the state, one mask for all steps.");
        list.Whole("--vector-epochs", s => s.VectorEpochs, 0, null,
            "Epochs of word vectors of the training texts (skip-gram), which the embedding begins with.");
        list.Text("--vectors", s => s.Vectors, "FILE", "Word vectors to begin with (samples/Word2Vec makes some).");
        list.Flag("--frozen", s => s.Network.FrozenEmbedding, "Leaves the words' vectors as they are.");
        list.Whole("--pretrain", s => s.PretrainingEpochs, 0, null,
            "Epochs as a language model of the training texts, before any label is looked at.");
        list.Positive("--pretrain-lr", s => s.PretrainingRate, 100, "The largest learning rate of that.");
        list.Whole("--pretrain-words", s => s.PretrainingWords, 1, null, "The most frequent words, which it predicts.");
        list.Whole("--batch", s => s.Training.BatchSize, 1, 65536, "Texts of a step.");
        list.Whole("--seeds", s => s.Seeds, 1, 100, "Models to train, with seeds from --seed upwards; they are averaged.");
        list.Number("--validation", s => s.ValidationFraction, 0, 0.9, "The share of the texts that is held out to choose by.");
        list.Number("--test", s => s.TestFraction, 0, 0.9, "The share of the texts that is held out to test on.");
        list.Choice("--order", s => s.InOrder, "How texts come to be held out: drawn, or the last of them as they stand.",
            ("drawn", false), ("file", true));
        list.Choice("--refit-on-all", s => s.RefitOnAll,
            "Whether new models learn from all texts but those to test on, when those to choose by have chosen; with a cosine rate as many "
            + "steps as it has, else as many epochs as was best.", ("yes", true), ("no", false));
        list.Whole("--reviews", s => s.Reviews, 100, 10_000_000, "Reviews of the built-in grammar.");
        list.Number("--weight-decay", s => s.WeightDecay, 0, 100, "AdamW's; 0 is plain Adam.");
        list.AddTrainer<SentimentSettings, SentimentOptions, SentimentTrainingOptions>("the texts");
        return list;
    }
}
