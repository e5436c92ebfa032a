using System;
using System.IO;

namespace Rnn.Models.Data;

/// <summary>A file known to the library: where it comes from and how it is recognised. Not in the package.</summary>
public sealed record DataSet
{
    /// <summary>What a user types: lower-case, short.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in one line.</summary>
    public required string Description { get; init; }

    /// <summary>Its place inside a data folder, with '/' between the parts: <c>anna/anna.txt</c>.</summary>
    public required string RelativePath { get; init; }

    /// <summary>Where it is downloaded from.</summary>
    public required Uri Url { get; init; }

    /// <summary>Its sha256: 64 hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Its length in bytes. A download stops as soon as more than this arrives.</summary>
    public required long Size { get; init; }

    /// <summary>Under what terms it may be used.</summary>
    public required string License { get; init; }

    /// <summary>The last part of <see cref="RelativePath"/>.</summary>
    public string FileName => RelativePath[(RelativePath.LastIndexOf('/') + 1)..];

    /// <summary>Where the file belongs inside a data folder.</summary>
    /// <param name="folder">The data folder.</param>
    public string PathIn(string folder) =>
        Path.Combine(folder, RelativePath.Replace('/', Path.DirectorySeparatorChar));
}
