using System;

namespace Rnn.Models.Batching;

/// <summary>B sequences of tokens, each with a label, time-major.</summary>
/// <param name="Tokens">[T*B]; 0 past a row's length.</param>
/// <param name="Lengths">[B], steps of each row, 1 to T.</param>
/// <param name="Labels">[B].</param>
/// <param name="Steps">T, the longest row's.</param>
public readonly record struct LabelledBatch(ReadOnlyMemory<int> Tokens, ReadOnlyMemory<int> Lengths,
    ReadOnlyMemory<int> Labels, int Steps)
{
    /// <summary>B.</summary>
    public int Rows => Lengths.Length;
}
