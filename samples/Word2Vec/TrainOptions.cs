using System;
using System.Collections.Generic;
using System.CommandLine;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.Word2Vec;

/// <summary>A training run.</summary>
/// <param name="Settings">What is computed.</param>
/// <param name="Apply">Other settings, with what the command line says instead.</param>
/// <param name="Difference">How the command line differs from the settings of a run that goes on; null if it
/// doesn't.</param>
/// <param name="Files">The text: files and folders, or, without any, what the preset names.</param>
/// <param name="DataSets">Where that is.</param>
/// <param name="Place">The folder for all results.</param>
/// <param name="AsText">Whether the vectors are written as text, not binary.</param>
/// <param name="Resume">Whether to go on with the interrupted run of the folder.</param>
/// <param name="Continue">A finished model to train further, with new words; null begins anew.</param>
/// <param name="ShowEvery">The lesson: steps between looks at the neighbours of some words.</param>
internal sealed record TrainArguments(TrainSettings Settings, Func<TrainSettings, TrainSettings> Apply,
    Func<TrainSettings, string?> Difference, IReadOnlyList<string> Files, DataSetPlace DataSets, RunPlace Place,
    bool AsText, bool Resume, string? Continue, int ShowEvery);

/// <summary>The options of training.</summary>
internal sealed class TrainOptions
{
    private readonly Option<string[]> _corpus = new("--corpus")
    {
        Description = "Text files, or folders with .txt files, which are one text (see --tokenizer, --encoding).",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _preset = Choice("--preset",
        "demo: built-in sentences; word2vec: its defaults; lesson: 300 dimensions, batches and Adam, on text8 "
        + "[default: demo, and word2vec with --corpus].", Array.ConvertAll(TrainSettings.Presets, one => one.Preset));

    private readonly DataSetOptions _dataSets = new("text8");

    private readonly PlaceOptions _place =
        new(WordFiles.DefaultFolder, "model, vectors, phrases, loss.csv, summary.json");

    private readonly Option<string?> _format =
        Choice("--format", "Of the vectors' file: word2vec's binary or text.", "bin", "text");

    private readonly Option<bool> _resume = Flag("--resume", "Goes on with the interrupted run of the --out folder, on "
        + "the same text; of a finished one it writes again what is missing.");

    private readonly Option<string?> _continue = Text("--continue", "MODEL",
        "Trains this model further, by its own options unless others are given; new words are added.");

    private readonly Option<int?> _showEvery = Whole("--show-every",
        "Lesson: steps between looks at the neighbours of 16 words [default: 1500].", 1);

    /// <summary>Gives a command all of it.</summary>
    public void AddTo(Command command, Func<TrainArguments, int> train)
    {
        command.AddAll(_corpus, _preset);
        _dataSets.AddTo(command);
        _place.AddTo(command);
        command.AddAll(_format, _resume, _continue, _showEvery);
        TrainSettings.List.AddTo(command);
        command.AddCheck(Check);
        command.SetAction(parsed => train(Of(parsed)));
        command.AddHelp(() => TrainSettings.List.Table(TrainSettings.Presets) + "\n\n" + SampleCommand.Examples(
            ("", "seconds of learning from built-in sentences"),
            ("train --corpus text.txt", "word2vec's defaults: skip-gram, 100 dimensions, 5 epochs"),
            ("train --corpus text.txt --cbow --dimensions 300 --phrases 2 --lower-case", ""),
            ("train --corpus books/ letters.txt --tokenizer words --lower-case", "running text, of several files"),
            ("train --corpus text.txt --resume", "goes on with the newest interrupted run"),
            ("train --corpus new.txt --continue out/word2vec/model.safetensors", "more text for a model"),
            ("--preset lesson --download", "the lesson: text8, 300 dimensions, Adam"),
            ("neighbours --help", "the help of another command")));
    }

    private TrainSettings Preset(ParseResult parsed) =>
        Array.Find(TrainSettings.Presets, one => one.Preset == parsed.GetValue(_preset))
        ?? (parsed.GetValue(_corpus) is null or [] ? TrainSettings.Demo : TrainSettings.Usual);

    private string? Check(ParseResult parsed)
    {
        TrainSettings preset = Preset(parsed);
        return TrainSettings.Check(parsed, preset.IsLesson)
            ?? (preset.IsLesson && parsed.GetValue(_continue) is not null
                ? "--continue is of no use with --preset lesson."
            : preset == TrainSettings.Usual && parsed.GetValue(_corpus) is (null or [])
                ? "--preset word2vec needs a text: name it with --corpus."
            : parsed.GetValue(_resume) && _place.IsOverwrite(parsed)
                ? "--resume goes on with a run and --overwrite begins anew: give one of them."
            : null);
    }

    private TrainArguments Of(ParseResult parsed) => new(
        TrainSettings.List.Apply(parsed, Preset(parsed)),
        others => TrainSettings.List.Apply(parsed, others),
        there => Difference(parsed, there),
        parsed.GetValue(_corpus) ?? [],
        _dataSets.Of(parsed),
        _place.Of(parsed),
        parsed.GetValue(_format) == "text",
        parsed.GetValue(_resume),
        parsed.GetValue(_continue),
        parsed.GetValue(_showEvery) ?? 1500);

    // What the command line asks of a run that goes on, and that run does otherwise.
    private static string? Difference(ParseResult parsed, TrainSettings there)
    {
        foreach ((string name, string before, string now) in TrainSettings.List.Differences(parsed, there))
            return $"{name} was {before} there and is {now} now";

        return null;
    }
}
