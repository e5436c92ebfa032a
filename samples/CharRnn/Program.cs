using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using Rnn.Core.Serialization.Onnx;
using Rnn.Models.Batching;
using Rnn.Models.CharRnn;
using Rnn.Models.Generation;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.CharRnn;

/// <summary>
/// The lesson: a recurrent network reads a text one character at a time, learns to predict the next, and then writes.
/// </summary>
internal static class Program
{
    private const string DefaultFolder = "out/char-rnn";
    private const int ShownLength = 600, ProgressLength = 200;

    private static readonly SamplingOptions s_sampling = new() { TopK = 5 };

    /// <summary>The model that a command asks.</summary>
    public static ModelOption Model { get; } = new(DefaultFolder);

    public static int Main(string[] args) => SampleApp.Run(args, Create, ("skipUnknown", "--skip-unknown"));

    private static RootCommand Create(SampleApp app)
    {
        TrainCommand<TrainSettings> training = new(app, new RunWords("chars", "nats per character", DefaultFolder),
            Corpus.Options, TrainSettings.List,
            "demo: a minute; lesson: LSTM 512 x 2, dropout 0.5, 20 epochs; best: the lowest loss we know of; auto: what "
            + "suits the text's length [default: demo, auto with --text, lesson with another data set].",
            ", on another text too; characters that it lacks are added.", TrainSettings.Names);
        return SampleCommand.Root("Learns to write a text character by character, with a recurrent network.",
            "Trains a model", command =>
            {
                training.AddTo(command, Train);
                command.AddHelp(() => TrainSettings.List.Table(TrainSettings.Presets) + "\n\n" + SampleCommand.Examples(
                    ("", "a minute of learning from built-in stories"),
                    ("--text book.txt", "a text of your own; all else is chosen from its length"),
                    ("--preset lesson --download", "the lesson: Anna Karenina, LSTM 512 x 2, 20 epochs"),
                    ("--preset best --data ~/data", "a better model of it; the text is there"),
                    ("--resume", "goes on with the newest interrupted run"),
                    ("--from out/char-rnn/model.safetensors --text more.txt", "more text for a model"),
                    ("generate --help", "the help of another command")));
            },
            GenerateCommand.Create(app), EvaluateCommand.Create(), ScoreCommand.Create(), Export());
    }

    private static int Train(TrainingRun<TrainSettings> run)
    {
        // A text, and its characters, each of which gets a number.
        string preset = run.Preset ?? Corpus.UsualPreset(run.Data, run.From is not null);
        CharRnnModel? start = run.From is { } from ? CharRnnModel.Load(ModelOption.Existing(from)) : null;
        Corpus corpus = Corpus.Load(run.Data, run.Apply(TrainSettings.Get(preset, 0)), run.App.Interruption.Token);
        start = start?.WithCharacters(corpus.Text);
        Vocabulary vocabulary = start?.Vocabulary ?? (run.InCheckpoint("vocabulary") is { } symbols
            ? Vocabulary.FromSymbols(symbols)
            : Vocabulary.FromText(corpus.Text));
        string text = $"{corpus.Name}, {corpus.Characters} characters, {vocabulary.Count} different";
        Console.WriteLine($"Text: {text} ones.");

        // A network: one-hot characters -> recurrent layers -> a probability for each character to be the next.
        TrainSettings settings = Settings(run, preset, corpus, start);
        CharRnnModel model = start ?? new CharRnnModel(vocabulary, settings.Network, settings.Training.Seed);
        string network = settings.Describe();
        long parameters = model.Parameters.Layout.ParameterCount;
        Console.WriteLine($"Model: {network}, {parameters} parameters; {SampleApp.Processor}.");

        // Training: windows of the text, side by side; the state is carried from each to the next, the gradient is not.
        long stepsPerEpoch = settings.StepsPerEpoch(corpus.Characters);
        Console.WriteLine(Plan(settings, corpus.Characters, stepsPerEpoch));
        Trainer<TokenWindow> trainer =
            model.CreateTrainer(corpus.Text, run.Options(settings.Options(stepsPerEpoch), settings));
        string prime = corpus.FirstWord();
        string Write(int length) => prime + model.Generate(prime, length, s_sampling);
        if (!run.Train(trainer, model.Save, () => Write(ProgressLength)))
            return run.ExitCode;

        // What it has learnt: how well it predicts text that it has never seen, and what it writes.
        IReadOnlyList<MeasuredLoss> losses = corpus.Stories?.Compare(model, network)
            ?? LossReport.HeldOut(model, corpus, settings.Training);
        if (losses.Count > 0)
            Console.WriteLine($"\n{corpus.Stories?.Table(losses) ?? LossReport.Table(losses)}");

        run.ShowSample(Write(ShownLength));
        return run.Finish(settings, text, parameters, $"{corpus.Name}, {network}", losses,
            corpus.Stories?.BestLoss ?? double.NaN, "generate", "evaluate --text FILE");
    }

    // The preset with what the command line says instead; a network that exists already stays as it is.
    private static TrainSettings Settings(TrainingRun<TrainSettings> run, string preset, Corpus corpus,
        CharRnnModel? start)
    {
        TrainSettings usual = TrainSettings.Get(preset, corpus.Characters);
        if (run.Data.IsFile)   // leaving out is for published figures; one's own text is read whole
            usual = usual with { Training = usual.Training with { DropLast = false } };

        TrainSettings settings = run.Apply(start is null ? usual : usual with { Network = start.Options });
        return start is null || settings.Network == start.Options
            ? settings
            : throw new InvalidDataException("--from trains a network as it is: leave out --cell, --hidden, --layers and "
                + "--dropout, or give those of the model.");
    }

    // What will be done, and what of the text is left out.
    private static string Plan(TrainSettings settings, int characters, long stepsPerEpoch)
    {
        CharRnnTrainingOptions training = settings.Training;
        int held = (int)(characters * training.ValidationFraction);
        long window = (long)training.BatchSize * training.SequenceLength, left = training.DropLast
            ? (characters - held - 1) % window + (held > 0 ? (held - 1) % window : 0)
            : 0;
        string chosen = settings.Preset == TrainSettings.Automatic ? " (chosen from the text's length)" : "";
        return Invariant($"Training{chosen}: dropout {settings.Network.Dropout}, {training.BatchSize} pieces side by ")
            + $"side in windows of {training.SequenceLength} characters, {settings.Steps(stepsPerEpoch)} steps, "
            + $"{stepsPerEpoch} an epoch; {(held > 0 ? $"the last {held} characters are" : "nothing is")} held out"
            + (left > 0 ? $", {left} that fill no whole window are left out." : ".");
    }

    private static Command Export()
    {
        Option<string?> input = TypedOptions.Choice("--input",
            "Character indices [steps, batch], or one-hot rows [steps, batch, characters] [default: indices].",
            "indices", "one-hot");
        return ExportCommand.Create(Model, (parsed, model, file) =>
        {
            OnnxInput how = parsed.GetValue(input) == "one-hot" ? OnnxInput.Numbers : OnnxInput.Indices;
            return $"{CharRnnModel.Load(model).ExportOnnx(file, how)}\nmetadata vocabulary: a JSON array, the character "
                + "of each index. The state begins with zeros.";
        }, input);
    }
}
