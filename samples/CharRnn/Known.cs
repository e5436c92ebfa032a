using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Models.CharRnn;

namespace Rnn.Samples.CharRnn;

/// <summary>What of a user's text a model knows.</summary>
internal static class Known
{
    private const int Shown = 10;

    /// <summary>A text that the model can read.</summary>
    /// <param name="text">As the user gave it.</param>
    /// <param name="option">By which option, for the message.</param>
    /// <param name="model">The model.</param>
    /// <param name="skipUnknown">Whether to leave out what it doesn't know.</param>
    /// <exception cref="InvalidDataException">A character is unknown, or none is known.</exception>
    public static string Text(string text, string option, CharRnnModel model, bool skipUnknown = false)
    {
        StringBuilder known = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (model.Vocabulary.TryGetIndex(rune, out _))
            {
                known.Append(rune.ToString());
            }
            else if (!skipUnknown)
            {
                string help = option == "--stop"
                    ? "so it would never come; leave it out"
                    : "leave it out, or let --skip-unknown do it";
                throw new InvalidDataException($"{option} has {Name(rune)}, which is not among the "
                    + $"{model.Vocabulary.Count} characters of the model; {help}.");
            }
        }

        return known.Length > 0
            ? known.ToString()
            : throw new InvalidDataException($"{option} has no character that the model knows; give at least one.");
    }

    /// <summary>A word to begin with, or the first letter that the model knows (or else its first character).</summary>
    public static string Start(string word, CharRnnModel model)
    {
        if (word.EnumerateRunes().All(rune => model.Vocabulary.TryGetIndex(rune, out _)))
            return word;

        Rune letter = model.Vocabulary.Symbols.EnumerateRunes().FirstOrDefault(Rune.IsLetter);
        return (Rune.IsLetter(letter) ? letter : model.Vocabulary[0]).ToString();
    }

    /// <summary>How many characters of a text a model doesn't know, and which, in a sentence; null if it knows
    /// all.</summary>
    public static string? Missing(string text, CharRnnModel model)
    {
        Dictionary<Rune, long> unknown = [];
        long count = 0, all = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            all++;
            if (!model.Vocabulary.TryGetIndex(rune, out _))
            {
                count++;
                unknown[rune] = unknown.GetValueOrDefault(rune) + 1;
            }
        }

        IEnumerable<string> names = unknown.OrderByDescending(one => one.Value).ThenBy(one => one.Key.Value)
            .Take(Shown).Select(one => Name(one.Key));
        return count == 0 ? null : $"{count} of {all} characters are unknown to the model: {string.Join(", ", names)}"
            + (unknown.Count > Shown ? $" and {unknown.Count - Shown} others" : "");
    }

    private static string Name(Rune rune) =>
        Rune.IsControl(rune) ? $"U+{rune.Value:X4}" : $"'{rune}' (U+{rune.Value:X4})";
}
