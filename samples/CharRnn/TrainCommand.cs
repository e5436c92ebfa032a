using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Rnn.Core.Kernels;
using Rnn.Core.Serialization;
using Rnn.Models.CharRnn;
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
        ("--text book.txt --epochs 5 --hidden 256", "a text of your own"),
        ("--preset lesson --download", "the lesson: Anna Karenina, LSTM 512 x 2, 20 epochs"),
        ("--preset best --data ~/data", "a better model of it; the text is there"),
        ("--resume", "goes on with the newest interrupted run, given its options"),
        ("generate --help", "the help of another command"));

    public void AddTo(Command command)
    {
        s_options.AddTo(command);
        command.SetAction(parsed =>
        {
            CommandLine.SetThreads(parsed);
            TrainArguments arguments = s_options.Read(parsed);
            using RunFolder folder = arguments.Resume
                ? RunFolder.Resume(arguments.Place, RunFileNames.Checkpoint)
                : RunFolder.Begin(arguments.Place, RunFileNames.All, arguments.Text.File);
            return Run(arguments, folder);
        });
    }

    private int Run(TrainArguments arguments, RunFolder folder)
    {
        TrainSettings settings = arguments.Settings;

        // A text, and its characters, each of which gets a number.
        Corpus corpus = Corpus.Load(arguments.Text, settings, app.Interruption.Token);
        Vocabulary vocabulary = Vocabulary.FromText(corpus.Text);
        int[] symbols = vocabulary.Encode(corpus.Text);
        Console.WriteLine($"Text: {corpus.Name}, {symbols.Length} characters, {vocabulary.Count} different ones.");

        // A network: one-hot characters -> recurrent layers -> a probability for each character to be the next.
        CharRnnModel model = new(vocabulary, settings.Network(), settings.Seed);
        string network = $"{SettingOptions.Name(settings.Cell).ToUpperInvariant()} {settings.Hidden} x {settings.Layers}";
        long parameters = model.Parameters.Layout.ParameterCount;
        string cpu = $"{SimdInfo.Description}, {Workers.Count} threads";
        Console.WriteLine($"Model: {network}, {parameters} parameters; {cpu}.");

        // Training: windows of the text, side by side; the state is carried from each to the next, the gradient is not.
        string checkpoint = folder.PathOf(RunFileNames.Checkpoint);
        Trainer<CharBatch> trainer = model.CreateTrainer(corpus.Text, settings.Training(symbols.Length, checkpoint));
        if (arguments.Resume)
        {
            Resume(trainer, arguments.ResumeFile ?? checkpoint);
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
            ?? LossReport.Measure(model, "validation text",
                vocabulary.Decode(symbols.AsSpan(TrainingLength(symbols.Length, settings)..)), settings.Batch,
                settings.Length);
        Console.WriteLine($"\n{corpus.Stories?.Table(losses) ?? LossReport.Table(losses)}");
        Screen.ShowText("What it writes", prime + model.Generate(prime, ShownLength, s_sampling));

        List<LossRow> rows = LossLog.Read(folder.PathOf(RunFileNames.LossTable));
        RunSummary summary = new()
        {
            Command = app.Command,
            FinishedUtc = DateTime.UtcNow,
            Machine = Machine.Current(),
            Settings = settings,
            Text = $"{corpus.Name}, {symbols.Length} characters, {vocabulary.Count} different",
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

    private static void Resume(Trainer<CharBatch> trainer, string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                throw new FileNotFoundException($"There is no checkpoint '{path}' to resume from.");
            }

            trainer.Resume(path);
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException
            && File.Exists(AtomicFile.PreviousPath(path)))
        {
            throw new InvalidDataException(
                $"{e.Message} The checkpoint before it is there: --resume '{AtomicFile.PreviousPath(path)}'.", e);
        }

        Console.WriteLine($"Resumed after step {trainer.Step} from {path}");
    }

    // The part that training held out, as CharRnnModel.CreateTrainer cuts it.
    private static int TrainingLength(int characters, TrainSettings settings) =>
        characters - (int)(characters * settings.ValidationFraction);

    private static string Written(RunFolder folder)
    {
        string of = folder.Path == CommandLine.DefaultOut ? "" : $" --model {folder.PathOf(RunFileNames.Model)}";
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
