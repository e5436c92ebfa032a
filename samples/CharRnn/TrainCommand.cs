using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;
using Rnn.Models.Batching;
using Rnn.Models.CharRnn;
using Rnn.Models.Generation;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Rnn.Samples.Common;

namespace Rnn.Samples.CharRnn;

/// <summary>The lesson: trains a network on a text, and shows what it has learnt.</summary>
/// <param name="app">How this process was started.</param>
internal sealed class TrainCommand(SampleApp app)
{
    private const int ShownLength = 600, ProgressLength = 200;

    private static readonly SamplingOptions s_sampling = new() { TopK = 5 };

    private static readonly TrainOptions s_options = new();

    /// <summary>Below the options of the command's help.</summary>
    public static string More => s_options.PresetTable + "\n\n" + SampleCommand.Examples(
        ("", "a minute of learning from built-in stories"),
        ("--text book.txt", "a text of your own; all else is chosen from its length"),
        ("--preset lesson --download", "the lesson: Anna Karenina, LSTM 512 x 2, 20 epochs"),
        ("--preset best --data ~/data", "a better model of it; the text is there"),
        ("--resume", "goes on with the newest interrupted run"),
        ("--from out/char-rnn/model.safetensors --text more.txt", "more text for a model"),
        ("generate --help", "the help of another command"));

    public void AddTo(Command command)
    {
        s_options.AddTo(command);
        command.SetAction(parsed =>
        {
            CommandLine.SetThreads(parsed);
            using RunFolder folder = s_options.GoesOnInPlace(parsed)
                ? RunFolder.Resume(s_options.Place(parsed), RunFileNames.Checkpoint)
                : RunFolder.Begin(s_options.Place(parsed), RunFileNames.All, s_options.Sources(parsed));
            return Run(s_options.IsResume(parsed) ? s_options.GoOn(parsed, folder) : s_options.Begin(parsed), folder);
        });
    }

    private int Run(TrainArguments arguments, RunFolder folder)
    {
        // A text, and its characters, each of which gets a number.
        CharRnnModel? start = arguments.From is { } from ? ModelFile.Load(from) : null;
        Corpus corpus = Corpus.Load(arguments.Text, arguments.Settings(0, start), app.Interruption.Token);
        int characters = corpus.Text.Length - corpus.Text.Count(char.IsLowSurrogate);
        start = start?.WithCharacters(corpus.Text);
        Vocabulary vocabulary = start?.Vocabulary ?? arguments.Vocabulary ?? Vocabulary.FromText(corpus.Text);
        TrainSettings settings = arguments.Settings(characters, start);
        Console.WriteLine($"Text: {corpus.Name}, {characters} characters, {vocabulary.Count} different ones.");

        // A network: one-hot characters -> recurrent layers -> a probability for each character to be the next.
        CharRnnModel model = start ?? new CharRnnModel(vocabulary, settings.Network(), settings.Seed);
        string cell = SettingOptions.Name(settings.Cell).ToUpperInvariant();
        string network = $"{cell} {settings.Hidden} x {settings.Layers}";
        long parameters = model.Parameters.Layout.ParameterCount;
        string cpu = $"{SimdInfo.Description}, {Workers.Count} {(Workers.Count == 1 ? "thread" : "threads")}";
        Console.WriteLine($"Model: {network}, {parameters} parameters; {cpu}.");

        // Training: windows of the text, side by side; the state is carried from each to the next, the gradient is not.
        Console.WriteLine(Plan(settings, characters));
        string checkpoint = folder.PathOf(RunFileNames.Checkpoint);
        Trainer<TokenWindow> trainer = model.CreateTrainer(corpus.Text,
            settings.Training(characters, checkpoint, RunNotes.Write(settings, arguments.Text)));
        if (arguments.Checkpoint is { } resumed)
        {
            trainer.Resume(resumed);
            Console.WriteLine($"Resumed after step {trainer.Step} from {resumed}"
                + (trainer.Step >= trainer.TotalSteps ? "; all steps are done, and what follows them is done again." : ""));
        }

        string prime = corpus.FirstWord();
        TrainingResult result;
        using (app.Interruption.Guard("the step is finished and a checkpoint saved"))
        using (LossLog log = new(folder.PathOf(RunFileNames.LossTable), trainer.Step))
        {
            result = TrainingDisplay.Run("chars", display =>
            {
                LearningReport report = new(log, display,
                    () => prime + model.Generate(prime, ProgressLength, s_sampling));
                return trainer.Run(report, app.Interruption.Token);
            });
            model.Save(folder.PathOf(RunFileNames.Model));   // that of the lowest validation loss
        }

        if (result.Reason == StopReason.Cancelled)
        {
            IEnumerable<string> again = CommandText.ToResume(app.Arguments, folder.Path, CommandLine.DefaultOut);
            Console.WriteLine($"Stopped after step {result.Steps}; checkpoint and model are saved. To go on:\n  "
                + $"{CommandText.Of(again)}");
            return app.Interruption.ExitCode;
        }

        // What it has learnt: how well it predicts text that it has never seen, and what it writes.
        app.Interruption.Lost = "The model is saved; what would have followed is not.";
        IReadOnlyList<MeasuredLoss> losses = corpus.Stories?.Compare(model, network)
            ?? HeldOut(model, Validation(corpus.Text, characters, settings), settings);
        if (losses.Count > 0)
            Console.WriteLine($"\n{corpus.Stories?.Table(losses) ?? LossReport.Table(losses)}");

        Screen.ShowText(result.BestStep > 0
            ? FormattableString.Invariant($"What it writes, by step {result.BestStep}, loss {result.BestValidationLoss:F4}")
            : "What it writes", prime + model.Generate(prime, ShownLength, s_sampling));

        List<LossRow> rows = LossLog.Read(folder.PathOf(RunFileNames.LossTable));
        RunSummary summary = new()
        {
            Command = app.Command,
            FinishedUtc = DateTime.UtcNow,
            Machine = Machine.Current(),
            Settings = settings,
            Text = $"{corpus.Name}, {characters} characters, {vocabulary.Count} different",
            Parameters = parameters,
            Steps = result.Steps,
            Seconds = rows.LastOrDefault()?.Seconds ?? 0,
            CharactersPerSecond = rows.LastOrDefault()?.CharactersPerSecond ?? 0,
            TrainingLoss = result.Loss,
            BestValidationLoss = result.BestValidationLoss,
            BestStep = result.BestStep,
            Losses = losses,
        };
        folder.TryWrite(RunFileNames.Summary, summary.Save);
        folder.TryWrite(RunFileNames.Picture, path =>
            LossPlot.Save(path, rows, $"{corpus.Name}, {network}", corpus.Stories?.BestLoss ?? double.NaN));
        Console.WriteLine(Written(folder));
        return 0;
    }

    // What will be done, and what of the text is left out.
    private static string Plan(TrainSettings settings, int characters)
    {
        (long steps, long perEpoch) = settings.Plan(characters);
        int held = (int)(characters * settings.ValidationFraction);
        long window = (long)settings.Batch * settings.Length, left = settings.DropLast
            ? (characters - held - 1) % window + (held > 0 ? (held - 1) % window : 0)
            : 0;
        string chosen = settings.Preset == Presets.Automatic ? " (chosen from the text's length)" : "";
        return FormattableString.Invariant($"Training{chosen}: dropout {settings.Dropout}, {settings.Batch} pieces side ")
            + FormattableString.Invariant($"by side in windows of {settings.Length} characters, {steps} steps, {perEpoch} ")
            + $"an epoch; {(held > 0 ? $"the last {held} characters are" : "nothing is")} held out"
            + (left > 0 ? $", {left} that fill no whole window are left out." : ".");
    }

    // All of it; and, where training left out a rest, what training measured.
    private static IReadOnlyList<MeasuredLoss> HeldOut(CharRnnModel model, string text, TrainSettings settings)
    {
        if (text.Length < 2)
            return [];

        IReadOnlyList<MeasuredLoss> all = LossReport.Measure(model, "validation text", text);
        return settings.DropLast
            ? [.. LossReport.Measure(model, "whole windows, as in training", text, settings.Batch, settings.Length,
                dropLast: true), .. all]
            : all;
    }

    // The part that training held out, as CharRnnModel.CreateTrainer cuts it.
    private static string Validation(string text, int characters, TrainSettings settings)
    {
        int at = text.Length;
        for (int left = (int)(characters * settings.ValidationFraction); left > 0; left--)
            at -= char.IsLowSurrogate(text[at - 1]) ? 2 : 1;

        return text[at..];
    }

    private static string Written(RunFolder folder)
    {
        string of = folder.Path == CommandLine.DefaultOut ? "" : $" --model {CommandText.Quote(folder.PathOf(RunFileNames.Model))}";
        return folder.Written(
            [
                (RunFileNames.Model, "the model of the lowest validation loss"),
                (RunFileNames.Checkpoint, "all that --resume needs"),
                (RunFileNames.LossTable, "every step"),
                (RunFileNames.Picture, "the losses as a picture"),
                (RunFileNames.Summary, "settings, machine and results"),
            ],
            $"generate{of}", $"evaluate --text FILE{of}");
    }
}
