namespace Rnn.Models.Training;

/// <summary>A quantity that is measured on held-out data.</summary>
/// <param name="Name">"loss", "accuracy", "recall@20".</param>
/// <param name="HigherIsBetter">Whether the best value is the highest; false (the default): the lowest.</param>
public sealed record Measure(string Name, bool HigherIsBetter = false)
{
    /// <summary>The mean loss of targets; every model has it.</summary>
    public static Measure Loss { get; } = new("loss");

    /// <summary>The share of targets that are predicted right.</summary>
    public static Measure Accuracy { get; } = new("accuracy", HigherIsBetter: true);

    /// <summary>Whether a value is better than another; any value is better than none, which is NaN.</summary>
    public bool IsBetter(double value, double than) =>
        double.IsNaN(than) ? !double.IsNaN(value) : HigherIsBetter ? value > than : value < than;
}
