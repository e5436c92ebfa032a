using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;
using Rnn.Benchmarks.Models;
using Rnn.Benchmarks.Peers.Engines;

namespace Rnn.Benchmarks.Peers;

/// <summary>What one process measured; printed as one line of JSON.</summary>
/// <param name="Work">Which work.</param>
/// <param name="Engine">Who did it.</param>
/// <param name="Threads">On how many threads.</param>
/// <param name="Seconds">Median per step.</param>
/// <param name="Steps">Steps measured.</param>
/// <param name="Loss">Of the last step; null where there is none.</param>
/// <param name="Flops">Operations of a step.</param>
/// <param name="Tokens">Tokens of a step, 0 where there are none.</param>
/// <param name="Bytes">Bytes read from cache in a step, where that is the limit.</param>
/// <param name="PeakBytes">Largest resident memory of the process; 0 where it isn't known.</param>
/// <param name="Version">Of the engine.</param>
/// <param name="Runtime">Of .NET.</param>
internal sealed record Child(string Work, string Engine, int Threads, double Seconds, long Steps, double? Loss,
    double Flops, double Tokens, double Bytes, long PeakBytes, string Version, string Runtime)
{
    private const double LongestWarmUp = 2;   // the JIT compiles anew what has run for a while

    /// <summary>Sets up, warms up, measures.</summary>
    public static Child Measure(string work, string engine, double seconds, EngineOptions options)
    {
        IWorkload workload = Engines.Engine.Create(engine, work, options);
        Timing timing = Timing.Measure(workload, Math.Min(seconds, LongestWarmUp), seconds);
        if (engine == Engines.Engine.Rnn && LoadedPeer() is { } peer)
            throw new InvalidOperationException($"Ours was measured with {peer} loaded.");

        Work what = Models.Work.Get(work);
        return new Child(work, engine, options.Threads, timing.Seconds, timing.Steps,
            double.IsNaN(workload.Loss) ? null : workload.Loss, what.Flops, what.Tokens, what.Bytes,
            PeakMemory(), Engines.Engine.Version(engine), RuntimeInformation.FrameworkDescription);
    }

    public string ToJson() => JsonSerializer.Serialize(this);

    public static Child FromJson(string line) => JsonSerializer.Deserialize<Child>(line)
        ?? throw new InvalidDataException("A measuring process printed nothing.");

    private static string? LoadedPeer() => AppDomain.CurrentDomain.GetAssemblies()
        .Select(assembly => assembly.GetName().Name)
        .FirstOrDefault(name => name is "TorchSharp" or "Microsoft.ML.OnnxRuntime" or "MathNet.Numerics");

    /// <summary>VmHWM of /proc/self/status, in bytes.</summary>
    private static long PeakMemory()
    {
        const string Status = "/proc/self/status";
        string? line = File.Exists(Status)
            ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            : null;
        return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]
            .Replace("VmHWM:", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
