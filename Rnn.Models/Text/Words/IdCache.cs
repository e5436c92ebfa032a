using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Rnn.Models.Text.Words;

/// <summary>
/// A long sequence of word ids and sentence ends: written forwards, then mapped in place, then read at any place by any
/// number of threads. A word has an id from 0, a sentence end is <see cref="WordCorpus.SentenceEnd"/>.
/// </summary>
internal abstract class IdCache : IDisposable
{
    private const int BlockEntries = 1 << 15;
    private const ulong Multiplier = 0x9E3779B97F4A7C15;   // 2^64 / golden ratio

    /// <summary>Entries written so far.</summary>
    public long Length { get; protected set; }

    /// <summary>The cache that the options ask for, empty.</summary>
    public static IdCache Create(WordCorpusOptions options) => options.Cache == CorpusCache.Memory
        ? new MemoryIdCache()
        : new FileIdCache(options.TemporaryFolder);

    /// <summary>Adds entries at the end.</summary>
    /// <param name="entries">Read.</param>
    public abstract void Append(ReadOnlySpan<int> entries);

    /// <summary>Copies entries out.</summary>
    /// <param name="start">The first one.</param>
    /// <param name="destination">Overwritten. start + its length is at most Length.</param>
    public abstract void Read(long start, Span<int> destination);

    /// <summary>
    /// Every id i becomes map[i]; those that become -1 go, and so does the end of a sentence that has none left. The
    /// rest moves up, since it can only become shorter.
    /// </summary>
    /// <param name="map">The new id of each id, or -1. Read.</param>
    /// <param name="cancellation">Looked at once a block.</param>
    /// <returns>Ids and sentence ends that are left, and a number that nearly surely differs for others.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]   // often called once: it should not start slowly
    public (long Words, long Sentences, ulong Fingerprint) Map(ReadOnlySpan<int> map, CancellationToken cancellation)
    {
        int[] block = new int[(int)Math.Min(BlockEntries, Length)];
        long written = 0, sentences = 0;
        ulong fingerprint = 0;
        int last = WordCorpus.SentenceEnd;
        for (long read = 0; read < Length; read += block.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<int> entries = block.AsSpan(0, (int)Math.Min(block.Length, Length - read));
            Read(read, entries);
            int kept = 0;
            for (int i = 0; i < entries.Length; i++)
            {
                int id = entries[i];
                if (id >= 0)
                {
                    int mapped = map[id];
                    entries[kept] = mapped;
                    kept += mapped >= 0 ? 1 : 0;   // no branch: which words are rare can't be predicted
                    last = mapped >= 0 ? mapped : last;
                }
                else if (last >= 0)
                {
                    entries[kept++] = WordCorpus.SentenceEnd;
                    last = WordCorpus.SentenceEnd;
                    sentences++;
                }
            }

            foreach (int entry in entries[..kept])
                fingerprint = BitOperations.RotateLeft((fingerprint ^ (uint)entry) * Multiplier, 29);

            Write(written, entries[..kept]);
            written += kept;
        }

        Truncate(written);
        return (written - sentences, sentences, fingerprint);
    }

    public abstract void Dispose();

    /// <summary>Overwrites entries that are there.</summary>
    protected abstract void Write(long start, ReadOnlySpan<int> entries);

    /// <summary>Forgets all entries from there on.</summary>
    protected abstract void Truncate(long length);
}
