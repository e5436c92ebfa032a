using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Rnn.Models.Data;
using Rnn.Models.Forecasting;
using Rnn.Tests.Infrastructure;

namespace Rnn.Tests.Forecasting;

/// <summary>The series of the published tables, or a skipped test.</summary>
internal static class ForecastData
{
    /// <summary>144 months from January 1949: a name, then a number.</summary>
    public static Series Airline()
    {
        string[][] rows = [.. File.ReadLines(TestData.PathOrSkip(DataSets.Airline)).Skip(1)
            .Select(line => line.Split(','))];
        return new Series("airline", [.. rows.Select(row => Number(row[1]))],
            [.. rows.Select(row => DateTime.ParseExact(row[0].Trim('"'), "yyyy-MM", CultureInfo.InvariantCulture))]);
    }

    /// <summary>The 414 series with the test part at their ends.</summary>
    public static Series[] M4Hourly()
    {
        string train = TestData.PathOrSkip(DataSets.M4HourlyTrain);
        string test = TestData.PathOrSkip(DataSets.M4HourlyTest);
        return [.. File.ReadLines(train).Skip(1).Zip(File.ReadLines(test).Skip(1), (before, after) =>
        {
            string[] cells = before.Split(',');
            return new Series(cells[0].Trim('"'), [.. cells.Skip(1).Concat(after.Split(',').Skip(1))
                .Select(cell => cell.Trim('"')).Where(cell => cell.Length > 0).Select(Number)]);
        })];
    }

    /// <summary>Row by row, as in the file: line, time, value.</summary>
    public static IEnumerable<(int Line, DateTime Time, double Value)> Power()
    {
        int line = 1;
        foreach (string row in File.ReadLines(TestData.PathOrSkip(DataSets.Power)).Skip(1))
        {
            string[] cells = row.Split(',');
            yield return (++line, DateTime.ParseExact(cells[0], "dd-MM-yyyy HH:mm", CultureInfo.InvariantCulture),
                Number(cells[1]));
        }
    }

    private static double Number(string cell) => double.Parse(cell, NumberStyles.Float, CultureInfo.InvariantCulture);
}
