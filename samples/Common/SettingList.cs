using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using System.Linq.Expressions;
using System.Numerics;

namespace Rnn.Samples.Common;

/// <summary>
/// The options that change a record of settings. Each is declared once, with its name, its place in the record and its
/// range; the default is what the record holds.
/// </summary>
/// <typeparam name="T">The record.</typeparam>
public sealed class SettingList<T>
    where T : RunSettings
{
    private const string Chosen = "chosen";

    private readonly List<Setting> _all = [];

    /// <summary>A whole number.</summary>
    /// <param name="name">Of the option.</param>
    /// <param name="place">Where the record holds it.</param>
    /// <param name="least">The least allowed.</param>
    /// <param name="most">The largest allowed; null: what the type can hold, of 64 bits with a sign.</param>
    /// <param name="help">What it is.</param>
    /// <param name="also">What else changes with it; null (the default): nothing.</param>
    public Option Whole<TNumber>(string name, Expression<Func<T, TNumber>> place, long least, long? most, string help,
        Func<T, T>? also = null)
        where TNumber : struct, INumber<TNumber>, IMinMaxValue<TNumber>
    {
        Option<TNumber?> option = TypedOptions.Whole(name, help, TNumber.CreateChecked(least),
            most is { } limit ? TNumber.CreateChecked(limit) : null);
        return Add(option, place, parsed => parsed.GetValue(option)!.Value, value =>
            value == TNumber.MaxValue ? "no limit" : value.ToString(null, CultureInfo.InvariantCulture), also);
    }

    /// <summary>A whole number, or null for one that is chosen later.</summary>
    /// <inheritdoc cref="Whole"/>
    public Option ChosenWhole(string name, Expression<Func<T, int?>> place, int least, int? most, string help)
    {
        Option<int?> option = TypedOptions.Whole(name, help, least, most);
        return Add(option, place, parsed => parsed.GetValue(option),
            value => value?.ToString(CultureInfo.InvariantCulture) ?? Chosen);
    }

    /// <summary>Whole numbers with commas between; none for those that are chosen later.</summary>
    /// <inheritdoc cref="Whole"/>
    public Option Wholes(string name, Expression<Func<T, IReadOnlyList<int>>> place, int least, int most, string help)
    {
        Option<int[]?> option = TypedOptions.Wholes(name, help, least, most);
        return Add(option, place, parsed => parsed.GetValue(option) ?? [],
            value => value.Count == 0 ? Chosen : string.Join(',', value));
    }

    /// <summary>Some of some words, with commas between.</summary>
    /// <inheritdoc cref="Whole"/>
    public Option Words(string name, Expression<Func<T, string>> place, string help, params string[] words)
    {
        Option<string?> option = TypedOptions.Words(name, help, words);
        return Add(option, place, parsed => parsed.GetValue(option)!, value => value);
    }

    /// <summary>A number from least to most.</summary>
    /// <inheritdoc cref="Whole"/>
    public Option Number(string name, Expression<Func<T, double>> place, double least, double most, string help) =>
        Number(TypedOptions.Number(name, help, least, most), place);

    /// <summary>A number above 0.</summary>
    /// <inheritdoc cref="Whole"/>
    public Option Positive(string name, Expression<Func<T, double>> place, double most, string help) =>
        Number(TypedOptions.Positive(name, help, most), place);

    /// <summary>A number, or null for one that is chosen later.</summary>
    /// <inheritdoc cref="Whole"/>
    public Option Number(string name, Expression<Func<T, double?>> place, double least, double most, string help)
    {
        Option<double?> option = TypedOptions.Number(name, help, least, most);
        return Add(option, place, parsed => parsed.GetValue(option), value => value is { } x ? Show(x) : Chosen);
    }

    /// <summary>One of some words, each of which stands for a value.</summary>
    /// <inheritdoc cref="Whole"/>
    public Option Choice<TValue>(string name, Expression<Func<T, TValue>> place, string help,
        params (string Word, TValue Value)[] words)
    {
        Option<string?> option = TypedOptions.Choice(name, help, Array.ConvertAll(words, one => one.Word));
        return Add(option, place, parsed => Array.Find(words, one => one.Word == parsed.GetValue(option)).Value,
            value => Array.Find(words, one => Equals(one.Value, value)).Word ?? $"{value}");
    }

    /// <summary>A word or a name.</summary>
    /// <inheritdoc cref="Whole"/>
    public Option Text(string name, Expression<Func<T, string>> place, string helpName, string help)
    {
        Option<string?> option = TypedOptions.Text(name, helpName, help);
        return Add(option, place, parsed => parsed.GetValue(option)!, value => value);
    }

    /// <summary>A switch.</summary>
    /// <inheritdoc cref="Whole"/>
    public Option Flag(string name, Expression<Func<T, bool>> place, string help) =>
        Flag(name, place, on: true, off: false, help);

    /// <summary>A switch between two values.</summary>
    /// <inheritdoc cref="Whole"/>
    public Option Flag<TValue>(string name, Expression<Func<T, TValue>> place, TValue on, TValue off, string help)
    {
        Option<bool> option = TypedOptions.Flag(name, help);
        return Add(option, place, parsed => parsed.GetValue(option) ? on : off,
            value => Equals(value, on) ? "yes" : "no");
    }

    /// <summary>Adds the options of another list, which a command may have alone.</summary>
    public void Include(SettingList<T> other) => _all.AddRange(other._all);

    /// <summary>The name of the first of them that the command line names, or null.</summary>
    public string? FirstGiven(ParseResult parsed) =>
        _all.Find(setting => parsed.IsGiven(setting.Option))?.Option.Name;

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command) => command.AddAll([.. _all.Select(setting => setting.Option)]);

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
    public string Table(params IReadOnlyList<T> presets) => "Presets:\n" + TextTable.Format(
    [
        ["", .. presets.Select(preset => preset.Preset)],
        .. _all.Select(setting => (string[])["  " + setting.Option.Name, .. presets.Select(setting.Show)]),
    ]);

    private static string Show(double value) => value.ToString("0.##########", CultureInfo.InvariantCulture);

    private Option Number(Option<double?> option, Expression<Func<T, double>> place) =>
        Add(option, place, parsed => parsed.GetValue(option)!.Value, Show);

    private Option Add<TValue>(Option option, Expression<Func<T, TValue>> place, Func<ParseResult, TValue> read,
        Func<TValue, string> show, Func<T, T>? also = null)
    {
        Place<T, TValue> at = new(place);
        _all.Add(new Setting(
            option,
            (parsed, s) => parsed.IsGiven(option) ? at.With(also is null ? s : also(s), read(parsed)) : s,
            s => show(at.Get(s))));
        return option;
    }

    private sealed record Setting(Option Option, Func<ParseResult, T, T> Apply, Func<T, string> Show);
}
