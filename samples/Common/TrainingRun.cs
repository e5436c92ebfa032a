using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Models.Training;

namespace Rnn.Samples.Common;

/// <summary>
/// One run of a trainer: it goes on from a checkpoint, is seen on the screen, answers Ctrl-C, and leaves loss.csv,
/// loss.png and summary.json in its folder.
/// </summary>
/// <param name="app">How this process was started.</param>
/// <param name="folder">Where the run writes.</param>
/// <param name="words">What it is about.</param>
/// <param name="checkpoint">The checkpoint that it goes on from, or null.</param>
public class TrainingRun(SampleApp app, RunFolder folder, RunWords words, string? checkpoint = null)
{
    private static readonly TimeSpan s_sampleEvery = TimeSpan.FromSeconds(10);

    private IReadOnlyList<LossRow> _rows = [];
    private bool _isResumed;

    /// <summary>How this process was started.</summary>
    public SampleApp App => app;

    /// <summary>Where the run writes.</summary>
    public RunFolder Folder => folder;

    /// <summary>What it is about.</summary>
    protected RunWords Words => words;

    /// <summary>The checkpoint that it goes on from, or null.</summary>
    public string? Checkpoint => checkpoint;

    /// <summary>The folder that --resume is to be given, where this is a part of a run; null (the default): its own.</summary>
    internal RunFolder? Root { get; init; }

    /// <summary>What it writes.</summary>
    public RunFiles Files { get; init; } = RunFiles.Usual;

    /// <summary>Where TensorBoard's event files go; null (the default): there are none.</summary>
    public string? TensorBoard { get; init; }

    /// <summary>What the trainer found; null before it was done.</summary>
    public TrainingResult? Result { get; private set; }

    /// <summary>Of training, validation included, over all resumptions.</summary>
    public double Seconds => Last?.Seconds ?? 0;

    /// <summary>Of the command: 0, or that of the signal which interrupted it.</summary>
    public int ExitCode => app.Interruption.ExitCode;

    private LossRow? Last => _rows is [.., var last] ? last : null;

    /// <summary>Trains to the end, or until it is interrupted; what was learnt is saved either way.</summary>
    /// <param name="trainer">Of a model with its initial values.</param>
    /// <param name="save">Saves the best model in a file.</param>
    /// <param name="sample">Shows what the model does by now, every ten seconds or more at a measurement; null (the
    /// default): nothing is shown.</param>
    /// <param name="report">Is told of every step besides; null (the default): nobody is.</param>
    /// <returns>Whether all is done. If not, <see cref="ExitCode"/> is the command's.</returns>
    public bool Train<TBatch>(Trainer<TBatch> trainer, Action<string> save, Func<string>? sample = null,
        Action<TrainingReport>? report = null)
    {
        Resume(trainer);
        LossLog log = new(folder.PathOf(RunFiles.LossTable), words.Unit, trainer.Measures, trainer.Step);
        using (app.Interruption.Guard("the step is finished and a checkpoint saved"))
        using (log)
        {
            using TensorBoardLog? events = TensorBoard is null ? null : new TensorBoardLog(TensorBoard);
            Result = Run(trainer, log, sample, report, events);
            save(folder.PathOf(RunFiles.Model));   // that of the best measurement
        }

        _rows = log.Read();
        if (Result.Reason == StopReason.Cancelled)
        {
            CommandText.ShowHowToGoOn($"Stopped after step {Result.Steps}; checkpoint and {words.Saved} are saved.",
                app, Root ?? folder, words.DefaultFolder);
            return false;
        }

        app.Interruption.Lost = $"Checkpoint and {words.Saved} are saved; what would have followed is not.";
        return true;
    }

    /// <summary>Goes to where the checkpoint was saved, if this run goes on from one; Train does it for those who
    /// haven't.</summary>
    public void Resume<TBatch>(Trainer<TBatch> trainer)
    {
        if (checkpoint is null || _isResumed)
            return;

        _isResumed = true;
        trainer.Resume(checkpoint);
        bool isDone = trainer.Step >= trainer.TotalSteps;
        Screen.Show($"Resumed after step {trainer.Step} from {checkpoint}"
            + (isDone ? "; all steps are done, and what follows them is done again." : ""));
    }

    /// <summary>Shows what the trained model does.</summary>
    public void ShowSample(string text) => Screen.ShowText(Result!.BestStep > 0
        ? FormattableString.Invariant($"{words.Sample}, by step {Result.BestStep}, loss {Result.BestValidationLoss:F4}")
        : words.Sample, text);

    /// <summary>Writes summary and picture, and says what was written and how it is used.</summary>
    /// <param name="settings">All settings of the run.</param>
    /// <param name="data">What it learnt from.</param>
    /// <param name="parameters">Of the model.</param>
    /// <param name="title">Of the picture.</param>
    /// <param name="results">What was measured besides, for the summary.</param>
    /// <param name="bestLoss">The best possible loss, or NaN (the default) if unknown.</param>
    /// <param name="commands">Commands that use the model, without --model.</param>
    /// <returns>The exit code of a run that is done.</returns>
    public int Finish(RunSettings settings, string data, long parameters, string title, object? results = null,
        double bestLoss = double.NaN, params IEnumerable<string> commands)
    {
        TrainingSummary summary = new()
        {
            Command = app.Command,
            Settings = settings,
            Data = data,
            Parameters = parameters,
            Steps = Result!.Steps,
            Seconds = Seconds,
            Unit = words.Unit,
            UnitsPerSecond = Last?.PerSecond ?? 0,
            TrainingLoss = Result.Loss,
            BestValidationLoss = Result.BestValidationLoss,
            BestStep = Result.BestStep,
            Results = results,
        };
        folder.TryWrite(RunFiles.Summary, summary.Save);
        Draw(title, bestLoss);
        ShowWritten(commands);
        return 0;
    }

    /// <summary>Says what was written and how it is used.</summary>
    /// <param name="commands">Commands that use the model, without --model.</param>
    public void ShowWritten(IEnumerable<string> commands)
    {
        // The folder stands for all models of a run that has parts.
        bool hasParts = Directory.GetDirectories(folder.Path).Any(part => File.Exists(Path.Combine(part, RunFiles.Model)));
        string named = hasParts ? folder.Path : folder.PathOf(RunFiles.Model);
        string model = folder.Path == words.DefaultFolder
            ? ""
            : $" --model {CommandText.Quote(named)}";
        Screen.Show(folder.Written([.. RunFiles.Meaning, .. Files.Meanings], commands.Select(command => command + model)));
    }

    /// <summary>Draws loss.png.</summary>
    /// <param name="title">Of the picture.</param>
    /// <param name="bestLoss">The best possible loss, or NaN (the default) if unknown.</param>
    public void Draw(string title, double bestLoss = double.NaN) => folder.TryWrite(RunFiles.Picture,
        path => LossPlot.Save(path, _rows, title, $"loss, {words.Loss}", bestLoss));

    private TrainingResult Run<TBatch>(Trainer<TBatch> trainer, LossLog log, Func<string>? sample,
        Action<TrainingReport>? report, TensorBoardLog? events)
    {
        string? last = null;
        TimeSpan sampled = default;
        TrainingResult result = LiveDisplay.Run(live =>
        {
            TrainingDisplay display = new(live, words.Unit);
            foreach (TrainingReport now in trainer.Steps(app.Interruption.Token))
            {
                log.Report(now);
                display.Report(now);
                report?.Invoke(now);
                events?.Report(trainer, now);
                bool isDue = now.Event == TrainingEvent.Validation && now.Elapsed - sampled >= s_sampleEvery;
                if (isDue && sample is not null)
                {
                    sampled = now.Elapsed;
                    string text = sample();
                    Screen.ShowText(FormattableString.Invariant(
                        $"{words.Sample} after step {now.Step}, validation loss {now.ValidationLoss:F4}"), text);
                    events?.AddText(words.Sample, now.Step, text);
                }
            }

            last = display.LastLine;
            return trainer.Result!;
        });
        if (last is not null)
            Screen.Show(last);   // the bar is gone; how the run ended stays

        return result;
    }
}

/// <summary>A run, and what the command line or its checkpoint says of it.</summary>
/// <inheritdoc cref="TrainingRun(SampleApp, RunFolder, RunWords, string?)"/>
public sealed class TrainingRun<TSettings>(SampleApp app, RunFolder folder, RunWords words, string? checkpoint = null)
    : TrainingRun(app, folder, words, checkpoint)
    where TSettings : RunSettings
{
    /// <summary>What it learns from.</summary>
    public required DataSource Data { get; init; }

    /// <summary>The preset's name; null: nobody said which.</summary>
    public required string? Preset { get; init; }

    /// <summary>A model to train further, or null.</summary>
    public string? From { get; init; }

    /// <summary>A preset with what the command line says instead; those of the checkpoint, if the run goes on.</summary>
    public required Func<TSettings, TSettings> Apply { get; init; }

    /// <summary>The checkpoint that it goes on from, or null.</summary>
    internal TrainingCheckpoint? There { get; init; }

    /// <summary>Something that the checkpoint says of its run, such as a vocabulary; null for a run that begins.</summary>
    /// <exception cref="InvalidDataException">The checkpoint doesn't say it.</exception>
    public string? InCheckpoint(string name) => There is null ? null
        : There.Configuration.TryGetValue(name, out string? value) ? value
        : throw new InvalidDataException($"The checkpoint has no {name}: it was not saved by a run of this program.");

    /// <summary>
    /// A part of this run that has a trainer of its own: it writes to a folder inside this one's, and goes on there if this
    /// run goes on. Its folder is to be disposed.
    /// </summary>
    /// <param name="name">Of the folder: "seed-2".</param>
    /// <param name="about">What it is about; null (the default): what this is about.</param>
    public TrainingRun<TSettings> Part(string name, RunWords? about = null)
    {
        string path = Folder.PathOf(name), saved = Path.Combine(path, RunFiles.Checkpoint);
        RunPlace place = new(path, path, Overwrite: true);
        bool goesOn = There is not null && File.Exists(saved);
        RunFolder inside = goesOn ? RunFolder.Resume(place, RunFiles.Checkpoint) : RunFolder.Begin(place, Files);
        return new TrainingRun<TSettings>(App, inside, about ?? Words, goesOn ? saved : null)
        {
            Root = Root ?? Folder,
            TensorBoard = TensorBoard is null ? null : Path.Combine(TensorBoard, name),
            Files = Files,
            Data = Data,
            Preset = Preset,
            Apply = Apply,
            There = There,
        };
    }

    /// <summary>What a trainer is told: the settings' own, and where it saves checkpoints with what --resume needs to
    /// know.</summary>
    /// <param name="options">As the settings give them.</param>
    /// <param name="settings">The settings of the run.</param>
    public TTraining Options<TTraining>(TTraining options, TSettings settings)
        where TTraining : TrainingOptions => options with
        {
            CheckpointPath = Folder.PathOf(RunFiles.Checkpoint),
            Notes = RunNotes.Write(settings, Data),
        };
}
