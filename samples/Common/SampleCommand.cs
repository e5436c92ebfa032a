using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Linq;

namespace Rnn.Samples.Common;

/// <summary>What a command has beside its options: checks of several options together, and more help.</summary>
public static class SampleCommand
{
    private static readonly Dictionary<Command, List<Func<ParseResult, string?>>> s_checks = [];
    private static readonly Dictionary<Command, Func<string>> s_help = [];

    /// <summary>The root command, with training, which is also what happens without a command, and other
    /// commands.</summary>
    /// <param name="description">What the sample does.</param>
    /// <param name="train">What training is called: "Trains a model".</param>
    /// <param name="addTraining">Gives a command all that training has.</param>
    /// <param name="others">The other commands.</param>
    public static RootCommand Root(string description, string train, Action<Command> addTraining,
        params IEnumerable<Command> others) => Root(description, "train", train, addTraining, others);

    /// <summary>The root command, with what happens without a command, which is also a command, and others.</summary>
    /// <param name="description">What the sample does.</param>
    /// <param name="name">The command that needn't be named: "train".</param>
    /// <param name="what">What it does: "Trains a model".</param>
    /// <param name="addOptions">Gives a command all that this one has.</param>
    /// <param name="others">The other commands.</param>
    public static RootCommand Root(string description, string name, string what, Action<Command> addOptions,
        params IEnumerable<Command> others)
    {
        RootCommand root = new(description);
        Command named = new(name, what + " (this is also what happens without a command).");
        root.Add(SampleApp.Threads);
        addOptions(root);
        addOptions(named);
        root.Add(named);
        foreach (Command other in others)
            root.Add(other);

        HelpOption help = root.Options.OfType<HelpOption>().Single();
        HelpAction action = (HelpAction)help.Action!;
        action.MaxWidth = Screen.Width;
        help.Action = new WithMore(action);
        return root;
    }

    /// <summary>Adds a check of a command line whose options are right one by one.</summary>
    /// <param name="command">Whose.</param>
    /// <param name="check">One sentence, or null if all is well.</param>
    public static void AddCheck(this Command command, Func<ParseResult, string?> check)
    {
        if (!s_checks.TryGetValue(command, out List<Func<ParseResult, string?>>? checks))
            s_checks.Add(command, checks = []);

        checks.Add(check);
    }

    /// <summary>Adds to a command's help what stands below its options: examples that run when pasted.</summary>
    public static void AddHelp(this Command command, Func<string> more) => s_help.Add(command, more);

    /// <summary>Examples under their heading.</summary>
    /// <param name="examples">The arguments, and what they do (or nothing).</param>
    public static string Examples(params (string Arguments, string What)[] examples) => "Examples:\n"
        + string.Join('\n', examples.Select(example =>
            (example.What.Length == 0 ? "" : $"  # {example.What}\n")
            + $"  {CommandText.Of([])}{(example.Arguments.Length == 0 ? "" : " ")}{example.Arguments}"));

    /// <summary>The first thing that is wrong with the options together, or null.</summary>
    internal static string? FailedCheck(ParseResult parsed) =>
        s_checks.TryGetValue(parsed.CommandResult.Command, out List<Func<ParseResult, string?>>? checks)
            ? checks.Select(check => check(parsed)).FirstOrDefault(message => message is not null)
            : null;

    private sealed class WithMore(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int exitCode = help.Invoke(parseResult);
            if (s_help.TryGetValue(parseResult.CommandResult.Command, out Func<string>? more))
                Console.WriteLine(more());

            return exitCode;
        }
    }
}
