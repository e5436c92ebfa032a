using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using CsvHelper;

namespace Rnn.Samples.Common;

/// <summary>Tables as files: by-products of a run, so a damaged one holds nothing up.</summary>
public static class CsvTable
{
    private static readonly CsvWriterOptions s_format = new() { NewLine = "\n" };

    // A row torn by a crash is left out.
    private static readonly CsvReaderOptions s_tolerant = new()
    {
        FieldCountMismatch = CsvFieldCountHandling.Skip,
        OnRecordError = _ => true,
    };

    /// <summary>The rows that can be read; none if there is no file, or it is none of this kind.</summary>
    public static List<T> Read<T>(string path)
    {
        try
        {
            return ReadAll<T>(path);
        }
        catch (Exception)   // a CSV reader has many ways to say that this is no table
        {
            return [];
        }
    }

    /// <summary>The same; what is no table of this kind is set aside under another name, with a warning.</summary>
    public static List<T> ReadOrSetAside<T>(string path)
    {
        if (!File.Exists(path))
            return [];

        try
        {
            return ReadAll<T>(path);
        }
        catch (Exception e) when (e is not IOException and not UnauthorizedAccessException)
        {
            string aside = path + ".damaged";
            File.Move(path, aside, overwrite: true);
            Screen.Warn($"Warning: {Path.GetFileName(path)} is damaged and begins anew; the damaged one is kept as "
                + $"{Path.GetFileName(aside)}.");
            return [];
        }
    }

    /// <summary>The first line.</summary>
    public static byte[] Header<T>() => Bytes(csv => csv.WriteHeader<T>());

    /// <summary>The line of a row.</summary>
    public static byte[] Line<T>(T row) => Bytes(csv => csv.WriteRecord(row));

    private static List<T> ReadAll<T>(string path)
    {
        using CsvReader csv = CsvReader.FromFile(path, s_tolerant);
        return csv.GetRecords<T>().ToList();
    }

    private static byte[] Bytes(Action<CsvWriter> write)
    {
        using MemoryStream memory = new();
        using (CsvWriter csv = CsvWriter.Create(memory, s_format, leaveOpen: true))
        {
            write(csv);
        }

        return memory.ToArray();
    }
}
