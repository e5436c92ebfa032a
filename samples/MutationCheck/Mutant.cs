using System;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Rnn.Samples.MutationCheck;

/// <summary>One small mistake in one place of the sources.</summary>
/// <param name="Tree">The file as it is.</param>
/// <param name="File">Its path below Rnn.Core, with slashes.</param>
/// <param name="Kind">What is done: "+ to -", "term dropped".</param>
/// <param name="Change">What stands where instead.</param>
/// <param name="Host">The smallest expression or statement around it: what is exchanged as a whole.</param>
internal sealed record Mutant(SyntaxTree Tree, string File, string Kind, TextChange Change, SyntaxNode Host)
{
    private const int LongestText = 70;

    /// <summary>The line where it begins, from 1.</summary>
    public int Line => Tree.GetText().Lines.GetLinePosition(Change.Span.Start).Line + 1;

    /// <summary>Which of those in its file that change the same in a line of the same text, from 1.</summary>
    public int Place { get; init; } = 1;

    /// <summary>Where in the line it begins, from 1.</summary>
    public int Column => Tree.GetText().Lines.GetLinePosition(Change.Span.Start).Character + 1;

    /// <summary>The member that it stands in.</summary>
    public TextSpan Member => Host.FirstAncestorOrSelf<MemberDeclarationSyntax>()?.Span ?? Host.Span;

    /// <summary>Whether it is in what a process computes only once: a static field or constructor.</summary>
    public bool IsOnce => Host.Ancestors().OfType<MemberDeclarationSyntax>().FirstOrDefault() switch
    {
        FieldDeclarationSyntax variable => variable.Modifiers.Any(SyntaxKind.StaticKeyword),
        ConstructorDeclarationSyntax constructor => constructor.Modifiers.Any(SyntaxKind.StaticKeyword),
        PropertyDeclarationSyntax property => property.Initializer is not null && property.Modifiers.Any(SyntaxKind.StaticKeyword),
        _ => false,
    };

    /// <summary>The host with the mistake.</summary>
    public string HostText
    {
        get
        {
            SourceText text = Tree.GetText();
            return text.ToString(TextSpan.FromBounds(Host.Span.Start, Change.Span.Start)) + Change.NewText
                + text.ToString(TextSpan.FromBounds(Change.Span.End, Host.Span.End));
        }
    }

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
