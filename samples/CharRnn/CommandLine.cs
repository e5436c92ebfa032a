using System;
using System.CommandLine;
using Rnn.Core.Kernels;
using Rnn.Core.Serialization;
using Rnn.Models.Text;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.NumberOptions;

namespace Rnn.Samples.CharRnn;

/// <summary>Where the text comes from.</summary>
internal sealed record TextOptions(string? File, string Encoding, string DataSet, string? DataFolder, bool Download);

/// <summary>A training run.</summary>
/// <param name="Settings">What is computed.</param>
/// <param name="Text">From what.</param>
/// <param name="Out">The folder for all results.</param>
/// <param name="Resume">Whether to go on with a checkpoint.</param>
/// <param name="ResumeFile">Which one; null is the folder's.</param>
internal sealed record TrainArguments(TrainSettings Settings, TextOptions Text, string Out, bool Resume,
    string? ResumeFile);

internal sealed record GenerateArguments(string Model, string Prime, int Length, SamplingOptions Sampling, ulong Seed,
    bool SkipUnknown);

internal sealed record EvaluateArguments(string Model, string Text, string Encoding, int Batch, int Length);

internal sealed record ExportArguments(string Model, string Onnx, OnnxInput Input);

/// <summary>The options of the commands.</summary>
internal static class CommandLine
{
    private const string DefaultOut = "out/char-rnn";

    private const string Examples = """
        Examples:
          CharRnn                                       a minute of learning from built-in stories
          CharRnn --preset lesson --data ~/data         the lesson: Anna Karenina, LSTM 512 x 2, 20 epochs
          CharRnn --preset best --download              a better model of it; gets the text if it isn't there
          CharRnn --text book.txt --epochs 5 --hidden 256
          CharRnn --resume                              goes on with an interrupted run of the same options
          CharRnn generate --prime "Anna" --length 1000 --top-k 5
          CharRnn evaluate --text other.txt
          CharRnn export --onnx model.onnx              for ONNX Runtime and other inference engines
        """;

    private static readonly Option<int?> s_threads =
        Whole("--threads", "Threads [default: all processors]. The results have the same bits for any number.", 1, 256);

    private static readonly Option<long?> s_seed = WholeLong("--seed", "Of everything random [default: 1].", 0);

    public static RootCommand Create(Func<TrainArguments, int> train, Func<GenerateArguments, int> generate,
        Func<EvaluateArguments, int> evaluate, Func<ExportArguments, int> export)
    {
        RootCommand root = new("Learns to write a text character by character, with a recurrent network.");
        s_threads.Recursive = true;
        root.Add(s_threads);
        Command explicitly = new("train", "Trains a model (this is also what happens without a command).");
        Train(root, train);
        Train(explicitly, train);
        root.Add(explicitly);
        root.Add(Generate(generate));
        root.Add(Evaluate(evaluate));
        root.Add(Export(export));
        ExampleHelp.AddTo(root, Examples);
        return root;
    }

    private static void Train(Command command, Func<TrainArguments, int> run)
    {
        Option<string?> text = new("--text") { Description = "A text file to learn from.", HelpName = "FILE" };
        Option<string> encoding = Encoding();
        Option<string?> dataSet = Choice("--dataset",
            "A known text; stories are built in [default: stories, and anna with the presets lesson and best].",
            Corpus.Names);
        Option<string?> data = new("--data")
        {
            Description = "Where data sets are, besides $RNN_DATA and the user's cache.",
            HelpName = "DIR",
        };
        Option<bool> download = new("--download") { Description = "Downloads the data set if it isn't there." };
        Option<string?> preset = Choice("--preset",
            "demo: a minute; lesson: LSTM 512 x 2, dropout 0.5, 20 epochs; best: the lowest loss we know of "
            + "[default: demo, and lesson with --text or another data set].", Presets.Names);
        Option<string> output = new("--out")
        {
            Description = "The folder for model, checkpoint, loss.csv, loss.png, summary.json.",
            DefaultValueFactory = _ => DefaultOut,
            HelpName = "DIR",
        };
        Option<string?> resume = new("--resume")
        {
            Description = "Goes on with a checkpoint [default: that of the --out folder]; give the options of its run.",
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "FILE",
        };
        SettingOptions settings = new();
        Option[] options = [text, encoding, dataSet, data, download, preset, output, resume, s_seed];
        foreach (Option option in options)
        {
            command.Add(option);
        }

        settings.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(text) is not null && result.GetValue(dataSet) is not null)
            {
                result.AddError("Give --text or --dataset, not both.");
            }
        });
        command.SetAction(parsed =>
        {
            SetThreads(parsed);
            string? file = parsed.GetValue(text), set = parsed.GetValue(dataSet);
            bool isStories = file is null && set is null or Corpus.BuiltIn;
            TrainSettings start = Presets.Get(parsed.GetValue(preset) ?? (isStories ? "demo" : "lesson"));
            set ??= start.Preset == "demo" ? Corpus.BuiltIn : "anna";
            return run(new TrainArguments(
                settings.Apply(parsed, start) with { Seed = Seed(parsed) },
                new TextOptions(file, parsed.GetValue(encoding)!, set, parsed.GetValue(data),
                    parsed.GetValue(download)),
                parsed.GetValue(output)!,
                parsed.GetResult(resume) is not null,
                parsed.GetValue(resume)));
        });
    }

    private static Command Generate(Func<GenerateArguments, int> run)
    {
        Option<string> model = Model();
        Option<string> prime = new("--prime")
        {
            Description = "What the text begins with.",
            DefaultValueFactory = _ => "The",
            HelpName = "TEXT",
        };
        Option<int?> length = Whole("--length", "Characters to write [default: 1000].", 0);
        Option<double?> temperature = Number("--temperature",
            "Below 1 is bolder, above 1 more varied, 0 takes the most probable [default: 1].", 0, 1000);
        Option<int?> topK = Whole("--top-k", "Only the K most probable characters; 0 is all [default: 0].", 0);
        Option<double?> topP = Fraction("--top-p",
            "Only the most probable characters that hold this share [default: 1].");
        Option<bool> greedy = new("--greedy") { Description = "Always the most probable character." };
        Option<bool> skipUnknown = new("--skip-unknown")
        {
            Description = "Leaves characters of the prime out that the model doesn't know.",
        };
        Command command = new("generate", "Writes text with a model.")
        {
            model, prime, length, temperature, topK, topP, greedy, s_seed, skipUnknown,
        };
        command.SetAction(parsed =>
        {
            SetThreads(parsed);
            SamplingOptions sampling = parsed.GetValue(greedy)
                ? SamplingOptions.Greedy
                : new SamplingOptions
                {
                    Temperature = parsed.GetValue(temperature) ?? 1,
                    TopK = parsed.GetValue(topK) ?? 0,
                    TopP = parsed.GetValue(topP) ?? 1,
                };
            return run(new GenerateArguments(parsed.GetValue(model)!, parsed.GetValue(prime)!,
                parsed.GetValue(length) ?? 1000, sampling, Seed(parsed), parsed.GetValue(skipUnknown)));
        });
        return command;
    }

    private static Command Evaluate(Func<EvaluateArguments, int> run)
    {
        Option<string> model = Model();
        Option<string> text = new("--text") { Description = "The text file.", Required = true, HelpName = "FILE" };
        Option<string> encoding = Encoding();
        Option<int?> batch = Whole("--batch",
            "Pieces read side by side; 1 reads the text in one piece [default: 128].", 1);
        Option<int?> length = Whole("--length", "Characters of a window; the state is carried on [default: 100].", 1);
        Command command = new("evaluate", "Measures a model's loss on a text, in nats and bits per character.")
        {
            model, text, encoding, batch, length,
        };
        command.SetAction(parsed =>
        {
            SetThreads(parsed);
            return run(new EvaluateArguments(parsed.GetValue(model)!, parsed.GetValue(text)!,
                parsed.GetValue(encoding)!, parsed.GetValue(batch) ?? 128, parsed.GetValue(length) ?? 100));
        });
        return command;
    }

    private static Command Export(Func<ExportArguments, int> run)
    {
        Option<string> model = Model();
        Option<string> onnx = new("--onnx") { Description = "The file to write.", Required = true, HelpName = "FILE" };
        Option<string?> input = Choice("--input",
            "Character indices [steps, batch], or one-hot rows [steps, batch, characters] [default: indices].",
            "indices", "one-hot");
        Command command = new("export", "Writes a model in a format of other programs (ONNX; LSTM models only).")
        {
            model, onnx, input,
        };
        command.SetAction(parsed => run(new ExportArguments(parsed.GetValue(model)!, parsed.GetValue(onnx)!,
            parsed.GetValue(input) == "one-hot" ? OnnxInput.Numbers : OnnxInput.Indices)));
        return command;
    }

    private static Option<string> Encoding() => new("--encoding")
    {
        Description = "The text's encoding: utf-8, latin1, windows-1252, utf-16, ...",
        DefaultValueFactory = _ => "utf-8",
        HelpName = "NAME",
    };

    private static Option<string> Model() => new("--model")
    {
        Description = "A model that training saved.",
        DefaultValueFactory = _ => DefaultOut + "/model.safetensors",
        HelpName = "FILE",
    };

    private static ulong Seed(ParseResult parsed) => (ulong)(parsed.GetValue(s_seed) ?? 1);

    private static void SetThreads(ParseResult parsed) => Workers.Count = parsed.GetValue(s_threads) ?? Workers.Count;
}
