using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Samples.Common;

/// <summary>What every sample's Main does around its lesson; the commands get it to know how they were started and
/// whether they were interrupted.</summary>
public sealed class SampleApp
{
    /// <summary>The exit code of a run that failed.</summary>
    public const int Failed = 1;

    /// <summary>The exit code of a command line that makes no sense.</summary>
    public const int WrongUsage = 2;

    private SampleApp(string[] arguments, Interruption interruption)
    {
        Arguments = arguments;
        Interruption = interruption;
    }

    /// <summary>The option of the number of threads, of every command.</summary>
    internal static Option<int?> Threads { get; } = CreateThreads();

    /// <summary>As given to Main.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>The signals that ask this process to end.</summary>
    public Interruption Interruption { get; }

    /// <summary>The command that started this process, as text.</summary>
    public string Command => CommandText.Of(Arguments);

    /// <summary>The vectors of the processor, and the threads in use: "AVX2, 256 bits, 2 threads".</summary>
    public static string Processor => $"{SimdInfo.Description}, {Counted(Workers.Count, "thread")}";

    /// <summary>"1 thread", "2 threads".</summary>
    public static string Counted(long count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    /// <summary>
    /// Runs a command line in the invariant culture: 0 is done, 1 failed, 2 wrong usage; an interrupted run returns its
    /// own. What went wrong is one sentence on the error stream.
    /// </summary>
    /// <param name="args">As given to Main.</param>
    /// <param name="create">Makes the commands and their options.</param>
    /// <param name="names">The library's options that its messages name in brackets, and what they are here.</param>
    public static int Run(string[] args, Func<SampleApp, RootCommand> create,
        params (string Library, string Here)[] names)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        using Interruption interruption = new();
        try
        {
            return Run(create(new SampleApp(args, interruption)), args);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return interruption.ExitCode;
        }
        catch (Exception e)
        {
            Screen.Warn(ErrorMessage.Of(e, names));
            return Failed;
        }
    }

    private static int Run(RootCommand root, string[] args)
    {
        // A value may begin with @, which would otherwise name a file of arguments.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (UsageErrors.Of(parsed) is { } error)
        {
            Screen.Warn($"{error} See --help.");
            return WrongUsage;
        }

        if (parsed.Errors.Count == 0)   // else this is help
            Workers.Count = parsed.GetValue(Threads) ?? Workers.Count;

        return parsed.Invoke(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,   // Interruption does it
        });
    }

    private static Option<int?> CreateThreads()
    {
        Option<int?> threads = TypedOptions.Whole("--threads",
            "Threads [default: all processors]. The results have the same bits for any number.", 1, 256);
        threads.Recursive = true;
        return threads;
    }
}
