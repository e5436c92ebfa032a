using System;
using System.Collections.Generic;

namespace Rnn.Models.Word2Vec;

/// <summary>What a training run did.</summary>
public sealed record Word2VecResult
{
    /// <summary>Whether all epochs are done; else the run was cancelled, and training goes on from there.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>
    /// Mean loss a context (CBOW: a word) of each finished epoch, those of earlier calls of the same run included: the
    /// word and K negatives, in nats, summed in double.
    /// </summary>
    public required IReadOnlyList<double> EpochLosses { get; init; }

    /// <summary>Words of the text that this call read, rare and left-out ones included.</summary>
    public required long RawWords { get; init; }

    /// <summary>Time that this call took.</summary>
    public required TimeSpan Elapsed { get; init; }
}
