using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using Rnn.Models.Corpora.Scripts;
using Rnn.Models.LanguageModels;
using Rnn.Models.LanguageModels.NGrams;
using Rnn.Samples.Common;

namespace Rnn.Samples.TvScript;

/// <summary>What models' losses on the same held-out text are, every token but the first predicted from all before it.</summary>
internal static class Perplexities
{
    /// <summary>What the built-in text's own grammar is called.</summary>
    public const string Grammar = "grammar (best possible)";

    private static readonly int[] s_orders = [1, 2, 5];

    /// <summary>Measures a text.</summary>
    /// <param name="model">The network.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="corpus">What the n-grams are counted in: all that the network has seen, what it was chosen by too.</param>
    /// <param name="cancellation">Ends it.</param>
    public static IReadOnlyList<MeasuredLoss> Compare(LanguageModel model, string name, Corpus corpus,
        CancellationToken cancellation)
    {
        (string part, string[] tokens) = corpus.Reported;
        int[] ids = model.Vocabulary.Encode(tokens);
        int[] seen = model.Vocabulary.Encode(part == "test" ? [.. corpus.Training, .. corpus.Validation] : corpus.Training);
        List<MeasuredLoss> losses = [];
        if (corpus.IsBuiltIn && !ids.Contains(model.Vocabulary.UnknownId))   // else the network predicts other tokens
        {
            Core.Losses.LossSum best = ScriptGrammar.Evaluate(tokens);
            losses.Add(new MeasuredLoss(Grammar, best.Mean, best.Count));
        }

        foreach (int order in s_orders)
        {
            Core.Losses.LossSum loss = KneserNey.Train(seen, model.Vocabulary.Count, order).Evaluate(ids);
            losses.Add(new MeasuredLoss(order == 1 ? "words alone" : $"Kneser-Ney {order}-gram", loss.Mean, loss.Count));
        }

        losses.AddRange(Of(model, name, ids, cancellation));
        return losses;
    }

    /// <summary>The network's loss, and that with its cache, if it has one.</summary>
    public static IEnumerable<MeasuredLoss> Of(LanguageModel model, string name, int[] ids, CancellationToken cancellation)
    {
        LanguageModelEvaluation alone = model.Evaluate(ids, cancellation: cancellation);
        yield return new MeasuredLoss(name, alone.NatsPerToken, alone.Tokens);
        if (model.Cache is not { } cache)
            yield break;

        LanguageModelEvaluation with = model.Evaluate(ids, 1, cache, cancellation);
        yield return new MeasuredLoss(FormattableString.Invariant(
            $"with a cache of {cache.Window} (theta {cache.Sharpness}, lambda {cache.Weight})"), with.NatsPerToken, with.Tokens);
    }

    /// <summary>A line a loss.</summary>
    /// <param name="losses">Any number.</param>
    /// <param name="title">On what.</param>
    public static string Table(IEnumerable<MeasuredLoss> losses, string title) => TextTable.Format(
    [
        [title, "perplexity", "nats/token", "tokens"],
        .. losses.Select(loss => new[]
        {
            loss.Name,
            Math.Exp(loss.Nats).ToString("F2", CultureInfo.InvariantCulture),
            loss.Nats.ToString("F4", CultureInfo.InvariantCulture),
            loss.Count.ToString(CultureInfo.InvariantCulture),
        }),
    ]);
}
