using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Tensors;

namespace Rnn.Core.Losses;

/// <summary>What all losses check at the door.</summary>
internal static class LossArguments
{
    /// <summary>Throws unless a matrix has the shape of the predictions.</summary>
    public static void CheckShape(string loss, string what, ReadOnlyMatrixView predictions, ReadOnlyMatrixView matrix)
    {
        if (matrix.Rows != predictions.Rows || matrix.Cols != predictions.Cols)
            Throw.ShapeMismatch(loss, what, predictions.ToString(), matrix.ToString());
    }

    /// <summary>Throws unless there is one element for each of so many, or none at all.</summary>
    public static void CheckWeights(string loss, string what, int expected, ReadOnlySpan<float> weights)
    {
        if (!weights.IsEmpty && weights.Length != expected)
            Throw.SpanLength(loss, what, expected, weights.Length);
    }

    /// <summary>The rows whose weight is not 0; all of them if there are no weights.</summary>
    public static long CountRows(int rows, ReadOnlySpan<float> rowWeights)
    {
        if (rowWeights.IsEmpty)
            return rows;

        long count = 0;
        foreach (float weight in rowWeights)
            count += weight != 0 ? 1 : 0;

        return count;
    }

    /// <summary>Throws unless each row of outputs has so many numbers and one target; the rows that count.</summary>
    public static long CountTargets(string loss, int columns, ReadOnlyMatrixView outputs, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> rowWeights)
    {
        if (outputs.Cols != columns && outputs.Rows > 0)
            Throw.ShapeMismatch(loss, nameof(outputs), $"[{outputs.Rows}, {columns}]", outputs.ToString());

        if (targets.Length != outputs.Rows)
            Throw.SpanLength(loss, nameof(targets), outputs.Rows, targets.Length);

        CheckWeights(loss, nameof(rowWeights), outputs.Rows, rowWeights);
        return CountRows(outputs.Rows, rowWeights);
    }

    /// <summary>1 / count, which makes a sum's gradient the mean's; 1 where nothing counts.</summary>
    public static float MeanScale(long count) => (float)(1.0 / Math.Max(1, count));
}
