namespace Rnn.Models.Text.Parallel;

/// <summary>A text and what it should become: a sentence and its translation, a question and its answer.</summary>
/// <param name="Source">What is read.</param>
/// <param name="Target">What is written.</param>
public readonly record struct SentencePair(string Source, string Target);
