using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Kernels.Threads;

/// <summary>A job of numbered, independent chunks; plain data, so that it can lie on the caller's stack.</summary>
internal interface IJob
{
    /// <summary>Does chunk number <paramref name="chunk"/>.</summary>
    void Run(int chunk);
}

/// <summary>
/// Fork-join over background threads, without allocation. Each thread begins with a part of the chunks of its own, the
/// same share in every job that has chunks for all, so that what it wrote in one job is in its cache in the next (D113);
/// who has finished takes chunks from the end of another's part. So which thread does which chunk is left to chance:
/// every kernel must give the same bits whoever does it (D10, D11). One job runs at a time; a caller that finds the
/// workers busy, or that is itself inside a job, does its chunks alone. Idle workers spin for a fraction of a
/// millisecond, then park.
/// </summary>
public static unsafe class Workers
{
    private const int MaxCount = 256;
    private const int SpinsBeforeYield = 200;
    private static readonly long s_spinTicks = Stopwatch.Frequency / 2000;   // 0.5 ms, then park

    private static int s_count = Math.Min(Environment.ProcessorCount, MaxCount);
    private static int s_busy;
    private static Worker[] s_workers = [];

    // The job in progress. Written by the caller before it offers, read by workers after they accept.
    private static delegate*<void*, int, void> s_invoke;
    private static void* s_job;
    private static int s_threads;   // the caller and the workers that got an offer
    private static readonly Part[] s_parts = new Part[MaxCount];
    private static Exception? s_failure;

    /// <summary>
    /// How many threads a job may use, the caller included: 1 to 256, at first the number of processors. Results have
    /// the same bits for every value. May be changed at any time; holds from the next job on, in the whole process.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in 1 .. 256.</exception>
    public static int Count
    {
        get => Volatile.Read(ref s_count);
        set
        {
            if (value is < 1 or > MaxCount)
                Throw.OutOfRange(nameof(Count), value, $"1 to {MaxCount} threads");

            Volatile.Write(ref s_count, value);
        }
    }

    /// <summary>Does <paramref name="body"/> for 0 .. chunks-1, in any order, on any of the threads.</summary>
    /// <param name="chunks">Number of chunks.</param>
    /// <param name="body">What to do; keep it in a field if the call must not allocate.</param>
    /// <exception cref="Exception">Whatever <paramref name="body"/> threw first.</exception>
    public static void For(int chunks, Action<int> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        // The reference lies on this stack, where the collector finds and updates it, until Run returns.
        DelegateJob job = new() { Body = (void*)Unsafe.AsPointer(ref body) };
        Run(ref job, chunks);
        GC.KeepAlive(body);
    }

    /// <summary>Does all chunks of a job: on this thread where the job is too small to be worth another's
    /// start.</summary>
    internal static void Run<TJob>(ref TJob job, int chunks, bool isSmall)
        where TJob : unmanaged, IJob
    {
        if (isSmall)
        {
            for (int chunk = 0; chunk < chunks; chunk++)
                job.Run(chunk);
        }
        else
        {
            Run(ref job, chunks);
        }
    }

    /// <summary>Does all chunks of a job and returns when they are done.</summary>
    internal static void Run<TJob>(ref TJob job, int chunks)
        where TJob : unmanaged, IJob
    {
        int helpers = Math.Min(Count, chunks) - 1;
        if (helpers <= 0 || Interlocked.CompareExchange(ref s_busy, 1, 0) != 0)
        {
            for (int chunk = 0; chunk < chunks; chunk++)
                job.Run(chunk);

            return;
        }

        fixed (TJob* pointer = &job)
        {
            Share(pointer, &Invoke<TJob>, chunks, helpers);
        }
    }

    private static void Invoke<TJob>(void* job, int chunk)
        where TJob : unmanaged, IJob => ((TJob*)job)->Run(chunk);

    private static void Share(void* job, delegate*<void*, int, void> invoke, int chunks, int helpers)
    {
        Worker[] workers = Grow(helpers);
        helpers = Math.Min(helpers, workers.Length);
        s_invoke = invoke;
        s_job = job;
        s_threads = helpers + 1;
        for (int i = 0; i <= helpers; i++)
            s_parts[i].Set((int)((long)chunks * i / s_threads), (int)((long)chunks * (i + 1) / s_threads));

        for (int i = 0; i < helpers; i++)
            workers[i].Offer();

        DoChunks(0);
        for (int i = 0; i < helpers; i++)
            workers[i].Join();

        Exception? failure = s_failure;
        s_failure = null;
        Volatile.Write(ref s_busy, 0);
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>At least so many workers, or as many as the system lets start: the job is done with those.</summary>
    private static Worker[] Grow(int helpers)
    {
        try
        {
            while (s_workers.Length < helpers)
                s_workers = [.. s_workers, new Worker(s_workers.Length + 1)];
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
        }

        return s_workers;
    }

    /// <summary>A moment's wait for another thread; later moments leave the processor to it.</summary>
    /// <param name="spins">How many there were before.</param>
    internal static void Pause(int spins)
    {
        if (spins < SpinsBeforeYield)
            Thread.SpinWait(1);
        else
            Thread.Yield();
    }

    private static void DoChunks(int thread)
    {
        try
        {
            delegate*<void*, int, void> invoke = s_invoke;
            void* job = s_job;
            int threads = s_threads, chunk;
            while (s_parts[thread].Take(last: false, out chunk))
                invoke(job, chunk);

            for (int i = 1; i < threads; i++)
            {
                ref Part other = ref s_parts[(thread + i) % threads];
                while (other.Take(last: true, out chunk))
                    invoke(job, chunk);
            }
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref s_failure, failure, null);
            for (int i = 0; i < s_threads; i++)
                s_parts[i].Set(0, 0);   // the chunks not yet begun are given up
        }
    }

    /// <summary>A number on cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Padded
    {
        [FieldOffset(128)]
        public long Value;
    }

    /// <summary>A thread's chunks that are left, first .. end-1: it takes the first ones, others the last.</summary>
    private struct Part
    {
        private Padded _range;   // end in the upper half, first in the lower

        public void Set(int first, int end) => Volatile.Write(ref _range.Value, Range(first, end));

        public bool Take(bool last, out int chunk)
        {
            long range = Volatile.Read(ref _range.Value);
            while (true)
            {
                int first = First(range), end = End(range);
                chunk = last ? end - 1 : first;
                if (first >= end)
                    return false;

                long rest = last ? Range(first, end - 1) : Range(first + 1, end);
                long seen = Interlocked.CompareExchange(ref _range.Value, rest, range);
                if (seen == range)
                    return true;

                range = seen;
            }
        }

        private static long Range(int first, int end) => ((long)end << 32) | (uint)first;

        private static int First(long range) => (int)range;

        private static int End(long range) => (int)(range >> 32);
    }

    private struct DelegateJob : IJob
    {
        public void* Body;

        public readonly void Run(int chunk) => Unsafe.AsRef<Action<int>>(Body)(chunk);
    }

    private sealed class Worker
    {
        private const long Idle = 0, Parked = 1, Offered = 2, Running = 3;

        private readonly object _gate = new();
        private readonly int _number;   // from 1; the caller is 0
        private Padded _state;

        public Worker(int number)
        {
            _number = number;
            Thread thread = new(Work) { IsBackground = true, Name = $"Rnn worker {number}" };
            thread.Start();
        }

        public void Offer()
        {
            if (Interlocked.Exchange(ref _state.Value, Offered) == Parked)
            {
                lock (_gate)
                {
                    Monitor.Pulse(_gate);
                }
            }
        }

        /// <summary>Waits for the worker to end; takes the offer back if it has not even begun.</summary>
        public void Join()
        {
            if (Interlocked.CompareExchange(ref _state.Value, Idle, Offered) == Offered)
                return;

            for (int spins = 0; Volatile.Read(ref _state.Value) == Running; spins++)
                Pause(spins);
        }

        private void Work()
        {
            while (true)
            {
                long start = Stopwatch.GetTimestamp();
                for (int spins = 0; Volatile.Read(ref _state.Value) != Offered; spins++)
                {
                    Pause(spins);
                    if ((spins & 15) == 15 && Stopwatch.GetTimestamp() - start > s_spinTicks)
                    {
                        Park();
                        start = Stopwatch.GetTimestamp();
                        spins = 0;
                    }
                }

                if (Interlocked.CompareExchange(ref _state.Value, Running, Offered) == Offered)
                {
                    DoChunks(_number);
                    Volatile.Write(ref _state.Value, Idle);
                }
            }
        }

        private void Park()
        {
            lock (_gate)
            {
                if (Interlocked.CompareExchange(ref _state.Value, Parked, Idle) == Idle)
                {
                    while (Volatile.Read(ref _state.Value) == Parked)
                        Monitor.Wait(_gate);
                }
            }
        }
    }
}
