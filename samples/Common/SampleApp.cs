using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Linq;

namespace Rnn.Samples.Common;

/// <summary>What every sample's Main does around its lesson.</summary>
public static class SampleApp
{
    /// <summary>The exit code of a run that failed.</summary>
    public const int Failed = 1;

    /// <summary>The exit code of a command line that makes no sense.</summary>
    public const int WrongUsage = 2;

    /// <summary>
    /// Runs a command line in the invariant culture: 0 is done, 1 failed, 2 wrong usage; an interrupted run returns its
    /// own. What went wrong is one sentence on the error stream.
    /// </summary>
    /// <param name="root">The command and its options.</param>
    /// <param name="args">As given to Main.</param>
    public static int Run(RootCommand root, string[] args)
    {
        ArgumentNullException.ThrowIfNull(root);
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

        // A value may begin with @, which would otherwise name a file of arguments.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            IEnumerable<string> messages =
                parsed.Errors.Select(error => ErrorMessage.Sentence(error.Message)).Distinct();
            Console.Error.WriteLine($"{string.Join(' ', messages)} See --help.");
            return WrongUsage;
        }

        if (Misplaced(parsed) is { } misplaced)
        {
            Console.Error.WriteLine($"{misplaced} See --help.");
            return WrongUsage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,   // Interruption does it
            });
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(ErrorMessage.Of(e));
            return Failed;
        }
    }

    // An option of the root command before another command's name would be parsed, and then ignored.
    private static string? Misplaced(ParseResult parsed)
    {
        CommandResult command = parsed.CommandResult;
        for (SymbolResult? parent = command.Parent; parent is CommandResult above; parent = above.Parent)
        {
            OptionResult? first = above.Children.OfType<OptionResult>()
                .FirstOrDefault(option => !option.Implicit && !option.Option.Recursive);
            if (first is not null)
            {
                return $"{first.Option.Name} stands before '{command.Command.Name}'; options follow the " +
                    $"command's name.";
            }
        }

        return null;
    }
}
