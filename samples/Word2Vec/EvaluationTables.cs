using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Models.Embeddings.Evaluation;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.Word2Vec;

/// <summary>What an evaluation found, as tables.</summary>
internal static class EvaluationTables
{
    /// <summary>A line a file.</summary>
    public static string Similarity(IEnumerable<(string File, WordSimilarityResult Result)> results) =>
        TextTable.Format(
        [
            ["similarity", "Spearman", "Pearson", "pairs", "unknown"],
            .. results.Select(one => new[]
            {
                Path.GetFileName(one.File),
                Number(one.Result.Spearman),
                Number(one.Result.Pearson),
                Invariant($"{one.Result.Found}"),
                Invariant($"{one.Result.Skipped}"),
            }),
        ]);

    /// <summary>A line a section, and the sums.</summary>
    public static string Analogies(WordAnalogiesResult result)
    {
        IEnumerable<WordAnalogyScore> scores =
            [.. result.Sections, result.Semantic, result.Syntactic, result.Total];
        return TextTable.Format(
        [
            ["analogies", "right", "questions", "%", "unknown"],
            .. scores.Select(score => new[]
            {
                score.Name,
                Invariant($"{score.Correct}"),
                Invariant($"{score.Answered}"),
                score.Answered == 0 ? "-" : Invariant($"{100 * score.Accuracy:F1}"),
                Invariant($"{score.Skipped}"),
            }),
        ]);
    }

    private static string Number(double value) => double.IsNaN(value) ? "-" : Invariant($"{value:F4}");
}
