using System;

namespace Rnn.Models.Word2Vec;

/// <summary>N predictions of words.</summary>
/// <param name="Inputs">Skip-gram: [N], the centre words. CBOW: the context words of all predictions, in
/// order.</param>
/// <param name="Starts">Skip-gram: empty. CBOW: [N + 1], where each prediction's words start in Inputs, and the
/// end.</param>
/// <param name="Targets">[N], what is to be predicted.</param>
/// <param name="Negatives">[N, K], words from the noise; empty for the full softmax.</param>
public readonly record struct WordBatch(ReadOnlyMemory<int> Inputs, ReadOnlyMemory<int> Starts,
    ReadOnlyMemory<int> Targets, ReadOnlyMemory<int> Negatives);
