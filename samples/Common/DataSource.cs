using System.IO;
using System.Threading;
using Rnn.Models.Data;
using Rnn.Models.Text;

namespace Rnn.Samples.Common;

/// <summary>What a run learns from: a file of the user's, or a known data set, one of which may be built in.</summary>
/// <param name="File">A file, a folder or - for the standard input; null: the data set.</param>
/// <param name="Encoding">Of the file.</param>
/// <param name="DataSet">Its name; null: the preset's.</param>
/// <param name="Place">Where data sets are.</param>
public sealed record DataSource(string? File, string Encoding, string? DataSet, DataSetPlace Place)
{
    /// <summary>A second file that belongs to the first, such as that of its labels; null: there is none.</summary>
    public string? Second { get; init; }

    /// <summary>A third one, such as that of held-out texts; null: there is none.</summary>
    public string? Third { get; init; }

    /// <summary>Whether the data are the user's own.</summary>
    public bool IsFile => File is not null;

    /// <summary>The text of the file.</summary>
    public string ReadFile() => TextFiles.Read(File!, Encoding);

    /// <summary>The text of a data set.</summary>
    /// <inheritdoc cref="DataSetPlace.Find"/>
    public string ReadDataSet(DataSet set, string otherwise, CancellationToken cancellation) =>
        TextFile.Read(Place.Find(set, otherwise, cancellation));

    /// <summary>For the run's notes: the run may go on in another folder.</summary>
    internal DataSource Absolute() => File is null or TextFiles.StandardInput
        ? this
        : this with
        {
            File = Path.GetFullPath(File),
            Second = Second is null ? null : Path.GetFullPath(Second),
            Third = Third is null ? null : Path.GetFullPath(Third),
        };
}
