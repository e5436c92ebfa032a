using Rnn.Models.Training;

namespace Rnn.Samples.Common;

/// <summary>The options that every run of a trainer has.</summary>
public static class TrainerSettings
{
    /// <summary>Adds how the learning rate changes.</summary>
    /// <param name="list">To these.</param>
    public static void AddRate<T, TNetwork, TTraining>(this SettingList<T> list)
        where T : RunSettings<TNetwork, TTraining>
        where TNetwork : class, new()
        where TTraining : TrainingOptions, new()
    {
        list.Choice("--rate", s => s.Rate,
            "Whether the learning rate stays, falls to 0 along a cosine, or with the root of the step.",
            ("constant", RateKind.Constant), ("cosine", RateKind.Cosine), ("inverse-root", RateKind.InverseRoot));
        list.Whole("--warm-up", s => s.WarmUp, 0, 1_000_000, "Steps in which a rate rises that falls later; a constant one has none.");
    }

    /// <summary>Adds seed, epochs, steps, rate, clipping, and how often it is measured and saved.</summary>
    /// <param name="list">To these.</param>
    /// <param name="data">What an epoch passes over: "the text".</param>
    public static void AddTrainer<T, TNetwork, TTraining>(this SettingList<T> list, string data)
        where T : RunSettings<TNetwork, TTraining>
        where TNetwork : class, new()
        where TTraining : TrainingOptions, new()
    {
        list.Whole("--seed", s => s.Training.Seed, 0, null, "Of everything random.");
        list.Whole("--epochs", s => s.Training.Epochs, 1, null, $"Passes over {data}.",
            s => s with { Training = s.Training with { MaxSteps = 0 } });
        list.Whole("--steps", s => s.Training.MaxSteps, 0, null,
            "Steps of the whole run, instead of --epochs; 0 for the epochs.");
        list.Positive("--lr", s => s.Training.LearningRate, 100,
            "The learning rate (its largest value, if it changes).");
        list.Number("--clip", s => s.Training.ClipNorm, 0, 1e30, "Largest norm of a gradient; 0 for no limit.");
        list.Whole("--validate-every", s => s.Training.ValidateEvery, 0, null,
            "Steps between measurements of the validation loss; 0 for every epoch.");
        list.Whole("--patience", s => s.Training.Patience, 0, null,
            "Stops after so many measurements of which none is better; 0 for never.");
        list.Whole("--checkpoint-every", s => s.Training.CheckpointEvery, 0, null,
            "Steps between checkpoints; 0 for every epoch.");
    }
}
