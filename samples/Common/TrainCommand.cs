using System;
using System.CommandLine;
using System.IO;
using Rnn.Core.Serialization;
using Rnn.Models.Training;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.Common;

/// <summary>
/// The command that trains by a trainer: what it learns from, where it writes, whether it begins, goes on with an
/// interrupted run or trains a model further, and the options of its settings.
/// </summary>
/// <typeparam name="TSettings">The settings of a run.</typeparam>
public sealed class TrainCommand<TSettings>
    where TSettings : RunSettings
{
    private readonly SampleApp _app;
    private readonly RunWords _words;
    private readonly DataOptions _data;
    private readonly SettingList<TSettings> _settings;
    private readonly Option<string?> _preset;
    private readonly PlaceOptions _place;

    private readonly Option<string?> _resume = new("--resume")
    {
        Description = "Goes on with a run's checkpoint [default: that of the --out folder, or the newest], by its own "
            + "options; --epochs or --steps may be others where the rate is constant.",
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "FILE",
    };

    private readonly Option<string?> _from;

    private readonly Option<string?> _tensorBoard =
        TypedOptions.Text("--tensorboard", "DIR", "Writes event files there, for TensorBoard: curves, histograms, texts.");

    /// <summary>The options.</summary>
    /// <param name="app">How this process was started.</param>
    /// <param name="words">What a run is about.</param>
    /// <param name="data">What it learns from.</param>
    /// <param name="settings">What may be set.</param>
    /// <param name="presetHelp">What the presets are, and which is the default.</param>
    /// <param name="fromHelp">What --from does; "Trains this model further" comes before it.</param>
    /// <param name="presets">The names of the presets.</param>
    public TrainCommand(SampleApp app, RunWords words, DataOptions data, SettingList<TSettings> settings,
        string presetHelp, string fromHelp, params string[] presets)
    {
        _app = app;
        _words = words;
        _data = data;
        _settings = settings;
        _preset = Choice("--preset", presetHelp, presets);
        _place = new PlaceOptions(words.DefaultFolder, "model, checkpoint, loss.csv, loss.png, summary.json");
        _from = TypedOptions.Text("--from", "MODEL", "Trains this model further" + fromHelp);
    }

    /// <summary>What a run writes; that of every sample by default.</summary>
    public RunFiles Files { get; init; } = RunFiles.Usual;

    /// <summary>Gives a command all options and the run.</summary>
    /// <param name="command">The command.</param>
    /// <param name="train">Trains, and gives the exit code.</param>
    public void AddTo(Command command, Func<TrainingRun<TSettings>, int> train)
    {
        _data.AddTo(command);
        command.AddAll(_preset);
        _place.AddTo(command);
        command.AddAll(_resume, _from, _tensorBoard);
        _settings.AddTo(command);
        command.AddCheck(parsed =>
            IsResume(parsed) && _place.IsOverwrite(parsed)
                ? "--resume goes on with a run and --overwrite begins anew: give one of them."
            : IsResume(parsed) && parsed.GetValue(_from) is not null
                ? "--resume goes on with a run and --from begins one with a model: give one of them."
            : parsed.GetValue(_from) is not null ? _data.MissingFor(parsed, _from.Name)
            : null);
        command.SetAction(parsed => Run(parsed, train));
    }

    private bool IsResume(ParseResult parsed) => parsed.GetResult(_resume) is not null;

    private int Run(ParseResult parsed, Func<TrainingRun<TSettings>, int> train)
    {
        // A checkpoint that is named leads to its own folder.
        string? named = parsed.GetValue(_resume), from = parsed.GetValue(_from);
        RunPlace place = _place.Of(parsed, named is null ? null : FolderOf(named));
        bool goesOnInPlace = IsResume(parsed) && (named is null || AtomicFile.IsSame(FolderOf(named), place.Asked!));
        using RunFolder folder = goesOnInPlace
            ? RunFolder.Resume(place, RunFiles.Checkpoint)
            : RunFolder.Begin(place, Files, _data.Of(parsed).File, from, named);
        return train(IsResume(parsed)
            ? GoOn(parsed, folder, named ?? folder.PathOf(RunFiles.Checkpoint))
            : new TrainingRun<TSettings>(_app, folder, _words)
            {
                Files = Files,
                TensorBoard = parsed.GetValue(_tensorBoard),
                Data = _data.Of(parsed),
                Preset = parsed.GetValue(_preset),
                From = from,
                Apply = settings => _settings.Apply(parsed, settings),
            });
    }

    // The command line may repeat the options of the run.
    private TrainingRun<TSettings> GoOn(ParseResult parsed, RunFolder folder, string path)
    {
        TrainingCheckpoint checkpoint = RunNotes.Open(path);
        (TSettings there, DataSource data) = RunNotes.Read<TSettings>(path, checkpoint);
        if (parsed.GetValue(_preset) is { } preset && preset != there.Preset)
            throw Differs(path, _preset.Name, there.Preset, preset);

        foreach ((string name, string before, string now) in _settings.Differences(parsed, there))
        {
            if (name is not ("--epochs" or "--steps"))
                throw Differs(path, name, before, now);

            if (!there.MayGrow)
            {
                throw new InvalidDataException($"The run of '{path}' can't have another number of steps ({name} {now}):"
                    + " its learning rate falls to 0 at its end. --from trains its model further, in a run of its own.");
            }
        }

        TSettings settings = _settings.Apply(parsed, there);
        return new TrainingRun<TSettings>(_app, folder, _words, path)
        {
            Files = Files,
            TensorBoard = parsed.GetValue(_tensorBoard),
            Data = _data.GoOn(parsed, data),
            Preset = there.Preset,
            Apply = _ => settings,
            There = checkpoint,
        };
    }

    private static InvalidDataException Differs(string path, string option, string before, string now) => new(
        $"The run of '{path}' has other options: {option} was {before} there and is {now} now.");

    private static string FolderOf(string file) =>
        System.IO.Path.GetDirectoryName(file) is { Length: > 0 } folder ? folder : ".";
}
