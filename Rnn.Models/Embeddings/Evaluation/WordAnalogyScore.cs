
namespace Rnn.Models.Embeddings.Evaluation;

/// <summary>How many questions were answered rightly.</summary>
/// <param name="Name">The section's, or "semantic", "syntactic", "total".</param>
/// <param name="Correct">Answered, and rightly.</param>
/// <param name="Answered">Questions of which all four words are known.</param>
/// <param name="Skipped">Questions with an unknown word; they count for nothing.</param>
public readonly record struct WordAnalogyScore(string Name, int Correct, int Answered, int Skipped)
{
    /// <summary>Correct / Answered, 0 to 1; NaN if none was answered.</summary>
    public double Accuracy => Answered == 0 ? double.NaN : (double)Correct / Answered;
}
