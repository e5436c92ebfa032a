using System.Collections.Generic;

namespace Rnn.Benchmarks.Peers.Comparing;

/// <summary>One of those that take turns.</summary>
/// <param name="Label">Its name in tables.</param>
/// <param name="Engine">Who.</param>
/// <param name="Work">What.</param>
/// <param name="Arguments">More arguments of its process.</param>
/// <param name="Environment">More environment variables of its process.</param>
internal sealed record Setting(string Label, string Engine, string Work, IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>What to type for it.</summary>
    public string CommandLine(int threads, string seconds)
    {
        List<string> words = [];
        foreach ((string name, string value) in Environment)
            words.Add($"{name}={value}");

        return string.Join(' ', [.. words, "Rnn.Benchmarks.Peers", .. Words(threads, seconds)]);
    }

    /// <summary>The arguments of its process.</summary>
    public string[] Words(int threads, string seconds) =>
        ["run", "--work", Work, "--engine", Engine, "--threads", $"{threads}", "--seconds", seconds, .. Arguments];
}
