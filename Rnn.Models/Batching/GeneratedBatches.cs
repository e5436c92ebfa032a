using System;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Batching;

/// <summary>Batches of equal size that a function makes when they are needed.</summary>
/// <typeparam name="TBatch">What a pass reads.</typeparam>
public sealed class GeneratedBatches<TBatch> : IBatches<TBatch>
{
    private readonly long _targets;
    private readonly Func<int, int, TBatch> _make;

    /// <summary>Batches by their place.</summary>
    /// <param name="count">Batches of an epoch, more than 0.</param>
    /// <param name="targets">Targets of each batch, more than 0.</param>
    /// <param name="make">Gives the batch of an epoch and an index, both from 0: always the same one for the same two, or a
    /// run that is resumed is another. May overwrite the batch before.</param>
    /// <param name="most">The size of a batch, for passes that ask; by default not said.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no batch or no target.</exception>
    public GeneratedBatches(int count, long targets, Func<int, int, TBatch> make, BatchShape most = default)
    {
        Throw.IfBelow(nameof(count), count, 1);
        Throw.IfBelow(nameof(targets), targets, 1);
        ArgumentNullException.ThrowIfNull(make);
        Count = count;
        Most = most;
        _targets = targets;
        _make = make;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public BatchShape Most { get; }

    /// <inheritdoc/>
    public long Targets(int epoch, int index) => _targets;

    /// <inheritdoc/>
    public TBatch Get(int epoch, int index) => _make(epoch, index);
}
