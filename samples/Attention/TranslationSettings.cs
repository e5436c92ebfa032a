using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Transformer;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Training;
using Rnn.Models.Translation;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.Attention;

/// <summary>All that decides what a training run computes, apart from its pairs. A preset, changed by
/// options.</summary>
internal sealed record TranslationSettings : RunSettings<TranslationOptions, TranslationTrainingOptions>
{
    private static readonly SentenceTokenizerOptions s_characters = new() { Units = SentenceUnits.Characters };
    private static readonly (string, SentenceUnits)[] s_units = [("words", SentenceUnits.Words),
        ("characters", SentenceUnits.Characters), ("subwords", SentenceUnits.Subwords)];

    private static readonly SentenceTokenizerOptions s_words = new() { LowerCase = true };

    /// <summary>The options that change a preset.</summary>
    public static SettingList<TranslationSettings> List { get; } = CreateList();

    /// <summary>A minute of learning from dates that a generator writes.</summary>
    public static TranslationSettings Demo { get; } = new()
    {
        Preset = "demo",
        Network = new TranslationOptions
        {
            Source = s_characters,
            Target = s_characters,
            MinCount = 1,
            EmbeddingSize = 32,
            HiddenSize = 96,
            Architecture = TranslationArchitecture.Attention,
        },
        Training = new TranslationTrainingOptions { BatchSize = 64, Epochs = 3, LearningRate = 4e-3, ClipNorm = 1 },
        Rate = RateKind.Cosine,
        WarmUp = 50,
        Comparison = true,
    };

    /// <summary>The course's dates, read as characters.</summary>
    public static TranslationSettings Dates { get; } = Demo with
    {
        Preset = "dates",
        Network = Demo.Network with { HiddenSize = 128 },
        Training = Demo.Training with { Epochs = 4, LearningRate = 3e-3 },
        Comparison = false,
    };

    /// <summary>What many tutorials train: a GRU with additive attention.</summary>
    public static TranslationSettings TutorialRnn { get; } = new()
    {
        Preset = "tutorial-rnn",
        Network = new TranslationOptions
        {
            Source = s_words,
            Target = s_words,
            MinCount = 2,
            EmbeddingSize = 256,
            HiddenSize = 512,
            EmbeddingDropout = 0.5,
        },
        Training = new TranslationTrainingOptions { BatchSize = 128, Epochs = 10, LearningRate = 1e-3, ClipNorm = 1 },
    };

    /// <summary>The same tutorials' Transformer.</summary>
    public static TranslationSettings TutorialTransformer { get; } = new()
    {
        Preset = "tutorial-transformer",
        Network = new TranslationOptions
        {
            Architecture = TranslationArchitecture.Transformer,
            Source = s_words,
            Target = s_words,
            MinCount = 2,
            EmbeddingSize = 256,
            Layers = 3,
            Heads = 8,
            FeedForwardSize = 512,
            Dropout = 0.1,
            AttentionDropout = 0.1,
            Positions = PositionKind.Learnt,
        },
        Training = new TranslationTrainingOptions { BatchSize = 128, Epochs = 10, LearningRate = 5e-4, ClipNorm = 1 },
    };

    /// <summary>The recurrent one with what usually makes it better.</summary>
    public static TranslationSettings BestRnn { get; } = new()
    {
        Preset = "best-rnn",
        Network = TutorialRnn.Network with
        {
            HiddenSize = 384,
            EmbeddingDropout = 0.3,
            OutputDropout = 0.3,
            TiedWeights = true,
            LabelSmoothing = 0.1,
        },
        Training = new TranslationTrainingOptions { BatchSize = 64, Epochs = 12, LearningRate = 2e-3, ClipNorm = 1 },
        Rate = RateKind.Cosine,
        WarmUp = 400,
        AverageFrom = 0.75,
    };

    /// <summary>The Transformer with what usually makes it better.</summary>
    public static TranslationSettings BestTransformer { get; } = new()
    {
        Preset = "best-transformer",
        Network = TutorialTransformer.Network with
        {
            TiedWeights = true,
            LabelSmoothing = 0.1,
            NormFirst = true,
            Positions = PositionKind.Sinusoidal,
        },
        Training = new TranslationTrainingOptions { BatchSize = 64, Epochs = 16, LearningRate = 1e-3, ClipNorm = 1 },
        Rate = RateKind.Cosine,
        WarmUp = 800,
        AverageFrom = 0.75,
    };

    public static IReadOnlyList<TranslationSettings> Presets { get; } =
        [Demo, Dates, TutorialRnn, TutorialTransformer, BestRnn, BestTransformer];

    public static string[] Names { get; } = [.. Presets.Select(one => one.Preset)];

    /// <summary>Dates to learn from, where they are made.</summary>
    public int MadeDates { get; init; } = 40_000;

    /// <summary>The share of the pairs that is held out to test on, by their sources.</summary>
    public double TestFraction { get; init; } = 0.05;

    /// <summary>The share that is held out to choose by.</summary>
    public double ValidationFraction { get; init; } = 0.02;

    /// <summary>Pairs with more words on a side are left out; 0 is none.</summary>
    public int MaxWords { get; init; }

    /// <summary>The most pairs that are scored at the end; 0 is all.</summary>
    public int Scored { get; init; } = 4000;

    /// <summary>The share of the steps after which parameters are averaged; 1: they aren't.</summary>
    public double AverageFrom { get; init; } = 1;

    /// <summary>Whether the same network without attention is trained too.</summary>
    public bool Comparison { get; init; }

    /// <summary>The preset of that name, which is one of <see cref="Names"/>.</summary>
    public static TranslationSettings Get(string name) => Presets.First(one => one.Preset == name);

    /// <summary>The network in a few words.</summary>
    public string Describe()
    {
        TranslationOptions n = Network;
        if (n.IsTransformer)
            return Invariant($"Transformer {n.EmbeddingSize}, {n.Layers} + {n.Layers} layers, {n.Heads} heads");

        string attention = n.Architecture == TranslationArchitecture.EncoderDecoder ? "no attention"
            : $"{Word(n.Score)} attention";
        return Invariant($"{RecurrentCells.Name(n.Cell)} {n.HiddenSize} x {n.Layers}, {attention}");
    }

    /// <inheritdoc cref="RunSettings{TNetwork, TTraining}.Options"/>
    public override TranslationTrainingOptions Options(long perEpoch) => base.Options(perEpoch) with
    {
        Averaging = AverageFrom < 1 ? ParameterAveraging.FromStep((long)(AverageFrom * Steps(perEpoch))) : null,
    };

    private static string Word(AttentionScore score) => score switch
    {
        AttentionScore.ScaledDot => "scaled dot",
        _ => score.ToString().ToLowerInvariant(),
    };

    private static SettingList<TranslationSettings> CreateList()
    {
        SettingList<TranslationSettings> list = new();
        list.Choice("--architecture", s => s.Network.Architecture, "What reads and writes.",
            ("attention", TranslationArchitecture.Attention), ("none", TranslationArchitecture.EncoderDecoder),
            ("transformer", TranslationArchitecture.Transformer));
        list.Choice("--source-units", s => s.Network.Source.Units, "What a source is read by.", s_units);
        list.Choice("--target-units", s => s.Network.Target.Units, "What a target is written by.", s_units);
        list.Choice("--source-case", s => s.Network.Source.LowerCase, "Whether sources keep their capitals.",
            ("keep", false), ("lower", true));
        list.Choice("--target-case", s => s.Network.Target.LowerCase, "Whether targets do.", ("keep", false), ("lower", true));
        list.Whole("--min-count", s => s.Network.MinCount, 1, 1_000_000, "Words that are rarer in the training pairs are unknown.");
        list.Whole("--vocabulary", s => s.Network.MaxVocabulary, 0, null, "The most words of a side that are known; 0 for all.");
        list.Whole("--merges", s => s.Network.Merges, 1, 1_000_000, "Merges of byte-pair encoding, where units are subwords.");
        list.Whole("--max-tokens", s => s.Network.MaxTokens, 1, 10_000, "The most tokens of a text; longer pairs are left out.");
        list.Whole("--embedding", s => s.Network.EmbeddingSize, 1, 65536, "Elements of a word's vector; a Transformer's width.");
        list.Choice("--cell", s => s.Network.Cell, "The recurrent cell.", RecurrentCells.Choices);
        list.Whole("--hidden", s => s.Network.HiddenSize, 1, 65536, "Units of a recurrent layer.");
        list.Whole("--layers", s => s.Network.Layers, 1, 64, "Layers of encoder and decoder.");
        list.Choice("--directions", s => s.Network.Bidirectional, "In which directions the recurrent encoder reads.",
            ("both", true), ("one", false));
        list.Choice("--score", s => s.Network.Score, "How attention scores.", ("additive", AttentionScore.Additive),
            ("general", AttentionScore.General), ("dot", AttentionScore.Dot), ("scaled-dot", AttentionScore.ScaledDot));
        list.Choice("--look", s => s.Network.Order, "Whether the decoder looks before its cell (Bahdanau) or after (Luong).",
            ("before", AttentionOrder.Before), ("after", AttentionOrder.After));
        list.Choice("--feed", s => s.Network.InputFeeding, "Whether the last look goes into the cell, with --look after.",
            ("yes", true), ("no", false));
        list.Whole("--readout", s => s.Network.ReadoutSize, 0, 65536, "Units of tanh before the output; 0: none.");
        list.Whole("--heads", s => s.Network.Heads, 1, 256, "Heads of a Transformer.");
        list.Whole("--feed-forward", s => s.Network.FeedForwardSize, 1, 65536, "Units of a Transformer's feed-forward blocks.");
        list.Choice("--activation", s => s.Network.Activation, "Their activation.", ("relu", TransformerActivation.Relu),
            ("gelu", TransformerActivation.Gelu));
        list.Choice("--norm", s => s.Network.NormFirst, "Whether a Transformer normalises before its blocks or after.",
            ("first", true), ("last", false));
        list.Choice("--positions", s => s.Network.Positions, "How a Transformer knows places.",
            ("sinusoidal", PositionKind.Sinusoidal), ("learnt", PositionKind.Learnt));
        list.Choice("--weights", s => s.Network.TiedWeights, "Whether the target's vectors are the output's weights too.",
            ("tied", true), ("own", false));
        list.Number("--dropout", s => s.Network.Dropout, 0, 0.99, "Between recurrent layers; all of a Transformer's.");
        list.Number("--embedding-dropout", s => s.Network.EmbeddingDropout, 0, 0.99, "Of words' vectors.");
        list.Number("--output-dropout", s => s.Network.OutputDropout, 0, 0.99, "Before the output.");
        list.Number("--attention-dropout", s => s.Network.AttentionDropout, 0, 0.99, "Of a Transformer's attention weights.");
        list.Number("--smoothing", s => s.Network.LabelSmoothing, 0, 0.99, "The part of each target that is spread over all words.");
        list.Number("--own", s => s.Network.ScheduledSampling, 0, 0.99,
            "The share of a target's words that training shows as the model would have written them, at the end.");
        list.Whole("--own-steps", s => s.Network.SamplingSteps, 1, null, "Steps in which that share grows from 0.");
        list.Whole("--batch", s => s.Training.BatchSize, 1, 65536, "Pairs of a step.");
        list.AddRate<TranslationSettings, TranslationOptions, TranslationTrainingOptions>();
        list.Number("--average-from", s => s.AverageFrom, 0, 1, "The share of the steps after which parameters are averaged; 1: never.");
        list.Whole("--max-words", s => s.MaxWords, 0, 10_000, "Pairs with more words on a side are left out; 0: none.");
        list.Number("--validation", s => s.ValidationFraction, 0, 0.9, "The share of the pairs that is held out to choose by.");
        list.Number("--test", s => s.TestFraction, 0, 0.9, "The share of the pairs that is held out to test on.");
        list.Whole("--scored", s => s.Scored, 0, null, "The most held-out pairs that are translated at the end; 0 for all.");
        list.Whole("--dates", s => s.MadeDates, 100, 10_000_000, "Dates that are made to learn from.");
        list.Choice("--compare", s => s.Comparison, "Whether the same network without attention is trained too.",
            ("yes", true), ("no", false));
        list.AddTrainer<TranslationSettings, TranslationOptions, TranslationTrainingOptions>("the pairs");
        return list;
    }
}
