using System;

namespace Rnn.Models.Training;

/// <summary>A loss or a gradient is not finite; the parameters are as before that step.</summary>
public sealed class NotFiniteException : Exception
{
    /// <summary>A failed step.</summary>
    public NotFiniteException(string message, long step, string tensor)
        : base(message)
    {
        Step = step;
        Tensor = tensor;
    }

    /// <summary>A failure without details.</summary>
    public NotFiniteException()
        : this("A loss or a gradient is not finite.", 0, "")
    {
    }

    /// <summary>A failure without details.</summary>
    public NotFiniteException(string message)
        : this(message, 0, "")
    {
    }

    /// <summary>A failure without details.</summary>
    public NotFiniteException(string message, Exception inner)
        : base(message, inner) => Tensor = "";

    /// <summary>The step that failed, from 1.</summary>
    public long Step { get; }

    /// <summary>"loss", or the name of the parameter whose gradient is not finite.</summary>
    public string Tensor { get; }
}
