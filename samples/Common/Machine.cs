using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;
using Rnn.Models.Training;

namespace Rnn.Samples.Common;

/// <summary>What a result was measured on.</summary>
public sealed record Machine(string Processor, int Cores, double MemoryGiB, string System, string Runtime, string Simd,
    int Threads, string Version)
{
    /// <summary>This machine and process.</summary>
    public static Machine Current() => new(
        ProcessorName(),
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        SimdInfo.Description,
        Workers.Count,
        typeof(TrainingOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion);

    private static string ProcessorName()
    {
        const string CpuInfo = "/proc/cpuinfo";
        string? line = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null
            ? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
                ?? RuntimeInformation.ProcessArchitecture.ToString()
            : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
