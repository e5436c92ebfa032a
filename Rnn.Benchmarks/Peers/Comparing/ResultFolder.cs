using System;
using System.IO;
using System.Text.RegularExpressions;

namespace Rnn.Benchmarks.Peers.Comparing;

/// <summary>
/// Where results lie: Rnn.Benchmarks/results/CPU. RNN_CPU names the folder if the processor's own name won't do,
/// RNN_RESULTS another place than Rnn.Benchmarks/results.
/// </summary>
internal static class ResultFolder
{
    public static string Find()
    {
        string results = Environment.GetEnvironmentVariable("RNN_RESULTS")
            ?? Path.Combine(Root(), "Rnn.Benchmarks", "results");
        string cpu = Environment.GetEnvironmentVariable("RNN_CPU") ?? Slug(Machine.Processor());
        return Directory.CreateDirectory(Path.Combine(results, cpu)).FullName;
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Rnn.sln")))
            folder = folder.Parent;

        return folder?.FullName ?? Directory.GetCurrentDirectory();
    }

    private static string Slug(string name) => Regex.Replace(name.ToLowerInvariant(), "[^a-z0-9]+", "-").Trim('-');
}
