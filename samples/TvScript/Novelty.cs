using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rnn.Models.LanguageModels;
using Rnn.Models.LanguageModels.NGrams;
using Rnn.Models.Text.Scripts;
using Rnn.Samples.Common;

namespace Rnn.Samples.TvScript;

/// <summary>How much of what a model writes stands in what it has read.</summary>
internal sealed class Novelty
{
    private readonly TextNovelty _training;
    private readonly int[] _lineEnds;

    /// <summary>Beside a training text.</summary>
    public Novelty(LanguageModel model, Corpus corpus)
    {
        _training = new TextNovelty(model.Vocabulary.Encode(corpus.Training));
        _lineEnds = [.. new[] { ScriptTokenizer.Line, ScriptTokenizer.Turn, TokenizedText.EndOfLine }
            .Where(token => model.Vocabulary.TryGetId(token, out _)).Select(token => model.Vocabulary.Encode([token])[0])];
    }

    /// <summary>What was written beside what people wrote.</summary>
    /// <param name="written">By the model.</param>
    /// <param name="heldOut">By people, and not learnt from; as many tokens of it are looked at. May be empty.</param>
    public string Table(int[] written, int[] heldOut)
    {
        List<string[]> rows =
        [
            ["", "4-grams copied", "8-grams copied", "longest copy", "distinct 1-/2-/3-grams", "lines repeated"],
            Row("what it writes", written),
        ];
        if (heldOut.Length > 0)
            rows.Add(Row("held-out text", heldOut[..Math.Min(heldOut.Length, written.Length)]));

        return TextTable.Format(rows);
    }

    private string[] Row(string name, int[] tokens)
    {
        NoveltyReport report = _training.Measure(tokens, _lineEnds);
        return
        [
            name, Percent(report.Copied(4)), Percent(report.Copied(8)), $"{report.LongestRun.Length} tokens",
            $"{Percent(report.Distinct(1))} / {Percent(report.Distinct(2))} / {Percent(report.Distinct(3))}",
            Percent(report.RepeatedLines),
        ];
    }

    private static string Percent(double share) => double.IsNaN(share) ? "-"
        : (100 * share).ToString("F1", CultureInfo.InvariantCulture) + "%";
}
