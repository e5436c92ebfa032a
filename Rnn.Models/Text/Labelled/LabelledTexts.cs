using System;
using System.Collections.Generic;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Labelled;

/// <summary>Texts with a label each: what a classifier learns from.</summary>
public sealed partial class LabelledTexts
{
    /// <summary>The most classes; more is rather a column of something else.</summary>
    public const int MaxClasses = 1000;

    private readonly ArraySegment<string> _texts;
    private readonly ArraySegment<int> _labels;
    private readonly string[] _classes;
    private readonly int[] _classCounts;

    /// <summary>Texts with labels.</summary>
    /// <param name="texts">N, 0 or more. The list is copied.</param>
    /// <param name="labels">[N]: the number of each text's class. Copied.</param>
    /// <param name="classes">Names of the classes, each another; one at least. Copied.</param>
    /// <exception cref="ArgumentException">
    /// A text or a name is null, or a name empty or there twice; or there are more or fewer labels than texts, or no
    /// class, or more than <see cref="MaxClasses"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is none of the classes' numbers.</exception>
    public LabelledTexts(IReadOnlyList<string> texts, ReadOnlySpan<int> labels, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(classes);
        CheckClasses(classes, nameof(classes));
        if (labels.Length != texts.Count)
            Throw.TextLabelCount(nameof(labels), labels.Length, texts.Count);
        for (int i = 0; i < labels.Length; i++)
        {
            if (texts[i] is null)
                Throw.NullText(nameof(texts), i);
            if ((uint)labels[i] >= (uint)classes.Count)
                Throw.TextLabelOutside(nameof(labels), i, labels[i], classes.Count);
        }

        _texts = new ArraySegment<string>([.. texts]);
        _labels = new ArraySegment<int>(labels.ToArray());
        _classes = [.. classes];
        _classCounts = CountClasses();
    }

    private LabelledTexts(LabelledTexts all, int first, int count)
    {
        _texts = all._texts.Slice(first, count);
        _labels = all._labels.Slice(first, count);
        _classes = all._classes;
        _classCounts = CountClasses();
    }

    /// <summary>N, the number of texts.</summary>
    public int Count => _texts.Count;

    /// <summary>The texts.</summary>
    public IReadOnlyList<string> Texts => _texts;

    /// <summary>[N]: the number of each text's class.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>The names of the classes; a label is an index of it.</summary>
    public IReadOnlyList<string> Classes => _classes;

    /// <summary>How many texts each class has, in the order of <see cref="Classes"/>.</summary>
    public IReadOnlyList<int> ClassCounts => _classCounts;

    /// <summary>Texts with the classes "negative", 0, and "positive", 1.</summary>
    /// <param name="reviews">Texts, and whether each is positive.</param>
    public static LabelledTexts FromReviews(IReadOnlyList<(string Text, bool IsPositive)> reviews)
    {
        ArgumentNullException.ThrowIfNull(reviews);
        string[] texts = new string[reviews.Count];
        int[] labels = new int[reviews.Count];
        for (int i = 0; i < texts.Length; i++)
            (texts[i], labels[i]) = (reviews[i].Text, reviews[i].IsPositive ? 1 : 0);

        return new LabelledTexts(texts, labels, ["negative", "positive"]);
    }

    /// <summary>Some of the texts, one after another, with the same classes: to train on, to hold out. No text is
    /// copied.</summary>
    /// <param name="first">The first, from 0.</param>
    /// <param name="count">How many, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many.</exception>
    public LabelledTexts Slice(int first, int count)
    {
        if ((uint)first > (uint)Count)
            Throw.Outside(nameof(first), first, $"0 to {Count}");
        if ((uint)count > (uint)(Count - first))
            Throw.Outside(nameof(count), count, $"0 to {Count - first} (of {Count} texts, from {first} on)");
        return new LabelledTexts(this, first, count);
    }

    internal static void CheckClasses(IReadOnlyList<string> classes, string what)
    {
        if (classes.Count is 0 or > MaxClasses)
            Throw.ClassCount(what, classes.Count, MaxClasses);
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < classes.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(classes[i]) || !seen.Add(classes[i]))
                Throw.ClassName(what, i, classes[i]);
        }
    }

    private int[] CountClasses()
    {
        int[] counts = new int[_classes.Length];
        foreach (int label in _labels)
            counts[label]++;
        return counts;
    }
}
