using System;
using System.CommandLine;
using Rnn.Core.Kernels.Threads;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.NumberOptions;

namespace Rnn.Samples.Word2Vec;

/// <summary>The options of training, and all commands.</summary>
internal static class CommandLine
{
    public const string DefaultOut = "out/word2vec";

    private static readonly SettingOptions s_settings = new();

    private static readonly Option<int?> s_threads =
        Whole("--threads", "Threads [default: all processors]. The results have the same bits for any number.", 1, 256);

    private static string More => s_settings.PresetTable + "\n\n" + SampleCommand.Examples(
        ("", "seconds of learning from built-in sentences"),
        ("train --corpus text.txt", "word2vec's defaults: skip-gram, 100 dimensions, 5 epochs"),
        ("train --corpus text.txt --cbow --dimensions 300 --phrases 2 --lower-case", ""),
        ("train --corpus books/ letters.txt --tokenizer words --lower-case", "running text, of several files"),
        ("train --corpus text.txt --resume", "goes on with the newest interrupted run"),
        ("train --corpus new.txt --continue out/word2vec/model.safetensors", "more text for a model"),
        ("--preset lesson --download", "the lesson: text8, 300 dimensions, Adam"),
        ("neighbours --help", "the help of another command"));

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
        root.AddHelp(command => command == root || command == explicitly ? More : QueryCommands.Examples(command));
        return root;
    }

    /// <summary>What every command does first.</summary>
    public static void SetThreads(ParseResult parsed) =>
        Workers.Count = parsed.GetValue(s_threads) ?? Workers.Count;

    private static void Train(Command command, Func<TrainArguments, int> run)
    {
        Option<string[]> corpus = new("--corpus")
        {
            Description = "Text files, or folders with .txt files, which are one text (see --tokenizer, --encoding).",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true,
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
        Option<string?> output = new("--out")
        {
            Description = "The folder for model, vectors, phrases, loss.csv, summary.json "
                + $"[default: {DefaultOut}, and a numbered one beside it for each further run].",
            HelpName = "DIR",
        };
        Option<bool> overwrite = new("--overwrite")
        {
            Description = "Moves an earlier run of the --out folder to a folder 'previous' inside.",
        };
        Option<string?> format = Choice("--format", "Of the vectors' file: word2vec's binary or text.", "bin", "text");
        Option<bool> resume = new("--resume")
        {
            Description = "Goes on with the interrupted run of the --out folder, on the same text; of a finished one it "
                + "writes again what is missing.",
        };
        Option<string?> more = new("--continue")
        {
            Description = "Trains this model further, by its own options unless others are given; new words are added.",
            HelpName = "MODEL",
        };
        Option<int?> showEvery = Whole("--show-every",
            "Lesson: steps between looks at the neighbours of 16 words [default: 1500].", 1);
        SettingOptions settings = s_settings;
        Option[] options = [corpus, preset, data, download, output, overwrite, format, resume, more, showEvery];
        foreach (Option option in options)
            command.Add(option);

        settings.AddTo(command);
        string PresetName(string? given, string[]? files) =>
            given ?? (files is null or [] ? Presets.Demo : Presets.Usual).Preset;
        command.AddCheck(parsed =>
        {
            string name = PresetName(parsed.GetValue(preset), parsed.GetValue(corpus));
            bool isLesson = name == Presets.Lesson.Preset;
            return settings.Check(parsed, isLesson)
                ?? (isLesson && parsed.GetValue(more) is not null
                    ? "--continue is of no use with --preset lesson."
                : name == Presets.Usual.Preset && parsed.GetValue(corpus) is (null or [])
                    ? "--preset word2vec needs a text: name it with --corpus."
                : parsed.GetValue(resume) && parsed.GetValue(overwrite)
                    ? "--resume goes on with a run and --overwrite begins anew: give one of them."
                : null);
        });
        command.SetAction(parsed =>
        {
            SetThreads(parsed);
            string[]? files = parsed.GetValue(corpus);
            return run(new TrainArguments(
                settings.Apply(parsed, Presets.Get(PresetName(parsed.GetValue(preset), files))),
                others => settings.Apply(parsed, others),
                there => settings.Difference(parsed, there),
                new TextOptions(files ?? [], parsed.GetValue(data), parsed.GetValue(download)),
                new RunPlace(parsed.GetValue(output), DefaultOut, parsed.GetValue(overwrite)),
                parsed.GetValue(format) == "text",
                parsed.GetValue(resume),
                parsed.GetValue(more),
                parsed.GetValue(showEvery) ?? 1500));
        });
    }
}
