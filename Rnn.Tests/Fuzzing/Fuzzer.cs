using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using Rnn.Tests.Infrastructure;

namespace Rnn.Tests.Fuzzing;

/// <summary>
/// Hands damaged inputs to a reader, and collects what it does that its documentation doesn't say: another exception, more
/// memory than the input accounts for, no end. Each kind of fault is kept once, with the input that led to it.
/// </summary>
internal sealed class Fuzzer(FuzzTarget target)
{
    private const int MostFaults = 8;
    private const int LongestShown = 4000;
    private const int MostOptions = 100;

    // Of one input, on a machine that does other things too: none needs a hundredth of it.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, string> _faults = new(StringComparer.Ordinal);
    private long _current = -1, _since;

    /// <summary>Inputs that were read as if nothing were wrong.</summary>
    public int Accepted { get; private set; }

    /// <summary>The most bytes allocated beyond the factor for each byte of the input.</summary>
    public long MostMemory { get; private set; }

    /// <summary>The slowest input.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>Reads all seeds, which must be accepted, and then so many damaged inputs.</summary>
    /// <returns>The faults; none is what is wanted.</returns>
    public IReadOnlyCollection<string> Run(int count)
    {
        using TemporaryFolder folder = new();
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                foreach (byte[] seed in target.Seeds)
                    Accept(seed, folder.Path);   // what is loaded and compiled once is not an input's

                for (int i = 0; i < count && _faults.Count < MostFaults; i++)
                    Try(i, folder.Path);
            }
            catch (Exception e)
            {
                failure = e;
            }
        })
        { IsBackground = true };
        thread.Start();
        while (!thread.Join(TimeSpan.FromSeconds(1)))
        {
            long current = Volatile.Read(ref _current);
            if (current >= 0 && Stopwatch.GetElapsedTime(Volatile.Read(ref _since)) > s_patience)
                return [$"{target.Name}, input {current}: it doesn't end.\n{Shown(target.Input((int)current))}"];
        }

        return failure is null ? _faults.Values : throw new InvalidOperationException(
            $"{target.Name}: a seed isn't read, or no input can be drawn.", failure);
    }

    // Under one of the options at least a seed is read.
    private void Accept(byte[] seed, string folder)
    {
        for (int number = 0; ; number++)
        {
            try
            {
                target.Read(new FuzzInput(seed, number, folder));
                return;
            }
            catch (Exception e) when (target.IsDocumented(e) && number < MostOptions)
            {
            }
        }
    }

    private void Try(int number, string folder)
    {
        FuzzInput input = new(target.Input(number), number, folder);
        Volatile.Write(ref _since, Stopwatch.GetTimestamp());
        Volatile.Write(ref _current, number);
        long most = target.MostBytes(input.Bytes.Length), bytes = Read(input, out bool isAccepted);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_since);
        Accepted += isAccepted ? 1 : 0;
        if (bytes > most)
            bytes = Read(input, out _);   // what is made once, such as the text of an exception, is there now

        if (bytes > most)
            Add("memory", input, string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes were allocated"));

        MostMemory = Math.Max(MostMemory, bytes - (target.Factor * input.Bytes.Length));
        Slowest = elapsed > Slowest ? elapsed : Slowest;
    }

    // Bytes that reading allocates.
    private long Read(FuzzInput input, out bool isAccepted)
    {
        isAccepted = false;
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Read(input);
            isAccepted = true;
        }
        catch (Exception e) when (target.IsDocumented(e))
        {
            if (string.IsNullOrWhiteSpace(e.Message))
                Add("no message", input, e.ToString());
        }
        catch (Exception e)
        {
            string place = e.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Rnn.", StringComparison.Ordinal)) ?? "";
            Add($"{e.GetType().Name}{place}", input, e.ToString());
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private void Add(string kind, FuzzInput input, string what) => _faults.TryAdd(kind,
        $"{target.Name}, input {input.Number} of {input.Bytes.Length} bytes: {what}\n{Shown(input.Bytes)}");

    private static string Shown(byte[] input) => input.Length <= LongestShown ? Convert.ToBase64String(input) : "";
}
