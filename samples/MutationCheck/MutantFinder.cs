using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Rnn.Samples.MutationCheck;

/// <summary>
/// All mistakes that may be made in a file: operators exchanged, terms and statements dropped, indices shifted by one,
/// conditions negated and moved to their neighbours, numbers changed. What only refuses wrong arguments is left alone, as
/// are texts.
/// </summary>
internal sealed class MutantFinder : CSharpSyntaxWalker
{
    private static readonly Dictionary<SyntaxKind, string> s_operators = new()
    {
        [SyntaxKind.PlusToken] = "-",
        [SyntaxKind.MinusToken] = "+",
        [SyntaxKind.AsteriskToken] = "/",
        [SyntaxKind.SlashToken] = "*",
        [SyntaxKind.LessThanToken] = "<=",
        [SyntaxKind.LessThanEqualsToken] = "<",
        [SyntaxKind.GreaterThanToken] = ">=",
        [SyntaxKind.GreaterThanEqualsToken] = ">",
        [SyntaxKind.EqualsEqualsToken] = "!=",
        [SyntaxKind.ExclamationEqualsToken] = "==",
        [SyntaxKind.AmpersandAmpersandToken] = "||",
        [SyntaxKind.BarBarToken] = "&&",
        [SyntaxKind.PlusEqualsToken] = "-=",
        [SyntaxKind.MinusEqualsToken] = "+=",
        [SyntaxKind.AsteriskEqualsToken] = "/=",
        [SyntaxKind.SlashEqualsToken] = "*=",
    };

    private readonly SyntaxTree _tree;
    private readonly string _file;
    private readonly List<Mutant> _found = [];

    private MutantFinder(SyntaxTree tree, string file)
    {
        _tree = tree;
        _file = file;
    }

    /// <summary>Those of a file, in its order.</summary>
    public static IReadOnlyList<Mutant> In(SyntaxTree tree, string file)
    {
        MutantFinder finder = new(tree, file);
        finder.Visit(tree.GetRoot());
        return [.. finder._found.DistinctBy(mutant => (mutant.Change.Span, mutant.Change.NewText))];
    }

    public override void VisitBinaryExpression(BinaryExpressionSyntax node)
    {
        if (s_operators.TryGetValue(node.OperatorToken.Kind(), out string? other))
            Add($"{node.OperatorToken.Text} to {other}", node.OperatorToken.Span, other, node);

        if (node.OperatorToken.Kind() is SyntaxKind.PlusToken or SyntaxKind.MinusToken)
        {
            Add("term dropped", node.Span, node.Left.ToString(), node);
            if (node.OperatorToken.IsKind(SyntaxKind.PlusToken))
                Add("term dropped", node.Span, node.Right.ToString(), node);
        }

        base.VisitBinaryExpression(node);
    }

    public override void VisitAssignmentExpression(AssignmentExpressionSyntax node)
    {
        if (s_operators.TryGetValue(node.OperatorToken.Kind(), out string? other))
        {
            Add($"{node.OperatorToken.Text} to {other}", node.OperatorToken.Span, other,
                node.Parent is ExpressionStatementSyntax ? node.Parent : node);
        }

        if (node.Parent is ExpressionStatementSyntax statement && !node.IsKind(SyntaxKind.SimpleAssignmentExpression))
            Add("statement dropped", statement.Span, ";", statement);

        base.VisitAssignmentExpression(node);
    }

    public override void VisitExpressionStatement(ExpressionStatementSyntax node)
    {
        if (IsCheck(node))
            return;

        if (node.Expression is InvocationExpressionSyntax)
            Add("statement dropped", node.Span, ";", node);

        base.VisitExpressionStatement(node);
    }

    public override void VisitElementAccessExpression(ElementAccessExpressionSyntax node)
    {
        foreach (ArgumentSyntax argument in node.ArgumentList.Arguments)
        {
            if (argument.Expression is not (RangeExpressionSyntax or PrefixUnaryExpressionSyntax))
                Add("index shifted", argument.Span, $"({argument.Expression}) + 1", argument.Expression);
        }

        base.VisitElementAccessExpression(node);
    }

    public override void VisitPrefixUnaryExpression(PrefixUnaryExpressionSyntax node)
    {
        if (node.IsKind(SyntaxKind.UnaryMinusExpression))
            Add("sign dropped", node.Span, node.Operand.ToString(), node);

        base.VisitPrefixUnaryExpression(node);
    }

    public override void VisitIfStatement(IfStatementSyntax node)
    {
        bool isCheck = Statements(node.Statement).All(statement => statement is ThrowStatementSyntax || IsCheck(statement));
        if (isCheck && node.Else is null)
            return;

        Negate(node.Condition);
        base.VisitIfStatement(node);
    }

    public override void VisitConditionalExpression(ConditionalExpressionSyntax node)
    {
        Negate(node.Condition);
        base.VisitConditionalExpression(node);
    }

    public override void VisitLiteralExpression(LiteralExpressionSyntax node)
    {
        if (node.Token.Value is int or long or float or double)
        {
            bool isZero = Convert.ToDouble(node.Token.Value, CultureInfo.InvariantCulture) == 0;
            string text = node.Token.Text;
            Add("number changed", node.Span, isZero ? "1" : node.Token.Value is int or long ? $"({text} + 1)" : $"(2 * {text})",
                node);
        }

        base.VisitLiteralExpression(node);
    }

    // The default of an argument is compiled into who calls.
    public override void VisitParameter(ParameterSyntax node)
    {
    }

    // What says nothing about numbers.
    public override void VisitAttributeList(AttributeListSyntax node)
    {
    }

    public override void VisitThrowStatement(ThrowStatementSyntax node)
    {
    }

    public override void VisitThrowExpression(ThrowExpressionSyntax node)
    {
    }

    public override void VisitInterpolatedStringExpression(InterpolatedStringExpressionSyntax node)
    {
    }

    public override void VisitEnumMemberDeclaration(EnumMemberDeclarationSyntax node)
    {
    }

    public override void VisitInvocationExpression(InvocationExpressionSyntax node)
    {
        if (node.Expression is not IdentifierNameSyntax { Identifier.Text: "nameof" })
            base.VisitInvocationExpression(node);
    }

    private void Negate(ExpressionSyntax condition)
    {
        if (!condition.IsKind(SyntaxKind.EqualsExpression) && !condition.IsKind(SyntaxKind.NotEqualsExpression))
            Add("condition negated", condition.Span, $"!({condition})", condition);
    }

    private static SyntaxList<StatementSyntax> Statements(StatementSyntax statement) =>
        statement is BlockSyntax block ? block.Statements : SyntaxFactory.SingletonList(statement);

    // Throw.Shape(...), ArgumentNullException.ThrowIfNull(x), Debug.Assert(...), CheckShapes(...).
    private static bool IsCheck(StatementSyntax statement)
    {
        if (statement is not ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call })
            return false;

        string name = call.Expression.ToString();
        return name.StartsWith("Throw.", StringComparison.Ordinal) || name.StartsWith("Debug.", StringComparison.Ordinal)
            || name.Contains(".ThrowIf", StringComparison.Ordinal)
            || name.Split('.')[^1].StartsWith("Check", StringComparison.Ordinal);
    }

    private void Add(string kind, TextSpan span, string text, SyntaxNode host) =>
        _found.Add(new Mutant(_tree, _file, kind, new TextChange(span, text), host));
}
