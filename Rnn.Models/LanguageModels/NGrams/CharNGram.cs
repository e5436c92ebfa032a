using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Losses;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.LanguageModels.NGrams;

/// <summary>
/// Character n-gram model with interpolated modified Kneser-Ney smoothing: what counting alone achieves, the baseline
/// that a recurrent network has to beat. The formula is that of <see cref="KneserNey"/>, over chars.
/// </summary>
public sealed class CharNGram
{
    private readonly Dictionary<char, int> _ids;
    private readonly KneserNey _model;

    private CharNGram(ReadOnlySpan<char> training, int order, ReadOnlySpan<char> alphabet)
    {
        HashSet<char> distinct = [.. training, .. alphabet];
        _ids = distinct.Order().Select((c, id) => (c, id)).ToDictionary(pair => pair.c, pair => pair.id);
        _model = KneserNey.Train(Encode(training), _ids.Count, order);
    }

    /// <summary>Characters of an n-gram: the context is one shorter.</summary>
    public int Order => _model.Order;

    /// <summary>Distinct characters over which the probabilities sum to 1.</summary>
    public int AlphabetSize => _model.Vocabulary;

    /// <summary>Counts a text.</summary>
    /// <param name="training">At least one character. Read.</param>
    /// <param name="order">1 to <see cref="KneserNey.MaxOrder"/>: 3 sees two characters back, 5 sees four.</param>
    /// <param name="alphabet">Characters to give some probability even if the training text lacks them. Read.</param>
    /// <exception cref="ArgumentException">The training text is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside of what is possible.</exception>
    public static CharNGram Train(ReadOnlySpan<char> training, int order, ReadOnlySpan<char> alphabet = default)
    {
        if (order is < 1 or > KneserNey.MaxOrder)
            Throw.NGramOrder(nameof(CharNGram), nameof(order), order, KneserNey.MaxOrder);
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
        int start = context.Length;   // what no text of the alphabet holds was never followed by anything
        while (start > Math.Max(0, context.Length - Order + 1) && _ids.ContainsKey(context[start - 1]))
            start--;
        return _model.Probability(Encode(context[start..]), Encode([next])[0]);
    }

    /// <summary>Sum of -log P(character | the Order-1 characters before it); the text's first has no context.</summary>
    /// <param name="text">Characters of the alphabet. Read.</param>
    /// <returns>The sum in nats, and the number of characters.</returns>
    /// <exception cref="ArgumentException">A character is not in the alphabet.</exception>
    public (double Sum, long Count) NegativeLogLikelihood(ReadOnlySpan<char> text)
    {
        int[] ids = Encode(text);
        double first = ids.Length > 0 ? -Math.Log(_model.Probability([], ids[0])) : 0;
        LossSum others = ids.Length > 1 ? _model.Evaluate(ids) : default;
        return (first + others.Sum, ids.Length);
    }

    private int[] Encode(ReadOnlySpan<char> text)
    {
        int[] ids = new int[text.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            if (!_ids.TryGetValue(text[i], out ids[i]))
                Throw.NGramCharacter(text[i]);
        }

        return ids;
    }
}
