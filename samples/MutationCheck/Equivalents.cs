using System.Collections.Generic;
using System.IO;
using CsvHelper;
using Rnn.Samples.Common;

namespace Rnn.Samples.MutationCheck;

/// <summary>Mutants that make no difference to any result, each with the reason, as a person has found.</summary>
internal sealed class Equivalents
{
    /// <summary>Where they stand, beside this program's sources.</summary>
    public const string File = "samples/MutationCheck/equivalent.csv";

    private readonly Dictionary<(string File, string Line, string Change), string> _reasons = [];

    /// <summary>Reads them: a file, the text of its line, what is changed, and why it makes no difference.</summary>
    /// <param name="root">The folder of the repository.</param>
    public Equivalents(string root)
    {
        string text = System.IO.File.ReadAllText(Path.Combine(root, File));
        using CsvReader csv = CsvReader.FromText(text, new CsvReaderOptions { HasHeader = true });
        while (csv.Read())
        {
            string file = csv.GetString(0), line = csv.GetString(1), change = csv.GetString(2), why = csv.GetString(3);
            if (why.Length == 0)
                throw new InvalidDataException($"{File} has no reason for '{change}' in {file}: say why it makes no difference.");

            _reasons[(file, line, change)] = why;
        }
    }

    /// <summary>Of a mutant that survives and is known to make no difference: that it does; of one that was found all the
    /// same, nothing else but a warning.</summary>
    public MutantResult Apply(MutantResult result)
    {
        Mutant mutant = result.Mutant;
        if (!_reasons.TryGetValue((mutant.File, mutant.LineText, mutant.Description), out string? reason))
            return result;

        if (result.Fate == Fate.Survived)
            return result with { Fate = Fate.Equivalent, By = reason };

        Screen.Warn($"{mutant} makes no difference, says {File}; but it does: {result.By}");
        return result;
    }
}
