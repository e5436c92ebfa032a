using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Rnn.Models.Batching;
using Rnn.Models.Generation;
using Rnn.Models.LanguageModels;
using Rnn.Models.ScriptGeneration;
using Rnn.Models.Text.Scripts;
using Rnn.Models.Training;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.TvScript;

/// <summary>
/// The project: a recurrent network reads a script word by word, learns to predict the next, and then writes scenes, beside
/// n-grams that count the same words.
/// </summary>
internal static class Program
{
    private const string DefaultFolder = "out/tv-script";
    private const int ShownLength = 250, ProgressLength = 60, NoveltyLength = 2000, MostTuned = 50_000;

    private static readonly SamplingOptions s_sampling = new() { TopP = 0.9 };

    /// <summary>The model that a command asks.</summary>
    public static ModelOption Model { get; } = new(DefaultFolder);

    public static int Main(string[] args) => SampleApp.Run(args, Create);

    private static RootCommand Create(SampleApp app)
    {
        TrainCommand<ScriptSettings> training = new(app, new RunWords("words", "nats per token", DefaultFolder), Corpus.Options,
            ScriptSettings.List,
            "demo: a minute; lesson: the course's network; script: a play or a series; wikitext-2: an hour and a half [default: demo, "
            + "script with --script or --dataset tinyshakespeare, wikitext-2 with the data set of that name].",
            ", on another text too; words that it lacks are unknown.", ScriptSettings.Names);
        return SampleCommand.Root("Learns to write scripts word by word, with a recurrent network.", "Trains a model", command =>
        {
            training.AddTo(command, Train);
            command.AddHelp(() => ScriptSettings.List.Table(ScriptSettings.Presets) + "\n\n" + SampleCommand.Examples(
                ("", "a minute of learning from built-in scenes"),
                ("--script scenes.txt", "a script of your own"),
                ("--dataset tinyshakespeare --download", "Shakespeare's plays"),
                ("--preset lesson --script scenes.txt", "the course's network and training"),
                ("--preset wikitext-2 --data ~/data", "a language model of Wikipedia articles; the text is there"),
                ("--script train.txt --held-out valid.txt --form tokens", "texts whose tokens stand between blanks"),
                ("--resume", "goes on with the newest interrupted run"),
                ("generate --help", "the help of another command")));
        },
        GenerateCommand.Create(app), EvaluateCommand.Create(app));
    }

    private static int Train(TrainingRun<ScriptSettings> run)
    {
        // A script as tokens; each that the training part has gets a number.
        LanguageModel? start = run.From is { } from ? LanguageModel.Load(ModelOption.Existing(from)) : null;
        ScriptSettings settings = Settings(run, start);
        Corpus corpus = Corpus.Load(run.Data, settings, start, run.App.Interruption.Token);
        if (corpus.Validation.Length == 0 && (settings.PlateauFactor > 1 || settings.AverageAfter > 0))
        {
            throw new InvalidDataException("--divide and --average-after go by measurements, and nothing is held out for them: give "
                + "--validation, or leave them out.");
        }

        TokenVocabulary vocabulary = start?.Vocabulary
            ?? (run.InCheckpoint("vocabulary") is { } symbols ? TokenVocabulary.FromSymbols(symbols)
                : TokenVocabulary.FromTokens(corpus.Training, settings.MinCount, settings.MaxWords));
        int[] text = vocabulary.Encode(corpus.Training), held = vocabulary.Encode(corpus.Validation);
        string data = $"{corpus.Describe()}, {vocabulary.Count} different";
        Console.WriteLine($"Text: {data} ones.");

        // A network: words' vectors -> recurrent layers -> a probability for each word to be the next.
        LanguageModel model = start
            ?? new LanguageModel(vocabulary, settings.Network with { Script = corpus.Script }, settings.Training.Seed);
        string network = settings.Describe();
        long parameters = model.Parameters.Layout.ParameterCount;
        Console.WriteLine($"Model: {network}, {parameters} parameters; {SampleApp.Processor}.");

        // Training: windows of the text, side by side; the state is carried from each to the next, the gradient is not.
        TokenWindows windows = new(text, settings.Training.BatchSize, settings.Training.SequenceLength);
        Console.WriteLine(Invariant($"Training: {settings.Training.BatchSize} pieces side by side in windows of ")
            + Invariant($"{settings.Training.SequenceLength} tokens, {settings.Steps(windows.Count)} steps, {windows.Count} an epoch."));
        Trainer<TokenWindow> trainer = model.CreateTrainer(text, held, run.Options(settings.Options(windows.Count), settings));
        ScriptGenerator generator = new(model);
        string Write(int length) => generator.Generate("", new ScriptGenerationOptions { Length = length, Sampling = s_sampling });
        if (!run.Train(trainer, model.Save, () => Write(ProgressLength)))
            return run.ExitCode;

        // What it has learnt: how well it predicts text that it has never seen, what it writes, and whether that is new.
        if (settings.CacheWindow > 0 && held.Length > 1)
        {
            (ContinuousCacheOptions cache, _) = model.TuneCache(held.AsMemory(0, Math.Min(held.Length, MostTuned)),
                settings.CacheWindow, run.App.Interruption.Token);
            model.Cache = cache.Weight > 0 ? cache : null;
            run.Folder.TryWrite(RunFiles.Model, model.Save);
        }

        (string part, string[] reported) = corpus.Reported;
        IReadOnlyList<MeasuredLoss> losses = reported.Length == 0 ? []
            : Perplexities.Compare(model, network, corpus, run.App.Interruption.Token);
        if (settings.Preset == ScriptSettings.Lesson.Preset)
        {
            Console.WriteLine(Invariant(
                $"\nThe course asks for a training loss below 3.5 nats; the last step's is {run.Result!.Loss:F4}."));
        }

        if (losses.Count > 0)
            Console.WriteLine($"\n{Perplexities.Table(losses, $"on the {part} text")}");

        run.ShowSample(Write(ShownLength));
        int[] written = generator.GenerateTokens("", new ScriptGenerationOptions { Length = NoveltyLength, Sampling = s_sampling });
        Console.WriteLine($"\n{new Novelty(model, corpus).Table(written, vocabulary.Encode(reported))}\n");
        return run.Finish(settings, data, parameters, $"{corpus.Name}, {network}", losses,
            losses.FirstOrDefault(loss => loss.Name == Perplexities.Grammar)?.Nats ?? double.NaN, "generate", "evaluate --script FILE");
    }

    // A preset with what the command line says instead; a network that exists already stays as it is.
    private static ScriptSettings Settings(TrainingRun<ScriptSettings> run, LanguageModel? start)
    {
        ScriptSettings usual = ScriptSettings.Get(run.Preset ?? Corpus.UsualPreset(run.Data));
        if (start is null)
        {
            ScriptSettings own = run.Apply(usual);
            return own is { Rate: not RateKind.Constant, PlateauFactor: > 1 }
                ? throw new InvalidDataException("--divide lets measurements decide the learning rate: it needs --rate constant.")
                : own is { Network: { Head: OutputHead.Adaptive, TiedWeights: true } }
                ? throw new InvalidDataException("--head adaptive needs --weights own: its clusters see smaller vectors than the words'.")
                : own;
        }

        LanguageModelOptions network = start.Options with { Script = null };
        ScriptSettings there = usual with
        {
            Network = network,
            IsTokenized = start.Options.Script is null,
            KeepCase = start.Options.Script is { LowerCase: false },
        };
        ScriptSettings settings = run.Apply(there);
        return settings.Network == network && settings.IsTokenized == there.IsTokenized && settings.KeepCase == there.KeepCase
            && settings.MinCount == there.MinCount && settings.MaxWords == there.MaxWords
            ? settings
            : throw new InvalidDataException("--from trains a network as it is: leave out the options of the network and of its words "
                + "(--form, --case, --min-count, --vocabulary), or give those of the model.");
    }
}
