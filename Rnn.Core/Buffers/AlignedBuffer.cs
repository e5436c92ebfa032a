using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Buffers;

/// <summary>
/// Floats that start on a 64-byte boundary (one cache line, one 512-bit vector) and never move: a slice of a pinned
/// array of the garbage collector. Nothing to dispose; the collector frees it like any other object.
/// </summary>
public sealed class AlignedBuffer
{
    /// <summary>The alignment of the first element, in bytes.</summary>
    public const int Alignment = 64;

    private const int Padding = Alignment / sizeof(float);

    private readonly float[] _array;
    private readonly int _offset;

    /// <summary>A buffer of zeros.</summary>
    /// <param name="length">Number of floats, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or larger than an array can be.</exception>
    public unsafe AlignedBuffer(long length)
    {
        if (length < 0)
            Throw.NegativeSize(nameof(length), length);

        if (length > Array.MaxLength - Padding)
            Throw.TooLarge(nameof(length), length);

        _array = GC.AllocateArray<float>((int)length + Padding, pinned: true);
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array));
        nuint aligned = (address + Alignment - 1) & ~(nuint)(Alignment - 1);
        _offset = (int)((aligned - address) / sizeof(float));
        Length = (int)length;
    }

    /// <summary>The buffer, or in its place a new one of zeros where there is none yet or it is shorter.</summary>
    /// <param name="buffer">Where it is kept between calls.</param>
    /// <param name="length">Number of floats that are needed.</param>
    internal static AlignedBuffer AtLeast([NotNull] ref AlignedBuffer? buffer, long length)
    {
        if (buffer is null || buffer.Length < length)
            buffer = new AlignedBuffer(length);

        return buffer;
    }

    /// <summary>Number of floats.</summary>
    public int Length { get; }

    /// <summary>All elements.</summary>
    public Span<float> Span =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array), _offset), Length);

    /// <summary>The address of the first element. Valid as long as this object is reachable.</summary>
    internal unsafe float* Pointer =>
        (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array)) + _offset;

    /// <summary>Sets every element to 0.</summary>
    public void Clear() => Span.Clear();
}
