using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Kernels;

/// <summary>
/// Dropout with a mask that is never stored: element i is dropped by word firstWord + i of a Philox stream, so that
/// Backward draws the same mask again, and any worker its own part.
/// </summary>
public static unsafe class DropoutMask
{
    /// <summary>
    /// y[i] = x[i]*scale where word firstWord + i is at least threshold, else 0 (also where x[i] is NaN).
    /// Word n is word n % 4 of the block with counter (n / 4, stream) and the seed as the key, as in <see cref="Philox"/>.
    /// </summary>
    /// <param name="x">Any length. Read.</param>
    /// <param name="y">As long as x; may be x. Overwritten.</param>
    /// <param name="seed">The key.</param>
    /// <param name="stream">The sequence under that key.</param>
    /// <param name="firstWord">The word of x[0].</param>
    /// <param name="threshold">Probability of being dropped, times 2^32.</param>
    /// <param name="scale">1 / (1 - that probability), so that the mean is kept.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Apply(
        ReadOnlySpan<float> x, Span<float> y, ulong seed, ulong stream, ulong firstWord, uint threshold, float scale)
    {
        if (y.Length != x.Length)
            Throw.SpanLength(nameof(DropoutMask), nameof(y), x.Length, y.Length);

        fixed (float* px = x, py = y)
        {
            if (SimdWidth.Is512)
                Apply<Philox512>(px, py, x.Length, seed, stream, firstWord, threshold, scale);
            else if (SimdWidth.Is256)
                Apply<Philox256>(px, py, x.Length, seed, stream, firstWord, threshold, scale);
            else
                Apply<Philox128>(px, py, x.Length, seed, stream, firstWord, threshold, scale);
        }
    }

    private static void Apply<TLanes>(
        float* x, float* y, int length, ulong seed, ulong stream, ulong firstWord, uint threshold, float scale)
        where TLanes : unmanaged, IPhiloxLanes<TLanes>
    {
        TLanes* keys = stackalloc TLanes[2 * Philox.Rounds];
        uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            keys[2 * round] = TLanes.Create(k0);
            keys[(2 * round) + 1] = TLanes.Create(k1);
            k0 += Philox.Weyl0;
            k1 += Philox.Weyl1;
        }

        int group = 4 * TLanes.Blocks, half = group / 2;
        uint* words = stackalloc uint[group];
        ulong block = firstWord >> 2;
        int i = 0;

        // A group that begins within a block.
        int skip = (int)(firstWord & 3);
        if (skip > 0)
        {
            Words(block, stream, keys, out TLanes first, out TLanes second);
            first.Store(words);
            second.Store(words + half);
            int count = Math.Min(group - skip, length);
            Drop(words + skip, x, y, count, threshold, scale);
            i = count;
            block += (ulong)TLanes.Blocks;
        }

        for (; i <= length - group; i += group, block += (ulong)TLanes.Blocks)
        {
            Words(block, stream, keys, out TLanes first, out TLanes second);
            first.Drop(x + i, y + i, threshold, scale);
            second.Drop(x + i + half, y + i + half, threshold, scale);
        }

        if (i < length)
        {
            Words(block, stream, keys, out TLanes first, out TLanes second);
            first.Store(words);
            second.Store(words + half);
            Drop(words, x + i, y + i, length - i, threshold, scale);
        }
    }

    // Blocks block, block+1 .. of the stream, as words in order: Philox.Block for all lanes at once.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Words<TLanes>(ulong block, ulong stream, TLanes* keys, out TLanes first, out TLanes second)
        where TLanes : unmanaged, IPhiloxLanes<TLanes>
    {
        TLanes c0 = TLanes.Numbers(block);
        TLanes c1 = TLanes.HighHalf(c0);
        TLanes c2 = TLanes.Create(stream);
        TLanes c3 = TLanes.Create(stream >> 32);

        // Written out: in a loop, its counting leaves too few rounds in flight (0.54 against 0.25 ns a word).
        Round(ref c0, ref c1, ref c2, ref c3, keys);
        Round(ref c0, ref c1, ref c2, ref c3, keys + 2);
        Round(ref c0, ref c1, ref c2, ref c3, keys + 4);
        Round(ref c0, ref c1, ref c2, ref c3, keys + 6);
        Round(ref c0, ref c1, ref c2, ref c3, keys + 8);
        Round(ref c0, ref c1, ref c2, ref c3, keys + 10);
        Round(ref c0, ref c1, ref c2, ref c3, keys + 12);
        Round(ref c0, ref c1, ref c2, ref c3, keys + 14);
        Round(ref c0, ref c1, ref c2, ref c3, keys + 16);
        Round(ref c0, ref c1, ref c2, ref c3, keys + 18);
        TLanes.Interleave(c0, c1, c2, c3, out first, out second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round<TLanes>(ref TLanes c0, ref TLanes c1, ref TLanes c2, ref TLanes c3, TLanes* keys)
        where TLanes : unmanaged, IPhiloxLanes<TLanes>
    {
        TLanes p0 = TLanes.MultiplyLow(c0, TLanes.Create(Philox.Multiplier0));
        TLanes p1 = TLanes.MultiplyLow(c2, TLanes.Create(Philox.Multiplier1));
        c0 = TLanes.Xor(TLanes.HighHalf(p1), c1, keys[0]);
        c1 = p1;
        c2 = TLanes.Xor(TLanes.HighHalf(p0), c3, keys[1]);
        c3 = p0;
    }

    private static void Drop(uint* words, float* x, float* y, int count, uint threshold, float scale)
    {
        for (int i = 0; i < count; i++)
            y[i] = words[i] >= threshold ? x[i] * scale : 0f;
    }
}
