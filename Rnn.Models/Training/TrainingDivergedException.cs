using System;

namespace Rnn.Models.Training;

/// <summary>
/// Training has failed for good: a loss or a gradient is not finite, or the losses have grown beyond what guessing
/// gives. The usual cause is a learning rate that is too high. Checkpoints saved before are untouched.
/// </summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>A failed step.</summary>
    /// <param name="message">One sentence: what was seen, and what to do.</param>
    /// <param name="step">The step that failed, from 1. (Of a Word2VecModel: the block of 16,384 entries.)</param>
    /// <param name="tensor">"loss", or the name of the parameter whose gradient is not finite.</param>
    public TrainingDivergedException(string message, long step, string tensor)
        : base(message)
    {
        Step = step;
        Tensor = tensor;
    }

    /// <summary>A failure without details.</summary>
    public TrainingDivergedException()
        : this("Training has diverged.", 0, "")
    {
    }

    /// <summary>A failure without details.</summary>
    public TrainingDivergedException(string message)
        : this(message, 0, "")
    {
    }

    /// <summary>A failure without details.</summary>
    public TrainingDivergedException(string message, Exception inner)
        : base(message, inner) => Tensor = "";

    /// <summary>
    /// The step that failed, from 1; of a <see cref="Word2Vec.Word2VecModel"/> the block of 16,384 entries of the text,
    /// counted over all epochs of the run.
    /// </summary>
    public long Step { get; }

    /// <summary>"loss", or the name of the parameter whose gradient is not finite.</summary>
    public string Tensor { get; }
}
