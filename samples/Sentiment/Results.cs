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
        SentimentPrediction[][] each = [.. models.Models.Select(model => model.Predict(texts.Texts, cancellation))];
        Judgement Of(string name, SentimentEnsemble ensemble, params SentimentPrediction[][] networks) =>
            Judgement.Of(name, texts, Judgement.Probabilities(ensemble.Combine(texts.Texts, networks)));
        SentimentEnsemble alone = new(models.Models);
        Judgement[] seeds = [.. each.Select((one, i) => Of(each.Length == 1 ? "network" : Invariant($"network {i + 1}"), alone, one))];
        Judgement network = each.Length == 1 ? seeds[0] : Of("average of the networks", alone, each);
        if (baseline is null)
            return new Results(texts, null, seeds, network, [], network);

        string andLinear = Invariant($"and linear ({100 * models.LinearShare:F0}%)");
        Judgement[] pairs = [.. each.Select((one, i) => Of($"{seeds[i].Name} {andLinear}", models, one))];
        return new Results(texts, Judgement.Of(baseline.Name, texts, baseline.Predict(texts.Texts)), seeds, network, pairs,
            each.Length == 1 ? pairs[0] : Of($"networks {andLinear}", models, each));
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
}
