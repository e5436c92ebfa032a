using System;
using System.Collections.Generic;
using System.IO;
using Rnn.Core.Diagnostics;
using Rnn.Core.Parameters;

namespace Rnn.Core.Serialization.Safetensors;

/// <summary>
/// Parameters as PyTorch keeps them in files: its names, weights as [out, in], biases as vectors, both biases of a
/// recurrent layer present (design decision D18). PyTorch's load_state_dict takes such a file, and Load takes what PyTorch
/// saved of the same network. Exchange.md has the names of all layers, and what is refused.
/// </summary>
public static class StateDict
{
    private delegate ReadOnlySpan<float> ValuesOf(ParameterSlot slot);

    /// <summary>Writes a file of all parameters: what <c>safetensors.torch.load_file</c> gives to
    /// <c>load_state_dict</c>.</summary>
    /// <param name="path">Replaced atomically.</param>
    /// <param name="parameters">Read.</param>
    /// <param name="names">What the file calls them; null (the default) as the layers do.</param>
    /// <exception cref="ArgumentException">Two parameters have one name in the file.</exception>
    /// <exception cref="IOException">It can't be written; an older file is untouched.</exception>
    public static void Save(string path, ParameterBuffer parameters, StateDictNames? names = null)
    {
        SafetensorsWriter writer = PyTorchFile();
        Write(writer, parameters, names);
        writer.Save(path);
    }

    /// <summary>Writes a file of all gradients, each under the name of its parameter: PyTorch's <c>.grad</c>.</summary>
    /// <param name="path">Replaced atomically.</param>
    /// <param name="gradients">Read.</param>
    /// <param name="names">What the file calls them; null (the default) as the layers do.</param>
    /// <exception cref="ArgumentException">Two parameters have one name in the file.</exception>
    /// <exception cref="IOException">It can't be written; an older file is untouched.</exception>
    public static void Save(string path, GradientBuffer gradients, StateDictNames? names = null)
    {
        SafetensorsWriter writer = PyTorchFile();
        Write(writer, gradients, names);
        writer.Save(path);
    }

    /// <summary>Overwrites all parameters from a file that has exactly those tensors, as
    /// <c>safetensors.torch.save_file(module.state_dict(), path)</c> wrote it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parameters">Overwritten; untouched where an exception is thrown.</param>
    /// <param name="names">What the file calls them; null (the default) as the layers do.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ArgumentException">Two parameters have one name in the file.</exception>
    /// <exception cref="InvalidDataException">It is no safetensors file, or its tensors are not those of the
    /// network.</exception>
    public static void Load(string path, ParameterBuffer parameters, StateDictNames? names = null) =>
        Read(SafetensorsReader.Open(path), parameters, names);

    /// <summary>Adds all parameters.</summary>
    /// <param name="writer">Receives one tensor a slot, one of zeros for each second bias that isn't trained, and the
    /// copies that the names ask for.</param>
    /// <param name="parameters">Read.</param>
    /// <param name="names">What the file calls them; null (the default) as the layers do.</param>
    /// <exception cref="ArgumentException">Two parameters have one name in the file.</exception>
    public static void Write(SafetensorsWriter writer, ParameterBuffer parameters, StateDictNames? names = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(parameters);
        Write(writer, new StateDictTensors(parameters.Layout, names), slot => parameters[slot].Span,
            slot => new float[slot.Count]);
    }

    /// <summary>Adds all gradients, each under the name of its parameter. A second bias that isn't trained has the gradient
    /// of the first, for only their sum matters; rows of a table that no step touched have zeros.</summary>
    /// <param name="writer">Receives as many tensors as for parameters, of the same shapes.</param>
    /// <param name="gradients">Read.</param>
    /// <param name="names">What the file calls them; null (the default) as the layers do.</param>
    /// <exception cref="ArgumentException">Two parameters have one name in the file.</exception>
    public static void Write(SafetensorsWriter writer, GradientBuffer gradients, StateDictNames? names = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(gradients);
        Write(writer, new StateDictTensors(gradients.Layout, names),
            slot => slot.Storage == SlotStorage.Dense ? gradients[slot].Span : Table(gradients.Rows(slot)),
            slot => gradients[slot].Span);
    }

    /// <summary>Checks that a file has exactly the tensors of a layout, before memory is taken for them.</summary>
    /// <param name="reader">The file. Its data isn't read.</param>
    /// <param name="layout">What is expected.</param>
    /// <param name="names">What the file calls them; null (the default) as the layers do.</param>
    /// <exception cref="ArgumentException">Two parameters have one name in the file.</exception>
    /// <exception cref="InvalidDataException">A tensor is missing, too many, of another shape, or of a type
    /// that can't be converted.</exception>
    public static void Check(SafetensorsReader reader, ParameterLayout layout, StateDictNames? names = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(layout);
        new StateDictTensors(layout, names).Check(reader);
    }

    /// <summary>Overwrites all parameters from a file that has exactly those tensors.</summary>
    /// <param name="reader">Read. F64, F16 and BF16 are converted.</param>
    /// <param name="parameters">Overwritten; untouched where an exception is thrown.</param>
    /// <param name="names">What the file calls them; null (the default) as the layers do.</param>
    /// <exception cref="ArgumentException">Two parameters have one name in the file.</exception>
    /// <exception cref="InvalidDataException">A tensor is missing, too many, of another shape, or of a type
    /// that can't be converted; or a copy differs from what it is a copy of.</exception>
    public static void Read(SafetensorsReader reader, ParameterBuffer parameters, StateDictNames? names = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(parameters);
        StateDictTensors tensors = new(parameters.Layout, names);
        tensors.Check(reader);
        List<float[]> values = [];
        foreach (ParameterSlot slot in parameters.Layout.Slots)
        {
            float[] from = Load(reader, slot, tensors.NameOf(slot));
            if (tensors.TwinOf(slot) is { } twinName)
            {
                float[] twin = Load(reader, slot, twinName);
                for (int i = 0; i < from.Length; i++)
                    from[i] += twin[i];   // only their sum matters
            }

            foreach (string copy in tensors.CopiesOf(tensors.NameOf(slot)))
            {
                if (!Load(reader, slot, copy).AsSpan().SequenceEqual(from))
                    Throw.StateDictCopy(reader.Name, copy, tensors.NameOf(slot));
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

    private static SafetensorsWriter PyTorchFile()
    {
        SafetensorsWriter writer = new();
        writer.Metadata["format"] = "pt";   // what PyTorch's tools look for
        return writer;
    }

    private static void Write(SafetensorsWriter writer, StateDictTensors tensors, ValuesOf values, ValuesOf twins)
    {
        foreach (ParameterSlot slot in tensors.Layout.Slots)
        {
            string name = tensors.NameOf(slot);
            ReadOnlySpan<float> written = values(slot);
            if (slot.Orientation == SlotOrientation.Transposed)
            {
                float[] transposed = new float[slot.Count];
                Transpose(written, slot.Rows, slot.Cols, transposed);
                written = transposed;
            }

            long[] shape = StateDictTensors.ShapeOf(slot);
            writer.Add(name, shape, written);
            foreach (string copy in tensors.CopiesOf(name))
                writer.Add(copy, shape, written);

            if (tensors.TwinOf(slot) is { } twin)
                writer.Add(twin, shape, twins(slot));   // a vector
        }
    }

    private static float[] Load(SafetensorsReader reader, ParameterSlot slot, string name)
    {
        float[] values = new float[slot.Count];
        reader.CopyTo(name, values);
        return values;
    }

    /// <summary>The whole table of which some rows have gradients.</summary>
    private static float[] Table(RowGradients rows)
    {
        float[] table = new float[rows.Rows * rows.Cols];
        for (int i = 0; i < rows.Count; i++)
            rows.Values.Row(i).CopyTo(table.AsSpan(rows.Touched[i] * rows.Cols));

        return table;
    }

    private static void Transpose(ReadOnlySpan<float> from, int rows, int cols, Span<float> to)
    {
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < cols; j++)
                to[(j * rows) + i] = from[(i * cols) + j];
        }
    }
}
