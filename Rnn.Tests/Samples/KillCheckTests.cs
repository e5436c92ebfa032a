using System;
using System.Linq;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Samples;

/// <summary>Runs that are killed at random moments end with the bits of those that never were. (The sample kills a thousand;
/// its results are beside it.)</summary>
public class KillCheckTests
{
    private const int Kinds = 2;   // a trainer's checkpoints, and those of word vectors

    [Fact]
    public void KilledRunsGoOnWithoutATrace()
    {
        using TemporaryFolder folder = new();
        using SampleProcess process = SampleProcess.Run("KillCheck", folder.Path, "--kills", "20", "--kinds", "characters,words");
        Assert.Equal("", process.Error);
        Assert.Equal(0, process.ExitCode);
        string[][] rows = [.. process.Output.Trim().Split('\n').Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Assert.Equal(Kinds + 2, rows.Length);
        int[] all = [.. rows[^1].Skip(1).Select(int.Parse)];
        (int kills, int newest, int previous, int none, int ended, int equal) = (all[0], all[1], all[2], all[3], all[5], all[6]);
        Assert.Equal(20, kills);
        Assert.Equal(kills, newest + previous + none);
        Assert.InRange(ended, Kinds, int.MaxValue);
        Assert.Equal(ended, equal);
    }

    [Fact]
    public void AKindThatIsNotThereIsNamed()
    {
        using TemporaryFolder folder = new();
        using SampleProcess process = SampleProcess.Run("KillCheck", folder.Path, "--kinds", "poems");
        Assert.Equal(2, process.ExitCode);
        Assert.Contains("poems", process.Error, StringComparison.Ordinal);
    }
}
