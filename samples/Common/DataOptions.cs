using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Threading;
using Rnn.Models.Data;
using Rnn.Models.Text;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.Common;

/// <summary>What a run learns from: a file of the user's, or a known data set, one of which may be built in.</summary>
/// <param name="File">A file, a folder or - for the standard input; null: the data set.</param>
/// <param name="Encoding">Of the file.</param>
/// <param name="DataSet">Its name; null: the preset's.</param>
/// <param name="Place">Where data sets are.</param>
public sealed record DataSource(string? File, string Encoding, string? DataSet, DataSetPlace Place)
{
    /// <summary>Whether the data are the user's own.</summary>
    public bool IsFile => File is not null;

    /// <summary>The text of the file.</summary>
    public string ReadFile() => TextFiles.Read(File!, Encoding);

    /// <summary>The text of a data set.</summary>
    /// <inheritdoc cref="DataSetPlace.Find"/>
    public string ReadDataSet(DataSet set, string otherwise, CancellationToken cancellation) =>
        TextFile.Read(Place.Find(set, otherwise, cancellation));

    /// <summary>For the run's notes: the run may go on in another folder.</summary>
    internal DataSource Absolute() =>
        File is null or TextFiles.StandardInput ? this : this with { File = Path.GetFullPath(File) };
}

/// <summary>The options that name what a run learns from: --text or whatever the sample reads, --encoding, --dataset, and
/// those of data sets.</summary>
/// <param name="file">The option of a file: "--text".</param>
/// <param name="fileHelp">What the file is.</param>
/// <param name="dataSetHelp">What the data sets are, and which is the default.</param>
/// <param name="dataSets">Their names.</param>
public sealed class DataOptions(string file, string fileHelp, string dataSetHelp, params IEnumerable<string> dataSets)
{
    private readonly Option<string?> _file = TypedOptions.Text(file, "FILE", fileHelp);
    private readonly Option<string> _encoding = Encoding();
    private readonly Option<string?> _dataSet = Choice("--dataset", dataSetHelp, [.. dataSets]);
    private readonly DataSetOptions _place = new();

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        command.AddAll(_file, _encoding, _dataSet);
        _place.AddTo(command);
        command.AddCheck(parsed => parsed.GetValue(_file) is not null && parsed.GetValue(_dataSet) is not null
            ? $"Give {_file.Name} or --dataset, not both."
            : null);
    }

    /// <summary>What the command line says.</summary>
    public DataSource Of(ParseResult parsed) => new(parsed.GetValue(_file), parsed.GetValue(_encoding)!,
        parsed.GetValue(_dataSet), _place.Of(parsed));

    /// <summary>The data of a run that goes on, which may have moved.</summary>
    internal DataSource GoOn(ParseResult parsed, DataSource there)
    {
        DataSource here = Of(parsed);
        return there with
        {
            File = here.File ?? there.File,
            Place = new DataSetPlace(here.Place.Folder ?? there.Place.Folder, here.Place.Download),
        };
    }

    /// <summary>What is wrong where a model is trained further and no data are named.</summary>
    internal string? MissingFor(ParseResult parsed, string option) =>
        parsed.GetValue(_file) is null && parsed.GetValue(_dataSet) is null
            ? $"{option} needs a text to train on: name it with {_file.Name} or --dataset."
            : null;
}
