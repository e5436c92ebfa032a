using System;
using System.IO;

namespace Rnn.Samples.Common;

/// <summary>Whether two paths name one file.</summary>
public static class Paths
{
    /// <summary>Compares what two paths lead to, links followed, by the rules of this system.</summary>
    public static bool AreSame(string a, string b) => string.Equals(Final(a), Final(b),
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
            ? StringComparison.OrdinalIgnoreCase
            : StringComparison.Ordinal);

    private static string Final(string path)
    {
        FileInfo file = new(Path.GetFullPath(path));
        return file.Exists ? file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName : file.FullName;
    }
}
