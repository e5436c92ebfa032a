using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Rnn.Models.Sentiment;
using Rnn.Samples.Common;

namespace Rnn.Samples.Sentiment;

/// <summary>The models of a run, as one.</summary>
internal static class Models
{
    /// <summary>The folder of a language model inside that of its run.</summary>
    public const string Pretraining = "pretraining";

    private const string Parts = "seed-*", Refitted = "all-";

    private static readonly (string Name, string What)[] s_meanings =
    [
        (Baseline.FileName, "the linear classifier"),
        (Baseline.ShareFileName, "how much that counts beside the networks"),
        (ReliabilityPlot.FileName, "how often texts are what the classifiers say"),
        (Explanations.FileName, "texts with their words coloured"),
    ];

    /// <summary>Which models a command asks.</summary>
    public static ModelOption Option { get; } = new(Program.DefaultFolder);

    /// <summary>What a run writes.</summary>
    public static RunFiles Files { get; } =
        RunFiles.Usual.With([], Baseline.FileName, Baseline.ShareFileName, ReliabilityPlot.FileName, Explanations.FileName) with
        {
            Folders = [Parts, Pretraining, $"{Refitted}*"],
            Meanings = s_meanings,
        };

    /// <summary>The folder in a run's own of one of its models; null: the first is in the run's own.</summary>
    public static string? FolderOf(int index, ulong seed) => index == 0 ? null : FormattableString.Invariant($"seed-{seed}");

    /// <summary>The folder in a run's own where one of its models is trained once more, on all texts.</summary>
    public static string RefitFolderOf(ulong seed) => FormattableString.Invariant($"{Refitted}{seed}");

    /// <summary>All models of a run, if its folder was named or nothing; the one whose file was named; with the linear
    /// classifier beside them, if there is one.</summary>
    public static (SentimentEnsemble Together, Baseline? Baseline) Load(ParseResult parsed)
    {
        string file = Option.FileOf(parsed);
        IReadOnlyList<SentimentModel> networks = Networks(file, Option.IsFolder(parsed));
        Baseline? baseline = Baseline.Beside(file, networks[0].Classes.Count);
        return (baseline?.With(networks) ?? new SentimentEnsemble(networks), baseline);
    }

    // A model, and those of other seeds of its run.
    private static IReadOnlyList<SentimentModel> Networks(string file, bool withParts)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        string[] others = withParts
            ? [.. Directory.GetDirectories(folder, Parts).OrderBy(part => part.Length).ThenBy(part => part, StringComparer.Ordinal)
                .Select(part => Path.Combine(part, RunFiles.Model)).Where(File.Exists)]
            : [];
        return [SentimentModel.Load(file), .. others.Select(SentimentModel.Load)];
    }
}
