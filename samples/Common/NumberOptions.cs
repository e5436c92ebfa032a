using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using Rnn.Core.Serialization;

namespace Rnn.Samples.Common;

/// <summary>Options with a range, whose errors are one sentence that says what was expected.</summary>
public static class NumberOptions
{
    /// <summary>A whole number.</summary>
    public static Option<int?> Whole(string name, string description, int least, int most = int.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => (int?)ParseWhole(result, name, least, most),
    };

    /// <summary>A whole number of 64 bits.</summary>
    public static Option<long?> WholeLong(string name, string description, long least) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => ParseWhole(result, name, least, long.MaxValue),
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

    private static long? ParseWhole(ArgumentResult result, string name, long least, long most)
    {
        string text = result.Tokens[0].Value;
        if (NumberText.TryParseWhole(text, out long value)
            && value >= least && value <= most)
        {
            return value;
        }

        result.AddError($"{name} is '{text}'; expected a whole number, {least} to {most}.");
        return null;
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
