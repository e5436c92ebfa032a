using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.RandomNumbers;

/// <summary>
/// Dropout with a mask that is never stored: element i is dropped by word firstWord + i of a Philox stream, so that
/// Backward draws the same mask again, and any worker its own part (design decision D21).
/// </summary>
public static unsafe class DropoutMask
{
    private const int ChunkLength = 1 << 15;

    /// <summary>
    /// y[i] = x[i]*scale where word firstWord + i is at least threshold, else 0 (also where x[i] is NaN).
    /// Word n is word n % 4 of the block with counter (n / 4, stream) and the seed as key, as in <see cref="Philox"/>.
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
            MaskJob job = new()
            {
                X = px,
                Y = py,
                Length = x.Length,
                Seed = seed,
                Stream = stream,
                FirstWord = firstWord,
                Threshold = threshold,
                Scale = scale,
            };
            if (x.Length <= ChunkLength)
                job.Run(0);
            else
                Workers.Run(ref job, (x.Length + ChunkLength - 1) / ChunkLength);
        }
    }

    [SkipLocalsInit]
    private static void Apply<TLanes>(
        float* x, float* y, int length, ulong seed, ulong stream, ulong firstWord, uint threshold, float scale)
        where TLanes : unmanaged, IPhiloxLanes<TLanes>
    {
        // Aligned: a key that lies across two cache lines costs a second load in every round.
        byte* memory = stackalloc byte[(PhiloxBlocks.KeyCount * sizeof(TLanes)) + 64];
        TLanes* keys = (TLanes*)(((nuint)memory + 63) & ~(nuint)63);
        PhiloxBlocks.Keys(keys, seed);

        int group = 4 * TLanes.Blocks;
        uint* words = stackalloc uint[group];
        ulong blocks = (ulong)TLanes.Blocks;
        ulong block = firstWord >> 2;
        int i = 0;

        int skip = (int)(firstWord & 3);
        if (skip > 0)
        {
            i = Math.Min(group - skip, length);
            PhiloxBlocks.Words(block, stream, keys, words);
            Drop(words + skip, x, y, i, threshold, scale);
            block += blocks;
        }

        // Three or four groups at a time: a round is a chain of some six cycles, and one group alone leaves most idle.
        int together = TLanes.Groups;
        for (; i <= length - (together * group); i += together * group, block += (ulong)together * blocks)
        {
            PhiloxBlocks.Start(block, stream, out TLanes a0, out TLanes a1, out TLanes a2, out TLanes a3);
            PhiloxBlocks.Start(block + blocks, stream, out TLanes b0, out TLanes b1, out TLanes b2, out TLanes b3);
            PhiloxBlocks.Start(
                block + (2 * blocks), stream, out TLanes c0, out TLanes c1, out TLanes c2, out TLanes c3);
            PhiloxBlocks.Start(
                block + (3 * blocks), stream, out TLanes d0, out TLanes d1, out TLanes d2, out TLanes d3);
            for (int round = 0; round < PhiloxBlocks.KeyCount; round += 2)
            {
                PhiloxBlocks.Round(ref a0, ref a1, ref a2, ref a3, keys + round);
                PhiloxBlocks.Round(ref b0, ref b1, ref b2, ref b3, keys + round);
                PhiloxBlocks.Round(ref c0, ref c1, ref c2, ref c3, keys + round);
                if (TLanes.Groups > 3)
                    PhiloxBlocks.Round(ref d0, ref d1, ref d2, ref d3, keys + round);
            }

            Drop(a0, a1, a2, a3, x + i, y + i, threshold, scale);
            Drop(b0, b1, b2, b3, x + i + group, y + i + group, threshold, scale);
            Drop(c0, c1, c2, c3, x + i + (2 * group), y + i + (2 * group), threshold, scale);
            if (TLanes.Groups > 3)
                Drop(d0, d1, d2, d3, x + i + (3 * group), y + i + (3 * group), threshold, scale);
        }

        for (; i < length; i += group, block += blocks)
        {
            PhiloxBlocks.Words(block, stream, keys, words);
            Drop(words, x + i, y + i, Math.Min(group, length - i), threshold, scale);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Drop<TLanes>(
        TLanes c0, TLanes c1, TLanes c2, TLanes c3, float* x, float* y, uint threshold, float scale)
        where TLanes : unmanaged, IPhiloxLanes<TLanes>
    {
        TLanes.Interleave(c0, c1, c2, c3, out TLanes first, out TLanes second);
        first.Drop(x, y, threshold, scale);
        second.Drop(x + (2 * TLanes.Blocks), y + (2 * TLanes.Blocks), threshold, scale);
    }

    private static void Drop(uint* words, float* x, float* y, int count, uint threshold, float scale)
    {
        for (int i = 0; i < count; i++)
            y[i] = words[i] >= threshold ? x[i] * scale : 0f;
    }

    private struct MaskJob : IJob
    {
        public float* X;
        public float* Y;
        public int Length;
        public ulong Seed;
        public ulong Stream;
        public ulong FirstWord;
        public uint Threshold;
        public float Scale;

        public readonly void Run(int chunk)
        {
            int first = chunk * ChunkLength, length = Math.Min(ChunkLength, Length - first);
            ulong word = FirstWord + (ulong)first;
            if (SimdWidth.Is512)
                Apply<Philox512>(X + first, Y + first, length, Seed, Stream, word, Threshold, Scale);
            else if (SimdWidth.Is256)
                Apply<Philox256>(X + first, Y + first, length, Seed, Stream, word, Threshold, Scale);
            else
                Apply<Philox128>(X + first, Y + first, length, Seed, Stream, word, Threshold, Scale);
        }
    }
}
