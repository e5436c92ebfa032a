using System;
using System.Collections.Generic;
using System.CommandLine;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.Common;

/// <summary>The options that name what a run learns from: --text or another name for it, --encoding, --dataset, --data,
/// --download.</summary>
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

    /// <summary>What a run learns from, for messages.</summary>
    public string What { get; init; } = "a text";

    /// <summary>The option of a second file that belongs to the first, such as that of its labels; null (the default):
    /// there is none.</summary>
    public Option<string?>? Second { get; init; }

    /// <summary>The option of a third one, such as that of held-out texts; null (the default): there is none.</summary>
    public Option<string?>? Third { get; init; }

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        command.AddAll(_file);
        foreach (Option<string?>? other in (ReadOnlySpan<Option<string?>?>)[Second, Third])
        {
            if (other is null)
                continue;

            command.AddAll(other);
            command.AddCheck(parsed => parsed.GetValue(other) is not null && parsed.GetValue(_file) is null
                ? $"{other.Name} belongs to {_file.Name}, which is not given."
                : null);
        }

        command.AddAll(_encoding, _dataSet);
        _place.AddTo(command);
        command.AddCheck(parsed => parsed.GetValue(_file) is not null && parsed.GetValue(_dataSet) is not null
            ? $"Give {_file.Name} or --dataset, not both."
            : null);
    }

    /// <summary>What the command line says.</summary>
    public DataSource Of(ParseResult parsed) => new(parsed.GetValue(_file), parsed.GetValue(_encoding)!,
        parsed.GetValue(_dataSet), _place.Of(parsed))
    {
        Second = Second is null ? null : parsed.GetValue(Second),
        Third = Third is null ? null : parsed.GetValue(Third),
    };

    /// <summary>What is wrong where a command needs data and none are named.</summary>
    public string? Missing(ParseResult parsed) => parsed.GetValue(_file) is null && parsed.GetValue(_dataSet) is null
        ? $"Name {What} with {_file.Name} or --dataset."
        : null;

    /// <summary>The data of a run that goes on, which may have moved.</summary>
    internal DataSource GoOn(ParseResult parsed, DataSource there)
    {
        DataSource here = Of(parsed);
        return there with
        {
            File = here.File ?? there.File,
            Second = here.File is null ? there.Second : here.Second,
            Third = here.File is null ? there.Third : here.Third,
            Place = new DataSetPlace(here.Place.Folder ?? there.Place.Folder, here.Place.Download),
        };
    }

    /// <summary>What is wrong where a model is trained further and no data are named.</summary>
    internal string? MissingFor(ParseResult parsed, string option) =>
        parsed.GetValue(_file) is null && parsed.GetValue(_dataSet) is null
            ? $"{option} needs {What} to train on: name it with {_file.Name} or --dataset."
            : null;
}
