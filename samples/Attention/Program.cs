using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Rnn.Models.Batching;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Training;
using Rnn.Models.Translation;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.Attention;

/// <summary>
/// The lesson: one network reads a text, another writes its translation and looks back at what was read. Dates first,
/// then sentences, then conversations.
/// </summary>
internal static class Program
{
    private const string DefaultFolder = "out/attention";
    private const int Shown = 4, ShownInPicture = 12;

    private static readonly RunWords s_words = new("tokens", "nats per token", DefaultFolder, Sample: "What it translates");

    /// <summary>The model that a command asks.</summary>
    public static ModelOption Model { get; } = new(DefaultFolder);

    public static int Main(string[] args) => SampleApp.Run(args, Create);

    private static RootCommand Create(SampleApp app)
    {
        TrainCommand<TranslationSettings> training = new(app, s_words, Pairs.Options, TranslationSettings.List,
            "demo: a minute of dates; dates: the course's; tutorial-rnn, tutorial-transformer: what tutorials train; best-rnn, "
            + "best-transformer: with smoothing, tied weights, a falling rate, averages [default: demo, dates with that data set, "
            + "best-rnn with other pairs].", ", on other pairs too.", TranslationSettings.Names)
        {
            Files = Comparison.Files.With([], AlignmentPicture.FileName) with
            {
                Folders = Comparison.Files.Folders,
                Meanings = [(AlignmentPicture.FileName, "where it looked as it wrote"), .. Comparison.Files.Meanings],
            },
        };
        return SampleCommand.Root("Learns to translate, with attention.", "Trains a model", command =>
        {
            training.AddTo(command, Train);
            command.AddHelp(() => TranslationSettings.List.Table(TranslationSettings.Presets) + "\n\n" + SampleCommand.Examples(
                ("", "a minute of learning to read dates, with attention and without"),
                ("--pairs pairs.tsv", "pairs of your own, a line each with a tab between"),
                ("--pairs train.de --targets train.en --held-out valid.tsv --preset tutorial-rnn", "two files, and a third to choose by"),
                ("--dataset fra-eng --download", "English to French"),
                ("--dataset fra-eng --preset best-transformer", "the same with a Transformer"),
                ("--resume", "goes on with the newest interrupted run"),
                ("translate --help", "the help of another command")));
        },
        TranslateCommand.Create(), EvaluateCommand.Create(app), ChatCommand.Create());
    }

    private static int Train(TrainingRun<TranslationSettings> run)
    {
        // Pairs in three parts, divided by their sources.
        TranslationModel? start = run.From is { } from ? TranslationModel.Load(ModelOption.Existing(from)) : null;
        TranslationSettings settings = Settings(run, start);
        Pairs pairs = Pairs.Load(run.Data, settings, run.App.Interruption.Token);

        // A network that reads, one that writes, and attention between them.
        TranslationModel model = start ?? Create(run, settings, pairs);
        pairs = pairs.Fitting(model);
        string data = pairs.Describe(), network = settings.Describe();
        Console.WriteLine($"Pairs: {data}.");
        if (!TrainOne(run, settings, pairs, model))
            return run.ExitCode;

        // The same without attention, which has to keep all of a text in one vector.
        List<(TranslationModel Model, string Name)> models = [(model, network)];
        if (settings.Comparison && settings.Network.Architecture == TranslationArchitecture.Attention)
        {
            if (Comparison.Train(run, settings, model, pairs, TrainOne) is not { } other)
                return run.ExitCode;

            models.Add(other);
        }

        // What they have learnt, on sources that they have never seen.
        (string part, ParallelText held) = pairs.Reported;
        if (held.Count == 0)
            return run.Finish(settings, data, model.Parameters.Layout.ParameterCount, network, null, double.NaN, "translate TEXT");

        List<Scores> scores = [];
        IReadOnlyList<TranslatedText> texts = [];
        ParallelText some = settings.Scored > 0 && held.Count > settings.Scored
            ? new ParallelText(held.Take(settings.Scored))
            : held;
        foreach ((TranslationModel one, string name) in models)
        {
            foreach (int width in (int[])[1, 5])
            {
                (Scores found, IReadOnlyList<TranslatedText> own) = Scores.Of(new Translator(one, new() { Width = width }),
                    name + (width == 1 ? ", greedy" : $", beam {width}"), some, run.App.Interruption.Token);
                scores.Add(found);
                if (ReferenceEquals(one, model))
                    texts = own;
            }
        }

        Console.WriteLine($"\n{Scores.Table(scores, $"on {some.Count} {part} pairs")}\n");
        for (int i = 0; i < Math.Min(Shown, some.Count); i++)
            Console.WriteLine($"{some[i].Source}\n  -> {texts[i].Text}\n   ({some[i].Target})");

        if (model.Options.Architecture != TranslationArchitecture.EncoderDecoder)
            ShowAlignment(run, model, texts);

        Console.WriteLine();
        return run.Finish(settings, data, model.Parameters.Layout.ParameterCount, network,
            scores.Select(one => one.ForSummary()), double.NaN, "translate TEXT", "evaluate --pairs FILE");
    }

    private static bool TrainOne(TrainingRun<TranslationSettings> run, TranslationSettings settings, Pairs pairs,
        TranslationModel model)
    {
        int perEpoch = ((pairs.Training.Count - 1) / settings.Training.BatchSize) + 1;
        Screen.Show(Invariant($"Model: {settings.Describe()}, {model.Source.Vocabulary.Count} to {model.Target.Vocabulary.Count} ")
            + Invariant($"tokens, {model.Parameters.Layout.ParameterCount} parameters; {SampleApp.Processor}."));
        Screen.Show(Invariant($"Training: {settings.Training.BatchSize} pairs a step, {settings.Steps(perEpoch)} steps, ")
            + Invariant($"{perEpoch} an epoch."));
        Trainer<PairBatch> trainer = model.CreateTrainer(pairs.Training, pairs.Validation.Count > 0 ? pairs.Validation : null,
            run.Options(settings.Options(perEpoch), settings));
        SentencePair shown = pairs.Reported.Pairs.Count > 0 ? pairs.Reported.Pairs[0] : pairs.Training[0];
        bool isDone = run.Train(trainer, model.Save,
            () => $"{shown.Source}\n -> {new Translator(model, new() { Width = 1 }).Translate(shown.Source).Text}");
        run.Draw($"{pairs.Name}, {settings.Describe()}");
        return isDone;
    }

    private static void ShowAlignment(TrainingRun<TranslationSettings> run, TranslationModel model,
        IReadOnlyList<TranslatedText> texts)
    {
        int most = model.Options.Source.Units == SentenceUnits.Characters ? int.MaxValue : ShownInPicture;
        int place = Enumerable.Range(0, texts.Count).FirstOrDefault(
            i => texts[i].SourceTokens.Count is > 4 && texts[i].SourceTokens.Count <= most && texts[i].Text.Length > 0);
        if (texts[place].Text.Length == 0)
            return;

        TranslationAlignment alignment = new Translator(model).Align(texts[place]);
        Console.WriteLine($"\nWhere it looked as it wrote \"{texts[place].Text}\":\n{AlignmentText.Draw(alignment)}");
        run.Folder.TryWrite(AlignmentPicture.FileName, path => AlignmentPicture.Save(path, alignment));
    }

    // A preset with what the command line says instead; a network that exists already stays as it is.
    private static TranslationSettings Settings(TrainingRun<TranslationSettings> run, TranslationModel? start)
    {
        TranslationSettings usual = TranslationSettings.Get(run.Preset ?? Pairs.UsualPreset(run.Data));
        if (start is null)
            return run.Apply(usual);

        TranslationSettings settings = run.Apply(usual with { Network = start.Options, Comparison = false });
        return settings.Network == start.Options && !settings.Comparison
            ? settings
            : throw new InvalidDataException("--from trains a network as it is: leave out the options of the network and of its words, "
                + "and --compare, or give those of the model.");
    }

    // A run that goes on has the words of its checkpoint: those of another model, if it trains that further.
    private static TranslationModel Create(TrainingRun<TranslationSettings> run, TranslationSettings settings, Pairs pairs)
    {
        if (run.InCheckpoint("source_vocabulary") is not { } source || run.InCheckpoint("target_vocabulary") is not { } target)
            return new TranslationModel(pairs.Training, settings.Network, settings.Training.Seed);

        TranslationOptions network = settings.Network;
        return new TranslationModel(TranslationSide.FromSymbols(network.Source, source),
            TranslationSide.FromSymbols(network.Target, target), network, settings.Training.Seed);
    }
}
