using System;
using Rnn.Core.Parameters;

namespace Rnn.Models.Training;

/// <summary>A process that trains alone.</summary>
public sealed class SingleProcess : IGradientExchange
{
    private SingleProcess()
    {
    }

    /// <summary>The only one.</summary>
    public static SingleProcess Instance { get; } = new();

    /// <inheritdoc/>
    public int Rank => 0;

    /// <inheritdoc/>
    public int Size => 1;

    /// <inheritdoc/>
    public void Sum(GradientBuffer gradients)
    {
    }

    /// <inheritdoc/>
    public void Sum(Span<double> numbers)
    {
    }

    /// <inheritdoc/>
    public void Broadcast(ParameterBuffer parameters)
    {
    }
}
