using CsvHelper;

namespace Rnn.Samples.Common;

/// <summary>A step of a training run, as loss.csv keeps it.</summary>
[CsvRecord]
public sealed partial record LossRow
{
    [CsvColumn("step")]
    public long Step { get; init; }

    [CsvColumn("epoch")]
    public int Epoch { get; init; }

    /// <summary>Mean training loss of the step, nats.</summary>
    [CsvColumn("loss")]
    public double Loss { get; init; }

    /// <summary>Measured after this step; empty if it wasn't.</summary>
    [CsvColumn("validation_loss")]
    public double? ValidationLoss { get; init; }

    /// <summary>Before clipping.</summary>
    [CsvColumn("gradient_norm")]
    public double GradientNorm { get; init; }

    [CsvColumn("learning_rate")]
    public double LearningRate { get; init; }

    /// <summary>Mean since the run began or was resumed, without validation.</summary>
    [CsvColumn("chars_per_second")]
    public double CharactersPerSecond { get; init; }

    /// <summary>Since the run began, without the time between an interruption and its resumption.</summary>
    [CsvColumn("seconds")]
    public double Seconds { get; init; }
}
