using System;

namespace Rnn.Core.Serialization.Numpy;

/// <summary>One array of an .npz file: name, type and shape.</summary>
public sealed class NpzEntry
{
    private readonly long[] _shape;

    internal NpzEntry(string name, string file, NpyHeader header)
    {
        Name = name;
        File = file;
        TypeName = header.Type;
        IsFortranOrder = header.IsFortranOrder;
        HeaderBytes = header.Bytes;
        _shape = header.Shape;
        ElementCount = header.ElementCount;
    }

    /// <summary>The array's name, as it was given to <c>numpy.savez</c>.</summary>
    public string Name { get; }

    /// <summary>The element type as numpy calls it: <c>&lt;f4</c> or <c>&lt;f8</c>, or one that isn't read.</summary>
    public string TypeName { get; }

    /// <summary>Whether the file has the first index run fastest. What is copied has the last one.</summary>
    public bool IsFortranOrder { get; }

    /// <summary>The dimensions, outermost first; empty for a single number.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>Number of elements, the product of the shape.</summary>
    public long ElementCount { get; }

    /// <summary>The name inside the archive.</summary>
    internal string File { get; }

    /// <summary>Bytes before the elements.</summary>
    internal int HeaderBytes { get; }

    /// <summary>Bytes of an element; 0 of a type that isn't read.</summary>
    internal int Width => NpyHeader.WidthOf(TypeName);

    /// <summary>Name, type and shape, as in <c>'lstm/kernel' &lt;f4 [4, 8]</c>.</summary>
    public override string ToString() => $"'{Name}' {TypeName} [{string.Join(", ", _shape)}]";
}
