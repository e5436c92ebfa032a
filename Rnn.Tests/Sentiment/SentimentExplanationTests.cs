using System;
using System.Linq;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Sentiment;
using Rnn.Models.Text.Labelled;
using Xunit;

namespace Rnn.Tests.Sentiment;

/// <summary>The sums that contributions and weights must have.</summary>
public class SentimentExplanationTests
{
    private const string Text = "Not a GOOD film, the music isn't good: it is xyzzy, and the end was long.";

    [Fact]
    public void WeightsAddUpToOne()
    {
        foreach (SentimentOptions options in SmallReviews.Kinds())
        {
            SentimentExplanation explanation = Model(options).Explain(Text, steps: 1);
            Assert.Equal(1, explanation.Words.Sum(word => word.Weight), 1e-5);
            Assert.All(explanation.Words, word => Assert.InRange(word.Weight, 0, 1));
        }
    }

    /// <summary>Gradient times input: the slope of the score as all vectors grow together.</summary>
    [Fact]
    public void OneStepAddsUpToTheSlopeAtTheText()
    {
        foreach (SentimentOptions options in SmallReviews.Kinds())
        {
            SentimentModel model = Model(options);
            double sum = model.Explain(Text, steps: 1).Words.Sum(word => word.Contribution);
            double slope = (Scaled(model, 1.01f) - Scaled(model, 0.99f)) / 0.02;
            Assert.Equal(slope, sum, 0.002 + (0.02 * Math.Abs(slope)));
        }
    }

    /// <summary>Integrated gradients: the score, less that of vectors of 0.</summary>
    [Fact]
    public void ManyStepsAddUpToTheScore()
    {
        foreach (SentimentOptions options in SmallReviews.Kinds())
        {
            SentimentModel model = Model(options);
            SentimentExplanation explanation = model.Explain(Text, steps: 200);
            double expected = explanation.Score - explanation.ScoreOfNothing;
            Assert.Equal(expected, explanation.Words.Sum(word => word.Contribution), 0.002 + (0.01 * Math.Abs(expected)));
            SentimentPrediction alone = model.Predict(Text);
            Assert.Equal((alone.Words, alone.UnknownWords), (explanation.Prediction.Words, explanation.Prediction.UnknownWords));
            double p = explanation.Prediction.Probabilities[1];
            Assert.Equal(Math.Log(p / (1 - p)), explanation.Score, 1e-4);
            Assert.Equal(Scaled(model, 0), explanation.ScoreOfNothing, 1e-5);
        }
    }

    [Fact]
    public void TheOtherClassHasTheOppositeContributions()
    {
        SentimentModel model = Model(SmallReviews.Options);
        SentimentExplanation positive = model.Explain(Text, 1, 4), negative = model.Explain(Text, 0, 4);
        Assert.Equal(positive.Score, -negative.Score, 1e-9);
        foreach ((ExplainedWord a, ExplainedWord b) in positive.Words.Zip(negative.Words))
            Assert.Equal(a.Contribution, -b.Contribution, 1e-6);
    }

    [Fact]
    public void OfSeveralClassesThePredictedOneIsExplained()
    {
        LabelledTexts texts = new(["red", "green", "blue"], [0, 1, 2], ["r", "g", "b"]);
        SentimentModel model = new(texts, SmallReviews.Options, seed: 2);
        SentimentExplanation explanation = model.Explain("a red one", steps: 200);
        Assert.Equal(explanation.Prediction.Label, explanation.Label);
        Assert.Equal(explanation.Score - explanation.ScoreOfNothing, explanation.Words.Sum(word => word.Contribution), 0.005);
    }

    [Fact]
    public void WordsStandWhereTheTextHasThem()
    {
        SentimentExplanation explanation = Model(SmallReviews.Options).Explain(Text, steps: 1);
        Assert.Equal(["not", "a", "good", "film", "the", "music", "isn't", "good", "it", "is", "<unk>", "and", "the", "end",
            "was", "long", "."], explanation.Words.Select(word => word.Word));
        Assert.Equal(["Not", "a", "GOOD", "film", "the", "music", "isn't", "good", "it", "is", "xyzzy", "and", "the", "end",
            "was", "long", "."], explanation.Words.Select(word => Text.Substring(word.Start, word.Length)));
    }

    private static SentimentModel Model(SentimentOptions options) => new(SmallReviews.Texts, options, seed: 4);

    // The score if every vector of the table were that much longer.
    private static double Scaled(SentimentModel model, float factor)
    {
        SentimentModel other = Model(model.Options);
        ParameterSlot table = other.Parameters.Layout.Slots.Single(slot => slot.Name == "embedding.weight");
        MatrixView values = other.Parameters.BeginWrite()[table];
        for (int i = 0; i < values.Span.Length; i++)
            values.Span[i] *= factor;

        double p = other.Predict(Text).Probabilities[1], q = other.Predict(Text).Probabilities[0];
        return Math.Log(p) - Math.Log(q);
    }
}
