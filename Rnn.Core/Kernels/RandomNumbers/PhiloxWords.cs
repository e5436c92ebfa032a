using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.RandomNumbers;

/// <summary>Many words of a <see cref="Philox"/> stream at once, word for word the same.</summary>
internal static unsafe class PhiloxWords
{
    /// <summary>words[i] = word firstWord + i of a stream.</summary>
    /// <param name="words">Any length. Overwritten.</param>
    /// <param name="seed">The key.</param>
    /// <param name="stream">The sequence under that key.</param>
    /// <param name="firstWord">The word of words[0].</param>
    public static void Fill(Span<uint> words, ulong seed, ulong stream, ulong firstWord)
    {
        fixed (uint* p = words)
        {
            if (SimdWidth.Is512)
                Fill<Philox512>(p, words.Length, seed, stream, firstWord);
            else if (SimdWidth.Is256)
                Fill<Philox256>(p, words.Length, seed, stream, firstWord);
            else
                Fill<Philox128>(p, words.Length, seed, stream, firstWord);
        }
    }

    [SkipLocalsInit]
    private static void Fill<TLanes>(uint* words, int length, ulong seed, ulong stream, ulong firstWord)
        where TLanes : unmanaged, IPhiloxLanes<TLanes>
    {
        byte* memory = stackalloc byte[(PhiloxBlocks.KeyCount * sizeof(TLanes)) + 64];
        TLanes* keys = (TLanes*)(((nuint)memory + 63) & ~(nuint)63);
        PhiloxBlocks.Keys(keys, seed);

        int group = 4 * TLanes.Blocks;
        uint* some = stackalloc uint[group];   // of a group that doesn't fit whole
        ulong blocks = (ulong)TLanes.Blocks;
        ulong block = firstWord >> 2;
        int i = 0;

        int skip = (int)(firstWord & 3);
        if (skip > 0)
        {
            i = Math.Min(group - skip, length);
            PhiloxBlocks.Words(block, stream, keys, some);
            new ReadOnlySpan<uint>(some + skip, i).CopyTo(new Span<uint>(words, i));
            block += blocks;
        }

        // Three groups at a time, as in DropoutMask: one alone is a chain that leaves most of the processor idle.
        for (; i <= length - (3 * group); i += 3 * group, block += 3 * blocks)
        {
            PhiloxBlocks.Start(block, stream, out TLanes a0, out TLanes a1, out TLanes a2, out TLanes a3);
            PhiloxBlocks.Start(block + blocks, stream, out TLanes b0, out TLanes b1, out TLanes b2, out TLanes b3);
            PhiloxBlocks.Start(
                block + (2 * blocks), stream, out TLanes c0, out TLanes c1, out TLanes c2, out TLanes c3);
            for (int round = 0; round < PhiloxBlocks.KeyCount; round += 2)
            {
                PhiloxBlocks.Round(ref a0, ref a1, ref a2, ref a3, keys + round);
                PhiloxBlocks.Round(ref b0, ref b1, ref b2, ref b3, keys + round);
                PhiloxBlocks.Round(ref c0, ref c1, ref c2, ref c3, keys + round);
            }

            PhiloxBlocks.Store(a0, a1, a2, a3, words + i);
            PhiloxBlocks.Store(b0, b1, b2, b3, words + i + group);
            PhiloxBlocks.Store(c0, c1, c2, c3, words + i + (2 * group));
        }

        for (; i < length; i += group, block += blocks)
        {
            int count = Math.Min(group, length - i);
            PhiloxBlocks.Words(block, stream, keys, some);
            new ReadOnlySpan<uint>(some, count).CopyTo(new Span<uint>(words + i, count));
        }
    }
}
