using System;
using System.Collections.Generic;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Scores;

/// <summary>What measures of texts share.</summary>
internal static class ScoredText
{
    /// <summary>Python's white space, by which the field's programs part words: ours and four control
    /// characters.</summary>
    public static bool IsBlank(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';

    /// <summary>Checks that there are texts, and in each list of references as many.</summary>
    public static void Check(string who, IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references)
    {
        ArgumentNullException.ThrowIfNull(hypotheses);
        ArgumentNullException.ThrowIfNull(references);
        if (hypotheses.Count == 0)
            Throw.NothingToScore(who, nameof(hypotheses));
        if (references.Count == 0)
            Throw.NothingToScore(who, nameof(references));
        foreach (IReadOnlyList<string> list in references)
        {
            ArgumentNullException.ThrowIfNull(list, nameof(references));
            if (list.Count != hypotheses.Count)
                Throw.ReferenceCount(who, nameof(references), list.Count, hypotheses.Count);
        }
    }

    /// <summary>One list for each reference of a single text.</summary>
    public static string[][] Lists(IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(references);
        string[][] lists = new string[references.Count][];
        for (int i = 0; i < lists.Length; i++)
            lists[i] = [references[i]];
        return lists;
    }
}
