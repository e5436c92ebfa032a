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
internal sealed record Results(LabelledTexts Texts, Judgement? Linear, IReadOnlyList<Judgement> Seeds, Judgement Network)
{
    /// <summary>All of them, the linear classifier first and the average last.</summary>
    public IReadOnlyList<Judgement> All =>
        [.. Linear is null ? (Judgement[])[] : [Linear], .. Seeds, .. Seeds.Count > 1 ? (Judgement[])[Network] : []];

    /// <summary>Asks them all.</summary>
    public static Results Of(SentimentEnsemble models, Baseline? baseline, LabelledTexts texts, CancellationToken cancellation)
    {
        Judgement[] seeds = [.. models.Models.Select((model, i) => Judgement.Of(
            models.Models.Count == 1 ? "network" : Invariant($"network {i + 1}"), texts, model.Predict(texts.Texts, cancellation)))];
        return new Results(texts, baseline is null ? null : Judgement.Of(baseline.Name, texts, baseline.Predict(texts)), seeds,
            seeds.Length == 1 ? seeds[0] : Judgement.Of("average of the networks", texts,
                models.Predict(texts.Texts, cancellation)));
    }

    /// <summary>Tables for people.</summary>
    /// <param name="heading">What the texts are.</param>
    public string Text(string heading)
    {
        StringBuilder text = new(Judgement.Table(Invariant($"{heading}, {Texts.Count} texts"), All));
        if (Seeds.Count > 1)
            text.Append('\n').Append(Judgement.Spread(Seeds));

        if (Linear is not null)
            text.Append('\n').Append(Network.Against(Linear, Texts));

        return text.Append("\n\n").Append(Network.Confusion(Texts.Classes)).ToString();
    }

    /// <summary>For summary.json.</summary>
    public object ForSummary(string part) => All.Select(one => new
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
