using System;

namespace Rnn.Core.Kernels.Threads;

/// <summary>A job of numbered, independent chunks, each of which gives a number to be summed.</summary>
internal interface ISumJob
{
    /// <summary>Does chunk number <paramref name="chunk"/> and returns its sum.</summary>
    double Run(int chunk);
}

/// <summary>
/// The sum of all chunks' numbers, added to 0 in ascending order whoever computed them: the same bits for any number of
/// threads (D11). Nothing is allocated.
/// </summary>
internal static unsafe class OrderedSum
{
    private const int ChunksPerRound = 1024;   // partial sums on the stack, 8 KB
    private const long SmallestShared = 1 << 15;

    /// <summary>Does all chunks; on this thread alone if there is little to do.</summary>
    /// <param name="job">What to do.</param>
    /// <param name="chunks">Number of chunks.</param>
    /// <param name="elements">Floats that are read, which tells whether sharing pays.</param>
    public static double Run<TJob>(TJob job, int chunks, long elements)
        where TJob : unmanaged, ISumJob
    {
        double sum = 0;
        if (elements < SmallestShared)
        {
            for (int chunk = 0; chunk < chunks; chunk++)
                sum += job.Run(chunk);

            return sum;
        }

        double* partial = stackalloc double[ChunksPerRound];
        for (int first = 0; first < chunks; first += ChunksPerRound)
        {
            int count = Math.Min(ChunksPerRound, chunks - first);
            Round<TJob> round = new() { Job = &job, First = first, Partial = partial };
            Workers.Run(ref round, count);
            for (int i = 0; i < count; i++)
                sum += partial[i];
        }

        return sum;
    }

    private struct Round<TJob> : IJob
        where TJob : unmanaged, ISumJob
    {
        public TJob* Job;
        public int First;
        public double* Partial;

        public readonly void Run(int chunk) => Partial[chunk] = Job->Run(First + chunk);
    }
}
