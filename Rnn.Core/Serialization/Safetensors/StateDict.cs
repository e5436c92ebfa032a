using System;
using System.Collections.Generic;
using Rnn.Core.Diagnostics;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Serialization.Safetensors;

/// <summary>
/// Parameters as PyTorch keeps them in files: its names, weights as [out, in], biases as vectors, both biases of a
/// recurrent layer present (design decision D18). PyTorch's load_state_dict takes such a file, and Read takes what
/// PyTorch saved of the same network.
/// </summary>
public static class StateDict
{
    /// <summary>Adds all parameters.</summary>
    /// <param name="writer">Receives one tensor a slot, and one of zeros for each second bias that isn't
    /// trained.</param>
    /// <param name="parameters">Read.</param>
    public static void Write(SafetensorsWriter writer, ParameterBuffer parameters)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(parameters);
        foreach (ParameterSlot slot in parameters.Layout.Slots)
        {
            ReadOnlyMatrixView values = parameters[slot];
            if (slot.Orientation == SlotOrientation.Transposed)
            {
                float[] transposed = new float[slot.Count];
                Transpose(values.Span, slot.Rows, slot.Cols, transposed);
                writer.Add(slot.Name, Shape(slot), transposed);
            }
            else
            {
                writer.Add(slot.Name, Shape(slot), values.Span);
            }

            if (slot.ZeroTwin is not null)
                writer.Add(slot.ZeroTwin, Shape(slot), new float[slot.Count]);
        }
    }

    /// <summary>Checks that a file has exactly the tensors of a layout, before memory is taken for them.</summary>
    /// <exception cref="System.IO.InvalidDataException">A tensor is missing, too many, of another shape, or of a type
    /// that can't be converted.</exception>
    public static void Check(SafetensorsReader reader, ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(layout);
        HashSet<string> known = new(StringComparer.Ordinal);
        foreach (ParameterSlot slot in layout.Slots)
        {
            Check(reader, slot, slot.Name, known);
            if (slot.ZeroTwin is not null)
                Check(reader, slot, slot.ZeroTwin, known);
        }

        foreach (SafetensorsEntry entry in reader.Entries)
        {
            if (!known.Contains(entry.Name))
                Throw.UnexpectedTensor(reader.Name, entry.Name);
        }
    }

    /// <summary>Overwrites all parameters from a file that has exactly those tensors.</summary>
    /// <param name="reader">Read. F64, F16 and BF16 are converted.</param>
    /// <param name="parameters">Overwritten; untouched where an exception is thrown.</param>
    /// <exception cref="System.IO.InvalidDataException">A tensor is missing, too many, of another shape, or of a type
    /// that can't be converted.</exception>
    public static void Read(SafetensorsReader reader, ParameterBuffer parameters)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(parameters);
        Check(reader, parameters.Layout);
        List<float[]> values = [];
        foreach (ParameterSlot slot in parameters.Layout.Slots)
        {
            float[] from = Load(reader, slot, slot.Name);
            if (slot.ZeroTwin is not null)
            {
                float[] twin = Load(reader, slot, slot.ZeroTwin);
                for (int i = 0; i < from.Length; i++)
                    from[i] += twin[i];   // only their sum matters
            }

            values.Add(from);
        }

        ParameterWriter writer = parameters.BeginWrite();
        foreach (ParameterSlot slot in parameters.Layout.Slots)
        {
            if (slot.Orientation == SlotOrientation.Transposed)
                Transpose(values[slot.Index], slot.Cols, slot.Rows, writer[slot].Span);
            else
                values[slot.Index].CopyTo(writer[slot].Span);
        }
    }

    private static void Check(SafetensorsReader reader, ParameterSlot slot, string name, HashSet<string> known)
    {
        long[] shape = Shape(slot);
        if (!reader.TryGetEntry(name, out SafetensorsEntry? entry))
            Throw.MissingTensor(reader.Name, name, Text(shape));

        if (!entry.Shape.SequenceEqual(shape))
            Throw.TensorShape(reader.Name, name, Text(shape), Text(entry.Shape));

        if (!entry.HasShape(shape))
            Throw.SafetensorsType(reader.Name, entry.ToString());

        known.Add(name);
    }

    private static float[] Load(SafetensorsReader reader, ParameterSlot slot, string name)
    {
        float[] values = new float[slot.Count];
        reader.CopyTo(name, values);
        return values;
    }

    private static long[] Shape(ParameterSlot slot) => slot.Orientation switch
    {
        SlotOrientation.AsStored => [slot.Rows, slot.Cols],
        SlotOrientation.Transposed => [slot.Cols, slot.Rows],
        _ => [slot.Cols],
    };

    private static string Text(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    private static void Transpose(ReadOnlySpan<float> from, int rows, int cols, Span<float> to)
    {
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < cols; j++)
                to[(j * rows) + i] = from[(i * cols) + j];
        }
    }
}
