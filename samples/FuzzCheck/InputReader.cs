using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using Rnn.Tests.Fuzzing;
using Rnn.Tests.Infrastructure;

namespace Rnn.Samples.FuzzCheck;

/// <summary>The process that AFL++ gives inputs to: whatever leaves it is a fault.</summary>
internal static class InputReader
{
    private const int Numbers = 64;   // of options of reading
    private const int MapSize = 1 << 16;

    /// <summary>Reads inputs until AFL++ ends.</summary>
    /// <param name="name">The target's, as a folder has it.</param>
    public static unsafe void Run(string name)
    {
        // Instrumented code writes to memory that AFL++ shares with it. Until there is some it writes here: what is made,
        // loaded and compiled once is not an input's. By name: what names it itself is taken to be instrumented.
        Type trace = Type.GetType("SharpFuzz.Common.Trace, SharpFuzz.Common", throwOnError: true)!;
        trace.GetField("SharedMem")!.SetValue(null, Pointer.Box(NativeMemory.AllocZeroed(MapSize), typeof(byte*)));
        FuzzTarget target = FuzzTargets.All().First(target => Program.NameOf(target) == name);
        using TemporaryFolder folder = new();
        foreach (byte[] seed in target.Seeds)
        {
            for (int number = 0; number < Numbers; number++)
                Read(target, new FuzzInput(seed, number, folder.Path));
        }

        SharpFuzz.Fuzzer.OutOfProcess.Run(stream =>
        {
            using MemoryStream copy = new();
            stream.CopyTo(copy);
            byte[] bytes = copy.ToArray();
            FuzzInput input = new(bytes, Number(bytes), folder.Path);
            long most = target.MostBytes(bytes.Length);
            if (Read(target, input) > most && Read(target, input) is long taken && taken > most)
                throw new InsufficientMemoryException($"{taken} bytes were allocated for an input of {bytes.Length}.");
        });
    }

    // The same option for the same input, whenever it comes.
    private static int Number(byte[] bytes)
    {
        uint hash = 2166136261;
        foreach (byte b in bytes)
            hash = (hash ^ b) * 16777619;

        return (int)(hash % Numbers);
    }

    // Bytes that reading allocates; an exception that isn't documented passes.
    private static long Read(FuzzTarget target, FuzzInput input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Read(input);
        }
        catch (Exception e) when (target.IsDocumented(e) && !string.IsNullOrWhiteSpace(e.Message))
        {
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
