using System.Text.Json.Serialization;
using Rnn.Models.Diagnostics;
using Rnn.Models.Training;

namespace Rnn.Models.TimeSeries;

/// <summary>How a <see cref="SeriesModel"/> is trained.</summary>
public sealed record SeriesTrainingOptions : TrainingOptions
{
    internal const int UsualEpochs = 20;

    /// <summary>Windows of a step; 32 by default.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Steps of an epoch, after which the model is measured; 50 by default.</summary>
    public int StepsPerEpoch { get; init; } = 50;

    /// <summary>
    /// Whether the last horizon of each series is held out: the model is measured there, and its best parameters are
    /// kept. A series needs more values than a horizon. True by default; without it the run's last parameters are the
    /// result.
    /// </summary>
    public bool HoldOut { get; init; } = true;

    /// <summary>
    /// Whether <see cref="SeriesForecaster.Fit"/> trains once more when the held-out ends have chosen: on all values, from the
    /// same initial ones, for as many steps as the best parameters took; what was learnt keeps the weight that was chosen,
    /// and intervals their spread (<see cref="SeriesModel.Refit"/>). For short series, whose ends are a good part of what
    /// can be learnt. False by default; of no meaning without HoldOut.
    /// </summary>
    [JsonIgnore]   // a trainer does the same with it
    public bool RefitOnAll { get; init; }

    /// <inheritdoc/>
    protected internal override TrainingOptions Complete() => this with
    {
        Epochs = Epochs > 0 ? Epochs : UsualEpochs,
        DivergenceLoss = DivergenceLoss > 0 ? DivergenceLoss : double.MaxValue,   // no loss of densities has a natural size
        LearningRate = LearningRate > 0 || Schedule is not null ? LearningRate : 2e-3,
    };

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Throw.IfBelow(nameof(BatchSize), BatchSize, 1);
        Throw.IfBelow(nameof(StepsPerEpoch), StepsPerEpoch, 1);
        if (RefitOnAll && Averaging is { Patience: > 0 })
            Throw.NothingHeldOutToWaitFor(nameof(Averaging), nameof(RefitOnAll));
    }

    /// <inheritdoc/>
    public override void Describe(RunIdentity identity)
    {
        System.ArgumentNullException.ThrowIfNull(identity);
        identity.Add(this, TimeSeriesJson.Default.SeriesTrainingOptions);
    }
}
