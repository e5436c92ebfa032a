using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Rnn.Samples.Common;

namespace Rnn.Samples.MutationCheck;

/// <summary>A test that passes.</summary>
/// <param name="Id">The same in every process.</param>
/// <param name="Name">As a person reads it.</param>
/// <param name="Seconds">It took.</param>
internal sealed record CoveringTest(string Id, string Name, double Seconds)
{
    private const double Patience = 20, Least = 20;   // a mutant may be slow; so is a process that has just begun

    /// <summary>Whether it compares gradients with differences of the loss.</summary>
    public bool IsOfGradients => Name.StartsWith("Rnn.Tests.Layers.", StringComparison.Ordinal)
        && Name.Contains("GradientTests.EveryDerivativeAgreesWithTheDoubleOracle(", StringComparison.Ordinal);

    /// <summary>After which it is taken to come to no end.</summary>
    public TimeSpan Limit => TimeSpan.FromSeconds(Least + Patience * Seconds);
}

/// <summary>Which tests reach which mutant.</summary>
internal sealed class Coverage
{
    private const int FirstGradients = 20;

    private readonly Dictionary<int, CoveringTest[]> _tests;
    private readonly CoveringTest[] _all;
    private readonly double _most;
    private readonly ConcurrentDictionary<string, string[]> _killers = new(StringComparer.Ordinal);

    private Coverage(CoveringTest[] all, Dictionary<int, CoveringTest[]> tests, double most)
    {
        _all = all;
        _most = most;
        _tests = tests;
    }

    /// <summary>Tests that pass without a mutant.</summary>
    public int Count => _all.Length;

    /// <summary>Runs all tests once.</summary>
    /// <param name="workers">Each runs its share.</param>
    /// <param name="limit">After which a test is stuck.</param>
    /// <param name="most">Seconds of the tests that try one mutant.</param>
    public static Coverage Measure(IReadOnlyList<TestWorker> workers, TimeSpan limit, double most)
    {
        List<(CoveringTest Test, int[] Numbers)> found = [];
        Parallel.For(0, workers.Count, new ParallelOptions { MaxDegreeOfParallelism = workers.Count }, share =>
        {
            foreach (string[] answer in workers[share].Cover(share, workers.Count, limit))
            {
                if (answer[0] != TestHost.Passes)
                {
                    Screen.Warn($"{answer[1]} fails without a mutant, and says nothing of any: {answer[2]}");
                    continue;
                }

                CoveringTest test = new(answer[1], answer[3], double.Parse(answer[2], CultureInfo.InvariantCulture));
                int[] numbers = [.. answer[4].Split(',', StringSplitOptions.RemoveEmptyEntries)
                    .Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
                lock (found)
                    found.Add((test, numbers));
            }
        });
        CoveringTest[] all = [.. found.Select(test => test.Test)];
        return new Coverage(all, found.SelectMany(test => test.Numbers.Select(number => (Number: number, test.Test)))
            .GroupBy(pair => pair.Number)
            .ToDictionary(tests => tests.Key, tests => tests.Select(pair => pair.Test).ToArray()), most);
    }

    /// <summary>Those that reach any of some mutants; first what has found others in the same file, then some gradient checks,
    /// then the quickest, as many as the time allows.</summary>
    public CoveringTest[] Tests(string file, IEnumerable<int> numbers)
    {
        CoveringTest[] all = [.. numbers.SelectMany(number => _tests.GetValueOrDefault(number) ?? [])
            .DistinctBy(test => test.Id).OrderBy(test => test.Seconds)];
        string[] killers = _killers.GetValueOrDefault(file) ?? [];
        HashSet<string> gradients = [.. all.Where(test => test.IsOfGradients).Take(FirstGradients).Select(test => test.Id)];
        double seconds = 0;
        return [.. all.OrderBy(test => Array.IndexOf(killers, test.Id) is >= 0 and int place ? place - killers.Length : 0)
            .ThenByDescending(test => gradients.Contains(test.Id))
            .TakeWhile(test => (seconds += test.Seconds) - test.Seconds < _most)];
    }

    /// <summary>Those of the class that is named after a file.</summary>
    public IEnumerable<CoveringTest> Named(string file) =>
        _all.Where(test => test.Name.Contains($".{Path.GetFileNameWithoutExtension(file)}Tests.", StringComparison.Ordinal));

    /// <summary>Remembers what has found a mutant of a file.</summary>
    public void Remember(string file, string test) =>
        _killers.AddOrUpdate(file, [test], (_, before) => [test, .. before.Where(other => other != test).Take(4)]);
}
