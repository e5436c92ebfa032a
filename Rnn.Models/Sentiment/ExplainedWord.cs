namespace Rnn.Models.Sentiment;

/// <summary>A word of an explained text.</summary>
/// <param name="Word">As the model reads it; "&lt;unk&gt;" if it is unknown.</param>
/// <param name="Start">Its first character in the text.</param>
/// <param name="Length">Its characters in the text.</param>
/// <param name="Contribution">What it adds to the score, in nats.</param>
/// <param name="Weight">Its share of the pooled vector: the attention that it gets, or the features whose largest value
/// stands there. Over all words they sum to 1.</param>
public readonly record struct ExplainedWord(string Word, int Start, int Length, double Contribution, double Weight);
