using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.IO.Enumeration;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;
using Xunit.Runner.Common;
using Xunit.Sdk;
using Xunit.v3;

namespace Rnn.Samples.MutationCheck;

/// <summary>
/// The tests in a process of their own, beside an assembly with mutants: another process says on the standard input which
/// mutant is active and which tests to run, and reads what came of it from the standard output. A test that doesn't come to an
/// end ends the process.
/// </summary>
internal sealed class TestHost : IDisposable
{
    /// <summary>The environment variable that says which mutant is active from the beginning on.</summary>
    public const string Active = "RNN_ACTIVE_MUTANT";

    /// <summary>The first argument of such a process; the pattern of the classes is the second.</summary>
    public const string Argument = "run-tests-in-this-process";

    /// <summary>A command: runs every n-th test from a number on, and tells which mutants each of them reaches.</summary>
    public const string Cover = "cover";

    /// <summary>A command: runs tests with a mutant until one fails.</summary>
    public const string Try = "try";

    /// <summary>An answer: how many tests there are.</summary>
    public const string Ready = "ready";

    /// <summary>An answer: a test passes without mutants, in so many seconds, and reaches these.</summary>
    public const string Passes = "passes";

    /// <summary>An answer: a test fails without mutants; its name, and what it said.</summary>
    public const string Fails = "fails";

    /// <summary>An answer: a test failed with the mutant; whether it passes without; what it said.</summary>
    public const string Killed = "killed";

    /// <summary>An answer: no test failed.</summary>
    public const string Survived = "survived";

    /// <summary>An answer: a test doesn't come to an end; the last one.</summary>
    public const string Stuck = "stuck";

    /// <summary>An answer: nothing more comes.</summary>
    public const string Done = "done";

    /// <summary>Between the parts of a command and of an answer.</summary>
    public const char Separator = '\t';

    private const int LongestMessage = 160;

    // Of samples, of this repository's texts, and of readers: none is about the mutants' rooms, and all are slow.
    private static readonly string[] s_left = ["Architecture", "Samples", "Benchmarks", "Fuzzing"];

    private readonly TextWriter _answers;
    private readonly ITestFrameworkExecutor _executor;
    private readonly ITestFrameworkExecutionOptions _options = TestFrameworkOptions.Empty();
    private readonly (string Id, ITestCase Test)[] _tests;
    private readonly Dictionary<string, ITestCase> _byId;
    private readonly FieldInfo? _active;   // null: the assembly holds one mutant
    private readonly byte[] _reached;
    private readonly Timer _watch;

    private TestHost(TextWriter answers, ITestFrameworkExecutor executor, IEnumerable<ITestCase> tests)
    {
        _answers = answers;
        _executor = executor;
        _options.SetParallelMode(ParallelMode.None);
        _options.SetSynchronousMessageReporting(true);
        _tests = [.. tests.GroupBy(test => test.TestCaseDisplayName)
            .SelectMany(same => same.Select((test, place) => (Id: Id(same.Key, place), Test: test)))
            .OrderBy(test => test.Id, StringComparer.Ordinal)];
        _byId = _tests.ToDictionary(test => test.Id, test => test.Test);
        Type? asked = typeof(Core.Tensors.Shape).Assembly.GetType("Rnn.Core.MutationSwitch");
        _active = asked?.GetField("Active");
        _reached = (byte[])(asked?.GetField("Reached")?.GetValue(null) ?? Array.Empty<byte>());
        _watch = new Timer(_ => EndThis());
    }

    /// <summary>Runs in this process until the input ends.</summary>
    public static async Task<int> Run(string classes)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        TextWriter answers = Console.Out;

        // Ctrl-C in a terminal is for the process that asks, which ends this one or lets it finish.
        using PosixSignalRegistration deaf = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        Console.SetOut(TextWriter.Null);
        string folder = AppContext.BaseDirectory;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Combine(folder, name.Name + ".dll") is { } path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        Assembly assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(folder, "Rnn.Tests.dll"));
        TestContext.SetForInitialization(null, false, false);
        ITestFramework framework = RegisteredEngineConfig.GetTestFramework(assembly, null);
        ITestFrameworkDiscoveryOptions options = TestFrameworkOptions.Empty();
        options.SetPreEnumerateTheories(true);
        List<ITestCase> tests = [];
        await framework.GetDiscoverer(assembly).Find(
            test =>
            {
                if (IsIn(test, classes))
                    tests.Add(test);

                return ValueTask.FromResult(true);
            }, options, null, null);
        using TestHost host = new(answers, framework.GetExecutor(assembly), tests);
        await host.Serve();
        return 0;
    }

    public void Dispose() => _watch.Dispose();

    // The same in every process: xunit's own depends on the folder.
    private static string Id(string name, int place) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{place}")), 0, 8);

    private static bool IsIn(ITestCase test, string classes)
    {
        string name = test.TestClassName ?? "";
        string[] parts = name.Split('.');
        return FileSystemName.MatchesSimpleExpression(classes, name) && !(parts.Length > 2 && s_left.Contains(parts[2]));
    }

    private async Task Serve()
    {
        Answer(Ready, _tests.Length);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            string[] parts = line.Split(Separator);
            if (parts[0] == Cover)
                await CoverAll(Number(parts[1]), Number(parts[2]), Number(parts[3]));
            else
                await TryAll(Number(parts[1]), parts[2..]);

            Answer(Done);
        }
    }

    // Tests that fail or are skipped without any mutant say nothing of one.
    private async Task CoverAll(int first, int step, int limit)
    {
        for (int n = first; n < _tests.Length; n += step)
        {
            Array.Clear(_reached);
            long start = Stopwatch.GetTimestamp();
            (string id, ITestCase test) = _tests[n];
            string? failure = await Failure(test, limit);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            string name = test.TestCaseDisplayName.ReplaceLineEndings(" ").Replace(Separator, ' ');
            if (failure is "")
            {
                IEnumerable<int> reached = Enumerable.Range(0, _reached.Length).Where(number => _reached[number] != 0);
                Answer(Passes, id, seconds, name, string.Join(',', reached));
            }
            else if (failure is not null)
            {
                Answer(Fails, name, failure);
            }
        }
    }

    // A test is said as its name and the milliseconds that it may take.
    private async Task TryAll(int mutant, string[] tests)
    {
        _active?.SetValue(null, mutant);
        foreach (string said in tests)
        {
            string[] parts = said.Split(':');
            string? failure = _byId.TryGetValue(parts[0], out ITestCase? test) ? await Failure(test, Number(parts[1])) : "not discovered";
            // What fails once only, as a test of drawn cases may, shows nothing.
            if (failure is "" or null || (test is not null && await Failure(test, Number(parts[1])) is "" or null))
                continue;

            _active?.SetValue(null, 0);
            bool isSound = test is not null && await Failure(test, Number(parts[1])) is "";
            Answer(Killed, parts[0], isSound ? 1 : 0, failure);
            return;
        }

        _active?.SetValue(null, 0);
        Answer(Survived);
    }

    // What a test says that failed; empty: it passed; null: it was skipped.
    private async Task<string?> Failure(ITestCase test, int limit)
    {
        _watch.Change(limit, Timeout.Infinite);
        ResultSink sink = new();
        await _executor.RunTestCases([test], sink, _options, null);
        _watch.Change(Timeout.Infinite, Timeout.Infinite);
        return sink.Failure ?? (sink.HasPassed ? "" : null);
    }

    private void EndThis()
    {
        Answer(Stuck);
        Process.GetCurrentProcess().Kill();
    }

    private void Answer(params ReadOnlySpan<object> parts)
    {
        string line = string.Join(Separator, parts.ToArray().Select(part => Convert.ToString(part, CultureInfo.InvariantCulture)));
        lock (_answers)
        {
            _answers.WriteLine(line);
            _answers.Flush();
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private sealed class ResultSink : IMessageSink
    {
        public string? Failure { get; private set; }

        public bool HasPassed { get; private set; }

        public bool OnMessage(IMessageSinkMessage message)
        {
            HasPassed |= message is ITestPassed;
            if (message is not IErrorMetadata error || Failure is not null)
                return true;

            string text = string.Join(' ', $"{error.ExceptionTypes.FirstOrDefault()}: {error.Messages.FirstOrDefault()}"
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            Failure = text.Length <= LongestMessage ? text : text[..LongestMessage];
            return true;
        }
    }
}
