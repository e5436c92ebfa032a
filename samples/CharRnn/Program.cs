using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Core.Kernels;
using Rnn.Core.Layers;
using Rnn.Core.Serialization;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Rnn.Samples.Common;

namespace Rnn.Samples.CharRnn;

/// <summary>
/// The lesson: a recurrent network reads a text one character at a time, learns to predict the next, and then writes.
/// </summary>
internal static class Program
{
    private static readonly SamplingOptions s_sampling = new() { TopK = 5 };

    private static string[] s_args = [];

    public static int Main(string[] args)
    {
        s_args = args;
        return SampleApp.Run(CommandLine.Create(Train, Generate, Evaluate, Export), args);
    }

    private static int Train(TrainArguments arguments)
    {
        using Interruption interruption = new();
        try
        {
            return Train(arguments, interruption);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Console.WriteLine("Interrupted before the first step; nothing was saved.");
            return interruption.ExitCode;
        }
    }

    private static int Train(TrainArguments arguments, Interruption interruption)
    {
        TrainSettings settings = arguments.Settings;
        RunFolder folder = RunFolder.Create(arguments.Out);

        // A text, and its characters, each of which gets a number.
        Corpus corpus = Corpus.Load(arguments.Text, settings, interruption.Token);
        Vocabulary vocabulary = Vocabulary.FromText(corpus.Text);
        int[] symbols = vocabulary.Encode(corpus.Text);
        Console.WriteLine($"Text: {corpus.Name}, {symbols.Length} characters, {vocabulary.Count} different ones.");

        // A network: one-hot characters -> recurrent layers -> a probability for each character to be the next.
        CharRnnModel model = new(vocabulary, settings.Network(), settings.Seed);
        string cell = settings.Cell is RecurrentCell.RnnTanh ? "RNN" : settings.Cell.ToString().ToUpperInvariant();
        string network = $"{cell} {settings.Hidden} x {settings.Layers}";
        long parameters = model.Parameters.Layout.ParameterCount;
        string cpu = $"{SimdInfo.Description}, {Workers.Count} threads";
        Console.WriteLine($"Model: {network}, {parameters} parameters; {cpu}.");

        // Training: windows of the text, side by side; the state is carried from each to the next, the gradient is not.
        CharRnnTrainingOptions training = settings.Training(symbols.Length, folder.Checkpoint);
        Trainer<CharBatch> trainer = model.CreateTrainer(corpus.Text, training);
        if (arguments.Resume)
        {
            folder.Resume(trainer, arguments.ResumeFile);
        }

        TrainingResult result;
        using (LossLog log = new(folder.LossTable, trainer.Step))
        {
            result = TrainingDisplay.Run("chars", display =>
            {
                string prime = corpus.FirstWord();
                LearningReport report = new(log, display, () => prime + model.Generate(prime, 200, s_sampling));
                return trainer.Run(report, interruption.Token);
            });
        }

        if (result.Reason == StopReason.Cancelled)
        {
            IEnumerable<string> again = CommandText.Without(s_args, "--resume").Append("--resume");
            Console.WriteLine($"Interrupted after step {result.Steps}; checkpoint saved. To go on:\n  " +
                $"{CommandText.Of(again)}");
            model.Save(folder.Model);
            return interruption.ExitCode;
        }

        // The model: the one of the lowest validation loss.
        model.Save(folder.Model);

        // What it has learnt: how well it predicts text that it has never seen, and what it writes.
        IReadOnlyList<MeasuredLoss> losses = corpus.Stories?.Compare(model, network)
            ?? HeldOut(model, settings, vocabulary.Decode(symbols.AsSpan(TrainingLength(symbols.Length, settings)..)));
        Console.WriteLine($"\n{corpus.Stories?.Table(losses) ?? Table(losses)}\n");
        Console.WriteLine($"{corpus.FirstWord()}{model.Generate(corpus.FirstWord(), 600, s_sampling)}\n");
        Console.WriteLine($"Model saved as {folder.Model}");

        List<LossRow> rows = LossLog.Read(folder.LossTable);
        folder.SaveSummary(new RunSummary
        {
            Command = CommandText.Of(s_args),
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
        });
        folder.SavePicture(rows, $"{corpus.Name}, {network}", corpus.Stories?.BestLoss ?? double.NaN);
        return 0;
    }

    private static int Generate(GenerateArguments arguments)
    {
        CharRnnModel model = Load(arguments.Model);
        string prime = Known(arguments.Prime, model.Vocabulary, arguments.SkipUnknown);
        CharRnnGenerator generator = model.CreateGenerator(arguments.Sampling, arguments.Seed);
        generator.Read(prime);
        Console.Write(prime);
        for (int i = 0; i < arguments.Length; i++)
        {
            Console.Write(generator.Next().ToString());
        }

        Console.WriteLine();
        return 0;
    }

    private static int Evaluate(EvaluateArguments arguments)
    {
        CharRnnModel model = Load(arguments.Model);
        string text = Corpus.ReadText(arguments.Text, arguments.Encoding);
        List<MeasuredLoss> losses = [Measure(model, "the whole text", text, arguments.Batch, arguments.Length)];
        AddWithoutLicence(losses, model, text, arguments.Batch, arguments.Length);
        Console.WriteLine(Table(losses));
        return 0;
    }

    private static int Export(ExportArguments arguments)
    {
        CharRnnModel model = Load(arguments.Model);
        OnnxSignature signature = model.ExportOnnx(arguments.Onnx, arguments.Input);
        Console.WriteLine($"""
            Model saved as {arguments.Onnx}
            {signature}
            metadata vocabulary: a JSON array, the character of each index. The state begins with zeros.
            """);
        return 0;
    }

    private static CharRnnModel Load(string path) => File.Exists(path)
        ? CharRnnModel.Load(path)
        : throw new FileNotFoundException(
            $"There is no model '{path}': train one first, or name its file with --model.");

    // The part that training held out, as CharRnnModel.CreateTrainer cuts it.
    private static int TrainingLength(int characters, TrainSettings settings) =>
        characters - (int)(characters * settings.ValidationFraction);

    private static List<MeasuredLoss> HeldOut(CharRnnModel model, TrainSettings settings, string text)
    {
        List<MeasuredLoss> losses = [Measure(model, "validation text", text, settings.Batch, settings.Length)];
        AddWithoutLicence(losses, model, text, settings.Batch, settings.Length);
        return losses;
    }

    private static void AddWithoutLicence(List<MeasuredLoss> losses, CharRnnModel model, string text, int batch,
        int length)
    {
        if (GutenbergText.WithoutLicence(text) is { } book && book.EnumerateRunes().Count() > (long)batch * length)
        {
            losses.Add(Measure(model, "without the Project Gutenberg licence", book, batch, length));
        }
    }

    private static MeasuredLoss Measure(CharRnnModel model, string name, string text, int batch, int length)
    {
        CharRnnEvaluation loss = model.Evaluate(text, batch, length);
        return new MeasuredLoss(name, loss.NatsPerCharacter, loss.Characters);
    }

    private static string Table(IReadOnlyList<MeasuredLoss> losses) => TextTable.Format(
    [
        ["", "nats/char", "bits/char", "characters"],
        .. losses.Select(loss => new[]
        {
            loss.Name,
            loss.Nats.ToString("F4", CultureInfo.InvariantCulture),
            loss.Bits.ToString("F4", CultureInfo.InvariantCulture),
            loss.Characters.ToString(CultureInfo.InvariantCulture),
        }),
    ]);

    /// <summary>A prime that the model can read.</summary>
    private static string Known(string prime, Vocabulary vocabulary, bool skipUnknown)
    {
        StringBuilder known = new();
        foreach (Rune rune in prime.EnumerateRunes())
        {
            if (vocabulary.TryGetIndex(rune, out _))
            {
                known.Append(rune.ToString());
            }
            else if (!skipUnknown)
            {
                throw new InvalidDataException($"--prime has '{rune}' (U+{rune.Value:X4}), which is not among the "
                    + $"{vocabulary.Count} characters of the model; leave it out, or let --skip-unknown do it.");
            }
        }

        return known.Length > 0
            ? known.ToString()
            : throw new InvalidDataException("--prime has no character that the model knows; give at least one.");
    }
}
