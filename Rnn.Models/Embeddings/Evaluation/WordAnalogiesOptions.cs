using System.Threading;

namespace Rnn.Models.Embeddings.Evaluation;

/// <summary>How analogy questions are answered.</summary>
public sealed record WordAnalogiesOptions
{
    /// <summary>How cosines are put together.</summary>
    public AnalogyMethod Method { get; init; } = AnalogyMethod.CosAdd;

    /// <summary>
    /// Only the first so many words exist, in questions and answers; 0 for all. Published figures are for 30,000.
    /// </summary>
    public int Restrict { get; init; } = 30_000;

    /// <summary>
    /// Whether "Paris" may be found as "paris"; of several spellings the first in the table stands for all, and each is
    /// a right answer.
    /// </summary>
    public bool IgnoreCase { get; init; } = true;

    /// <summary>Ends the evaluation early, with an <see cref="System.OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }
}
