using System;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Benchmarks.Peers.Checking;

/// <summary>Our parameters and gradients as PyTorch orders their elements.</summary>
internal static class PyTorchLayout
{
    /// <summary>The values of a slot.</summary>
    public static float[] Values(ParameterBuffer parameters, ParameterSlot slot) => Order(slot, parameters[slot]);

    /// <summary>The gradient of a slot; rows that weren't touched are 0.</summary>
    public static float[] Gradient(GradientBuffer gradients, ParameterSlot slot)
    {
        if (slot.Storage == SlotStorage.Dense)
            return Order(slot, gradients[slot]);

        RowGradients rows = gradients.Rows(slot);
        float[] all = new float[slot.Count];
        for (int i = 0; i < rows.Count; i++)
            rows.Values.Row(i).CopyTo(all.AsSpan(rows.Touched[i] * slot.Cols, slot.Cols));

        return all;
    }

    /// <summary>The slot's shape there.</summary>
    public static long[] Shape(ParameterSlot slot) => slot.Orientation switch
    {
        SlotOrientation.Transposed => [slot.Cols, slot.Rows],
        SlotOrientation.Vector => [slot.Cols],
        _ => [slot.Rows, slot.Cols],
    };

    private static float[] Order(ParameterSlot slot, ReadOnlyMatrixView matrix)
    {
        if (slot.Orientation != SlotOrientation.Transposed)
            return matrix.Span.ToArray();

        float[] transposed = new float[slot.Count];
        for (int i = 0; i < slot.Rows; i++)
        {
            ReadOnlySpan<float> row = matrix.Row(i);
            for (int j = 0; j < slot.Cols; j++)
                transposed[(j * slot.Rows) + i] = row[j];
        }

        return transposed;
    }
}
