using System;
using System.Collections.Generic;
using Element = Rnn.Models.Corpora.ProbabilisticGrammar.Element;
using Production = Rnn.Models.Corpora.ProbabilisticGrammar.Production;
using Symbol = Rnn.Models.Corpora.ProbabilisticGrammar.Symbol;

namespace Rnn.Models.Corpora;

/// <summary>
/// The inside algorithm, top-down with memory: inside(symbol, start) is the list of all ends with the summed
/// probability and the number of derivations of text[start..end]. Needs a grammar without left recursion.
/// </summary>
internal sealed class GrammarParser(Symbol[] symbols, int startSymbol)
{
    /// <summary>One way to end: where, log of the summed probability, number of derivations.</summary>
    internal readonly record struct Span(int End, double LogProbability, double Derivations);

    /// <summary>The text as a sequence of draws of the start symbol; (negative infinity, 0) if it is none.</summary>
    public (double LogProbability, double Derivations) Parse(ReadOnlySpan<char> text)
    {
        SortedDictionary<int, Span> open = new() { [0] = new Span(0, 0, 1) };
        Dictionary<long, Span[]> memory = [];
        while (open.Count > 0)
        {
            Span reached = default;
            foreach (Span first in open.Values)   // the leftmost: nothing found later can end there
            {
                reached = first;
                break;
            }

            if (reached.End == text.Length)
                return (reached.LogProbability, reached.Derivations);

            open.Remove(reached.End);
            memory.Clear();
            foreach (Span draw in Inside(text, startSymbol, reached.End, memory))
            {
                Span whole = Then(reached, draw);
                open[draw.End] = open.TryGetValue(draw.End, out Span other) ? Or(other, whole) : whole;
            }
        }

        return (double.NegativeInfinity, 0);
    }

    private Span[] Inside(ReadOnlySpan<char> text, int symbol, int start, Dictionary<long, Span[]> memory)
    {
        long key = ((long)symbol << 32) | (uint)start;
        if (memory.TryGetValue(key, out Span[]? known))
            return known;

        List<Span> ends = [];
        foreach (Production production in symbols[symbol].Productions)
        {
            if (production.Elements is [{ Literal: { } word }])   // a word list: most alternatives fail at once
            {
                if (text[start..].StartsWith(word, StringComparison.Ordinal))
                    Merge(ends, new Span(start + word.Length, production.LogProbability, 1));

                continue;
            }

            Expand(text, production.Elements, new Span(start, production.LogProbability, 1), ends, memory);
        }

        Span[] result = [.. ends];
        memory.Add(key, result);
        return result;
    }

    /// <summary>All ways to match the elements from a span on; matched whole productions are added to ends.</summary>
    private void Expand(ReadOnlySpan<char> text, ReadOnlySpan<Element> elements, Span soFar, List<Span> ends,
        Dictionary<long, Span[]> memory)
    {
        while (elements.Length > 0 && elements[0].Literal is { } literal)
        {
            if (!text[soFar.End..].StartsWith(literal, StringComparison.Ordinal))
                return;

            soFar = soFar with { End = soFar.End + literal.Length };
            elements = elements[1..];
        }

        if (elements.Length == 0)
        {
            Merge(ends, soFar);
            return;
        }

        foreach (Span next in Inside(text, elements[0].Symbol, soFar.End, memory))
            Expand(text, elements[1..], Then(soFar, next), ends, memory);
    }

    private static void Merge(List<Span> ends, Span span)
    {
        for (int i = 0; i < ends.Count; i++)
        {
            if (ends[i].End == span.End)
            {
                ends[i] = Or(ends[i], span);
                return;
            }
        }

        ends.Add(span);
    }

    private static Span Then(Span a, Span b) =>
        new(b.End, a.LogProbability + b.LogProbability, a.Derivations * b.Derivations);

    private static Span Or(Span a, Span b)
    {
        double high = Math.Max(a.LogProbability, b.LogProbability);
        double low = Math.Min(a.LogProbability, b.LogProbability);
        return new Span(a.End, high + Math.Log(1 + Math.Exp(low - high)), a.Derivations + b.Derivations);
    }
}
