namespace Rnn.Models.Classification;

/// <summary>How good the predictions of one class are.</summary>
/// <param name="Count">Items of the class.</param>
/// <param name="Predicted">Items that are said to be of the class.</param>
/// <param name="Right">Items of the class that are said to be.</param>
public readonly record struct ClassScore(long Count, long Predicted, long Right)
{
    /// <summary>Right / Predicted; NaN where none is predicted.</summary>
    public double Precision => Right / (double)Predicted;

    /// <summary>Right / Count; NaN where there is none.</summary>
    public double Recall => Right / (double)Count;

    /// <summary>2 * Right / (Count + Predicted), the harmonic mean of precision and recall; NaN where both are
    /// none.</summary>
    public double F1 => 2 * Right / (double)(Count + Predicted);
}
