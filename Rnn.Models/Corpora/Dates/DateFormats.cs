using System;
using System.Globalization;

namespace Rnn.Models.Corpora.Dates;

/// <summary>The ways in which <see cref="DatePairs"/> writes a date; no two write different dates alike.</summary>
internal static class DateFormats
{
    private static readonly string[] s_months =
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ];

    private static readonly string[] s_shortMonths =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"];

    private static readonly string[] s_romanMonths =
        ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

    private static readonly string[] s_weekdays =
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    private static readonly string[] s_ordinals =
    [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
        "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
        "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth",
        "twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first",
    ];

    private static readonly Func<Words, string>[] s_all =
    [
        // A month's name, the day behind it.
        d => $"{d.Month} {d.Day}, {d.Year}",
        d => $"{d.Month} {d.Day} {d.Year}",
        d => $"{d.ShortMonth} {d.Day}, {d.Year}",
        d => $"{d.ShortMonth}. {d.Day}, {d.Year}",
        d => $"{d.ShortMonth} {d.Day} '{d.ShortYear}",
        d => $"{d.Month} {d.Day}{d.Suffix}, {d.Year}",
        d => $"{d.ShortMonth} {d.Day}{d.Suffix}, {d.Year}",
        d => $"{d.Month} the {d.Day}{d.Suffix}, {d.Year}",
        d => $"{d.Month} the {d.Ordinal}, {d.Year}",
        d => $"{d.Weekday}, {d.Month} {d.Day}, {d.Year}",
        d => $"{d.ShortWeekday}, {d.ShortMonth} {d.Day}, {d.Year}",
        d => $"{d.Weekday}, {d.Month} the {d.Ordinal}, {d.Year}",

        // The day before it.
        d => $"{d.Day} {d.Month} {d.Year}",
        d => $"{d.Day} {d.ShortMonth} {d.Year}",
        d => $"{d.Day} {d.ShortMonth}. {d.Year}",
        d => $"{d.Day} {d.ShortMonth} {d.ShortYear}",
        d => $"{d.Day}-{d.ShortMonth}-{d.Year}",
        d => $"{d.TwoDay}-{d.ShortMonth}-{d.ShortYear}",
        d => $"{d.Day}{d.Suffix} {d.Month} {d.Year}",
        d => $"{d.Day}{d.Suffix} of {d.Month}, {d.Year}",
        d => $"{d.Day}{d.Suffix} of {d.ShortMonth} '{d.ShortYear}",
        d => $"the {d.Day}{d.Suffix} of {d.Month} {d.Year}",
        d => $"the {d.Ordinal} of {d.Month}, {d.Year}",
        d => $"{d.Weekday} {d.Day} {d.Month} {d.Year}",
        d => $"{d.ShortWeekday} {d.Day} {d.ShortMonth} {d.Year}",
        d => $"{d.Weekday} the {d.Day}{d.Suffix} of {d.Month}, {d.Year}",
        d => $"{d.Weekday}, {d.Day} {d.ShortMonth} '{d.ShortYear}",

        // The year before both.
        d => $"{d.Year} {d.Month} {d.Day}",
        d => $"{d.Year}, {d.Month} {d.Day}{d.Suffix}",
        d => $"{d.Year}-{d.ShortMonth}-{d.TwoDay}",
        d => $"in {d.Year}, on {d.Month} {d.Day}",

        // Numbers alone: with slashes the month is first, with dots the day, and a year of four digits may be.
        d => $"{d.MonthNumber}/{d.Day}/{d.Year}",
        d => $"{d.MonthNumber}/{d.Day}/{d.ShortYear}",
        d => $"{d.TwoMonth}/{d.TwoDay}/{d.Year}",
        d => $"{d.TwoMonth}/{d.TwoDay}/{d.ShortYear}",
        d => $"{d.Day}.{d.MonthNumber}.{d.Year}",
        d => $"{d.TwoDay}.{d.TwoMonth}.{d.Year}",
        d => $"{d.TwoDay}.{d.TwoMonth}.{d.ShortYear}",
        d => $"{d.Day}. {d.MonthNumber}. {d.Year}",
        d => $"{d.Day}.{d.RomanMonth}.{d.Year}",
        d => $"{d.Year}/{d.TwoMonth}/{d.TwoDay}",
        d => $"{d.Year}.{d.TwoMonth}.{d.TwoDay}",
        d => $"{d.Year}{d.TwoMonth}{d.TwoDay}",
        d => $"{d.ShortWeekday} {d.MonthNumber}/{d.Day}/{d.ShortYear}",
        d => $"{d.Weekday}, {d.TwoDay}.{d.TwoMonth}.{d.Year}",
    ];

    /// <summary>Number of ways.</summary>
    public static int Count => s_all.Length;

    /// <summary>The date, written in a way.</summary>
    /// <param name="format">0 to Count - 1.</param>
    /// <param name="date">Of a year from 1950 to 2049, or two digits don't say which.</param>
    public static string Write(int format, DateOnly date) => s_all[format](new Words(date));

    // The parts of a date, each as it may be written.
    private readonly struct Words(DateOnly date)
    {
        public string Day => Number(date.Day, 1);

        public string TwoDay => Number(date.Day, 2);

        public string Suffix => date.Day is 11 or 12 or 13 ? "th"
            : (date.Day % 10) switch
            {
                1 => "st",
                2 => "nd",
                3 => "rd",
                _ => "th",
            };

        public string Ordinal => s_ordinals[date.Day - 1];

        public string Weekday => s_weekdays[(int)date.DayOfWeek];

        public string ShortWeekday => Weekday[..3];

        public string Month => s_months[date.Month - 1];

        public string ShortMonth => s_shortMonths[date.Month - 1];

        public string RomanMonth => s_romanMonths[date.Month - 1];

        public string MonthNumber => Number(date.Month, 1);

        public string TwoMonth => Number(date.Month, 2);

        public string Year => Number(date.Year, 4);

        public string ShortYear => Number(date.Year % 100, 2);

        private static string Number(int value, int digits) =>
            value.ToString(digits == 1 ? "D1" : digits == 2 ? "D2" : "D4", CultureInfo.InvariantCulture);
    }
}
