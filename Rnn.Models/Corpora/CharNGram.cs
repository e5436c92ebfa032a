using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Corpora;

/// <summary>
/// Character n-gram model with interpolated modified Kneser-Ney smoothing: what counting alone achieves, the baseline
/// that a recurrent network has to beat.
/// P_k(w|h) = (c(hw) - D(c(hw))) / c(h.) + (D1*N1(h.) + D2*N2(h.) + D3*N3+(h.)) / c(h.) * P_k-1(w|h without its first
/// character), and P_0 = 1/alphabet. In the highest order c is the number of occurrences, below it the number of
/// distinct characters seen in front (the beginning of the text counts as one). N1, N2, N3+ count the characters that
/// follow h once, twice, more often. With n_j the number of k-grams of count j and Y = n1/(n1+2*n2): D1 = 1-2Y*n2/n1,
/// D2 = 2-3Y*n3/n2, D3+ = 3-4Y*n4/n3; where these don't exist, 0.5, 1 and 1.5.
/// Source: Chen and Goodman, "An empirical study of smoothing techniques for language modeling", 1998, section 3.
/// </summary>
public sealed class CharNGram
{
    private const int Root = 0;
    private const int None = -1;

    private readonly HashSet<char> _alphabet;
    private readonly List<Node> _nodes = [default];   // one per distinct k-gram, k = 0 (the root) to Order
    private readonly Dictionary<long, int> _children = [];
    private readonly double[][] _discounts;   // [k][min(count, 3)] for the k-grams

    private CharNGram(ReadOnlySpan<char> training, int order, ReadOnlySpan<char> alphabet)
    {
        Order = order;
        _alphabet = [.. training, .. alphabet];
        Count(training);
        LinkSuffixes();
        _discounts = Discounts();
        Discount();
    }

    /// <summary>Characters of an n-gram: the context is one shorter.</summary>
    public int Order { get; }

    /// <summary>Distinct characters over which the probabilities sum to 1.</summary>
    public int AlphabetSize => _alphabet.Count;

    /// <summary>Counts a text.</summary>
    /// <param name="training">At least one character. Read.</param>
    /// <param name="order">1 or more: 3 sees two characters back, 5 sees four.</param>
    /// <param name="alphabet">Characters to give some probability even if the training text lacks them. Read.</param>
    /// <exception cref="ArgumentException">The training text is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">order is less than 1.</exception>
    public static CharNGram Train(ReadOnlySpan<char> training, int order, ReadOnlySpan<char> alphabet = default)
    {
        if (order < 1)
            Throw.NGramOrder(order);

        if (training.IsEmpty)
            Throw.NGramText(nameof(training));

        return new CharNGram(training, order, alphabet);
    }

    /// <summary>P(next | the last Order-1 characters of context).</summary>
    /// <param name="context">Of any length, characters of any kind. Read.</param>
    /// <param name="next">A character of the alphabet.</param>
    /// <exception cref="ArgumentException">next is not in the alphabet.</exception>
    public double Probability(ReadOnlySpan<char> context, char next)
    {
        Check(next);
        int state = Root;
        foreach (char c in context[Math.Max(0, context.Length - Order + 1)..])
            state = Advance(state, c);

        return Weigh(state, next);
    }

    /// <summary>Sum of -log P(character | the Order-1 characters before it); the text's first has no context.</summary>
    /// <param name="text">Characters of the alphabet. Read.</param>
    /// <returns>The sum in nats, and the number of characters.</returns>
    /// <exception cref="ArgumentException">A character is not in the alphabet.</exception>
    public (double Sum, long Count) NegativeLogLikelihood(ReadOnlySpan<char> text)
    {
        double sum = 0;
        int state = Root;
        foreach (char c in text)
        {
            Check(c);
            sum -= Math.Log(Weigh(state, c));
            state = Advance(state, c);
        }

        return (sum, text.Length);
    }

    private void Check(char c)
    {
        if (!_alphabet.Contains(c))
            Throw.NGramCharacter(c);
    }

    /// <summary>The recursion of the class's formula, unrolled: the longest known context first.</summary>
    private double Weigh(int state, char next)
    {
        double probability = 0, weight = 1;
        for (int h = state; ; h = _nodes[h].Suffix)
        {
            Node context = _nodes[h];
            if (context.FollowingCount > 0)   // 0: this context occurs only as the last characters of the training text
            {
                int gram = Child(h, next);
                if (gram != None)
                {
                    int count = _nodes[gram].Count;
                    probability += weight * (count - _discounts[context.Length + 1][Math.Min(count, 3)])
                        / context.FollowingCount;
                }

                weight *= context.Discounted / context.FollowingCount;
            }

            if (h == Root)
                return probability + weight / _alphabet.Count;
        }
    }

    /// <summary>The longest known context, of at most Order-1 characters, after one more character.</summary>
    private int Advance(int state, char c)
    {
        for (int h = state; ; h = _nodes[h].Suffix)
        {
            int next = _nodes[h].Length + 1 < Order ? Child(h, c) : None;
            if (next != None || h == Root)
                return Math.Max(next, Root);
        }
    }

    private int Child(int node, char c) => _children.GetValueOrDefault(Key(node, c), None);

    private static long Key(int node, char c) => ((long)node << 16) | c;

    /// <summary>The trie of all k-grams, with their occurrences.</summary>
    private void Count(ReadOnlySpan<char> training)
    {
        for (int start = 0; start < training.Length; start++)
        {
            int node = Root;
            foreach (char c in training.Slice(start, Math.Min(Order, training.Length - start)))
            {
                ref int child = ref CollectionsMarshal.GetValueRefOrAddDefault(
                    _children, Key(node, c), out bool exists);
                if (!exists)
                {
                    child = _nodes.Count;
                    _nodes.Add(new Node { Parent = node, Last = c, Length = _nodes[node].Length + 1 });
                }

                node = child;
                CollectionsMarshal.AsSpan(_nodes)[node].Count++;
            }
        }
    }

    /// <summary>Suffix links, and below the highest order what is seen in front of each k-gram.</summary>
    private void LinkSuffixes()
    {
        Span<Node> nodes = CollectionsMarshal.AsSpan(_nodes);
        for (int i = 1; i < nodes.Length; i++)
            nodes[i].Count = nodes[i].Length == Order ? nodes[i].Count : 0;

        for (int i = 1; i < nodes.Length; i++)   // parents come first, so their links are set
        {
            ref Node node = ref nodes[i];
            node.Suffix = node.Length == 1 ? Root : Child(nodes[node.Parent].Suffix, node.Last);
            nodes[node.Suffix].Count++;
        }

        // The first walk made the nodes 1 to Order (or less): the k-grams with the beginning of the text in front.
        for (int i = 1; i < nodes.Length && nodes[i].Parent == i - 1 && nodes[i].Length == i; i++)
            nodes[i].Count += nodes[i].Length < Order ? 1 : 0;
    }

    private double[][] Discounts()
    {
        long[][] countsOfCounts = new long[Order + 1][];
        for (int k = 0; k <= Order; k++)
            countsOfCounts[k] = new long[5];

        foreach (ref readonly Node node in CollectionsMarshal.AsSpan(_nodes)[1..])
            countsOfCounts[node.Length][Math.Min(node.Count, 5) % 5]++;   // 5 and more land in the unused entry 0

        double[][] discounts = new double[Order + 1][];
        for (int k = 0; k <= Order; k++)
        {
            long[] n = countsOfCounts[k];
            double y = n[1] / (n[1] + 2.0 * n[2]);
            double[] d = [0, 1 - 2 * y * n[2] / n[1], 2 - 3 * y * n[3] / n[2], 3 - 4 * y * n[4] / n[3]];
            bool usable = d[1] is > 0 and < 1 && d[2] is > 0 and < 2 && d[3] is > 0 and < 3;   // false for NaN
            discounts[k] = usable ? d : [0, 0.5, 1, 1.5];
        }

        return discounts;
    }

    private void Discount()
    {
        Span<Node> nodes = CollectionsMarshal.AsSpan(_nodes);
        for (int i = 1; i < nodes.Length; i++)
        {
            ref Node context = ref nodes[nodes[i].Parent];
            context.FollowingCount += nodes[i].Count;
            context.Discounted += _discounts[nodes[i].Length][Math.Min(nodes[i].Count, 3)];
        }
    }

    private struct Node
    {
        public int Parent;            // the k-gram without its last character
        public int Suffix;            // the k-gram without its first character
        public int Length;
        public int Count;             // c of the class's formula
        public long FollowingCount;   // c(h.)
        public double Discounted;     // D1*N1(h.) + D2*N2(h.) + D3*N3+(h.)
        public char Last;
    }
}
