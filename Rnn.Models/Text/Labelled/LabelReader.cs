using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Labelled;

/// <summary>Turns names into numbers as they come; what number a name has is known when all have come.</summary>
internal sealed class LabelReader
{
    private readonly IReadOnlyList<string>? _expected;
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);   // by first occurrence, or expected
    private readonly List<int> _labels = [];

    /// <summary>No label yet.</summary>
    /// <param name="options">The expected classes, if any.</param>
    public LabelReader(LabelledTextsOptions options)
    {
        _expected = options.Classes;
        if (_expected is null)
            return;
        LabelledTexts.CheckClasses(_expected, nameof(options.Classes));
        for (int i = 0; i < _expected.Count; i++)
            _ids.Add(_expected[i], i);
    }

    /// <summary>The next label.</summary>
    /// <param name="name">White space around it is no part of it. Read.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="line">From 1; 0: it is the name of a file's folder.</param>
    public void Add(ReadOnlySpan<char> name, string path, int line)
    {
        name = name.Trim();
        if (name.IsEmpty)
            Throw.LabelEmpty(path, line);
        if (!_ids.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out int id))
        {
            if (_expected is not null)
                Throw.LabelUnexpected(path, line, name.ToString(), _expected);
            if (_ids.Count == LabelledTexts.MaxClasses)
                Throw.TooManyLabels(path, line, LabelledTexts.MaxClasses);
            id = _ids.Count;
            _ids.Add(name.ToString(), id);
        }

        _labels.Add(id);
    }

    /// <summary>Folders of classes in the order of the classes' numbers.</summary>
    public IEnumerable<(string Name, string[] Files)> InOrder(IEnumerable<(string Name, string[] Files)> classes) =>
        _expected is null
            ? classes.OrderBy(one => one.Name, StringComparer.Ordinal)
            : classes.OrderBy(one => _ids.GetValueOrDefault(one.Name, int.MaxValue));

    /// <summary>All texts, with their labels.</summary>
    /// <param name="texts">As many as labels were added.</param>
    /// <param name="source">Where the labels were.</param>
    public LabelledTexts Finish(IReadOnlyList<string> texts, string source)
    {
        if (_expected is not null)
            return new LabelledTexts(texts, _labels.ToArray(), _expected);
        if (_ids.Count == 1)
            Throw.OneClass(source, _ids.Keys.First());
        string[] classes = [.. _ids.Keys.Order(StringComparer.Ordinal)];
        int[] numbers = new int[classes.Length];
        for (int i = 0; i < classes.Length; i++)
            numbers[_ids[classes[i]]] = i;
        return new LabelledTexts(texts, [.. _labels.Select(id => numbers[id])], classes);
    }
}
