using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using Rnn.Models.Sentiment;
using Rnn.Models.Text.Labelled;
using static System.FormattableString;

namespace Rnn.Samples.Sentiment;

/// <summary>What models of several seeds, their average and the linear classifier made of the same texts.</summary>
/// <param name="Texts">With their labels.</param>
/// <param name="Linear">The linear classifier's; null where there is none.</param>
/// <param name="Seeds">One a model.</param>
/// <param name="Network">All models as one.</param>
/// <param name="Pairs">Each model with the linear classifier, whose errors are of another kind; empty where there is
/// none.</param>
/// <param name="Together">All of them, as they answer.</param>
internal sealed record Results(LabelledTexts Texts, Judgement? Linear, IReadOnlyList<Judgement> Seeds, Judgement Network,
    IReadOnlyList<Judgement> Pairs, Judgement Together)
{
    /// <summary>All of them, the linear classifier first and averages last.</summary>
    public IReadOnlyList<Judgement> All
    {
        get
        {
            Judgement?[] all = [Linear, .. Seeds, Seeds.Count > 1 ? Network : null, Linear is null ? null : Together];
            return [.. all.OfType<Judgement>()];
        }
    }

    /// <summary>Asks them all.</summary>
    public static Results Of(SentimentEnsemble models, Baseline? baseline, LabelledTexts texts, CancellationToken cancellation)
    {
        double[][] each = [.. models.Models.Select(model => Judgement.Probabilities(model.Predict(texts.Texts, cancellation)))];
        Judgement[] seeds = [.. each.Select((probabilities, i) => Judgement.Of(
            each.Length == 1 ? "network" : Invariant($"network {i + 1}"), texts, probabilities))];
        double[] mean = Mean(each);
        Judgement network = each.Length == 1 ? seeds[0] : Judgement.Of("average of the networks", texts, mean);
        if (baseline is null)
            return new Results(texts, null, seeds, network, [], network);

        double[] linear = baseline.Predict(texts.Texts);
        double share = models.LinearShare;
        Judgement With(string name, double[] networks) => Judgement.Of(Invariant($"{name} and linear ({100 * share:F0}%)"), texts,
            [.. networks.Select((p, i) => ((1 - share) * p) + (share * linear[i]))]);
        Judgement[] pairs = [.. each.Select((probabilities, i) => With(seeds[i].Name, probabilities))];
        return new Results(texts, Judgement.Of(baseline.Name, texts, linear), seeds, network, pairs,
            each.Length == 1 ? pairs[0] : With("networks", mean));
    }

    /// <summary>Tables for people.</summary>
    /// <param name="heading">What the texts are.</param>
    public string Text(string heading)
    {
        StringBuilder text = new(Judgement.Table(Invariant($"{heading}, {Texts.Count} texts"), All));
        if (Seeds.Count > 1)
            text.Append('\n').Append(Judgement.Spread("networks", Seeds));

        if (Pairs.Count > 1)
            text.Append('\n').Append(Judgement.Spread("networks, each with the linear classifier", Pairs));

        if (Linear is not null)
            text.Append('\n').Append(Together.Against(Linear, Texts));

        return text.Append("\n\n").Append(Together.Confusion(Texts.Classes)).ToString();
    }

    /// <summary>For summary.json.</summary>
    public object ForSummary(string part) => All.Concat(Pairs.Count > 1 ? Pairs : []).Select(one => new
    {
        Part = part,
        one.Name,
        one.Report.Count,
        one.Report.Accuracy,
        one.Report.LogLoss,
        one.Report.Auc,
        one.Report.CalibrationError,
    }).ToArray();

    private static double[] Mean(params double[][] probabilities) =>
        [.. Enumerable.Range(0, probabilities[0].Length).Select(i => probabilities.Average(one => one[i]))];
}
