using System;
using System.Text;

namespace Rnn.Core.Serialization.Safetensors;

/// <summary>One tensor of a safetensors file: name, type, shape and where its bytes lie.</summary>
public sealed class SafetensorsEntry
{
    private readonly long[] _shape;

    internal SafetensorsEntry(string name, string typeName, SafetensorsType type, long[] shape, long begin, long end)
    {
        Name = name;
        NameBytes = Encoding.UTF8.GetBytes(name);
        TypeName = typeName;
        Type = type;
        _shape = shape;
        ElementCount = CountOf(shape);
        Begin = begin;
        End = end;
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public SafetensorsType Type { get; }

    /// <summary>The element type as the file calls it, as in <c>F32</c> or <c>BOOL</c>.</summary>
    public string TypeName { get; }

    /// <summary>The dimensions, outermost first; empty for a single number. The data is row-major.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>The first byte, counted from the start of the data.</summary>
    public long Begin { get; }

    /// <summary>One past the last byte, counted from the start of the data.</summary>
    public long End { get; }

    /// <summary>Number of bytes.</summary>
    public long ByteLength => End - Begin;

    /// <summary>
    /// Number of elements, the product of the shape. Proved by <see cref="ByteLength"/>, but for
    /// <see cref="SafetensorsType.Other"/>, whose width isn't known.
    /// </summary>
    public long ElementCount { get; }

    /// <summary>The name in UTF-8, by which the format sorts.</summary>
    internal byte[] NameBytes { get; }

    /// <summary>
    /// Whether it has this shape, and the file the bytes for it: of a tensor of type
    /// <see cref="SafetensorsType.Other"/> that is not known.
    /// </summary>
    public bool HasShape(params ReadOnlySpan<long> shape) =>
        Type != SafetensorsType.Other && Shape.SequenceEqual(shape);

    /// <summary>Name, type and shape, as in <c>'bias' F32 [4, 8]</c>.</summary>
    public override string ToString() =>
        $"'{Name}' {TypeName} [{string.Join(", ", _shape)}]";

    /// <summary>Bytes of an element; 0 of a type that isn't known.</summary>
    internal static int WidthOf(SafetensorsType type) => type switch
    {
        SafetensorsType.F64 or SafetensorsType.I64 => 8,
        SafetensorsType.F32 or SafetensorsType.I32 => 4,
        SafetensorsType.F16 or SafetensorsType.BF16 => 2,
        _ => 0,
    };

    /// <summary>The number of elements of a tensor, or -1 if it, or its bytes, don't fit 63 bits.</summary>
    internal static long CountOf(ReadOnlySpan<long> shape, int width = 1)
    {
        long count = 1;
        foreach (long dimension in shape)
        {
            if (dimension < 0 || Math.BigMul(count, dimension, out long low) != 0 || low < 0)
                return -1;

            count = low;
        }

        return count > long.MaxValue / width ? -1 : count;
    }

    // Tensors without elements share their offset with a neighbour: the end puts them first, the name settles the rest.
    internal static int CompareByOffset(SafetensorsEntry a, SafetensorsEntry b)
    {
        int byBegin = a.Begin.CompareTo(b.Begin);
        int byEnd = byBegin != 0 ? byBegin : a.End.CompareTo(b.End);
        return byEnd != 0 ? byEnd : a.NameBytes.AsSpan().SequenceCompareTo(b.NameBytes);
    }
}
