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

    /// <summary>Adds a check of a command line whose options are right one by one.</summary>
    /// <param name="command">Whose.</param>
    /// <param name="check">One sentence, or null if all is well.</param>
    public static void AddCheck(this Command command, Func<ParseResult, string?> check)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (!s_checks.TryGetValue(command, out List<Func<ParseResult, string?>>? checks))
            s_checks.Add(command, checks = []);

        checks.Add(check);
    }

    /// <summary>
    /// Gives every command help that fits 80 columns, with more of its own below: examples that run when pasted.
    /// </summary>
    /// <param name="root">The command and its options.</param>
    /// <param name="more">What stands below the options of a command; empty for nothing.</param>
    public static void AddHelp(this RootCommand root, Func<Command, string> more)
    {
        ArgumentNullException.ThrowIfNull(root);
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        HelpAction action = (HelpAction)help.Action!;
        action.MaxWidth = Screen.Width;
        help.Action = new WithMore(action, more);
    }

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

    private sealed class WithMore(HelpAction help, Func<Command, string> more) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int exitCode = help.Invoke(parseResult);
            string text = more(parseResult.CommandResult.Command);
            if (text.Length > 0)
                Console.WriteLine(text);

            return exitCode;
        }
    }
}
