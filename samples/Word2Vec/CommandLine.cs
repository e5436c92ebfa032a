using System;
using System.CommandLine;
using Rnn.Core.Kernels;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.NumberOptions;

namespace Rnn.Samples.Word2Vec;

/// <summary>The options of training, and all commands.</summary>
internal static class CommandLine
{
    public const string DefaultOut = "out/word2vec";

    private const string Examples = """
        Examples:
          Word2Vec                                      seconds of learning from built-in sentences
          Word2Vec train --corpus text.txt              word2vec's defaults: skip-gram, 100 dimensions, 5 epochs
          Word2Vec train --corpus text.txt --cbow --dimensions 300 --phrases 2 --lower-case
          Word2Vec train --corpus text.txt --resume     goes on with an interrupted run
          Word2Vec train --corpus new.txt --continue out/word2vec/model.safetensors --out out/more
          Word2Vec --preset lesson --download           the lesson: text8, 300 dimensions, Adam
          Word2Vec neighbours king paris
          Word2Vec analogy man woman king
          Word2Vec evaluate --similarity wordsim353.txt men.txt --analogies questions-words.txt
          Word2Vec project --words 500 --vectors glove.6B.100d.txt
        """;

    private static readonly Option<int?> s_threads =
        Whole("--threads", "Threads [default: all processors]. The results have the same bits for any number.", 1, 256);

    public static RootCommand Create(Func<TrainArguments, int> train, QueryCommands queries)
    {
        RootCommand root = new("Learns vectors of words from a text, and finds out what they know.");
        s_threads.Recursive = true;
        root.Add(s_threads);
        Command explicitly = new("train", "Trains vectors (this is also what happens without a command).");
        Train(root, train);
        Train(explicitly, train);
        root.Add(explicitly);
        queries.AddTo(root);
        ExampleHelp.AddTo(root, Examples);
        return root;
    }

    /// <summary>What every command does first.</summary>
    public static void SetThreads(ParseResult parsed) =>
        Workers.Count = parsed.GetValue(s_threads) ?? Workers.Count;

    private static void Train(Command command, Func<TrainArguments, int> run)
    {
        Option<string?> corpus = new("--corpus")
        {
            Description = "A text file, UTF-8: words between white space, a sentence a line.",
            HelpName = "FILE",
        };
        Option<string?> preset = Choice("--preset",
            "demo: built-in sentences; word2vec: its defaults; lesson: 300 dimensions, batches and Adam, on text8 "
            + "[default: demo, and word2vec with --corpus].", Presets.Names);
        Option<string?> data = new("--data")
        {
            Description = "Where data sets are, besides $RNN_DATA and the user's cache.",
            HelpName = "DIR",
        };
        Option<bool> download = new("--download") { Description = "Downloads text8 if it isn't there." };
        Option<string> output = new("--out")
        {
            Description = "The folder for model, vectors, phrases, loss.csv, summary.json.",
            DefaultValueFactory = _ => DefaultOut,
            HelpName = "DIR",
        };
        Option<string?> format = Choice("--format", "Of the vectors' file: word2vec's binary or text.", "bin", "text");
        Option<bool> resume = new("--resume")
        {
            Description = "Goes on with the interrupted run of the --out folder, on the same text.",
        };
        Option<string?> more = new("--continue")
        {
            Description = "Trains this model further, by its own options unless others are given; new words are added.",
            HelpName = "MODEL",
        };
        Option<int?> showEvery = Whole("--show-every",
            "Lesson: steps between looks at the neighbours of 16 words [default: 1500].", 1);
        SettingOptions settings = new();
        Option[] options = [corpus, preset, data, download, output, format, resume, more, showEvery];
        foreach (Option option in options)
        {
            command.Add(option);
        }

        settings.AddTo(command);
        string PresetName(string? given, string? file) =>
            given ?? (file is null ? Presets.Demo : Presets.Usual).Preset;
        command.Validators.Add(result =>
        {
            // The word as it was typed: GetValue throws where it is none of the presets.
            string? typed = result.GetResult(preset)?.Tokens is [var token, ..] ? token.Value : null;
            string name = PresetName(typed, result.GetValue(corpus));
            bool isLesson = name == Presets.Lesson.Preset;
            settings.Check(result, isLesson);
            if (isLesson && result.GetValue(more) is not null)
            {
                result.AddError("--continue is of no use with --preset lesson.");
            }

            if (name == Presets.Usual.Preset && result.GetValue(corpus) is null)
            {
                result.AddError("--preset word2vec needs a text: name it with --corpus.");
            }
        });
        command.SetAction(parsed =>
        {
            SetThreads(parsed);
            string? file = parsed.GetValue(corpus);
            return run(new TrainArguments(
                settings.Apply(parsed, Presets.Get(PresetName(parsed.GetValue(preset), file))),
                others => settings.Apply(parsed, others),
                new TextOptions(file, parsed.GetValue(data), parsed.GetValue(download)),
                parsed.GetValue(output)!,
                parsed.GetValue(format) == "text",
                parsed.GetValue(resume),
                parsed.GetValue(more),
                parsed.GetValue(showEvery) ?? 1500));
        });
    }
}
