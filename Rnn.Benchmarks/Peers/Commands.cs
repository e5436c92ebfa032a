using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using Rnn.Benchmarks.Models;
using Rnn.Benchmarks.Peers.Checking;
using Rnn.Benchmarks.Peers.Comparing;
using Rnn.Benchmarks.Peers.Engines;

namespace Rnn.Benchmarks.Peers;

/// <summary>The commands run, check, exports, compare and growth. Exit code 0 is done, 1 failed, 2 wrong usage.</summary>
internal static class Commands
{
    private const int Failed = 1, WrongUsage = 2;

    public static int Run(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        RootCommand root = new("Measures the library beside libtorch, ONNX Runtime, OpenBLAS and Math.NET Numerics.")
        {
            RunCommand(),
            CheckCommand(),
            ExportsCommand(),
            CompareCommand(),
            GrowthCommand(),
        };
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            Console.Error.WriteLine($"{string.Join(' ', parsed.Errors.Select(error => error.Message))} See --help.");
            return WrongUsage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Console.Error.WriteLine(e.Message);
            return Failed;
        }
    }

    private static Command RunCommand()
    {
        Option<string> work = new("--work") { Description = "What to do.", Required = true };
        work.AcceptOnlyFromAmong([.. Work.Names]);
        Option<string> engine = new("--engine") { Description = "Who does it.", DefaultValueFactory = _ => Engine.Rnn };
        engine.AcceptOnlyFromAmong([.. Engine.Names]);
        Option<int> threads = new("--threads") { Description = "Threads [1].", DefaultValueFactory = _ => 1 };
        Option<double> seconds = Seconds(5);
        Option<string> oneDnn = new("--onednn")
        {
            Description = "libtorch with or without oneDNN: on or off [on].",
            DefaultValueFactory = _ => "on",
        };
        oneDnn.AcceptOnlyFromAmong("on", "off");
        Option<string> oneHot = new("--one-hot")
        {
            Description = "libtorch's one-hot rows: computed, or gathered from a unit matrix [computed].",
            DefaultValueFactory = _ => "computed",
        };
        oneHot.AcceptOnlyFromAmong("computed", "gathered");
        Option<string> onnxInput = new("--onnx-input")
        {
            Description = "What ONNX Runtime is given: one-hot numbers, or indices [numbers].",
            DefaultValueFactory = _ => "numbers",
        };
        onnxInput.AcceptOnlyFromAmong("numbers", "indices");
        Option<string> attention = new("--attention")
        {
            Description = "libtorch's attention: fused, or in parts (products and a softmax) [fused].",
            DefaultValueFactory = _ => "fused",
        };
        attention.AcceptOnlyFromAmong("fused", "parts");
        Option<string> subnormal = new("--subnormal")
        {
            Description = "libtorch's numbers below 1.2e-38: kept, or flushed to zero [kept].",
            DefaultValueFactory = _ => "kept",
        };
        subnormal.AcceptOnlyFromAmong("kept", "flushed");
        Option<string> model = new("--model")
        {
            Description = "The ONNX file [made in this process, which adds to its memory].",
            DefaultValueFactory = _ => "",
        };
        Command command = new("run", "Measures one work by one engine in this process; prints one line of JSON.")
        {
            work, engine, threads, seconds, oneDnn, oneHot, onnxInput, attention, subnormal, model,
        };
        command.SetAction(parsed =>
        {
            EngineOptions options = new(parsed.GetValue(threads), parsed.GetValue(oneDnn) == "on",
                parsed.GetValue(oneHot) == "gathered", parsed.GetValue(onnxInput) == "indices",
                parsed.GetValue(attention) == "parts", parsed.GetValue(subnormal) == "flushed",
                parsed.GetValue(model)!);
            Child child = Child.Measure(parsed.GetValue(work)!, parsed.GetValue(engine)!, parsed.GetValue(seconds),
                options);
            Console.WriteLine(child.ToJson());
            return 0;
        });
        return command;
    }

    private static Command CheckCommand()
    {
        Option<string> work = WorkOrAll([.. GrowthPoint.All.Select(point => point.Work)]);
        Command command = new("check", "Compares losses, gradients and outputs on equal weights and data.") { work };
        command.SetAction(parsed => Check.Run(Named(parsed.GetValue(work)!)) ? 0 : Failed);
        return command;
    }

    private static Command ExportsCommand()
    {
        Command command = new("exports", "Runs the ONNX file of every model in ONNX Runtime beside the model itself.");
        command.SetAction(_ => Check.Exports() ? 0 : Failed);
        return command;
    }

    private static Command CompareCommand()
    {
        Option<string> work = WorkOrAll();
        Option<int> rounds = new("--rounds") { Description = "Rounds [7].", DefaultValueFactory = _ => 7 };
        Option<string> threads = new("--threads")
        {
            Description = "Numbers of threads [1,2].",
            DefaultValueFactory = _ => "1,2",
        };
        Option<double> seconds = Seconds(5);
        Option<bool> dry = new("--dry-run") { Description = "Only shows the processes it would start." };
        Command command = new("compare", "Measures ours and every peer by turns, each in a process of its own.")
        {
            work, rounds, threads, seconds, dry,
        };
        command.SetAction(parsed =>
        {
            int[] counts = [.. parsed.GetValue(threads)!.Split(',')
                .Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
            Comparison comparison = new(parsed.GetValue(rounds), parsed.GetValue(seconds), counts);
            bool good = true;
            foreach (string name in Named(parsed.GetValue(work)!))
                good &= parsed.GetValue(dry) ? comparison.Show(name) : comparison.Run(name);

            return good ? 0 : Failed;
        });
        return command;
    }

    private static Command GrowthCommand()
    {
        Option<int> rounds = new("--rounds") { Description = "Rounds [3].", DefaultValueFactory = _ => 3 };
        Option<int> threads = new("--threads") { Description = "Threads [2].", DefaultValueFactory = _ => 2 };
        Option<double> seconds = Seconds(2);
        Option<bool> draw = new("--draw") { Description = "Only draws growth.png again, from growth.csv." };
        Command command = new("growth",
            "Measures how the time of a token grows with steps, rows, units, words and text, ours and libtorch's; draws it.")
        {
            rounds, threads, seconds, draw,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(draw))
            {
                GrowthReport.DrawAgain(System.IO.Path.Combine(ResultFolder.Find(), "growth"));
                return 0;
            }

            return new Comparison(parsed.GetValue(rounds), parsed.GetValue(seconds), [parsed.GetValue(threads)]).Grow() ? 0 : Failed;
        });
        return command;
    }

    private static Option<double> Seconds(double seconds) => new("--seconds")
    {
        Description = $"Seconds of measuring in each process, after as many of warm-up, at most 2 [{seconds}].",
        DefaultValueFactory = _ => seconds,
    };

    private static Option<string> WorkOrAll(params string[] others)
    {
        Option<string> work = new("--work")
        {
            Description = "Which work, or all [all].",
            DefaultValueFactory = _ => "all",
        };
        work.AcceptOnlyFromAmong(["all", .. Plan.Works, .. others]);
        return work;
    }

    private static IReadOnlyList<string> Named(string work) => work == "all" ? Plan.Works : [work];
}
