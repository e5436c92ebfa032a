using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using CsvHelper;

namespace Rnn.Samples.MutationCheck;

/// <summary>A file of what became of each mutant, written as it is found, so that a run can be ended and gone on with.</summary>
internal sealed class Record : IDisposable
{
    private readonly Dictionary<string, (Fate Fate, string By)> _known = new(StringComparer.Ordinal);
    private readonly FileStream? _file;
    private readonly CsvWriter? _csv;

    /// <summary>Reads what stands in it already.</summary>
    /// <param name="path">A CSV file; null: nothing is kept.</param>
    public Record(string? path)
    {
        if (path is null)
            return;

        bool isNew = !File.Exists(path);
        if (!isNew)
        {
            using CsvReader csv = CsvReader.FromText(File.ReadAllText(path), new CsvReaderOptions { HasHeader = true });
            while (csv.Read())
            {
                // The last row may be half written.
                if (csv.FieldCount == 3 && Enum.TryParse(csv.GetString(1), out Fate fate))
                    _known[csv.GetString(0)] = (fate, csv.GetString(2));
            }
        }

        _file = new FileStream(path, FileMode.Append);
        _csv = CsvWriter.Create(_file, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        if (isNew)
            Write("mutant", "fate", "by");
    }

    /// <summary>What became of a mutant; null: it was not tried.</summary>
    public MutantResult? Find(Mutant mutant) =>
        _known.TryGetValue(Name(mutant), out (Fate Fate, string By) known) ? new MutantResult(mutant, known.Fate, known.By) : null;

    /// <summary>Adds one.</summary>
    public void Add(MutantResult result) => Write(Name(result.Mutant), $"{result.Fate}", result.By);

    public void Dispose()
    {
        _csv?.Dispose();
        _file?.Dispose();
    }

    private void Write(params IEnumerable<string> cells)
    {
        if (_csv is null)
            return;

        _csv.WriteRecord([.. cells]);
        _csv.Flush();
        _file!.Flush();
    }

    private static string Name(Mutant mutant) =>
        string.Create(CultureInfo.InvariantCulture, $"{mutant.File}:{mutant.Line}:{mutant.Column} {mutant.Description} ({mutant.Place})");
}
