using System;

namespace Rnn.Core.Kernels.Transformer;

/// <summary>What stands past the lengths of a ragged sequence: it may be anything, NaN too, which 0 times it
/// isn't.</summary>
internal static class PaddedRows
{
    /// <summary>y = x up to each row's length, 0 past it.</summary>
    /// <param name="x">[T, B, F]. Read up to the lengths.</param>
    /// <param name="batch">B.</param>
    /// <param name="features">F.</param>
    /// <param name="lengths">[B]; empty when all rows have T.</param>
    /// <param name="y">[T, B, F]; may be x. Overwritten.</param>
    public static void Clean(ReadOnlySpan<float> x, int batch, int features, ReadOnlySpan<int> lengths, Span<float> y)
    {
        x.CopyTo(y);
        int steps = batch == 0 || features == 0 ? 0 : x.Length / (batch * features);
        for (int b = 0; b < lengths.Length; b++)
        {
            for (int t = lengths[b]; t < steps; t++)
                y.Slice(((t * batch) + b) * features, features).Clear();
        }
    }
}
