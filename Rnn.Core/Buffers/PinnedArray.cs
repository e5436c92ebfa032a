using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rnn.Core.Buffers;

/// <summary>An array that never moves, for kernels that go by addresses.</summary>
/// <param name="length">Elements, all 0 at first.</param>
internal sealed unsafe class PinnedArray<T>(int length)
    where T : unmanaged
{
    private readonly T[] _array = GC.AllocateArray<T>(length, pinned: true);

    /// <summary>The address of the first element. Valid as long as this object is reachable.</summary>
    public T* Pointer => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array));

    public ref T this[int index] => ref _array[index];
}
