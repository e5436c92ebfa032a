using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Kernels.RandomNumbers;

/// <summary>
/// Philox 4x32-10: a counter-based random generator. Word number n of stream s under seed k is a pure function of
/// (k, s, n), so any worker can draw its own part and a checkpoint stores two numbers (<see cref="Position"/> and the
/// seed): design decisions D14, D20. A value type: pass it by reference, a copy repeats the same draws.
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
/// </summary>
public struct Philox
{
    internal const uint Multiplier0 = 0xD2511F53;
    internal const uint Multiplier1 = 0xCD9E8D57;
    internal const uint Weyl0 = 0x9E3779B9;
    internal const uint Weyl1 = 0xBB67AE85;
    internal const int Rounds = 10;

    private const float Quantum = 1f / (1 << 24);
    private const int WordsAtOnce = 256;

    private (uint A, uint B, uint C, uint D) _block;
    private ulong _blockNumber;
    private bool _hasBlock;

    /// <summary>The generator of one stream, at its first word.</summary>
    /// <param name="seed">The key: what the user chose.</param>
    /// <param name="stream">Which independent sequence under that seed: one per purpose.</param>
    public Philox(ulong seed, ulong stream = 0)
    {
        Seed = seed;
        Stream = stream;
    }

    /// <summary>The key.</summary>
    public ulong Seed { get; }

    /// <summary>The sequence under that key.</summary>
    public ulong Stream { get; }

    /// <summary>How many 32-bit words have been drawn. Setting it moves there at no cost.</summary>
    public ulong Position { get; set; }

    /// <summary>The next 32 random bits.</summary>
    public uint NextUInt32()
    {
        ulong number = Position >> 2;
        if (!_hasBlock || number != _blockNumber)
        {
            _block = Block((uint)number, (uint)(number >> 32), (uint)Stream, (uint)(Stream >> 32),
                (uint)Seed, (uint)(Seed >> 32));
            _blockNumber = number;
            _hasBlock = true;
        }

        uint lane = (uint)Position & 3;
        Position++;
        return lane switch { 0 => _block.A, 1 => _block.B, 2 => _block.C, _ => _block.D };
    }

    /// <summary>The next 64 random bits: two words, the first one low.</summary>
    public ulong NextUInt64()
    {
        ulong low = NextUInt32();
        return low | ((ulong)NextUInt32() << 32);
    }

    /// <summary>Uniform in [0, 1), 24 bits.</summary>
    public float NextSingle() => (NextUInt32() >> 8) * Quantum;

    /// <summary>Many numbers, the same as from as many calls of <see cref="NextSingle"/>, but faster.</summary>
    /// <param name="destination">Any length. Overwritten.</param>
    [SkipLocalsInit]
    public void NextSingles(Span<float> destination)
    {
        Span<uint> words = stackalloc uint[WordsAtOnce];
        while (!destination.IsEmpty)
        {
            int count = Math.Min(words.Length, destination.Length);
            PhiloxWords.Fill(words[..count], Seed, Stream, Position);
            for (int i = 0; i < count; i++)
                destination[i] = (int)(words[i] >> 8) * Quantum;

            Position += (ulong)count;
            destination = destination[count..];
        }
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>Uniform in 0 .. limit-1, without bias (Lemire's multiplication with rejection).</summary>
    /// <param name="limit">More than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is 0 or less.</exception>
    public int NextInt32(int limit)
    {
        if (limit <= 0)
            Throw.NotPositive(nameof(limit), limit);

        ulong product = (ulong)NextUInt32() * (uint)limit;
        if ((uint)product < (uint)limit)
        {
            uint threshold = (uint)(-limit) % (uint)limit;
            while ((uint)product < threshold)
                product = (ulong)NextUInt32() * (uint)limit;
        }

        return (int)(product >> 32);
    }

    /// <summary>Standard normal (Box-Muller; the second value of the pair is dropped to keep the state two
    /// numbers).</summary>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2.0 * Math.Log(1.0 - NextDouble()));   // 1 - u is in (0, 1]: a finite logarithm
        return radius * Math.Cos(2.0 * Math.PI * NextDouble());
    }

    /// <summary>The Philox 4x32-10 function: four random words from a counter and a key.</summary>
    internal static (uint A, uint B, uint C, uint D) Block(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)Multiplier0 * c0;
            ulong p1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>Mixes values: every order is equally probable. Source: Fisher and Yates, in Durstenfeld's order.</summary>
    /// <param name="values">Any number of them. Overwritten with themselves in another order.</param>
    public void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
