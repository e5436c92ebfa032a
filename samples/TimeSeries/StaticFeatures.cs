using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Models.Forecasting;

namespace Rnn.Samples.TimeSeries;

/// <summary>Columns that say the same in all rows of a series: numbers, or words, each of which becomes a covariate that is
/// 1 or 0.</summary>
internal sealed class StaticFeatures
{
    private readonly string _file;
    private readonly CsvCells _cells;
    private readonly string[] _columns;
    private readonly string[]?[] _words;   // of each column, in order; null: numbers

    /// <summary>Looks which columns have numbers alone, and which words there are.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="cells">How cells are read.</param>
    /// <param name="columns">Their names.</param>
    /// <param name="groups">All rows, by series.</param>
    /// <param name="expected">The covariates of a model, which knows some words; null: those that are there.</param>
    public StaticFeatures(string file, CsvCells cells, string[] columns, IReadOnlyList<CsvRow>[] groups, IReadOnlyList<string>? expected)
    {
        _file = file;
        _cells = cells;
        _columns = columns;
        _words = [.. columns.Select((column, k) =>
        {
            string start = CovariateChoice.StaticPrefix + column + CovariateChoice.IsWord;
            if (expected is not null)
            {
                return expected.Contains(CovariateChoice.StaticPrefix + column) ? null
                    : (string[])[.. expected.Where(name => name.StartsWith(start, StringComparison.Ordinal))
                        .Select(name => name[start.Length..])];
            }

            string[] words = [.. groups.Select(rows => rows[0].Words[k]).Distinct().Order(StringComparer.Ordinal)];
            return words.All(cells.IsNumber) ? null : words;
        })];
    }

    /// <summary>The covariates of a series, known in advance as long as is asked for.</summary>
    /// <param name="rows">Of the series.</param>
    /// <param name="name">Of the series.</param>
    /// <param name="length">Steps.</param>
    /// <exception cref="InvalidDataException">A column changes, or has a word where numbers are expected.</exception>
    public IEnumerable<Covariate> Of(IReadOnlyList<CsvRow> rows, string name, int length)
    {
        for (int k = 0; k < _columns.Length; k++)
        {
            string word = rows[0].Words[k];
            if (rows.FirstOrDefault(row => row.Words[k] != word) is { } other)
            {
                throw new InvalidDataException($"{_file}, row {other.Line}, column '{_columns[k]}': '{other.Words[k]}' was found, "
                    + $"expected '{word}' in all rows of '{name}', as --static says.");
            }

            if (_words[k] is { } words)
            {
                foreach (string one in words)
                    yield return Constant(_columns[k] + CovariateChoice.IsWord + one, one == word ? 1 : 0, length);
            }
            else
            {
                yield return _cells.IsNumber(word)
                    ? Constant(_columns[k], _cells.Parse(word), length)
                    : throw new InvalidDataException($"{_file}, row {rows[0].Line}, column '{_columns[k]}': '{word}' was found, "
                        + "expected a number, which the model has learnt from.");
            }
        }
    }

    private static Covariate Constant(string name, double value, int length)
    {
        double[] values = new double[length];
        Array.Fill(values, value);
        return new Covariate(CovariateChoice.StaticPrefix + name, CovariateKind.Known, values);
    }
}
