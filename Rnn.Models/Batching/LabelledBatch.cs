using System;

namespace Rnn.Models.Batching;

/// <summary>
/// N sequences of tokens, each with a label, time-major. A sequence is one row of the batch, or, cut into pieces, several
/// rows one after another.
/// </summary>
/// <param name="Tokens">[T*B]; 0 past a row's length.</param>
/// <param name="Lengths">[B], steps of each row, 1 to T.</param>
/// <param name="Labels">[N].</param>
/// <param name="Steps">T, the longest row's.</param>
/// <param name="FirstRows">[N+1]: sequence n has the rows FirstRows[n] to FirstRows[n+1] - 1; empty (the default) where
/// each is one row.</param>
public readonly record struct LabelledBatch(ReadOnlyMemory<int> Tokens, ReadOnlyMemory<int> Lengths,
    ReadOnlyMemory<int> Labels, int Steps, ReadOnlyMemory<int> FirstRows = default)
{
    /// <summary>B.</summary>
    public int Rows => Lengths.Length;

    /// <summary>N.</summary>
    public int Count => Labels.Length;
}
