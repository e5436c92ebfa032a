namespace Rnn.Benchmarks.Models;

/// <summary>A piece of work that is done again and again and timed. Ours and every peer's look alike.</summary>
public interface IWorkload
{
    /// <summary>The loss of the last step; NaN where there is none.</summary>
    double Loss { get; }

    /// <summary>Does it once.</summary>
    void Step();
}
