using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using CsvHelper;

namespace Rnn.Samples.Common;

/// <summary>A table of numbers as a file, each column with a name: a by-product of a run, so a damaged one holds nothing
/// up.</summary>
/// <param name="path">The file.</param>
/// <param name="columns">Their names.</param>
public sealed class CsvTable(string path, params string[] columns)
{
    private static readonly CsvWriterOptions s_format = new() { NewLine = "\n" };

    // A row torn by a crash is left out.
    private static readonly CsvReaderOptions s_tolerant = new()
    {
        FieldCountMismatch = CsvFieldCountHandling.Skip,
        OnRecordError = _ => true,
    };

    /// <summary>The first line.</summary>
    public byte[] Header => Bytes(columns);

    /// <summary>The line of a row; null is an empty cell.</summary>
    public static byte[] Line(IEnumerable<double?> row) =>
        Bytes([.. row.Select(value => value?.ToString(CultureInfo.InvariantCulture) ?? "")]);

    /// <summary>The rows that can be read. What is no table of this kind is set aside under another name, with a
    /// warning.</summary>
    public List<double?[]> Read()
    {
        try
        {
            return File.Exists(path) ? ReadAll() : [];
        }
        catch (Exception e) when (e is not IOException and not UnauthorizedAccessException)
        {
            string aside = path + ".damaged", name = Path.GetFileName(path);
            File.Move(path, aside, overwrite: true);
            Screen.Warn($"Warning: {name} is damaged and begins anew; the damaged one is kept as {name}.damaged.");
            return [];
        }
    }

    private static byte[] Bytes(string[] cells)
    {
        using MemoryStream memory = new();
        using (CsvWriter csv = CsvWriter.Create(memory, s_format, leaveOpen: true))
        {
            csv.WriteRecord(cells);
        }

        return memory.ToArray();
    }

    private List<double?[]> ReadAll()
    {
        using CsvReader csv = CsvReader.FromFile(path, s_tolerant);
        csv.ReadHeader();
        if (!csv.Headers.SequenceEqual(columns))
            throw new InvalidDataException($"'{path}' has other columns.");

        List<double?[]> rows = [];
        while (csv.Read())
        {
            string[] cells = [.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetString)];
            double?[] row = Array.ConvertAll(cells, Number);
            if (row.Length == columns.Length && row[0] is not null)
                rows.Add(row);
        }

        return rows;
    }

    private static double? Number(string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;
}
