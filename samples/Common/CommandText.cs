using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Rnn.Samples.Common;

/// <summary>The command that started this process, to be shown and typed again.</summary>
public static class CommandText
{
    /// <summary>This process's program with other arguments, quoted where a shell needs it.</summary>
    public static string Of(IEnumerable<string> arguments)
    {
        string program = Environment.ProcessPath ?? "dotnet";
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string[] start = isHost ? ["dotnet", Near(Environment.GetCommandLineArgs()[0])] : [Near(program)];
        return string.Join(' ', start.Concat(arguments).Select(Quote));
    }

    /// <summary>Arguments without an option and its value.</summary>
    public static IEnumerable<string> Without(IReadOnlyList<string> arguments, string option)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == option)
            {
                bool hasValue = i + 1 < arguments.Count && !arguments[i + 1].StartsWith('-');
                i += hasValue ? 1 : 0;
            }
            else if (!arguments[i].StartsWith(option + "=", StringComparison.Ordinal)
                && !arguments[i].StartsWith(option + ":", StringComparison.Ordinal))
            {
                yield return arguments[i];
            }
        }
    }

    /// <summary>The arguments that go on with a run, in its own folder.</summary>
    /// <param name="arguments">Those that began it, or went on with it before.</param>
    /// <param name="folder">Where it writes.</param>
    /// <param name="defaultFolder">Where it would write if nobody said where.</param>
    public static IEnumerable<string> ToResume(IReadOnlyList<string> arguments, string folder, string defaultFolder)
    {
        IEnumerable<string> again = Without([.. Without([.. Without(arguments, "--resume")], "--out")], "--from")
            .Where(argument => argument != "--overwrite");
        IEnumerable<string> place = folder == defaultFolder ? [] : ["--out", folder];
        return [.. again, .. place, "--resume"];
    }

    /// <summary>Says how to go on with an interrupted run.</summary>
    /// <param name="how">How it was left: "Stopped; all is saved."</param>
    /// <param name="app">How it was started.</param>
    /// <param name="folder">Where it wrote.</param>
    /// <param name="defaultFolder">Where it would write if nobody said where.</param>
    public static void ShowHowToGoOn(string how, SampleApp app, RunFolder folder, string defaultFolder) =>
        Screen.Show($"{how} To go on:\n  {Of(ToResume(app.Arguments, folder.Path, defaultFolder))}");

    private static string Near(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.Contains(Path.DirectorySeparatorChar) || OperatingSystem.IsWindows()
            ? relative
            : Path.Combine(".", relative);
    }

    /// <summary>An argument as a shell takes it.</summary>
    public static string Quote(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+\\".Contains(c))
            ? argument
            : OperatingSystem.IsWindows() ? $"\"{argument}\""
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
