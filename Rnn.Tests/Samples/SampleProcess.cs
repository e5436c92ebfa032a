using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using Xunit;

namespace Rnn.Tests.Samples;

/// <summary>A sample, run as a process with its output redirected.</summary>
internal sealed class SampleProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private SampleProcess(string sample, string folder, IEnumerable<string> arguments, string? input = null)
    {
        ProcessStartInfo start = new("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = input is not null,
            StandardInputEncoding = input is null ? null : new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            ArgumentList = { Dll(sample) },
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);

        start.Environment["RNN_DATA"] = "";          // what is on this machine must not decide a test
        start.Environment["XDG_CACHE_HOME"] = folder;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_error, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        if (input is not null)
        {
            _process.StandardInput.Write(input);
            _process.StandardInput.Close();
        }
    }

    public int ExitCode => _process.ExitCode;

    public string Output => Text(_output);

    public string Error => Text(_error);

    /// <summary>Starts a sample and returns at once.</summary>
    public static SampleProcess Start(string sample, string folder, params string[] arguments) =>
        new(sample, folder, arguments);

    /// <summary>Runs a sample to its end.</summary>
    public static SampleProcess Run(string sample, string folder, params string[] arguments)
    {
        SampleProcess process = new(sample, folder, arguments);
        process.WaitForExit();
        return process;
    }

    /// <summary>The same with something in its standard input, a pipe.</summary>
    public static SampleProcess RunWithInput(string sample, string folder, string input, params string[] arguments)
    {
        SampleProcess process = new(sample, folder, arguments, input);
        process.WaitForExit();
        return process;
    }

    public void WaitForExit()
    {
        if (!_process.WaitForExit(s_patience))
        {
            _process.Kill();
            Assert.Fail($"The sample doesn't end. It printed:\n{Output}\n{Error}");
        }

        _process.WaitForExit();   // until the redirected streams are read to their ends
    }

    /// <summary>Waits for something that the running process does.</summary>
    public void WaitUntil(Func<bool> condition)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.False(_process.HasExited, $"The sample has ended:\n{Output}\n{Error}");
            Assert.True(watch.Elapsed < s_patience, $"It never happens. The sample printed:\n{Output}\n{Error}");
            Thread.Sleep(5);
        }
    }

    /// <summary>
    /// Whether this process, and so every program it starts, was told to ignore a signal: Ctrl-C (INT), as jobs are that
    /// a script puts in the background, or HUP, as nohup does.
    /// </summary>
    public static bool Ignores(string signal)
    {
        const string Status = "/proc/self/status", Ignored = "SigIgn:";
        ulong bit = signal switch { "HUP" => 1UL << 0, "INT" => 1UL << 1, _ => 0 };
        string? line = File.Exists(Status)
            ? Array.Find(File.ReadAllLines(Status), line => line.StartsWith(Ignored, StringComparison.Ordinal))
            : null;
        return line is not null && (Convert.ToUInt64(line[Ignored.Length..].Trim(), 16) & bit) != 0;
    }

    /// <summary>Ctrl-C (INT) or what a system sends when it shuts down (TERM).</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Ends it at once, as a power cut would.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();

        _process.Dispose();
    }

    // artifacts/bin/Rnn.Tests/release/ -> artifacts/bin/CharRnn/release/
    private static string Dll(string sample)
    {
        DirectoryInfo here = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(here.Parent!.Parent!.FullName, sample, here.Name, sample + ".dll");
    }

    private static void Add(StringBuilder text, string? line)
    {
        lock (text)
        {
            if (line is not null)
                text.Append(line).Append('\n');
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
