using System;
using System.Text;

namespace Rnn.Core.Serialization;

/// <summary>One tensor of a safetensors file: name, type, shape and where its bytes lie.</summary>
public sealed class SafetensorsEntry
{
    private readonly long[] _shape;

    internal SafetensorsEntry(string name, SafetensorsType type, long[] shape, long begin, long end)
    {
        Name = name;
        NameBytes = Encoding.UTF8.GetBytes(name);
        Type = type;
        _shape = shape;
        Begin = begin;
        End = end;
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public SafetensorsType Type { get; }

    /// <summary>The dimensions, outermost first; empty for a single number. The data is row-major.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>The first byte, counted from the start of the data.</summary>
    public long Begin { get; }

    /// <summary>One past the last byte, counted from the start of the data.</summary>
    public long End { get; }

    /// <summary>Number of bytes.</summary>
    public long ByteLength => End - Begin;

    /// <summary>Number of elements.</summary>
    public long ElementCount => ByteLength / WidthOf(Type);

    /// <summary>The name in UTF-8, by which the format sorts.</summary>
    internal byte[] NameBytes { get; }

    /// <summary>Name, type and shape, as in <c>'bias' F32 [4, 8]</c>.</summary>
    public override string ToString() =>
        $"'{Name}' {Type} [{string.Join(", ", _shape)}]";

    internal static int WidthOf(SafetensorsType type) => type switch
    {
        SafetensorsType.F64 or SafetensorsType.I64 => 8,
        SafetensorsType.F32 or SafetensorsType.I32 => 4,
        _ => 2,
    };

    /// <summary>The number of bytes of a tensor, or -1 if it doesn't fit 63 bits.</summary>
    internal static long SizeOf(SafetensorsType type, ReadOnlySpan<long> shape)
    {
        long size = WidthOf(type);
        foreach (long dimension in shape)
        {
            if (dimension < 0 || Math.BigMul(size, dimension, out long low) != 0 || low < 0)
            {
                return -1;
            }

            size = low;
        }

        return size;
    }

    // Tensors without elements share their offset with a neighbour: the end puts them first, the name settles the rest.
    internal static int CompareByOffset(SafetensorsEntry a, SafetensorsEntry b)
    {
        int byBegin = a.Begin.CompareTo(b.Begin);
        int byEnd = byBegin != 0 ? byBegin : a.End.CompareTo(b.End);
        return byEnd != 0 ? byEnd : a.NameBytes.AsSpan().SequenceCompareTo(b.NameBytes);
    }
}
