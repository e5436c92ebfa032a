using System.Collections.Generic;

namespace Rnn.Models.Sentiment;

/// <summary>Which words of a text moved a model's score: <see cref="SentimentModel.Explain"/>.</summary>
/// <param name="Text">The text.</param>
/// <param name="Prediction">What the model thinks of it.</param>
/// <param name="Label">The class whose score is explained.</param>
/// <param name="Score">Its score: with two classes the logit, log(p/(1-p)) of the second (its negative for the first), with
/// more that of the class.</param>
/// <param name="ScoreOfNothing">The score of the same text if all its words' vectors were 0.</param>
/// <param name="Words">The words that were read, in the order of the text.</param>
public sealed record SentimentExplanation(string Text, SentimentPrediction Prediction, int Label, double Score,
    double ScoreOfNothing, IReadOnlyList<ExplainedWord> Words);
