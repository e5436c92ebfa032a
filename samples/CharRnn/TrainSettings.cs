using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers.Recurrent;
using Rnn.Models.CharRnn;
using Rnn.Samples.Common;

namespace Rnn.Samples.CharRnn;

/// <summary>All that decides what a training run computes, apart from its text. A preset, changed by options.</summary>
internal sealed record TrainSettings : RunSettings<CharRnnOptions, CharRnnTrainingOptions>
{
    /// <summary>The name of what is chosen from the text's length.</summary>
    public const string Automatic = "auto";

    /// <summary>The options that change a preset.</summary>
    public static SettingList<TrainSettings> List { get; } = CreateList();

    /// <summary>A minute of learning from stories that a grammar writes.</summary>
    public static TrainSettings Demo { get; } = new()
    {
        Preset = "demo",
        Network = new CharRnnOptions
        {
            Cell = RecurrentCell.Gru,   // in a minute it learns agreement over distance, which an LSTM has only begun to
            HiddenSize = 256,
            Layers = 1,
            Dropout = 0,
        },
        Training = new CharRnnTrainingOptions
        {
            BatchSize = 16,   // many small steps teach more in a minute than few large ones
            SequenceLength = 64,
            Epochs = 1,
            MaxSteps = 7000,
            LearningRate = 5e-3,
            ValidationFraction = 0.02,
            DropLast = true,
            ValidateEvery = 1000,
            CheckpointEvery = 1000,
        },
        Rate = RateKind.Cosine,
        WarmUp = 50,
        Beta2 = 0.99,
    };

    /// <summary>The lesson's own numbers, with PyTorch's initial values and its two biases.</summary>
    public static TrainSettings Lesson { get; } = new()
    {
        Preset = "lesson",
        Network = new CharRnnOptions { TwoBiases = true, Initialization = RecurrentInitialization.PyTorch },
        Training = new CharRnnTrainingOptions
        {
            BatchSize = 128,
            SequenceLength = 100,
            Epochs = 20,
            LearningRate = 1e-3,
            ValidationFraction = 0.1,
            DropLast = true,
        },
    };

    /// <summary>
    /// The same text, network and validation part in three quarters of the lesson's epochs: half the batch makes twice
    /// the steps an epoch, the rate falls to 0, and so short a run needs less dropout.
    /// </summary>
    public static TrainSettings Best { get; } = new()
    {
        Preset = "best",
        Network = new CharRnnOptions { Dropout = 0.3 },
        Training = Lesson.Training with { BatchSize = 64, Epochs = 15, LearningRate = 2e-3 },
        Rate = RateKind.Cosine,
        WarmUp = 200,
        WeightDecay = 0.01,
    };

    public static IReadOnlyList<TrainSettings> Presets { get; } = [Demo, Lesson, Best];

    public static string[] Names { get; } = [.. Presets.Select(one => one.Preset), Automatic];

    /// <summary>The network in a few words: "LSTM 512 x 2".</summary>
    public string Describe() => $"{RecurrentCells.Name(Network.Cell)} "
        + $"{Network.HiddenSize} x {Network.Layers}";

    /// <summary>The preset of that name, which is one of <see cref="Names"/>.</summary>
    /// <param name="name">Of the preset.</param>
    /// <param name="characters">Code points of the text.</param>
    public static TrainSettings Get(string name, long characters) =>
        Presets.FirstOrDefault(one => one.Preset == name) ?? For(characters);

    /// <summary>How many steps an epoch has.</summary>
    /// <param name="characters">Code points of the text, the validation part included.</param>
    public long StepsPerEpoch(long characters)
    {
        long targets = characters - (int)(characters * Training.ValidationFraction) - 1;
        long window = (long)Training.BatchSize * Training.SequenceLength;
        return Math.Max(1, (Training.DropLast ? targets : targets + window - 1) / window);
    }

    // What suits a text of so many characters.
    private static TrainSettings For(long characters)
    {
        CharRnnRecipe recipe = CharRnnRecipe.ForText(characters);
        return new TrainSettings
        {
            Preset = Automatic,
            Network = new CharRnnOptions
            {
                Cell = RecurrentCell.Gru,
                HiddenSize = recipe.HiddenSize,
                Layers = 1,
                Dropout = recipe.Dropout,
            },
            Training = new CharRnnTrainingOptions
            {
                BatchSize = recipe.BatchSize,
                SequenceLength = recipe.SequenceLength,
                Epochs = recipe.Epochs,
                LearningRate = CharRnnRecipe.LearningRate,
                ValidationFraction = recipe.ValidationFraction,
            },
            Rate = RateKind.Cosine,
            WarmUp = CharRnnRecipe.WarmUpSteps,
            Beta2 = CharRnnRecipe.Beta2,
            WeightDecay = CharRnnRecipe.WeightDecay,
            Measurements = CharRnnRecipe.Measurements,
        };
    }

    private static SettingList<TrainSettings> CreateList()
    {
        SettingList<TrainSettings> list = new();
        list.Choice("--cell", s => s.Network.Cell, "The recurrent cell.", RecurrentCells.Choices);
        list.Whole("--hidden", s => s.Network.HiddenSize, 1, 65536, "Units of a layer.");
        list.Whole("--layers", s => s.Network.Layers, 1, 64, "Recurrent layers.");
        list.Number("--dropout", s => s.Network.Dropout, 0, 0.99, "Between layers and before the output.");
        list.Whole("--batch", s => s.Training.BatchSize, 1, 65536, "Pieces of the text read side by side.");
        list.Whole("--length", s => s.Training.SequenceLength, 1, 65536,
            "Characters of a window of truncated backpropagation.");
        list.AddTrainer<TrainSettings, CharRnnOptions, CharRnnTrainingOptions>("the text");
        return list;
    }
}
