using System;
using System.Collections.Generic;
using System.Linq;

namespace Rnn.Samples.MutationCheck;

/// <summary>Finds out what becomes of mutants, one after the other, with processes of its own.</summary>
internal sealed class Judge : IDisposable
{
    private readonly CoreSources _sources;
    private readonly IReadOnlyList<Mutant> _mutants;
    private readonly HashSet<int> _switched;
    private readonly Sandbox _own, _alone;
    private readonly TestWorker _aloneWorker;

    /// <summary>Prepares its folders.</summary>
    /// <param name="sources">That mutants are compiled with which have no number.</param>
    /// <param name="mutants">Number n is that at n - 1.</param>
    /// <param name="all">The assembly with all those that have a number, and the numbers.</param>
    /// <param name="tests">The folder of Rnn.Tests.dll.</param>
    /// <param name="classes">The pattern of the classes of tests.</param>
    public Judge(CoreSources sources, IReadOnlyList<Mutant> mutants, (byte[] Assembly, HashSet<int> Numbers) all, string tests,
        string classes)
    {
        _sources = sources;
        _mutants = mutants;
        _switched = all.Numbers;
        _own = new Sandbox(tests);
        _own.Use(all.Assembly);
        _alone = new Sandbox(tests);
        Worker = new TestWorker(_own.Folder, classes);
        _aloneWorker = new TestWorker(_alone.Folder, classes);
    }

    /// <summary>Of the assembly with all mutants.</summary>
    public TestWorker Worker { get; }

    /// <summary>What becomes of a mutant.</summary>
    public MutantResult Find(int number, Coverage coverage)
    {
        Mutant mutant = _mutants[number - 1];
        if (_switched.Contains(number))
            return FindSwitched(number, mutant, coverage);

        if (_sources.Compile(mutant) is not { } core)
            return new MutantResult(mutant, Fate.NotCompiling, "");

        _aloneWorker.End();
        _alone.Use(core);
        return Decide(mutant, TestsAround(mutant, coverage), coverage, tests => Anew(_aloneWorker, 0, tests, isActiveFirst: false));
    }

    public void Dispose()
    {
        Worker.Dispose();
        _aloneWorker.Dispose();
        using (_own)
            _alone.Dispose();
    }

    private MutantResult FindSwitched(int number, Mutant mutant, Coverage coverage)
    {
        CoveringTest[] tests = coverage.Tests(mutant.File, [number]);
        if (tests.Length > 0)
        {
            bool isFresh = Worker.IsFresh;
            TestWorker.Verdict verdict = Worker.Try(number, Said(tests));

            // What an earlier mutant may have left behind is not held against this one.
            bool isDoubtful = verdict.Outcome == TestWorker.Outcome.KilledAndSpoilt
                || (verdict.Outcome == TestWorker.Outcome.Ended && !isFresh);
            MutantResult result = isDoubtful
                ? Decide(mutant, tests, coverage, left => Anew(Worker, number, left, isActiveFirst: false))
                : Result(mutant, verdict, tests, coverage);
            if (result.Fate != Fate.Survived || !mutant.IsOnce)
                return result;
        }

        // In a process where it is active from the first step on: what is computed only once was computed before.
        CoveringTest[] wide = [.. tests.Concat(TestsAround(mutant, coverage)).DistinctBy(test => test.Id)];
        MutantResult last = Decide(mutant, wide, coverage, left => Anew(Worker, number, left, isActiveFirst: true));
        Worker.End();
        return last;
    }

    private static TestWorker.Verdict Anew(TestWorker worker, int number, CoveringTest[] tests, bool isActiveFirst)
    {
        worker.End();
        return worker.Try(number, Said(tests), isActiveFirst);
    }

    // A test that fails without the mutant too, in a new process, says nothing and is left out.
    private MutantResult Decide(Mutant mutant, CoveringTest[] tests, Coverage coverage, Func<CoveringTest[], TestWorker.Verdict> attempt)
    {
        while (true)
        {
            TestWorker.Verdict verdict = attempt(tests);
            if (verdict.Outcome != TestWorker.Outcome.KilledAndSpoilt)
                return Result(mutant, verdict, tests, coverage);

            CoveringTest failed = Array.Find(tests, test => test.Id == verdict.Test)!;
            bool passesWithout = Anew(Worker, 0, [failed], isActiveFirst: false).Outcome == TestWorker.Outcome.Survived;
            if (passesWithout)
                return Result(mutant, verdict, tests, coverage);

            tests = [.. tests.Where(test => test.Id != failed.Id)];
        }
    }

    // Those that reach others of the same member; where none does, those named after the file or reaching others of it, or all.
    private CoveringTest[] TestsAround(Mutant mutant, Coverage coverage)
    {
        IEnumerable<int> numbers = _switched.Where(number => _mutants[number - 1].File == mutant.File);
        CoveringTest[] near = coverage.Tests(mutant.File, numbers.Where(number => _mutants[number - 1].Member == mutant.Member));
        if (near.Length > 0)
            return near;

        CoveringTest[] inFile = [.. coverage.Named(mutant.File).Concat(coverage.Tests(mutant.File, numbers)).DistinctBy(test => test.Id)];
        return inFile.Length > 0 ? inFile : coverage.Tests(mutant.File, Enumerable.Range(1, _mutants.Count));
    }

    private static MutantResult Result(Mutant mutant, TestWorker.Verdict verdict, CoveringTest[] tests, Coverage coverage)
    {
        switch (verdict.Outcome)
        {
            case TestWorker.Outcome.Survived:
                return new MutantResult(mutant, Fate.Survived, $"{tests.Length} tests pass");

            case TestWorker.Outcome.Ended:
                return new MutantResult(mutant, Fate.Stopped, verdict.Message);

            default:
                CoveringTest test = Array.Find(tests, test => test.Id == verdict.Test)!;
                coverage.Remember(mutant.File, test.Id);
                Fate fate = test.IsOfGradients ? Fate.KilledByGradient : Fate.KilledByTest;
                return new MutantResult(mutant, fate, $"{test.Name}: {verdict.Message}");
        }
    }

    private static IEnumerable<(string, TimeSpan)> Said(IEnumerable<CoveringTest> tests) => tests.Select(test => (test.Id, test.Limit));
}
