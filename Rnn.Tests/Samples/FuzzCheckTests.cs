using System;
using System.IO;
using System.Linq;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Samples;

/// <summary>Fuzzing guided by coverage, in short. (Its results stand beside those of the tests' own fuzzing.)</summary>
public class FuzzCheckTests
{
    [Fact]
    public void AReaderIsFuzzedAndReported()
    {
        if (!HasAfl())
            Assert.Skip("AFL++ is not installed.");

        using TemporaryFolder folder = new();
        using SampleProcess process = SampleProcess.Run("FuzzCheck", folder.Path, "--readers", "safetensors", "--seconds", "5",
            "--keep", "kept", "--out", "report.md");
        Assert.Equal("", process.Error);
        Assert.Equal(0, process.ExitCode);
        string[] row = File.ReadAllLines(Path.Combine(folder.Path, "report.md"))[^2].Split('|', StringSplitOptions.TrimEntries);
        Assert.Equal("safetensors", row[1]);
        Assert.NotEqual("0", row[2]);
        Assert.True(int.Parse(row[3]) > 2, "Nothing new was reached: the library isn't instrumented.");
        Assert.True(File.Exists(Path.Combine(folder.Path, "kept/safetensors/found/default/fuzzer_stats")));
    }

    [Fact]
    public void AFuzzerThatIsNotThereIsNamed()
    {
        using TemporaryFolder folder = new();
        using SampleProcess process = SampleProcess.Run("FuzzCheck", folder.Path, "--readers", "safetensors", "--afl", "no-afl");
        Assert.Equal("There is no program 'no-afl': install AFL++ (Debian: apt-get install afl++).\n", process.Error);
        Assert.Equal(1, process.ExitCode);
    }

    [Fact]
    public void AReaderThatIsNotThereIsNamed()
    {
        using TemporaryFolder folder = new();
        using SampleProcess process = SampleProcess.Run("FuzzCheck", folder.Path, "--readers", "poems");
        Assert.Equal(2, process.ExitCode);
        Assert.Contains("poems", process.Error, StringComparison.Ordinal);
    }

    private static bool HasAfl() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(place => File.Exists(Path.Combine(place, "afl-fuzz")));
}
