using Rnn.Core.Diagnostics;

namespace Rnn.Core.Heads;

/// <summary>
/// All the scratch of a <see cref="NegativeSampling"/> loss, sized once: words and coefficients of all pairs. Made by
/// <see cref="NegativeSampling.CreateTape"/> and used with that loss only; one tape for each thread that runs it.
/// </summary>
public sealed class NegativeSamplingTape
{
    internal NegativeSamplingTape(NegativeSampling head, int maxRows, int maxNegatives)
    {
        if (maxRows <= 0)
            Throw.NotPositive(nameof(maxRows), maxRows);

        if (maxNegatives < 0)
            Throw.NegativeSize(nameof(maxNegatives), maxNegatives);

        Head = head;
        MaxRows = maxRows;
        MaxNegatives = maxNegatives;
        int pairs = checked(maxRows * (1 + maxNegatives));
        Counts = new int[maxRows];
        Words = new int[pairs];
        Coefficients = new float[pairs];
    }

    /// <summary>The most rows that Forward and ForwardBackward take.</summary>
    public int MaxRows { get; }

    /// <summary>The most negatives of a row.</summary>
    public int MaxNegatives { get; }

    internal NegativeSampling Head { get; }

    /// <summary>[N], the pairs of each row.</summary>
    internal int[] Counts { get; }

    /// <summary>[N, 1 + K], the words of the pairs; later their places in the gradient.</summary>
    internal int[] Words { get; }

    /// <summary>[N, 1 + K], d loss / d dot product of the pairs.</summary>
    internal float[] Coefficients { get; }
}
