using System.CommandLine;
using Rnn.Core.Kernels.Threads;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.NumberOptions;

namespace Rnn.Samples.CharRnn;

/// <summary>The commands, and the options that several of them have.</summary>
internal static class CommandLine
{
    /// <summary>Where a run writes if nobody says where.</summary>
    public const string DefaultOut = "out/char-rnn";

    /// <summary>The name of a run's model.</summary>
    public const string ModelName = "model.safetensors";

    private static readonly Option<int?> s_threads =
        Whole("--threads", "Threads [default: all processors]. The results have the same bits for any number.", 1, 256);

    private static readonly Option<string?> s_model = new("--model")
    {
        Description = $"A model that training saved [default: the newest in {DefaultOut}].",
        HelpName = "FILE",
    };

    /// <summary>The seed of everything random.</summary>
    public static Option<long?> Seed { get; } = WholeLong("--seed", "Of everything random [default: 1].", 0);

    public static RootCommand Create(SampleApp app)
    {
        RootCommand root = new("Learns to write a text character by character, with a recurrent network.");
        s_threads.Recursive = true;
        root.Add(s_threads);
        Command train = new("train", "Trains a model (this is also what happens without a command).");
        Command generate = new("generate", "Writes text with a model.");
        Command evaluate = new("evaluate", "Measures a model's loss on a text, in nats and bits per character.");
        Command score = new("score", "Says how probable each line of a text is to a model: to rank them.");
        Command export = new("export", "Writes a model in a format of other programs (ONNX).");
        TrainCommand training = new(app);
        training.AddTo(root);
        training.AddTo(train);
        GenerateCommand.AddTo(generate, app);
        EvaluateCommand.AddTo(evaluate);
        ScoreCommand.AddTo(score);
        ExportCommand.AddTo(export);
        foreach (Command command in (Command[])[train, generate, evaluate, score, export])
            root.Add(command);

        root.AddHelp(command =>
            command == generate ? GenerateCommand.Examples
            : command == evaluate ? EvaluateCommand.Examples
            : command == score ? ScoreCommand.Examples
            : command == export ? ExportCommand.Examples
            : TrainCommand.More);
        return root;
    }

    /// <summary>The option of a text's encoding.</summary>
    public static Option<string> Encoding() => new("--encoding")
    {
        Description = "The text's encoding: utf-8, latin1, windows-1252, utf-16, ...",
        DefaultValueFactory = _ => "utf-8",
        HelpName = "NAME",
    };

    /// <summary>The option of a model's file.</summary>
    public static Option<string?> Model => s_model;

    /// <summary>The file that was asked for, or else the newest model.</summary>
    public static string ModelOf(ParseResult parsed) => parsed.GetValue(s_model)
        ?? $"{RunFolder.Newest(DefaultOut, ModelName) ?? DefaultOut}/{ModelName}";

    /// <summary>The seed, 1 if none was given.</summary>
    public static ulong SeedOf(ParseResult parsed) => (ulong)(parsed.GetValue(Seed) ?? 1);

    /// <summary>What every command does first.</summary>
    public static void SetThreads(ParseResult parsed) => Workers.Count = parsed.GetValue(s_threads) ?? Workers.Count;
}
