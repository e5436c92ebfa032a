using System;
using System.Buffers;
using Rnn.Core.Losses;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text;

namespace Rnn.Models.LanguageModels.NGrams;

/// <summary>
/// N-gram model over token ids with interpolated modified Kneser-Ney smoothing: what counting alone achieves, and what
/// a network has to beat. P_k(w|h) = max(c(hw) - D(c(hw)), 0) / c(h.) + (D1*N1(h.) + D2*N2(h.) + D3*N3+(h.)) / c(h.) *
/// P_k-1(w|h'), with h' = h without its first token, and P_0 = 1/V, so that every id of the vocabulary is possible. A
/// context h that was never followed by anything leaves P_k-1(w|h'). In the highest order c is the number of
/// occurrences, below it the number of distinct tokens seen in front (the beginning of the text counts as one). N1, N2,
/// N3+ count the tokens that follow h once, twice, more often. With n_j the number of k-grams of count j and Y =
/// n1/(n1+2*n2): D1 = 1-2Y*n2/n1, D2 = 2-3Y*n3/n2, D3+ = 3-4Y*n4/n3; where one of them doesn't exist or is no discount,
/// all three are 0.5, 1 and 1.5. Source: Chen and Goodman, "An empirical study of smoothing techniques for language
/// modeling", 1999.
/// </summary>
/// <remarks>
/// The text is one sequence: line ends are tokens like others, and contexts go across them. Immutable: any number of
/// threads may use one model. WikiText-2 with order 5 has 5.8 million n-grams and takes 280 MB.
/// <para>
/// Perplexities of orders 1 to 5: on WikiText-2's validation part (33,278 kinds, &lt;eos&gt; included) 965.1, 284.7,
/// 240.8, 233.9, 232.5; on the last tenth of Shakespeare, read by a script tokenizer with a vocabulary of the rest
/// (12,482 kinds, 4.65% of the tokens unknown), 464.1, 211.1, 201.9, 201.1, 200.7. The latter pay about 12 nats for
/// each unknown token, which training never saw: with all tokens unknown that occur once (6,590 kinds, 6.38% unknown)
/// 266.2, 114.2, 106.3, 106.2, 106.0.
/// </para>
/// </remarks>
public sealed class KneserNey
{
    /// <summary>The most tokens of an n-gram.</summary>
    public const int MaxOrder = 16;

    private const string Who = nameof(KneserNey);
    private const int Root = NGramTable.Root;

    private readonly NGramTable _table;         // order by order: all k-grams have lower numbers than any k+1-gram
    private readonly int _contexts;             // n-grams below the highest order; all numbers from here on are of it
    private readonly double[] _probabilities;   // [n-gram]: P_k(last token | those before), interpolated
    private readonly double[] _backoffs;        // [1 + context], the root's first: what P_k-1 is multiplied by
    private readonly int[] _suffixes;           // [context]: the number of the context without its first token
    private readonly Lazy<NGramFollowers> _followers;

    private KneserNey(NGramTable table, double[] probabilities, double[] backoffs, int[] suffixes, int vocabulary,
        int order)
    {
        (_table, _contexts) = (table, suffixes.Length);
        (_probabilities, _backoffs, _suffixes) = (probabilities, backoffs, suffixes);
        (Vocabulary, Order) = (vocabulary, order);
        _followers = new Lazy<NGramFollowers>(() => new NGramFollowers(_table, _contexts));
    }

    /// <summary>Tokens of an n-gram, at most: the context is one shorter.</summary>
    public int Order { get; }

    /// <summary>Number of ids over which probabilities sum to 1.</summary>
    public int Vocabulary { get; }

    /// <summary>Distinct n-grams of all orders.</summary>
    public int NGrams => _table.Count;

    /// <summary>Counts a text.</summary>
    /// <param name="tokens">One or more ids, each 0 to <paramref name="vocabulary"/> - 1. Read.</param>
    /// <param name="vocabulary">Number of ids, also of those that the text lacks.</param>
    /// <param name="order">1 to <see cref="MaxOrder"/>: 3 sees two tokens back.</param>
    /// <exception cref="ArgumentException">There is no token.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order or an id is outside of what is possible.</exception>
    public static KneserNey Train(ReadOnlySpan<int> tokens, int vocabulary, int order)
    {
        if (order is < 1 or > MaxOrder)
            Throw.NGramOrder(Who, nameof(order), order, MaxOrder);
        if (tokens.IsEmpty)
            Throw.NoTokens(Who, nameof(tokens));
        Check(tokens, vocabulary, nameof(tokens));
        return new NGramCounts(tokens, order).Smooth(vocabulary);
    }

    /// <summary>P(word | the last Order - 1 tokens of context).</summary>
    /// <param name="context">Of any length; each 0 to <see cref="Vocabulary"/> - 1. Read.</param>
    /// <param name="word">0 to <see cref="Vocabulary"/> - 1.</param>
    /// <returns>More than 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside.</exception>
    public double Probability(ReadOnlySpan<int> context, int word)
    {
        if ((uint)word >= (uint)Vocabulary)
            Throw.IdOutside(Who, nameof(word), word, Vocabulary);
        return Weigh(State(context), word);
    }

    /// <summary>log P(w | the last Order - 1 tokens of context) for all w.</summary>
    /// <param name="context">Of any length; each 0 to <see cref="Vocabulary"/> - 1. Read.</param>
    /// <param name="logProbabilities">[<see cref="Vocabulary"/>], nats. Overwritten.</param>
    /// <exception cref="ArgumentException"><paramref name="logProbabilities"/> has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside.</exception>
    public void LogProbabilities(ReadOnlySpan<int> context, Span<float> logProbabilities)
    {
        if (logProbabilities.Length != Vocabulary)
            Throw.ProbabilityCount(Who, nameof(logProbabilities), logProbabilities.Length, Vocabulary);
        Span<int> contexts = stackalloc int[MaxOrder];
        int count = 0;
        for (int h = State(context); h != Root; h = _suffixes[h])
            contexts[count++] = h;
        contexts[count++] = Root;

        double[] rented = ArrayPool<double>.Shared.Rent(Vocabulary);
        Span<double> p = rented.AsSpan(0, Vocabulary);
        p.Fill(1.0 / Vocabulary);
        for (int i = count - 1; i >= 0; i--)   // the shortest first
        {
            double backoff = _backoffs[1 + contexts[i]];
            for (int w = 0; w < p.Length; w++)
                p[w] *= backoff;
            foreach (int gram in _followers.Value.Of(contexts[i]))
                p[_table.Word(gram)] = _probabilities[gram];
        }

        for (int w = 0; w < p.Length; w++)
            logProbabilities[w] = (float)Math.Log(p[w]);
        ArrayPool<double>.Shared.Return(rented);
    }

    /// <summary>
    /// The loss on a text: -log P of each token but the first, given the tokens before it, as far as the order sees.
    /// The same targets as those of a network that reads the text once, its state carried along; exp(Mean) is the
    /// perplexity.
    /// </summary>
    /// <param name="tokens">Two or more, each 0 to <see cref="Vocabulary"/> - 1. Read.</param>
    /// <returns>The sum in nats, and tokens.Length - 1.</returns>
    /// <exception cref="ArgumentException">There are fewer than two tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside.</exception>
    public LossSum Evaluate(ReadOnlySpan<int> tokens)
    {
        if (tokens.Length < 2)
            Throw.TooFewTokens(Who, nameof(tokens), tokens.Length, 2);
        Check(tokens, Vocabulary, nameof(tokens));
        double sum = 0;
        int state = Advance(Root, tokens[0]);
        foreach (int token in tokens[1..])
        {
            sum -= Math.Log(Weigh(state, token));
            state = Advance(state, token);
        }

        return new LossSum(sum, tokens.Length - 1);
    }

    /// <summary>What <see cref="NGramCounts"/> made of the counts.</summary>
    internal static KneserNey Of(NGramTable table, double[] probabilities, double[] backoffs, int[] suffixes,
        int vocabulary, int order) => new(table, probabilities, backoffs, suffixes, vocabulary, order);

    private static void Check(ReadOnlySpan<int> tokens, int vocabulary, string what)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)Math.Max(vocabulary, 0))
                Throw.IdOutside(Who, what, i, tokens[i], vocabulary);
        }
    }

    // The longest known context at the end of these tokens.
    private int State(ReadOnlySpan<int> context)
    {
        context = context[Math.Max(0, context.Length - Order + 1)..];
        Check(context, Vocabulary, nameof(context));
        int state = Root;
        foreach (int token in context)
            state = Advance(state, token);
        return state;
    }

    private int Advance(int state, int token)
    {
        for (int h = state; ; h = _suffixes[h])
        {
            int gram = _table.Find(h, token);
            if (gram >= 0 && gram < _contexts)
                return gram;
            if (h == Root)
                return Root;
        }
    }

    // The recursion of the class's formula: from the longest context down to the first that was followed by the word.
    private double Weigh(int state, int word)
    {
        double weight = 1;
        for (int h = state; ; h = _suffixes[h])
        {
            int gram = _table.Find(h, word);
            if (gram >= 0)
                return weight * _probabilities[gram];
            weight *= _backoffs[1 + h];
            if (h == Root)
                return weight / Vocabulary;
        }
    }
}
