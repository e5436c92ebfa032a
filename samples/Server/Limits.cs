using System;
using System.Collections.Generic;
using static System.FormattableString;

namespace Rnn.Samples.Server;

/// <summary>What a request may ask for, and how many are answered at once: what keeps one client from taking all.</summary>
internal sealed record Limits
{
    /// <summary>The most bytes of a request.</summary>
    public const int MaxBody = 1 << 20;

    /// <summary>The most translations that are looked for side by side.</summary>
    public const int MaxWidth = 10;

    /// <summary>Requests that are answered at once.</summary>
    public int Concurrency { get; init; } = 2 * Environment.ProcessorCount;

    /// <summary>Requests that wait; further ones are refused with 503.</summary>
    public int Queue { get; init; } = 64;

    /// <summary>The most characters (of a script: tokens) of a generated text.</summary>
    public int MaxLength { get; init; } = 5000;

    /// <summary>The most characters of a text that is sent.</summary>
    public int MaxText { get; init; } = 20_000;

    /// <summary>The most texts of a request.</summary>
    public int MaxTexts { get; init; } = 64;

    /// <summary>Seconds after which a request is given up.</summary>
    public int Timeout { get; init; } = 60;

    /// <summary>The texts of a request.</summary>
    /// <exception cref="ArgumentException">There is none, or too many, or one is too long.</exception>
    public IReadOnlyList<string> Checked(IReadOnlyList<string>? texts)
    {
        if (texts is not { Count: > 0 } || texts.Count > MaxTexts)
        {
            throw new ArgumentException(Invariant($"'texts' has {texts?.Count ?? 0} texts; expected 1 to {MaxTexts}. ")
                + "Send {\"texts\": [\"...\"]}, and more than that in several requests.");
        }

        for (int i = 0; i < texts.Count; i++)
            Checked(texts[i], Invariant($"texts[{i}]"));

        return texts;
    }

    /// <summary>A text of a request.</summary>
    /// <exception cref="ArgumentException">It is missing or too long.</exception>
    public string Checked(string? text, string name)
    {
        if (text is null)
            throw new ArgumentException($"'{name}' is null; expected a text.");

        return text.Length <= MaxText ? text : throw new ArgumentException(
            Invariant($"'{name}' has {text.Length} characters; expected at most {MaxText}. Send a part of it."));
    }

    /// <summary>The length of a text to write.</summary>
    /// <exception cref="ArgumentException">It is out of range.</exception>
    public int CheckedLength(int length) => length >= 1 && length <= MaxLength ? length : throw new ArgumentException(
        Invariant($"'length' is {length}; expected 1 to {MaxLength}. Ask for less, and go on with what has come as the prompt."));

    /// <summary>Translations that are looked for side by side.</summary>
    /// <exception cref="ArgumentException">It is out of range.</exception>
    public static int CheckedWidth(int width) => width is >= 1 and <= MaxWidth ? width : throw new ArgumentException(
        Invariant($"'width' is {width}; expected 1 (greedy) to {MaxWidth}."));
}
