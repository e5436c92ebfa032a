using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Optimizers;
using Rnn.Models.LanguageModels;
using Rnn.Models.Training;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.TvScript;

/// <summary>All that decides what a training run computes, apart from its text. A preset, changed by options.</summary>
internal sealed record ScriptSettings : RunSettings<LanguageModelOptions, LanguageModelTrainingOptions>
{
    /// <summary>The options that change a preset.</summary>
    public static SettingList<ScriptSettings> List { get; } = CreateList();

    /// <summary>A minute of learning from scenes that a grammar writes.</summary>
    public static ScriptSettings Demo { get; } = new()
    {
        Preset = "demo",
        Network = new LanguageModelOptions
        {
            Cell = RecurrentCell.Gru,
            EmbeddingSize = 192,
            HiddenSize = 192,
            Layers = 1,
            OutputDropout = 0.1,
        },
        Training = new LanguageModelTrainingOptions { BatchSize = 32, SequenceLength = 50, Epochs = 3, LearningRate = 4e-3 },
        Rate = RateKind.Cosine,
        WarmUp = 50,
    };

    /// <summary>The course's own numbers, but for what was wrong in it: every word is predicted, not the last of a window
    /// alone, no padding is read, and the state is carried on.</summary>
    public static ScriptSettings Lesson { get; } = new()
    {
        Preset = "lesson",
        Network = new LanguageModelOptions
        {
            EmbeddingSize = 250,
            HiddenSize = 250,
            Dropout = 0.5,
            TiedWeights = false,
            TwoBiases = true,
            Initialization = RecurrentInitialization.PyTorch,
        },
        Training = new LanguageModelTrainingOptions { BatchSize = 128, SequenceLength = 10, Epochs = 10, LearningRate = 1e-3 },
    };

    /// <summary>A play or a series of some hundred thousand words.</summary>
    public static ScriptSettings Script { get; } = new()
    {
        Preset = "script",
        Network = new LanguageModelOptions
        {
            EmbeddingSize = 200,
            HiddenSize = 400,
            Layers = 2,
            LockedDropout = true,
            EmbeddingDropout = 0.5,
            TokenDropout = 0.1,
            Dropout = 0.3,
            OutputDropout = 0.5,
            WeightDropout = 0.4,
        },
        Training = new LanguageModelTrainingOptions
        {
            BatchSize = 20,
            SequenceLength = 50,
            VaryLength = 0.2,
            Epochs = 20,
            LearningRate = 3e-3,
            ClipNorm = 1,
        },
        Rate = RateKind.Cosine,
        WarmUp = 100,
        MinCount = 2,   // what occurs once teaches what an unknown word is like
        CacheWindow = 500,
    };

    /// <summary>WikiText-2 in an hour and a half of two cores.</summary>
    public static ScriptSettings WikiText2 { get; } = new()
    {
        Preset = "wikitext-2",
        Network = new LanguageModelOptions
        {
            EmbeddingSize = 320,
            HiddenSize = 640,
            Layers = 2,
            Head = OutputHead.Sampled,
            Samples = 2048,
            LockedDropout = true,
            EmbeddingDropout = 0.3,
            TokenDropout = 0.05,
            Dropout = 0.2,
            OutputDropout = 0.35,
            WeightDropout = 0.2,
            ActivationPenalty = 2,
            TemporalActivationPenalty = 1,
        },
        Training = new LanguageModelTrainingOptions
        {
            BatchSize = 20,
            SequenceLength = 35,
            VaryLength = 0.2,
            Epochs = 16,
            LearningRate = 20,
            ClipNorm = 0.25,
        },
        Sgd = true,
        Rate = RateKind.Cosine,
        WarmUp = 200,
        CacheWindow = 2000,
    };

    public static IReadOnlyList<ScriptSettings> Presets { get; } = [Demo, Lesson, Script, WikiText2];

    public static string[] Names { get; } = [.. Presets.Select(one => one.Preset)];

    /// <summary>Scenes of the built-in grammar to learn from.</summary>
    public int Scenes { get; init; } = 2500;

    /// <summary>The last part of the text, which is held out and measured at the end, once.</summary>
    public double TestFraction { get; init; } = 0.1;

    /// <summary>The part before that, by which the best measurement and the cache are chosen.</summary>
    public double ValidationFraction { get; init; } = 0.05;

    /// <summary>Words that are rarer in the training text are unknown.</summary>
    public int MinCount { get; init; } = 1;

    /// <summary>The most words that are known; 0 for all.</summary>
    public int MaxWords { get; init; }

    /// <summary>Whether a text of the user's has tokens between blanks, as WikiText has.</summary>
    public bool IsTokenized { get; init; }

    /// <summary>Whether words keep their capitals.</summary>
    public bool KeepCase { get; init; }

    /// <summary>Tokens that the cache remembers; 0 is none.</summary>
    public int CacheWindow { get; init; } = 500;

    /// <summary>Plain gradient descent instead of Adam.</summary>
    public bool Sgd { get; init; }

    /// <summary>What the rate is divided by when a measurement is no better than the best; 1: it isn't.</summary>
    public double PlateauFactor { get; init; } = 1;

    /// <summary>Measurements after which NT-ASGD begins to average; 0: it doesn't.</summary>
    public int AverageAfter { get; init; }

    /// <summary>The preset of that name, which is one of <see cref="Names"/>.</summary>
    public static ScriptSettings Get(string name) => Presets.First(one => one.Preset == name);

    /// <summary>The network in a few words: "embedding 200, LSTM 400 x 2, tied".</summary>
    public string Describe()
    {
        string cell = RecurrentCells.Name(Network.Cell);
        return Invariant($"embedding {Network.EmbeddingSize}, {cell} {Network.HiddenSize} x {Network.Layers}, ")
            + (Network.TiedWeights ? "tied, " : "") + $"{Network.Head.ToString().ToLowerInvariant()} softmax".Replace(
                "softmax softmax", "softmax", StringComparison.Ordinal);
    }

    /// <inheritdoc cref="RunSettings{TNetwork, TTraining}.Options"/>
    public override LanguageModelTrainingOptions Options(long perEpoch)
    {
        LanguageModelTrainingOptions options = base.Options(perEpoch);
        return options with
        {
            Optimizer = Sgd ? layout => new Sgd(layout, weightDecay: WeightDecay) : options.Optimizer,
            Schedule = PlateauFactor > 1
                ? new ReduceOnPlateau(Training.LearningRate, 1 / PlateauFactor, patience: 0)
                : options.Schedule,
            Averaging = AverageAfter > 0 ? ParameterAveraging.NonMonotone(AverageAfter) : null,
        };
    }

    private static SettingList<ScriptSettings> CreateList()
    {
        SettingList<ScriptSettings> list = new();
        list.Whole("--embedding", s => s.Network.EmbeddingSize, 1, 65536, "Elements of a word's vector.");
        list.Choice("--cell", s => s.Network.Cell, "The recurrent cell.", RecurrentCells.Choices);
        list.Whole("--hidden", s => s.Network.HiddenSize, 1, 65536,
            "Units of a layer (of the last: as many as a word's vector has, where they are tied).");
        list.Whole("--layers", s => s.Network.Layers, 1, 64, "Recurrent layers.");
        list.Choice("--head", s => s.Network.Head, "How all words' probabilities are learnt.",
            ("softmax", OutputHead.Softmax), ("adaptive", OutputHead.Adaptive), ("sampled", OutputHead.Sampled));
        list.Whole("--samples", s => s.Network.Samples, 1, null, "Words that a sampled softmax draws for each step.");
        list.Choice("--weights", s => s.Network.TiedWeights, "Whether words' vectors are the output's weights too.",
            ("tied", true), ("own", false));
        list.Number("--dropout", s => s.Network.Dropout, 0, 0.99, "Between layers.");
        list.Number("--output-dropout", s => s.Network.OutputDropout, 0, 0.99, "Before the output.");
        list.Number("--embedding-dropout", s => s.Network.EmbeddingDropout, 0, 0.99, "Of the elements of words' vectors.");
        list.Number("--word-dropout", s => s.Network.TokenDropout, 0, 0.99, "Of whole words, in each step.");
        list.Number("--weight-dropout", s => s.Network.WeightDropout, 0, 0.99, "Of the recurrent weights, in each step.");
        list.Choice("--masks", s => s.Network.LockedDropout, "Whether dropout has one mask for all steps of a window.",
            ("locked", true), ("step", false));
        list.Number("--alpha", s => s.Network.ActivationPenalty, 0, 1e6, "The penalty on the size of outputs.");
        list.Number("--beta", s => s.Network.TemporalActivationPenalty, 0, 1e6, "The penalty on their changes.");
        list.Whole("--batch", s => s.Training.BatchSize, 1, 65536, "Pieces of the text read side by side.");
        list.Whole("--length", s => s.Training.SequenceLength, 1, 65536,
            "Words of a window of truncated backpropagation.");
        list.Number("--vary", s => s.Training.VaryLength, 0, 0.49,
            "The most that a border between windows may lie off its place, as a share of --length.");
        list.Choice("--optimizer", s => s.Sgd, "What makes steps of gradients.", ("adam", false), ("sgd", true));
        list.AddRate<ScriptSettings, LanguageModelOptions, LanguageModelTrainingOptions>();
        list.Number("--divide", s => s.PlateauFactor, 1, 1e6,
            "What the rate is divided by where a measurement is no better than the best; 1: nothing.");
        list.Whole("--average-after", s => s.AverageAfter, 0, 1000,
            "Averages the steps' parameters once a measurement is worse than the best before the last so many (NT-ASGD); 0: never.");
        list.Number("--weight-decay", s => s.WeightDecay, 0, 100, "Pulls weights towards 0.");
        list.Whole("--min-count", s => s.MinCount, 1, 1_000_000, "Words that are rarer in the training text are unknown.");
        list.Whole("--vocabulary", s => s.MaxWords, 0, null, "The most words that are known; 0 for all.");
        list.Choice("--form", s => s.IsTokenized, "What --script is: a script, or tokens between blanks, as WikiText has.",
            ("script", false), ("tokens", true));
        list.Choice("--case", s => s.KeepCase, "Whether words keep their capitals.", ("lower", false), ("keep", true));
        list.Whole("--cache", s => s.CacheWindow, 0, 1_000_000, "Words that the cache remembers; 0: no cache.");
        list.Number("--validation", s => s.ValidationFraction, 0, 0.9, "The share of the text that is held out to choose by.");
        list.Number("--test", s => s.TestFraction, 0, 0.9, "The share of the text, its end, that is held out to test on.");
        list.Whole("--scenes", s => s.Scenes, 1, 10_000_000, "Scenes of the built-in grammar to learn from.");
        list.AddTrainer<ScriptSettings, LanguageModelOptions, LanguageModelTrainingOptions>("the text");
        return list;
    }
}
