using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;

namespace Rnn.Samples.Common;

/// <summary>
/// The options that change a record of settings, each declared once: its name and range, and its place in the record.
/// </summary>
/// <typeparam name="T">The record.</typeparam>
public sealed class SettingList<T>
{
    private readonly List<Setting> _all = [];

    /// <summary>A whole number.</summary>
    public Option Add(Option<int?> option, Func<T, int> get, Func<T, int, T> set) => Add(option,
        (parsed, s) => parsed.GetValue(option) is { } value ? set(s, value) : s,
        s => get(s) == int.MaxValue ? "no limit" : get(s).ToString(CultureInfo.InvariantCulture));

    /// <summary>A whole number of 64 bits.</summary>
    public Option Add(Option<long?> option, Func<T, long> get, Func<T, long, T> set) => Add(option,
        (parsed, s) => parsed.GetValue(option) is { } value ? set(s, value) : s,
        s => get(s).ToString(CultureInfo.InvariantCulture));

    /// <summary>A number; the record may hold NaN for one that is chosen later.</summary>
    public Option Add(Option<double?> option, Func<T, double> get, Func<T, double, T> set) => Add(option,
        (parsed, s) => parsed.GetValue(option) is { } value ? set(s, value) : s,
        s => double.IsNaN(get(s)) ? "chosen" : get(s).ToString("0.##########", CultureInfo.InvariantCulture));

    /// <summary>A word.</summary>
    public Option Add(Option<string?> option, Func<T, string> get, Func<T, string, T> set) => Add(option,
        (parsed, s) => parsed.GetValue(option) is { } value ? set(s, value) : s,
        get);

    /// <summary>A switch.</summary>
    public Option Add(Option<bool> option, Func<T, bool> get, Func<T, bool, T> set) => Add(option,
        (parsed, s) => parsed.GetResult(option) is { Implicit: false } ? set(s, parsed.GetValue(option)) : s,
        s => get(s) ? "yes" : "no");

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (Setting setting in _all)
            command.Add(setting.Option);
    }

    /// <summary>Settings with what the command line says instead.</summary>
    public T Apply(ParseResult parsed, T settings) =>
        _all.Aggregate(settings, (changed, setting) => setting.Apply(parsed, changed));

    /// <summary>The options that the command line gives another value than some settings have.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="settings">Those of a run that goes on.</param>
    public IEnumerable<(string Name, string Before, string Now)> Differences(ParseResult parsed, T settings)
    {
        foreach (Setting setting in _all)
        {
            string before = setting.Show(settings), now = setting.Show(setting.Apply(parsed, settings));
            if (before != now)
                yield return (setting.Option.Name, before, now);
        }
    }

    /// <summary>What presets set, a line an option.</summary>
    /// <param name="presets">Names and settings.</param>
    public string Table(params IEnumerable<(string Name, T Settings)> presets)
    {
        (string Name, T Settings)[] columns = [.. presets];
        return "Presets:\n" + TextTable.Format(
        [
            ["", .. columns.Select(preset => preset.Name)],
            .. _all.Select(setting => (string[])
                ["  " + setting.Option.Name, .. columns.Select(preset => setting.Show(preset.Settings))]),
        ]);
    }

    private Option Add(Option option, Func<ParseResult, T, T> apply, Func<T, string> show)
    {
        _all.Add(new Setting(option, apply, show));
        return option;
    }

    private sealed record Setting(Option Option, Func<ParseResult, T, T> Apply, Func<T, string> Show);
}
