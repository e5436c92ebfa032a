using Rnn.Core.Losses;
using Rnn.Core.Serialization.Checkpoints;

namespace Rnn.Models.Training;

/// <summary>Where a run stands: the numbers that a checkpoint holds beside parameters, optimiser and carried
/// state.</summary>
internal sealed class RunState
{
    private const string Prefix = "trainer.";
    private const string NewestPrefix = Prefix + "newest.", FinalPrefix = Prefix + "final.";

    public RunState(Measurements measurements)
    {
        Newest = measurements;
        Final = new Measurements(measurements);
    }

    public long Step { get; set; }

    public LossSum EpochLoss { get; set; }

    public double Loss { get; set; } = double.NaN;

    public double FirstLoss { get; set; } = double.NaN;

    public double RecentLoss { get; set; } = double.NaN;

    public double GradientNorm { get; set; } = double.NaN;

    /// <summary>The last measurement at the end of a period.</summary>
    public Measurements Newest { get; }

    /// <summary>
    /// The measurement after the last step where no period ends: none at every other step, as a run that goes on never
    /// made it.
    /// </summary>
    public Measurements Final { get; }

    public bool HasFinal { get; set; }

    /// <summary>Of the decisive measure.</summary>
    public double Best { get; set; } = double.NaN;

    public double BestLoss { get; set; } = double.NaN;

    public long BestStep { get; set; }

    public long ValidatedAt { get; set; } = -1;

    public int NotBetter { get; set; }

    public void Save(CheckpointWriter writer)
    {
        writer.Add(TrainingCheckpoint.StepKey, Step);
        writer.Add(Prefix + "epoch_loss", EpochLoss.Sum);
        writer.Add(Prefix + "epoch_count", EpochLoss.Count);
        writer.Add(Prefix + "loss", Loss);
        writer.Add(Prefix + "first_loss", FirstLoss);
        writer.Add(Prefix + "recent_loss", RecentLoss);
        writer.Add(Prefix + "gradient_norm", GradientNorm);
        writer.Add(Prefix + "best", Best);
        writer.Add(Prefix + "best_loss", BestLoss);
        writer.Add(Prefix + "best_step", BestStep);
        writer.Add(Prefix + "validated_at", ValidatedAt);
        writer.Add(Prefix + "not_better", NotBetter);
        for (int i = 0; i < Newest.Measures.Count; i++)
        {
            writer.Add(NewestPrefix + Newest.Measures[i].Name, Newest.Value(i));
            writer.Add(FinalPrefix + Newest.Measures[i].Name, HasFinal ? Final.Value(i) : double.NaN);
        }
    }

    /// <summary>Another state, read and checked; this one is as it was.</summary>
    /// <exception cref="System.IO.InvalidDataException">A number is missing or out of range.</exception>
    public RunState Load(CheckpointReader reader, long mostSteps)
    {
        long step = reader.WholeNumber(TrainingCheckpoint.StepKey, 0, mostSteps);
        RunState state = new(new Measurements(Newest))
        {
            Step = step,
            EpochLoss = new LossSum(reader.FiniteNumber(Prefix + "epoch_loss"),
                reader.WholeNumber(Prefix + "epoch_count", least: 0)),
            Loss = reader.Number(Prefix + "loss"),
            FirstLoss = reader.Number(Prefix + "first_loss"),
            RecentLoss = reader.Number(Prefix + "recent_loss"),
            GradientNorm = reader.Number(Prefix + "gradient_norm"),
            Best = reader.Number(Prefix + "best"),
            BestLoss = reader.Number(Prefix + "best_loss"),
            BestStep = reader.WholeNumber(Prefix + "best_step", 0, step),
            ValidatedAt = reader.WholeNumber(Prefix + "validated_at", -1, step),
            NotBetter = (int)reader.WholeNumber(Prefix + "not_better", 0, int.MaxValue),
        };
        for (int i = 0; i < Newest.Measures.Count; i++)
        {
            state.Newest.Set(i, reader.Number(NewestPrefix + Newest.Measures[i].Name));
            state.Final.Set(i, reader.Number(FinalPrefix + Newest.Measures[i].Name));
        }

        state.HasFinal = !double.IsNaN(state.Final.Value(0));
        return state;
    }
}
