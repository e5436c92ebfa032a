using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using Rnn.Core.Serialization;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.NumberOptions;

namespace Rnn.Samples.CharRnn;

/// <summary>Where the text comes from.</summary>
internal sealed record TextOptions(string? File, string Encoding, string DataSet, string? DataFolder, bool Download);

/// <summary>A training run.</summary>
/// <param name="Settings">What is computed, by the number of characters and the model to start from.</param>
/// <param name="Text">From what.</param>
/// <param name="From">A model to train further, or null.</param>
/// <param name="Checkpoint">A checkpoint to go on with, or null.</param>
/// <param name="Vocabulary">The characters of the run that goes on, or null.</param>
internal sealed record TrainArguments(Func<long, CharRnnModel?, TrainSettings> Settings, TextOptions Text, string? From,
    string? Checkpoint, Vocabulary? Vocabulary);

/// <summary>The options of training.</summary>
internal sealed class TrainOptions
{
    private readonly Option<string?> _text = new("--text")
    {
        Description = "A text file to learn from, or a folder of .txt files.",
        HelpName = "FILE",
    };

    private readonly Option<string> _encoding = CommandLine.Encoding();

    private readonly Option<string?> _dataSet = Choice("--dataset",
        "A known text; stories are built in [default: stories, and anna with the presets lesson and best].",
        Corpus.Names);

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Where data sets are, besides $RNN_DATA and the user's cache.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _download = new("--download")
    {
        Description = "Downloads the data set if it isn't there.",
    };

    private readonly Option<string?> _preset = Choice("--preset",
        "demo: a minute; lesson: LSTM 512 x 2, dropout 0.5, 20 epochs; best: the lowest loss we know of; auto: what "
        + "suits the text's length [default: demo, auto with --text, lesson with another data set].", Presets.Names);

    private readonly Option<string?> _out = new("--out")
    {
        Description = "The folder for model, checkpoint, loss.csv, loss.png, summary.json "
            + $"[default: {CommandLine.DefaultOut}, and a numbered one beside it for each further run].",
        HelpName = "DIR",
    };

    private readonly Option<bool> _overwrite = new("--overwrite")
    {
        Description = "Moves an earlier run of the --out folder to a folder 'previous' inside.",
    };

    private readonly Option<string?> _resume = new("--resume")
    {
        Description = "Goes on with a run's checkpoint [default: that of the --out folder, or the newest], by its own "
            + "options; --epochs or --steps may be others where the rate is constant.",
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "FILE",
    };

    private readonly Option<string?> _from = new("--from")
    {
        Description = "Trains this model further, on another text too; characters that it lacks are added.",
        HelpName = "MODEL",
    };

    private readonly SettingList<TrainSettings> _settings = SettingOptions.Create();

    /// <summary>What each preset sets, as a table.</summary>
    public string PresetTable => _settings.Table(Presets.Named);

    public void AddTo(Command command)
    {
        Option[] options =
        [
            _text, _encoding, _dataSet, _data, _download, _preset, _out, _overwrite, _resume, _from, CommandLine.Seed,
        ];
        foreach (Option option in options)
            command.Add(option);

        _settings.AddTo(command);
        command.AddCheck(parsed =>
            parsed.GetValue(_text) is not null && parsed.GetValue(_dataSet) is not null
                ? "Give --text or --dataset, not both."
            : parsed.GetResult(_resume) is not null && parsed.GetValue(_overwrite)
                ? "--resume goes on with a run and --overwrite begins anew: give one of them."
            : parsed.GetResult(_resume) is not null && parsed.GetValue(_from) is not null
                ? "--resume goes on with a run and --from begins one with a model: give one of them."
            : parsed.GetValue(_from) is not null && parsed.GetValue(_text) is null && parsed.GetValue(_dataSet) is null
                ? "--from needs a text to train on: name it with --text or --dataset."
            : null);
    }

    /// <summary>Whether to go on with a checkpoint.</summary>
    public bool IsResume(ParseResult parsed) => parsed.GetResult(_resume) is not null;

    /// <summary>Whether it does so in the folder of the checkpoint; else it writes to another, as a new run
    /// does.</summary>
    public bool GoesOnInPlace(ParseResult parsed) => IsResume(parsed)
        && (parsed.GetValue(_resume) is not { } file || parsed.GetValue(_out) is not { } folder
            || AtomicFile.IsSame(FolderOf(file), folder));

    /// <summary>Where the run writes: a checkpoint that is named leads to its own folder.</summary>
    public RunPlace Place(ParseResult parsed) => new(
        parsed.GetValue(_out) ?? (parsed.GetValue(_resume) is { } file ? FolderOf(file) : null),
        CommandLine.DefaultOut, parsed.GetValue(_overwrite));

    /// <summary>What the run reads.</summary>
    public IEnumerable<string?> Sources(ParseResult parsed) =>
        [parsed.GetValue(_text), parsed.GetValue(_from), parsed.GetValue(_resume)];

    /// <summary>What the command line asks for: a new run.</summary>
    public TrainArguments Begin(ParseResult parsed)
    {
        string? file = parsed.GetValue(_text), set = parsed.GetValue(_dataSet), from = parsed.GetValue(_from);
        bool isStories = file is null && set is null or Corpus.BuiltIn;
        string preset = parsed.GetValue(_preset)
            ?? (file is not null || from is not null ? Presets.Automatic : isStories ? "demo" : "lesson");
        set ??= preset is "demo" or Presets.Automatic ? Corpus.BuiltIn : "anna";
        TextOptions text = new(file, parsed.GetValue(_encoding)!, set, parsed.GetValue(_data),
            parsed.GetValue(_download));
        return new TrainArguments((characters, model) => Settings(parsed, preset, characters, text, model), text, from,
            Checkpoint: null, Vocabulary: null);
    }

    /// <summary>The run of a checkpoint, of which the command line may repeat the options.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <exception cref="InvalidDataException">The checkpoint is damaged, of another program, or an option
    /// differs.</exception>
    public TrainArguments GoOn(ParseResult parsed, RunFolder folder)
    {
        string path = parsed.GetValue(_resume) ?? folder.PathOf(RunFileNames.Checkpoint);
        (TrainSettings there, TextOptions text, Vocabulary vocabulary) = RunNotes.Read(path);
        string? preset = parsed.GetValue(_preset);
        if (preset is not null && preset != there.Preset)
            throw Differs(path, "--preset", there.Preset, preset);

        if (parsed.GetValue(CommandLine.Seed) is { } seed && (ulong)seed != there.Seed)
            throw Differs(path, "--seed", $"{there.Seed}", $"{seed}");

        foreach ((string name, string before, string now) in _settings.Differences(parsed, there))
        {
            bool mayGrow = name is "--epochs" or "--steps";
            if (mayGrow && there.Cosine)
            {
                throw new InvalidDataException($"The run of '{path}' can't have another number of steps ({name} {now}): "
                    + "its learning rate falls to 0 at its end. --from trains its model further, in a run of its own.");
            }

            if (!mayGrow)
                throw Differs(path, name, before, now);
        }

        TrainSettings settings = _settings.Apply(parsed, there);
        return new TrainArguments((_, _) => settings, text with
        {
            File = parsed.GetValue(_text) ?? text.File,
            DataFolder = parsed.GetValue(_data) ?? text.DataFolder,
            Download = parsed.GetValue(_download),
        }, From: null, path, vocabulary);
    }

    private static string FolderOf(string file) =>
        Path.GetDirectoryName(file) is { Length: > 0 } folder ? folder : ".";

    private static InvalidDataException Differs(string path, string option, string before, string now) => new(
        $"The run of '{path}' has other options: {option} was {before} there and is {now} now.");

    private TrainSettings Settings(ParseResult parsed, string preset, long characters, TextOptions text,
        CharRnnModel? model)
    {
        TrainSettings start = Presets.Get(preset, characters);
        if (model is not null)
            start = start.With(model.Options);

        TrainSettings settings = _settings.Apply(parsed, start) with
        {
            Seed = CommandLine.SeedOf(parsed),
            DropLast = start.DropLast && text.File is null,   // for published figures; one's own text is read whole
        };
        if (model is not null && settings.Network() != model.Options)
        {
            throw new InvalidDataException("--from trains a network as it is: leave out --cell, --hidden, --layers and "
                + "--dropout, or give those of the model.");
        }

        return settings;
    }
}
