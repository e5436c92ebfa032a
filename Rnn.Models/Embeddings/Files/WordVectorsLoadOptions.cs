using System.Threading;

namespace Rnn.Models.Embeddings.Files;

/// <summary>What to read of a file of word vectors.</summary>
public sealed record WordVectorsLoadOptions
{
    /// <summary>At most so many words, the first of the file; 0 for all. What follows isn't read.</summary>
    public int Limit { get; init; }

    /// <summary>
    /// The format; null to find out: a first line of two integers alone begins a word2vec file, in text or binary by
    /// what follows, anything else is GloVe's. Name it where that is ambiguous: GloVe vectors of one dimension whose
    /// first word is a number.
    /// </summary>
    public WordVectorsFormat? Format { get; init; }

    /// <summary>
    /// Skips rows that are no word and its numbers (an empty word, a missing or a wrong number, one not finite),
    /// counts them in <see cref="WordVectorsLoadReport.SkippedRows"/>, and reads to the end of the file whatever its
    /// line 1 announces. False by default: such a row is an error.
    /// </summary>
    public bool SkipOddRows { get; init; }

    /// <summary>Ends the reading early, with an <see cref="System.OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }
}
