using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers.Recurrent;

namespace Rnn.Samples.CharRnn;

/// <summary>Settings under a name.</summary>
internal static class Presets
{
    /// <summary>The name of what is chosen from the text's length.</summary>
    public const string Automatic = "auto";

    /// <summary>A minute of learning from stories that a grammar writes.</summary>
    public static TrainSettings Demo { get; } = new()
    {
        Preset = "demo",
        Cell = RecurrentCell.Gru,   // in a minute it learns agreement over distance, which an LSTM has only begun to
        Hidden = 256,
        Layers = 1,
        Batch = 16,   // many small steps teach more in a minute than few large ones
        Length = 64,
        Steps = 7000,
        Rate = 5e-3,
        Cosine = true,
        WarmUp = 50,
        Beta2 = 0.99,
        ValidationFraction = 0.02,
        DropLast = true,
        ValidateEvery = 1000,
        CheckpointEvery = 1000,
    };

    /// <summary>The lesson's own numbers, with PyTorch's initial values and its two biases.</summary>
    public static TrainSettings Lesson { get; } = new()
    {
        Preset = "lesson",
        Hidden = 512,
        Layers = 2,
        Dropout = 0.5,
        TwoBiases = true,
        Initialization = RecurrentInitialization.PyTorch,
        Batch = 128,
        Length = 100,
        Epochs = 20,
        Rate = 1e-3,
        ValidationFraction = 0.1,
        DropLast = true,
    };

    /// <summary>
    /// The same text, network and validation part in three quarters of the lesson's epochs: half the batch makes twice
    /// the steps an epoch, the rate falls to 0, and so short a run needs less dropout.
    /// </summary>
    public static TrainSettings Best { get; } = new()
    {
        Preset = "best",
        Hidden = 512,
        Layers = 2,
        Dropout = 0.3,
        Batch = 64,
        Length = 100,
        Epochs = 15,
        Rate = 2e-3,
        Cosine = true,
        WarmUp = 200,
        WeightDecay = 0.01,
        ValidationFraction = 0.1,
        DropLast = true,
    };

    public static IReadOnlyList<TrainSettings> All { get; } = [Demo, Lesson, Best];

    public static IEnumerable<(string Name, TrainSettings Settings)> Named => All.Select(one => (one.Preset, one));

    public static string[] Names { get; } = [.. All.Select(settings => settings.Preset), Automatic];

    /// <summary>The preset of that name, which is one of <see cref="Names"/>.</summary>
    public static TrainSettings Get(string name, long characters) =>
        All.FirstOrDefault(settings => settings.Preset == name) ?? TrainSettings.For(characters);
}
