using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using CsvHelper;
using Rnn.Core.Serialization;

namespace Rnn.Samples.TimeSeries;

/// <summary>Which column of a file with one step a row is what.</summary>
/// <param name="Time">-1: there are no times.</param>
/// <param name="Series">-1: the file is one series.</param>
/// <param name="Values">At least one.</param>
/// <param name="Past">Covariates.</param>
/// <param name="Known">Covariates known in advance.</param>
/// <param name="Static">Features of series.</param>
internal sealed record CsvColumns(int Time, int Series, int[] Values, int[] Past, int[] Known, int[] Static)
{
    private static readonly string[] s_timeNames = ["time", "date", "year", "month", "ds", "step", "index"];

    /// <summary>The columns, named or found by the file's first row.</summary>
    /// <param name="csv">At the first row.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="reading">The names.</param>
    /// <param name="covariates">More names.</param>
    /// <param name="cells">How cells are read.</param>
    /// <exception cref="InvalidDataException">One isn't there, is named twice, or can't be found.</exception>
    public static CsvColumns Find(CsvReader csv, string file, CsvReading reading, CovariateChoice covariates, CsvCells cells)
    {
        List<int> taken = [];
        int[] All(string option, string names) => [.. CovariateChoice.Names(names).Select(name =>
        {
            int column = IndexOf(csv, file, option, name);
            if (taken.Contains(column))
                throw new InvalidDataException($"{file}: the column '{name}' ({option}) is named twice; a column is one thing.");

            taken.Add(column);
            return column;
        })];
        int One(string option, string name)
        {
            int[] found = All(option, name);
            return found.Length switch
            {
                0 => -1,
                1 => found[0],
                _ => throw new InvalidDataException($"{file}: {option} names {found.Length} columns; expected one."),
            };
        }

        int time = One("--time", reading.Time), series = One("--series", reading.Series);
        int[] values = All("--value", reading.Value), past = All("--past", covariates.Past);
        int[] known = All("--known", covariates.Known), fixedOnes = All("--static", covariates.Static);
        int[] free = [.. Enumerable.Range(0, Math.Max(csv.Headers.Count, csv.FieldCount)).Except(taken)];
        if (time < 0)
        {
            time = Array.Find([.. free.Select(column => column + 1)], column => IsTime(csv, column - 1, cells)) - 1;
            free = [.. free.Where(column => column != time)];
        }

        bool IsNumber(int column) => csv.GetString(column).Trim() is { } text && (cells.IsNumber(text) || CsvCells.IsMissing(text));
        if (series < 0 && reading.Series.Length == 0)
        {
            series = Array.Find([.. free.Select(column => column + 1)], column => !IsNumber(column - 1)) - 1;
            free = [.. free.Where(column => column != series)];
        }

        if (values.Length == 0)
            values = Value(csv, file, [.. free.Where(IsNumber)]);

        return new CsvColumns(time, series, values, past, known, fixedOnes);
    }

    /// <summary>The column of a name.</summary>
    /// <exception cref="InvalidDataException">There is none; those that are there are named.</exception>
    public static int IndexOf(CsvReader csv, string file, string option, string name) =>
        csv.TryGetFieldIndex(name, out int column) ? column
        : !csv.Options.HasHeader && NumberText.TryParseWhole(name, out int number) && number >= 1 && number <= csv.FieldCount ? number - 1
        : throw new InvalidDataException(csv.Options.HasHeader
            ? $"{file} has no column '{name}' ({option}); it has {Listed(csv.Headers)}."
            : $"{file} has no column {name} ({option}); without a header they are numbered from 1 to {csv.FieldCount}.");

    private static int[] Value(CsvReader csv, string file, int[] numbers) => numbers.Length switch
    {
        1 => numbers,
        0 => throw new InvalidDataException(
            $"{file} has no column of numbers in its first row: name that of the values with --value, or say how "
            + "numbers are written with --culture (de-DE, say, for decimal commas)."),
        _ => throw new InvalidDataException(
            $"{file} has several columns of numbers ({Listed([.. numbers.Select(column => CsvCells.NameOf(csv, column).Trim('\''))])}): "
            + "name that of the values with --value (several, with commas, are several series), or give --form wide if each row is "
            + "a series."),
    };

    private static bool IsTime(CsvReader csv, int column, CsvCells cells)
    {
        string text = csv.GetString(column).Trim();
        if (!cells.TryTime(text, out _))
            return false;

        // A number may be a time; whether it is one, its name must say.
        string name = column < csv.Headers.Count ? csv.Headers[column] : "";
        return !cells.IsNumber(text) || name.Equals("t", StringComparison.OrdinalIgnoreCase) || Array.Exists(s_timeNames,
            word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private static string Listed(IReadOnlyList<string> names)
    {
        const int most = 20;
        return string.Join(", ", names.Take(most)) + (names.Count > most ? $" and {names.Count - most} more" : "");
    }
}
