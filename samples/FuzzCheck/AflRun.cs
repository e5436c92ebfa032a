using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using Rnn.Tests.Fuzzing;

namespace Rnn.Samples.FuzzCheck;

/// <summary>
/// Runs of AFL++ over a copy of this program whose library is instrumented: SharpFuzz writes into each branch of its code
/// what tells AFL++ that it was taken.
/// </summary>
internal sealed class AflRun : IDisposable
{
    /// <summary>The first argument of the process that reads.</summary>
    public const string Read = "read-in-this-process";

    private const int LongestInput = 1 << 16;
    private const int Milliseconds = 20_000;   // that an input may take, on a machine that does other things too
    private const int LongestShown = 4000;
    private const int NoSuchFile = 2;

    private static readonly string[] s_instrumented = ["Rnn.Core.dll", "Rnn.Models.dll", "FuzzCheck.dll"];

    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("rnn-fuzz-");
    private readonly string _program, _work;

    /// <summary>Copies and instruments.</summary>
    /// <param name="program">afl-fuzz.</param>
    /// <param name="keep">Where what AFL++ finds is kept; null: nowhere.</param>
    public AflRun(string program, string? keep)
    {
        _program = program;
        _work = keep is null ? Path.Combine(_copy.FullName, "afl") : Path.GetFullPath(keep);
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory))
            File.Copy(file, Path.Combine(_copy.FullName, Path.GetFileName(file)));

        foreach (string name in s_instrumented)
            SharpFuzz.Fuzzer.Instrument(Path.Combine(_copy.FullName, name), IsOfReaders, SharpFuzz.Options.Value);
    }

    /// <summary>Deletes the copy.</summary>
    public void Dispose() => _copy.Delete(recursive: true);

    /// <summary>Fuzzes a reader for so long.</summary>
    public AflCounts Run(FuzzTarget target, int seconds)
    {
        string name = Program.NameOf(target);
        string seeds = Path.Combine(_work, name, "seeds"), found = Path.Combine(_work, name, "found");
        Directory.CreateDirectory(seeds);
        for (int i = 0; i < target.Seeds.Length; i++)
            File.WriteAllBytes(Path.Combine(seeds, $"{i}"), target.Seeds[i]);

        string from = Directory.Exists(Path.Combine(found, "default", "queue")) ? "-" : seeds;
        ProcessStartInfo start = new(_program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "-i", from, "-o", found, "-t", Milliseconds.ToString(CultureInfo.InvariantCulture), "-m", "none",
                "-G", LongestInput.ToString(CultureInfo.InvariantCulture), "-V", seconds.ToString(CultureInfo.InvariantCulture),
                "--", "dotnet", Path.Combine(_copy.FullName, "FuzzCheck.dll"), Read, name,
            },
            Environment =
            {
                ["AFL_SKIP_BIN_CHECK"] = "1",                              // dotnet itself isn't instrumented
                ["AFL_SKIP_CPUFREQ"] = "1",
                ["AFL_NO_AFFINITY"] = "1",
                ["AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES"] = "1",
                ["AFL_NO_UI"] = "1",
                ["DOTNET_TieredPGO"] = "0",
                ["TMPDIR"] = _copy.FullName,                               // of processes that are killed
            },
        };
        string output = Finished(start);
        string counts = Path.Combine(found, "default", "fuzzer_stats");
        if (!File.Exists(counts))
            throw new InvalidDataException($"'{_program}' didn't begin with '{target.Name}': {LastLines(output)}");

        Dictionary<string, string> stats = File.ReadLines(counts).Select(line => line.Split(':', 2))
            .Where(parts => parts.Length == 2).ToDictionary(parts => parts[0].Trim(), parts => parts[1].Trim());
        return new AflCounts(target.Name, Number("execs_done"), (int)Number("corpus_count"), (int)Number("edges_found"),
            [.. Faults(target, Path.Combine(found, "default"))]);

        long Number(string key) => long.Parse(stats[key], CultureInfo.InvariantCulture);
    }

    // Weights are numbers: it is their readers' branches that damage may reach, not those of kernels.
    private static bool IsOfReaders(string type) => type.StartsWith("Rnn.", StringComparison.Ordinal)
        && !type.StartsWith("Rnn.Core.Kernels.", StringComparison.Ordinal)
        && !type.StartsWith("Rnn.Samples.FuzzCheck.", StringComparison.Ordinal)
        && !type.StartsWith("Rnn.Tests.", StringComparison.Ordinal);

    private string Finished(ProcessStartInfo start)
    {
        try
        {
            using Process process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output;
        }
        catch (Win32Exception e) when (e.NativeErrorCode == NoSuchFile)
        {
            throw new FileNotFoundException($"There is no program '{_program}': install AFL++ (Debian: apt-get install afl++).");
        }
    }

    // Inputs that ended the process, and those that took too long.
    private static IEnumerable<string> Faults(FuzzTarget target, string folder) =>
        from kind in (string[])["crashes", "hangs"]
        from place in Directory.EnumerateDirectories(folder, $"{kind}*")   // those of earlier runs have a date behind
        from file in Directory.EnumerateFiles(place, "id*").Order(StringComparer.Ordinal)
        let bytes = File.ReadAllBytes(file)
        select $"{target.Name}, {(kind == "hangs" ? "no end" : "a fault")}, {bytes.Length} bytes: "
            + (bytes.Length <= LongestShown ? Convert.ToBase64String(bytes) : file);

    private static string LastLines(string output) => string.Join(' ', output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .TakeLast(6).Select(line => line.Trim()));
}
