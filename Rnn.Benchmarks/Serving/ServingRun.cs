using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;

namespace Rnn.Benchmarks.Serving;

/// <summary>Requests answered by so many threads at once, each taking the next as soon as it is free.</summary>
internal sealed class ServingRun(int concurrency, Func<int, string> answer)
{
    private readonly Lock _gate = new();
    private readonly List<double> _latencies = [];

    /// <summary>Threads that answer at once.</summary>
    public int Concurrency { get; } = concurrency;

    /// <summary>Seconds of each request, from when a thread took it.</summary>
    public IReadOnlyList<double> Latencies => _latencies;

    /// <summary>Seconds, all rounds together.</summary>
    public double Seconds { get; private set; }

    /// <summary>Bytes that the answering threads allocated.</summary>
    public long Allocated { get; private set; }

    /// <summary>Full collections meanwhile.</summary>
    public int FullCollections { get; private set; }

    /// <summary>Answers requests first .. first+count-1.</summary>
    /// <exception cref="InvalidDataException">An answer is not the expected one.</exception>
    public void Round(int first, int count, IReadOnlyList<string> expected)
    {
        int next = first - 1, wrong = 0;
        using Barrier start = new(Concurrency + 1);
        Thread[] threads = new Thread[Concurrency];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(Serve);
            threads[i].Start();
        }

        start.SignalAndWait();
        int collections = GC.CollectionCount(GC.MaxGeneration);
        long began = Stopwatch.GetTimestamp();
        Array.ForEach(threads, thread => thread.Join());
        Seconds += Stopwatch.GetElapsedTime(began).TotalSeconds;
        FullCollections += GC.CollectionCount(GC.MaxGeneration) - collections;
        if (wrong > 0)
            throw new InvalidDataException($"{wrong} of {count} answers are not those of one thread alone.");

        void Serve()
        {
            List<double> latencies = new(count);
            long allocated = 0;
            answer(first);   // a thread's first product takes room that it keeps
            start.SignalAndWait();
            for (int request; (request = Interlocked.Increment(ref next)) < first + count;)
            {
                long before = GC.GetAllocatedBytesForCurrentThread(), taken = Stopwatch.GetTimestamp();
                string text = answer(request);
                latencies.Add(Stopwatch.GetElapsedTime(taken).TotalSeconds);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                if (text != expected[request])
                    Interlocked.Increment(ref wrong);
            }

            lock (_gate)
            {
                _latencies.AddRange(latencies);
                Allocated += allocated;
            }
        }
    }
}
