using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Rnn.Samples.Common;

/// <summary>The names of the files that a run writes.</summary>
/// <param name="Main">Those that hold what was learnt: a folder with one of them holds a run.</param>
/// <param name="Others">By-products, which may be patterns.</param>
public sealed record RunFiles(IReadOnlyList<string> Main, IReadOnlyList<string> Others)
{
    /// <summary>Patterns of folders inside, those of a run's parts.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>What a sample's own files are, for people.</summary>
    public IReadOnlyList<(string Name, string What)> Meanings { get; init; } = [];

    /// <summary>What the files of every sample are called.</summary>
    public const string Model = "model.safetensors", Checkpoint = "checkpoint.safetensors", LossTable = "loss.csv",
        Picture = "loss.png", Summary = "summary.json";

    /// <summary>Those of every sample.</summary>
    public static RunFiles Usual { get; } = new([Model, Checkpoint],
        [LossTable, LossTable + ".damaged", Picture, Summary, Checkpoint + ".previous"]);

    /// <summary>What each of them is, for people.</summary>
    public static IReadOnlyList<(string Name, string What)> Meaning { get; } =
    [
        (Model, "the model of the best measurement"),
        (Checkpoint, "all that --resume needs"),
        (LossTable, "every step"),
        (Picture, "the losses as a picture"),
        (Summary, "settings, machine and results"),
    ];

    /// <summary>These and a sample's own.</summary>
    public RunFiles With(IEnumerable<string> main, params IEnumerable<string> others) =>
        new([.. Main, .. main], [.. Others, .. others]);

    /// <summary>The main files that are in a folder. (What a link points to counts: a device is no file.)</summary>
    public IReadOnlyList<string> In(string folder) =>
        [.. Main.Where(name => HoldsSomething(Path.Combine(folder, name)))];

    /// <summary>All files of a run that are in a folder.</summary>
    public IReadOnlyList<string> AllIn(string folder) =>
    [
        .. Main.Concat(Others).SelectMany(name => Directory.EnumerateFiles(folder, name)).Distinct()
            .Where(HoldsSomething),
    ];

    /// <summary>All folders of a run's parts that are in a folder.</summary>
    public IReadOnlyList<string> FoldersIn(string folder) =>
        [.. Folders.SelectMany(name => Directory.EnumerateDirectories(folder, name)).Distinct()];

    private static bool HoldsSomething(string path)
    {
        FileInfo file = new(path);
        FileSystemInfo? target = file.Exists ? file.ResolveLinkTarget(returnFinalTarget: true) ?? file : null;
        return target is FileInfo { Exists: true, Length: > 0 };
    }
}
