
namespace Rnn.Models.Text.Words;

/// <summary>How far the reading of a corpus is.</summary>
/// <param name="Bytes">Read so far.</param>
/// <param name="TotalBytes">In all; 0 where that is not known (a pipe).</param>
/// <param name="Words">Found so far.</param>
public readonly record struct WordCorpusProgress(long Bytes, long TotalBytes, long Words);
