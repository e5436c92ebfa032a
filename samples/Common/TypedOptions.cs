using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;
using Rnn.Core.Serialization;

namespace Rnn.Samples.Common;

/// <summary>Options with a range or a set of words, whose errors are one sentence that says what was expected.</summary>
public static class TypedOptions
{
    /// <summary>A whole number.</summary>
    /// <param name="name">Of the option.</param>
    /// <param name="description">What it is.</param>
    /// <param name="least">The least allowed.</param>
    /// <param name="most">The largest allowed; null (the default): what the type can hold, of 64 bits with a sign.</param>
    public static Option<T?> Whole<T>(string name, string description, T least, T? most = null)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                long from = long.CreateChecked(least), to = long.CreateSaturating(most ?? T.MaxValue);
                if (NumberText.TryParseWhole(text, out long value) && value >= from && value <= to)
                    return T.CreateChecked(value);

                result.AddError($"{name} is '{text}'; expected a whole number, {from} to {to}.");
                return null;
            },
        };

    /// <summary>Whole numbers from least to most, with commas between.</summary>
    public static Option<int[]?> Wholes(string name, string description, int least, int most) => new(name)
    {
        Description = description,
        HelpName = "N,N,...",
        CustomParser = result =>
        {
            List<int> numbers = [];
            foreach (string part in result.Tokens[0].Value.Split(','))
            {
                if (!NumberText.TryParseWhole(part.Trim(), out long value) || value < least || value > most)
                {
                    result.AddError($"{name} has '{part}'; expected whole numbers, {least} to {most}, with commas between.");
                    return null;
                }

                numbers.Add((int)value);
            }

            return [.. numbers];
        },
    };

    /// <summary>Some of some words, in any case, with commas between.</summary>
    public static Option<string?> Words(string name, string description, params string[] words) => new(name)
    {
        Description = description,
        HelpName = string.Join(',', words),
        CustomParser = result =>
        {
            List<string> known = [];
            foreach (string part in result.Tokens[0].Value.Split(','))
            {
                if (Array.Find(words, one => one.Equals(part.Trim(), StringComparison.OrdinalIgnoreCase)) is not { } word)
                {
                    result.AddError($"{name} has '{part}'; expected some of {string.Join(", ", words)}, with commas between.");
                    return null;
                }

                known.Add(word);
            }

            return string.Join(',', known);
        },
    };

    /// <summary>A number above 0.</summary>
    public static Option<double?> Positive(string name, string description, double most) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result => Parse(result, name, x => x > 0 && x <= most,
            FormattableString.Invariant($"a number above 0, at most {most}")),
    };

    /// <summary>A number from least to most.</summary>
    public static Option<double?> Number(string name, string description, double least, double most) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result => Parse(result, name, x => x >= least && x <= most,
            FormattableString.Invariant($"a number from {least} to {most}")),
    };

    /// <summary>A number above 0 and at most 1.</summary>
    public static Option<double?> Fraction(string name, string description) => Positive(name, description, 1);

    /// <summary>One of some words, in any case.</summary>
    public static Option<string?> Choice(string name, string description, params string[] words) => new(name)
    {
        Description = description,
        HelpName = string.Join('|', words),
        CustomParser = result =>
        {
            string typed = result.Tokens[0].Value;
            string? word = Array.Find(words, one => one.Equals(typed, StringComparison.OrdinalIgnoreCase));
            if (word is null)
                result.AddError($"{name} is '{typed}'; expected one of {string.Join(", ", words)}.");

            return word;
        },
    };

    /// <summary>Any words: a file, a name.</summary>
    public static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };

    /// <summary>Any words, which must be there.</summary>
    public static Option<string> RequiredText(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName, Required = true };

    /// <summary>A switch.</summary>
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>A text's encoding; UTF-8 by default.</summary>
    public static Option<string> Encoding() => new("--encoding")
    {
        Description = "The text's encoding: utf-8, latin1, windows-1252, utf-16, ...",
        DefaultValueFactory = _ => "utf-8",
        HelpName = "NAME",
    };

    /// <summary>The seed of everything random, 1 by default.</summary>
    public static Option<ulong?> Seed() => Whole("--seed", "Of everything random [default: 1].", 0UL);

    /// <summary>Whether the command line names an option.</summary>
    public static bool IsGiven(this ParseResult parsed, Option option) =>
        parsed.GetResult(option) is { Implicit: false };

    /// <summary>The name of the first of some options that the command line names, or null.</summary>
    public static string? FirstGiven(this ParseResult parsed, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            if (parsed.IsGiven(option))
                return option.Name;
        }

        return null;
    }

    /// <summary>Gives a command several options.</summary>
    public static void AddAll(this Command command, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
            command.Add(option);
    }

    private static double? Parse(ArgumentResult result, string name, Func<double, bool> isValid, string expected)
    {
        string text = result.Tokens[0].Value;
        if (NumberText.TryParse(text, out double value) && isValid(value))
            return value;

        result.AddError($"{name} is '{text}'; expected {expected}.");
        return null;
    }
}
