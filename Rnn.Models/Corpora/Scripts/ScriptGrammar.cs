using System;
using System.Collections.Generic;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Losses;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text.Scripts;

namespace Rnn.Models.Corpora.Scripts;

/// <summary>
/// A comedy of our own whose best possible perplexity is known: scenes in a boarding house, six people who each have
/// their manner, one of whom is late. What a scene draws at its beginning (a place, who is late and why, a lost thing,
/// its colour and price, what is for dinner) comes back until its end, tens of turns later, so that who remembers
/// across turns beats who counts n-grams; and who stole the thing is never said before the end.
/// </summary>
/// <remarks>
/// A text is a sequence of independent scenes. Its tokens are those of <see cref="Tokenizer"/>: the probability of
/// each, given all before it, is exact (<see cref="LogProbabilities"/>), the sum over everything that the grammar may
/// have drawn and not yet said. No model of the tokens has a lower expected loss on scenes that it hasn't seen.
/// </remarks>
public static partial class ScriptGrammar
{
    private static readonly TokenGrammar s_grammar = TokenGrammar.Parse(Rules);
    private static readonly Dictionary<string, int> s_ids = Ids();

    /// <summary>The tokenizer of which the probabilities are those: that of default options.</summary>
    public static ScriptTokenizer Tokenizer { get; } = new();

    /// <summary>All tokens that a script may have, some 500.</summary>
    public static IReadOnlyList<string> Tokens => s_grammar.Tokens;

    /// <summary>Whole scenes; the same arguments give the same text on any machine.</summary>
    /// <param name="seed">Which text.</param>
    /// <param name="scenes">How many, 0 or more; some 500 tokens each. Asked for more, the first ones stay.</param>
    /// <param name="stream">
    /// Which independent text under that seed: 0 to train on, 1 to hold out, for instance. The default is 0.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">scenes is negative.</exception>
    public static string Generate(ulong seed, int scenes, ulong stream = 0) =>
        Tokenizer.Detokenize(GenerateTokens(seed, scenes, stream).Tokens);

    /// <summary>log P(token | all before it), for each token of a text or of its beginning.</summary>
    /// <param name="tokens">From the beginning of a scene on, as <see cref="Tokenizer"/> gives them. Read.</param>
    /// <returns>[tokens.Count], nats.</returns>
    /// <exception cref="ArgumentException">The grammar can't write these; the message says where it stops.</exception>
    public static double[] LogProbabilities(IReadOnlyList<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        TokenGrammarState state = new(s_grammar);
        double[] logProbabilities = new double[tokens.Count];
        for (int i = 0; i < logProbabilities.Length; i++)
        {
            double p = s_ids.TryGetValue(tokens[i], out int id) ? state.Read(id) : 0;
            if (p == 0)
                Throw.TokenNotOfGrammar(nameof(tokens), i, tokens[i]);
            logProbabilities[i] = Math.Log(p);
        }

        return logProbabilities;
    }

    /// <summary>
    /// The loss of the grammar itself on a text: -log P of each token but the first, the targets of a network that
    /// reads the text once. exp(Mean) is the perplexity that no model is expected to go below.
    /// </summary>
    /// <param name="tokens">Two or more, from the beginning of a scene on. Read.</param>
    /// <returns>The sum in nats, and tokens.Count - 1.</returns>
    /// <exception cref="ArgumentException">There are fewer than two, or the grammar can't write them.</exception>
    public static LossSum Evaluate(IReadOnlyList<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (tokens.Count < 2)
            Throw.TooFewTokens(nameof(ScriptGrammar), nameof(tokens), tokens.Count, 2);
        double sum = 0;
        foreach (double logProbability in LogProbabilities(tokens).AsSpan(1))
            sum -= logProbability;
        return new LossSum(sum, tokens.Count - 1);
    }

    /// <summary>The scenes as tokens, and the log-probability of all choices that were made.</summary>
    internal static (string[] Tokens, double LogProbability) GenerateTokens(ulong seed, int scenes, ulong stream)
    {
        Throw.IfBelow(nameof(scenes), scenes, 0);
        Philox random = new(seed, stream);
        List<int> ids = [];
        double logProbability = 0;
        for (int i = 0; i < scenes; i++)
            logProbability += s_grammar.Generate(ref random, ids);

        string[] tokens = new string[ids.Count];
        for (int i = 0; i < tokens.Length; i++)
            tokens[i] = s_grammar.Tokens[ids[i]];
        return (tokens, logProbability);
    }

    private static Dictionary<string, int> Ids()
    {
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        for (int id = 0; id < s_grammar.Tokens.Count; id++)
            ids.Add(s_grammar.Tokens[id], id);
        return ids;
    }
}
