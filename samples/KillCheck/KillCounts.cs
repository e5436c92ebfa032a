using System;
using System.Globalization;

namespace Rnn.Samples.KillCheck;

/// <summary>What kills of one kind of run left.</summary>
/// <param name="name">Of the kind.</param>
internal sealed class KillCounts(string name)
{
    /// <summary>What the numbers are.</summary>
    public static string[] Heading { get; } =
        ["kind", "kills", "newest read", "previous read", "none yet", "torn files", "runs ended", "bits equal"];

    /// <summary>Processes that were killed while they trained.</summary>
    public int Kills { get; set; }

    /// <summary>Kills after which the newest checkpoint could be read.</summary>
    public int Newest { get; set; }

    /// <summary>Kills after which only the one before it could.</summary>
    public int Previous { get; set; }

    /// <summary>Kills before the first checkpoint of a run was there.</summary>
    public int None { get; set; }

    /// <summary>Files that were being written when a process died, and were deleted.</summary>
    public int Torn { get; set; }

    /// <summary>Runs that came to their end, after however many kills.</summary>
    public int Ended { get; set; }

    /// <summary>Those that ended with the bits of the run that was never killed.</summary>
    public int Equal { get; set; }

    /// <summary>A row of a table.</summary>
    public string[] Cells
    {
        get
        {
            int[] counts = [Kills, Newest, Previous, None, Torn, Ended, Equal];
            return [name, .. Array.ConvertAll(counts, count => count.ToString(CultureInfo.InvariantCulture))];
        }
    }

    /// <summary>Adds those of another kind.</summary>
    public void Add(KillCounts other)
    {
        Kills += other.Kills;
        Newest += other.Newest;
        Previous += other.Previous;
        None += other.None;
        Torn += other.Torn;
        Ended += other.Ended;
        Equal += other.Equal;
    }
}
