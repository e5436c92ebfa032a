using System;
using System.IO;
using Rnn.Models.Data;
using Rnn.Models.Training;

namespace Rnn.Samples.Common;

/// <summary>One sentence or two for the user, out of an exception.</summary>
public static class ErrorMessage
{
    /// <summary>What to print: the message of an expected failure, and a request to report anything else.</summary>
    /// <param name="e">What was thrown.</param>
    /// <param name="names">The library's options that messages name in brackets, and what they are here.</param>
    public static string Of(Exception e, params (string Library, string Here)[] names)
    {
        string message = e switch
        {
            ArgumentException { ParamName: { } name } => Sentence(WithoutParameter(e.Message, name)),
            OutOfMemoryException => "There is not enough memory for these sizes; choose smaller ones.",
            ArgumentException or IOException or InvalidDataException or UnauthorizedAccessException
                or TrainingDivergedException or DownloadException => Sentence(e.Message),
            _ => $"Unexpected {e.GetType().Name}: {Sentence(e.Message)} "
                + "This is a mistake in the program: please report it, with the command that led to it.",
        };
        foreach ((string library, string here) in names)
            message = message.Replace($"({library})", $"({here})", StringComparison.Ordinal);

        return message;
    }

    /// <summary>On one line, with a capital letter and a full stop.</summary>
    public static string Sentence(string message)
    {
        string line = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        line = line.Length == 0 ? "No reason was given" : char.ToUpperInvariant(line[0]) + line[1..];
        return line.EndsWith('.') || line.EndsWith('!') || line.EndsWith('?') ? line : line + ".";
    }

    // .NET adds the name of the parameter, which the user of a command line never saw.
    private static string WithoutParameter(string message, string name) =>
        message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal);
}
