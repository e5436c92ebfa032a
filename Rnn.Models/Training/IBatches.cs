namespace Rnn.Models.Training;

/// <summary>
/// The batches of each epoch, as a function of their numbers alone: so a run resumes at any of them. A set that
/// shuffles draws the order of an epoch from its seed and the epoch's number.
/// </summary>
/// <typeparam name="TBatch">One batch.</typeparam>
public interface IBatches<TBatch>
{
    /// <summary>Batches of an epoch.</summary>
    int Count { get; }

    /// <summary>Batch number <paramref name="index"/> of epoch number <paramref name="epoch"/>, both from 0.
    /// Allocates nothing.</summary>
    TBatch Get(int epoch, int index);
}
