using System.Collections.Generic;

namespace Rnn.Models.Text.Labelled;

/// <summary>How <see cref="LabelledTexts"/> are read.</summary>
public sealed record LabelledTextsOptions
{
    /// <summary>
    /// The classes that may occur, in the order of their numbers: those of a model that exists. Any other label is an
    /// error, and not all need occur. Null, the default: those that occur, by name (ordinal), two at least; so neg or
    /// negative or 0 is class 0, and pos or positive or 1 is class 1.
    /// </summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>The encoding of the files, by name, as for <see cref="TextFile"/>; default utf-8.</summary>
    public string Encoding { get; init; } = "utf-8";

    /// <summary>
    /// Folders that are no class, of a folder with one a class; none by default. The Large Movie Review Dataset has
    /// "unsup".
    /// </summary>
    public IReadOnlyList<string> SkippedFolders { get; init; } = [];
}
