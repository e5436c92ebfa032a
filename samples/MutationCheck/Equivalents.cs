using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using CsvHelper;
using Rnn.Samples.Common;

namespace Rnn.Samples.MutationCheck;

/// <summary>Mutants that make no difference to any result, each with the reason, as a person has found.</summary>
internal sealed class Equivalents
{
    /// <summary>Where they stand, beside this program's sources.</summary>
    public const string File = "samples/MutationCheck/equivalent.csv";

    private readonly Dictionary<Key, string> _reasons = [];
    private readonly HashSet<Key> _met = [];

    /// <summary>Reads them: a file, the text of its line, what is changed, which of those that are alike, and why it makes no
    /// difference.</summary>
    /// <param name="root">The folder of the repository.</param>
    /// <exception cref="InvalidDataException">One has no reason, or stands there twice.</exception>
    public Equivalents(string root)
    {
        string text = System.IO.File.ReadAllText(Path.Combine(root, File));
        using CsvReader csv = CsvReader.FromText(text, new CsvReaderOptions { HasHeader = true });
        while (csv.Read())
        {
            Key key = new(csv.GetString(0), csv.GetString(1), csv.GetString(2),
                int.Parse(csv.GetString(3), CultureInfo.InvariantCulture));
            string why = csv.GetString(4);
            if (why.Length == 0)
                throw new InvalidDataException($"{File} has no reason for {key}: say why it makes no difference.");

            if (!_reasons.TryAdd(key, why))
                throw new InvalidDataException($"{File} has {key} twice: leave one.");
        }
    }

    /// <summary>Of a mutant that survives and is known to make no difference: that it does; of one that was found all the
    /// same, nothing else but a warning.</summary>
    public MutantResult Apply(MutantResult result)
    {
        Mutant mutant = result.Mutant;
        Key key = new(mutant.File, mutant.LineText, mutant.Description, mutant.Place);
        if (!_reasons.TryGetValue(key, out string? reason))
            return result;

        _met.Add(key);
        if (result.Fate == Fate.Survived)
            return result with { Fate = Fate.Equivalent, By = reason };

        Screen.Warn($"{mutant} makes no difference, says {File}; but it does: {result.Fate} {result.By}");
        return result;
    }

    /// <summary>Warns of those that are no mutant any more.</summary>
    /// <param name="files">Whose mutants have all been applied.</param>
    public void WarnOfOthers(IReadOnlySet<string> files)
    {
        foreach (Key key in _reasons.Keys.Except(_met).Where(key => files.Contains(key.File)))
            Screen.Warn($"{File} has {key}, which is no mutant: take it out, or see what became of the line.");
    }

    private sealed record Key(string File, string Line, string Change, int Place)
    {
        public override string ToString() => FormattableString.Invariant($"'{Change}' ({Place}) in {File}, '{Line}'");
    }
}
