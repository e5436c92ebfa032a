using System.Runtime.CompilerServices;

namespace Rnn.Core.Kernels.RandomNumbers;

/// <summary>Philox 4x32-10 on several blocks side by side, for <see cref="DropoutMask"/> and
/// <see cref="PhiloxWords"/>.</summary>
internal static unsafe class PhiloxBlocks
{
    /// <summary>How many vectors <see cref="Keys"/> writes.</summary>
    public const int KeyCount = 2 * Philox.Rounds;

    /// <summary>The keys of all rounds, each in every lane.</summary>
    /// <param name="keys">[KeyCount], aligned: a key across two cache lines costs a second load a round.
    /// Overwritten.</param>
    /// <param name="seed">The key of the first round.</param>
    public static void Keys<TLanes>(TLanes* keys, ulong seed)
        where TLanes : unmanaged, IPhiloxLanes<TLanes>
    {
        uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
        for (int round = 0; round < KeyCount; round += 2)
        {
            keys[round] = TLanes.Create(k0);
            keys[round + 1] = TLanes.Create(k1);
            k0 += Philox.Weyl0;
            k1 += Philox.Weyl1;
        }
    }

    /// <summary>The counters of blocks block, block + 1 ..</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Start<TLanes>(
        ulong block, ulong stream, out TLanes c0, out TLanes c1, out TLanes c2, out TLanes c3)
        where TLanes : unmanaged, IPhiloxLanes<TLanes>
    {
        c0 = TLanes.Numbers(block);
        c1 = TLanes.HighHalf(c0);
        c2 = TLanes.Create(stream);
        c3 = TLanes.Create(stream >> 32);
    }

    /// <summary>One round.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Round<TLanes>(ref TLanes c0, ref TLanes c1, ref TLanes c2, ref TLanes c3, TLanes* keys)
        where TLanes : unmanaged, IPhiloxLanes<TLanes>
    {
        TLanes p0 = TLanes.MultiplyLow(c0, TLanes.Create(Philox.Multiplier0));
        TLanes p1 = TLanes.MultiplyLow(c2, TLanes.Create(Philox.Multiplier1));
        c0 = TLanes.Xor(TLanes.HighHalf(p1), c1, keys[0]);
        c1 = p1;
        c2 = TLanes.Xor(TLanes.HighHalf(p0), c3, keys[1]);
        c3 = p0;
    }

    /// <summary>4*Blocks words, in the order of the stream.</summary>
    public static void Words<TLanes>(ulong block, ulong stream, TLanes* keys, uint* words)
        where TLanes : unmanaged, IPhiloxLanes<TLanes>
    {
        Start(block, stream, out TLanes c0, out TLanes c1, out TLanes c2, out TLanes c3);
        for (int round = 0; round < KeyCount; round += 2)
            Round(ref c0, ref c1, ref c2, ref c3, keys + round);

        Store(c0, c1, c2, c3, words);
    }

    /// <summary>Writes 4*Blocks words, in the order of the stream.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(TLanes c0, TLanes c1, TLanes c2, TLanes c3, uint* words)
        where TLanes : unmanaged, IPhiloxLanes<TLanes>
    {
        TLanes.Interleave(c0, c1, c2, c3, out TLanes first, out TLanes second);
        first.Store(words);
        second.Store(words + (2 * TLanes.Blocks));
    }
}
