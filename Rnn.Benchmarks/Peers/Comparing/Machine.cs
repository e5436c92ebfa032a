using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace Rnn.Benchmarks.Peers.Comparing;

/// <summary>What was measured on.</summary>
internal static class Machine
{
    /// <summary>The processor's own name.</summary>
    public static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        string? line = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    /// <summary>Processor, hardware threads, memory, system.</summary>
    public static string Description() => $"{Processor()}, {Environment.ProcessorCount} hardware threads, " +
        $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30):F0} GiB, {System()}";

    private static string System()
    {
        const string Release = "/etc/os-release";
        string? line = File.Exists(Release)
            ? File.ReadLines(Release).FirstOrDefault(line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))
            : null;
        return line?["PRETTY_NAME=".Length..].Trim('"') ?? RuntimeInformation.OSDescription;
    }
}
