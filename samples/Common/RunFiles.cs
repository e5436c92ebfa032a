using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Rnn.Samples.Common;

/// <summary>The names of the files that a run writes.</summary>
/// <param name="Main">Those that hold what was learnt: a folder with one of them holds a run.</param>
/// <param name="Others">By-products, which may be patterns.</param>
public sealed record RunFiles(IReadOnlyList<string> Main, IReadOnlyList<string> Others)
{
    /// <summary>The main files that are in a folder. (What a link points to counts: a device is no file.)</summary>
    public IReadOnlyList<string> In(string folder) =>
        [.. Main.Where(name => HoldsSomething(Path.Combine(folder, name)))];

    /// <summary>All files of a run that are in a folder.</summary>
    public IReadOnlyList<string> AllIn(string folder) =>
    [
        .. Main.Concat(Others).SelectMany(name => Directory.EnumerateFiles(folder, name)).Distinct()
            .Where(HoldsSomething),
    ];

    private static bool HoldsSomething(string path)
    {
        FileInfo file = new(path);
        FileSystemInfo? target = file.Exists ? file.ResolveLinkTarget(returnFinalTarget: true) ?? file : null;
        return target is FileInfo { Exists: true, Length: > 0 };
    }
}
