using System.Collections.Generic;
using Rnn.Samples.Common;

namespace Rnn.Samples.Word2Vec;

/// <summary>summary.json: all that is needed to repeat a run and to compare with it.</summary>
internal sealed record TrainSummary : RunSummary
{
    /// <summary>All words of the text.</summary>
    public required long RawWords { get; init; }

    public required long Vocabulary { get; init; }

    /// <summary>Of reading the text, phrases included, by this process.</summary>
    public required double ReadingSeconds { get; init; }

    /// <summary>Of making the model, before its training.</summary>
    public double SetupSeconds { get; init; }

    /// <summary>Of training, over all resumptions.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>Words of the text a second; NaN for the lesson, whose text is thinned out once at the start.</summary>
    public double WordsPerSecond { get; init; } = double.NaN;

    /// <summary>Mean loss of each epoch; of the lesson's way of training, of those since it was resumed.</summary>
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>Share of neighbours of the same class, 0 to 1, where the text has classes.</summary>
    public double? Purity { get; init; }

    /// <summary>The same of words drawn at random.</summary>
    public double? ChancePurity { get; init; }
}
