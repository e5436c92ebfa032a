using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using CsvHelper;

namespace Rnn.Samples.TimeSeries;

/// <summary>The cells of a file as numbers and times, in its culture.</summary>
internal sealed class CsvCells
{
    private const DateTimeStyles Styles =
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.NoCurrentDateDefault;

    private static readonly HashSet<string> s_missing = new(StringComparer.OrdinalIgnoreCase) { "", "NA", "N/A", "NaN", "null" };

    // Of these alone no time consists: 2,5 is no day in May.
    private static readonly SearchValues<char> s_ofNumbers = SearchValues.Create("0123456789,");

    private readonly string _file;
    private readonly CsvReading _reading;
    private readonly CultureInfo _culture;

    /// <summary>Those of a file.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="reading">How they are read.</param>
    /// <exception cref="InvalidDataException">There is no such culture.</exception>
    public CsvCells(string file, CsvReading reading)
    {
        _file = file;
        _reading = reading;
        try
        {
            _culture = CultureInfo.GetCultureInfo(reading.Culture, predefinedOnly: true);
        }
        catch (CultureNotFoundException e)
        {
            throw new InvalidDataException($"There is no culture '{reading.Culture}' on this machine: expected a name such as de-DE.", e);
        }
    }

    /// <summary>Whether a text is a number.</summary>
    public bool IsNumber(string text) => TryNumber(text, out _);

    /// <summary>The number that a text is.</summary>
    public double Parse(string text) => TryNumber(text, out double value) ? value : throw new FormatException($"'{text}' is no number.");

    /// <summary>Whether a text stands for a value that is missing.</summary>
    public static bool IsMissing(string text) => s_missing.Contains(text);

    /// <summary>A cell's number; NaN where it is missing.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public double Number(CsvReader csv, int column)
    {
        string text = csv.GetString(column).Trim();
        return IsMissing(text) ? double.NaN
            : TryNumber(text, out double value) && double.IsFinite(value) ? value
            : throw Unreadable(csv, column, text, $"a number{Culture()}", "--culture names another way to write them");
    }

    /// <summary>A cell's time.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public DateTime Time(CsvReader csv, int column)
    {
        string text = csv.GetString(column).Trim();
        return TryTime(text, out DateTime time)
            ? time
            : throw Unreadable(csv, column, text,
                _reading.Format.Length > 0 ? $"a time of the format {_reading.Format}" : $"a time{Culture()}",
                "--format says how times are written (dd-MM-yyyy HH:mm, say; index for numbers of steps, unix for seconds)");
    }

    /// <summary>The time that a text is. One with an offset is in UTC from here on.</summary>
    public bool TryTime(string text, out DateTime time)
    {
        time = default;
        switch (_reading.Format)
        {
            case CsvReading.IndexFormat:
                bool isStep = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int step)
                    && Math.Abs((long)step) < 1_000_000;
                time = isStep ? CsvSeriesReader.TimeOfStep(step) : default;
                return isStep;
            case CsvReading.UnixFormat:
                bool isSecond = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
                    && Math.Abs(seconds) < 6e10;
                time = isSecond ? DateTime.SpecifyKind(DateTime.UnixEpoch.AddSeconds(seconds), DateTimeKind.Unspecified) : default;
                return isSecond;
            case "" when IsYear(text):
                time = new DateTime(int.Parse(text, CultureInfo.InvariantCulture), 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
                return true;
            default:
                bool isTime = _reading.Format.Length == 0
                    ? !IsNumber(text) && text.AsSpan().ContainsAnyExcept(s_ofNumbers) && DateTime.TryParse(text, _culture, Styles, out time)
                    : DateTime.TryParseExact(text, _reading.Format, _culture, Styles, out time);
                time = DateTime.SpecifyKind(time, DateTimeKind.Unspecified);
                return isTime;
        }
    }

    /// <summary>Whether a text is a year and nothing else.</summary>
    public static bool IsYear(string text) => text.Length == 4 && text[0] is '1' or '2'
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    /// <summary>The name of a column, or its number where it has none.</summary>
    public static string NameOf(CsvReader csv, int column) => column < csv.Headers.Count && csv.Headers[column].Length > 0
        ? $"'{csv.Headers[column]}'"
        : FormattableString.Invariant($"{column + 1}");

    // Thousands apart in a culture that somebody named: .NET would read 1.5 in German as 15.
    private bool TryNumber(string text, out double value)
    {
        if (double.TryParse(text, NumberStyles.Float, _culture, out value))
            return true;

        value = 0;
        string group = _culture.NumberFormat.NumberGroupSeparator, point = _culture.NumberFormat.NumberDecimalSeparator;
        if (_reading.Culture.Length == 0 || group.Length == 0)
            return false;

        string whole = text.Split(point)[0].TrimStart('-', '+'), plain = text.Replace('\u00a0', ' ').Replace('\u202f', ' ');
        if (string.IsNullOrWhiteSpace(group))
            (group, whole) = (" ", plain.Split(point)[0].TrimStart('-', '+'));
        else
            plain = text;

        string[] parts = whole.Split(group);
        return parts.Length > 1 && parts[0].Length is >= 1 and <= 3 && parts.Skip(1).All(part => part.Length == 3)
            && parts.All(part => part.All(char.IsAsciiDigit))
            && double.TryParse(plain.Replace(group, "", StringComparison.Ordinal), NumberStyles.Float, _culture, out value);
    }

    private string Culture() => _reading.Culture.Length > 0 ? $" of the culture {_culture.Name}" : "";

    private InvalidDataException Unreadable(CsvReader csv, int column, string text, string expected, string advice) => new(
        $"{_file}, row {csv.LineNumber}, column {NameOf(csv, column)}: '{text}' was found, expected {expected}; {advice}.");
}
