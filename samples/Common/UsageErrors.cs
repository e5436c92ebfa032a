using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;

namespace Rnn.Samples.Common;

/// <summary>What is wrong with a command line, in sentences.</summary>
internal static class UsageErrors
{
    private const int Farthest = 2;   // letters by which a word may differ from the one that was meant

    /// <summary>The mistakes, or null if there is none.</summary>
    public static string? Of(ParseResult parsed)
    {
        if (parsed.Action is { ClearsParseErrors: true })
            return null;   // help, or the version

        return Empty(parsed) ?? Unknown(parsed) ?? Repeated(parsed) ?? Invalid(parsed) ?? Misplaced(parsed)
            ?? SampleCommand.FailedCheck(parsed);
    }

    private static IEnumerable<OptionResult> Given(ParseResult parsed)
    {
        for (SymbolResult? one = parsed.CommandResult; one is not null; one = one.Parent)
        {
            foreach (OptionResult option in ((CommandResult)one).Children.OfType<OptionResult>())
            {
                if (!option.Implicit)
                    yield return option;
            }
        }
    }

    private static string? Empty(ParseResult parsed)
    {
        string? before = null;
        foreach (Token token in parsed.Tokens)
        {
            if (string.IsNullOrWhiteSpace(token.Value))
            {
                string what = before is { } name && name.StartsWith('-') ? $"The value of {name}" : "An argument";
                return $"{what} is empty: was it to come from a variable that is not set?";
            }

            before = token.Value;
        }

        return null;
    }

    private static string? Unknown(ParseResult parsed)
    {
        // What looks like an option and is none would be taken for a word where a command takes words.
        string? first = parsed.UnmatchedTokens is [string unmatched, ..]
            ? unmatched
            : parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)
                .Select(token => token.Value)
                .FirstOrDefault(value => value.StartsWith("--", StringComparison.Ordinal));
        if (first is null)
            return null;

        bool isOption = first.StartsWith('-');
        string name = first.Split('=', ':')[0];
        List<string> known = [];
        for (SymbolResult? one = parsed.CommandResult; one is CommandResult { Command: var command }; one = one.Parent)
        {
            known.AddRange(isOption
                ? command.Options.Where(option => !option.Hidden && (one == parsed.CommandResult || option.Recursive))
                    .Select(option => option.Name)
                : command.Subcommands.Select(subcommand => subcommand.Name));
        }

        string? near = known.Select(other => (other, Distance: Distance(name, other)))
            .Where(one => one.Distance <= Math.Min(Farthest, name.Length / 2))
            .OrderBy(one => one.Distance).Select(one => one.other).FirstOrDefault()
            ?? known.Find(other => name.Length >= 4 && other.StartsWith(name, StringComparison.OrdinalIgnoreCase));
        string what = isOption ? "option" : known.Count > 0 ? "command" : "place for the argument";
        return $"There is no {what} '{first}'{(near is null ? "." : $"; did you mean {near}?")}";
    }

    private static string? Repeated(ParseResult parsed) => Given(parsed)
        .Where(option => option.IdentifierTokenCount > 1 && option.Option.Arity.MaximumNumberOfValues <= 1)
        .Select(option => $"{option.Option.Name} is given {option.IdentifierTokenCount} times; give it once.")
        .FirstOrDefault();

    private static string? Invalid(ParseResult parsed) => parsed.Errors.Count == 0
        ? null
        : string.Join(' ', parsed.Errors.Select(error => ErrorMessage.Sentence(error.Message)).Distinct());

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

    // Levenshtein's: letters to insert, delete or change.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int change = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
