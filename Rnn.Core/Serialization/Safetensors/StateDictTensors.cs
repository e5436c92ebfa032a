using System;
using System.Collections.Generic;
using Rnn.Core.Diagnostics;
using Rnn.Core.Parameters;

namespace Rnn.Core.Serialization.Safetensors;

/// <summary>The tensors that a file of a layout's parameters has: names and shapes, and whether a file has
/// them.</summary>
internal sealed class StateDictTensors
{
    private readonly StateDictNames _names;
    private readonly string[] _tensors;
    private readonly string?[] _twins;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <param name="layout">Of the parameters.</param>
    /// <param name="names">What the file calls them; null: as the layers do.</param>
    /// <exception cref="ArgumentException">Two parameters have one name in the file, or a copy is of none.</exception>
    public StateDictTensors(ParameterLayout layout, StateDictNames? names)
    {
        Layout = layout;
        _names = names ?? new StateDictNames();
        _tensors = new string[layout.Slots.Count];
        _twins = new string?[layout.Slots.Count];
        foreach (ParameterSlot slot in layout.Slots)
        {
            _tensors[slot.Index] = Declare(_names.InFile(slot.Name), slot.Name);
            if (slot.ZeroTwin is not null)
                _twins[slot.Index] = Declare(_names.InFile(slot.ZeroTwin), slot.ZeroTwin);
        }

        foreach ((string copy, string original) in _names.Copies)
        {
            if (Array.IndexOf(_tensors, original) < 0)
                Throw.StateDictNoOriginal(copy, original);

            Declare(copy, copy);
        }
    }

    public ParameterLayout Layout { get; }

    /// <summary>The file's name of a slot.</summary>
    public string NameOf(in ParameterSlot slot) => _tensors[slot.Index];

    /// <summary>The file's name of the second bias of a slot; null where there is none.</summary>
    public string? TwinOf(in ParameterSlot slot) => _twins[slot.Index];

    /// <summary>The file's copies of a tensor.</summary>
    public IEnumerable<string> CopiesOf(string name)
    {
        foreach ((string copy, string original) in _names.Copies)
        {
            if (original == name)
                yield return copy;
        }
    }

    /// <summary>A slot's shape in a file.</summary>
    public static long[] ShapeOf(in ParameterSlot slot) => slot.Orientation switch
    {
        SlotOrientation.AsStored => [slot.Rows, slot.Cols],
        SlotOrientation.Transposed => [slot.Cols, slot.Rows],
        _ => [slot.Cols],
    };

    /// <summary>Refuses a file that hasn't exactly these tensors. What is known to be another kind of layer is refused
    /// as that, before what is only missing.</summary>
    public void Check(SafetensorsReader reader)
    {
        foreach (SafetensorsEntry entry in reader.Entries)
        {
            if (!IsKnown(entry.Name) && StateDictVariants.OfExtra(entry.Name, _known.Contains) is { } variant)
                Throw.UnexpectedTensor(reader.Name, entry.Name, variant);
        }

        foreach (ParameterSlot slot in Layout.Slots)
        {
            long[] shape = ShapeOf(slot);
            Check(reader, NameOf(slot), shape);
            if (TwinOf(slot) is { } twin)
                Check(reader, twin, shape);

            foreach (string copy in CopiesOf(NameOf(slot)))
                Check(reader, copy, shape);
        }

        foreach (SafetensorsEntry entry in reader.Entries)
        {
            if (!IsKnown(entry.Name))
                Throw.UnexpectedTensor(reader.Name, entry.Name);
        }
    }

    private bool IsKnown(string name) => _known.Contains(name) || _names.IsIgnored(name);

    private void Check(SafetensorsReader reader, string name, long[] shape)
    {
        if (!reader.TryGetEntry(name, out SafetensorsEntry? entry))
        {
            Throw.MissingTensor(reader.Name, name, Text(shape),
                StateDictVariants.OfMissing(name, shape, reader, _known.Contains));
        }

        if (!entry.Shape.SequenceEqual(shape))
        {
            Throw.TensorShape(reader.Name, name, Text(shape), Text(entry.Shape),
                StateDictVariants.OfShape(name, shape, entry.Shape));
        }

        if (!entry.HasShape(shape))
            Throw.SafetensorsType(reader.Name, entry.ToString());
    }

    private string Declare(string name, string parameter)
    {
        if (name.Length == 0 || !_known.Add(name))
            Throw.StateDictName(name, parameter);

        return name;
    }

    private static string Text(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
