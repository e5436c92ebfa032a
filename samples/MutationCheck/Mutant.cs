using System;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Rnn.Samples.MutationCheck;

/// <summary>One small mistake in one place of the sources.</summary>
/// <param name="Tree">The file as it is.</param>
/// <param name="File">Its path below Rnn.Core, with slashes.</param>
/// <param name="Kind">What is done: "+ to -", "term dropped".</param>
/// <param name="Change">What stands where instead.</param>
internal sealed record Mutant(SyntaxTree Tree, string File, string Kind, TextChange Change)
{
    private const int LongestText = 70;

    /// <summary>The line where it begins, from 1.</summary>
    public int Line => Tree.GetText().Lines.GetLinePosition(Change.Span.Start).Line + 1;

    /// <summary>The file with the mistake.</summary>
    public SyntaxTree Apply() => Tree.WithChangedText(Tree.GetText().WithChanges(Change));

    /// <summary>What stood there, and what stands there now, on one line.</summary>
    public string Description =>
        $"{Kind}: `{Short(Tree.GetText().ToString(Change.Span))}` -> `{Short(Change.NewText ?? "")}`";

    /// <summary>The whole line as it was.</summary>
    public string LineText => Tree.GetText().Lines[Line - 1].ToString().Trim();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line} {Description}");

    private static string Short(string text)
    {
        string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestText ? line : line[..LongestText] + "...";
    }
}
