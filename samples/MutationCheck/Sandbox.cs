using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace Rnn.Samples.MutationCheck;

/// <summary>Copies of this program and of the tests, beside which a mutated Rnn.Core.dll is put.</summary>
internal sealed class Sandbox : IDisposable
{
    private const string Mutated = "Rnn.Core.dll", Failed = "[FAIL]";
    private const int Signal = 128;   // and more: a process that a signal ended

    private readonly string _folder = Directory.CreateTempSubdirectory("rnn-mutants-").FullName;
    private readonly TimeSpan _patience;

    /// <summary>Copies them.</summary>
    /// <param name="tests">The folder of Rnn.Tests.dll.</param>
    /// <param name="patience">After which a process is ended: a mutant that doesn't come to an end is found out too.</param>
    public Sandbox(string tests, TimeSpan patience)
    {
        _patience = patience;
        Copy(AppContext.BaseDirectory, Here);
        Copy(tests, Tests);
    }

    private string Here => Path.Combine(_folder, "here");

    private string Tests => Path.Combine(_folder, "tests");

    /// <summary>Puts an assembly beside both.</summary>
    public void Use(byte[] core)
    {
        File.WriteAllBytes(Path.Combine(Here, Mutated), core);
        File.WriteAllBytes(Path.Combine(Tests, Mutated), core);
    }

    /// <summary>Runs gradient checks.</summary>
    /// <returns>What failed; null: nothing did.</returns>
    public string? RunGradients(IEnumerable<int> numbers) =>
        Run(Path.Combine(Here, "MutationCheck.dll"), [Program.Gradients, string.Join(',', numbers)], output => output.Trim());

    /// <summary>Runs classes of tests.</summary>
    /// <returns>What failed; null: nothing did.</returns>
    public string? RunTests(IEnumerable<string> classes) => Run(Path.Combine(Tests, "Rnn.Tests.dll"),
        ["-noLogo", "-noColor", "-stopOnFail", "-parallelMode", "none", .. classes.SelectMany(name => (string[])["-class", name])],
        output => output.Split('\n').FirstOrDefault(line => line.Contains(Failed, StringComparison.Ordinal)) is { } line
            ? line.Replace(Failed, "", StringComparison.Ordinal).Trim()
            : "the tests ended with an error");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from).Where(file => Path.GetExtension(file) is ".dll" or ".json"))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    private string? Run(string program, IEnumerable<string> arguments, Func<string, string> failure)
    {
        ProcessStartInfo start = new("dotnet")
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { program },
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);

        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(_patience))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return "time";
        }

        process.WaitForExit();
        return process.ExitCode switch
        {
            0 => null,
            > 0 and < Signal => failure(output.Result),   // the number of tests that failed, or 1 of gradient checks
            _ => error.Result.Split('\n')[0] is { Length: > 0 } line ? $"crash: {line}" : "crash",
        };
    }
}
