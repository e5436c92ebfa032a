using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Rnn.Samples.MutationCheck;

/// <summary>
/// Writes many mutants of a file into one: where a mutant is, the program asks at run time whether it is the active one, and
/// goes on with the mistake or without. So all of them are compiled once, and a process tries one after the other.
/// </summary>
internal sealed class SwitchWriter
{
    private const string Question = "global::Rnn.Core.MutationSwitch.Is";

    private readonly string _text;
    private readonly (SyntaxNode Node, (int Number, Mutant Mutant)[] Mutants)[] _hosts;
    private readonly StringBuilder _written = new();
    private int _next;

    private SwitchWriter(string text, IEnumerable<(int Number, Mutant Mutant)> mutants)
    {
        _text = text;
        _hosts =
        [
            .. mutants.GroupBy(numbered => numbered.Mutant.Host)
                .OrderBy(host => host.Key.SpanStart).ThenByDescending(host => host.Key.Span.Length)
                .Select(host => (host.Key, host.ToArray())),
        ];
    }

    /// <summary>The class that is asked, for the assembly.</summary>
    /// <param name="count">Numbers of mutants: from 1 to below it.</param>
    public static string Switch(int count) => string.Create(CultureInfo.InvariantCulture, $$"""
        namespace Rnn.Core;

        public static class MutationSwitch
        {
            public static int Active = int.Parse(System.Environment.GetEnvironmentVariable("{{TestHost.Active}}") ?? "0");

            public static readonly byte[] Reached = new byte[{{count}}];

            public static bool Is(int mutant)
            {
                Reached[mutant] = 1;
                return Active == mutant;
            }
        }
        """);

    /// <summary>The file with the mutants in it.</summary>
    public static string Write(SyntaxTree tree, IEnumerable<(int Number, Mutant Mutant)> mutants)
    {
        SwitchWriter writer = new(tree.GetText().ToString(), mutants);
        writer.Plain(TextSpan.FromBounds(0, writer._text.Length));
        return writer._written.ToString();
    }

    /// <summary>Whether a variable is declared in it, which would be declared twice.</summary>
    public static bool Declares(SyntaxNode host) => host.DescendantNodes().OfType<SingleVariableDesignationSyntax>().Any();

    /// <summary>Of a place in a file that was written: the mutant that it belongs to; where it belongs to none, those nearest
    /// around.</summary>
    public static IReadOnlyList<int> Numbers(SyntaxTree written, TextSpan place)
    {
        SyntaxNode node = written.GetRoot().FindNode(place, getInnermostNodeForTie: true);
        while (node is ParenthesizedExpressionSyntax parentheses)
            node = parentheses.Expression;

        foreach (SyntaxNode around in node.AncestorsAndSelf())
        {
            int? number = around switch
            {
                ConditionalExpressionSyntax choice => Number(choice.Condition),
                IfStatementSyntax choice when !(choice.Else?.Span.Contains(place) ?? false) => Number(choice.Condition),
                _ => null,
            };
            if (number is { } found)
                return [found];
        }

        return node.AncestorsAndSelf()
            .Select(around => around.DescendantNodes().OfType<ExpressionSyntax>().Select(Number).OfType<int>().ToArray())
            .FirstOrDefault(numbers => numbers.Length > 0) ?? [];
    }

    private static int? Number(ExpressionSyntax condition) =>
        condition is InvocationExpressionSyntax call && call.Expression.ToString() == Question
            ? int.Parse(call.ArgumentList.Arguments[0].ToString(), CultureInfo.InvariantCulture)
            : null;

    // A part of the file as it is, but for the hosts in it.
    private void Plain(TextSpan span)
    {
        int at = span.Start;
        while (_next < _hosts.Length && _hosts[_next].Node.SpanStart < span.End)
        {
            (SyntaxNode host, (int Number, Mutant Mutant)[] mutants) = _hosts[_next++];
            _written.Append(_text, at, host.SpanStart - at);
            Choice(host, mutants);
            at = host.Span.End;
        }

        _written.Append(_text, at, span.End - at);
    }

    private void Choice(SyntaxNode host, (int Number, Mutant Mutant)[] mutants)
    {
        bool isStatement = host is StatementSyntax;
        _written.Append(isStatement ? '{' : '(');
        foreach ((int number, Mutant mutant) in mutants)
        {
            string question = string.Create(CultureInfo.InvariantCulture, $"{Question}({number})");
            _written.Append(isStatement ? $"if ({question}) {{ {mutant.HostText} }} else " : $"{question} ? ({mutant.HostText}) : ");
        }

        _written.Append(isStatement ? "{ " : "(");
        Plain(host.Span);
        _written.Append(isStatement ? " } }" : "))");
    }
}
