namespace Rnn.Models.Batching;

/// <summary>
/// The batches of each epoch, as a function of their numbers alone: so a run resumes at any of them, and of several
/// processes each takes its own (design decision D24). A set that shuffles draws the order of an epoch from its seed
/// and the epoch's number.
/// </summary>
/// <typeparam name="TBatch">One batch.</typeparam>
public interface IBatches<TBatch>
{
    /// <summary>Batches of an epoch.</summary>
    int Count { get; }

    /// <summary>What no batch exceeds: the sizes of the buffers that a network needs.</summary>
    BatchShape Most { get; }

    /// <summary>
    /// Targets of a batch that count, 0 or more: what the sum of its losses is divided by, and what the Count of its
    /// loss will be. Allocates nothing.
    /// </summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="index">0 to Count - 1.</param>
    long Targets(int epoch, int index);

    /// <summary>Batch number <paramref name="index"/> of epoch number <paramref name="epoch"/>, both from 0. Allocates
    /// nothing; the memory of the batch may be used again by the next call.</summary>
    TBatch Get(int epoch, int index);
}
