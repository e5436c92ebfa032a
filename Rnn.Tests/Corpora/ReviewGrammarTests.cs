using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Corpora;
using Xunit;

namespace Rnn.Tests.Corpora;

public class ReviewGrammarTests
{
    [Fact]
    public void TheOtherSideCannotWriteAReview()
    {
        foreach ((string text, bool isPositive) in ReviewGrammar.Generate(seed: 3, count: 300))
        {
            ProbabilisticGrammar own = isPositive ? ReviewGrammar.Positive : ReviewGrammar.Negative;
            ProbabilisticGrammar other = isPositive ? ReviewGrammar.Negative : ReviewGrammar.Positive;
            Assert.True(double.IsFinite(own.LogProbability(text)), text);
            Assert.True(other.LogProbability(text) == double.NegativeInfinity, text);
        }
    }

    [Theory]
    [InlineData("the plot is boring", false)]
    [InlineData("the plot is not boring at all", true)]
    [InlineData("the plot is hardly funny", false)]
    [InlineData("nobody in the cinema found the plot very boring", true)]
    [InlineData("although the music is warm, the plot is dull", false)]
    [InlineData("the music is warm, although the plot is dull", true)]
    [InlineData("the acting is superb, but the story ruins it", false)]
    [InlineData("the acting is superb, but the story isn't what i would call superb", false)]
    [InlineData("i expected a masterpiece and got a mess", false)]
    [InlineData("i expected a mess and got a masterpiece", true)]
    public void TheSideIsWhatAReaderWouldSay(string verdict, bool isPositive)
    {
        string text = $"we were two people in the cinema. {verdict}.";
        Assert.Equal(isPositive, double.IsFinite(ReviewGrammar.Positive.LogProbability(text)));
        Assert.Equal(!isPositive, double.IsFinite(ReviewGrammar.Negative.LogProbability(text)));
    }

    [Fact]
    public void ReviewsAreShortAndDifferAndTakeTurns()
    {
        (string Text, bool IsPositive)[] reviews = ReviewGrammar.Generate(seed: 1, count: 10_000);
        int[] words = [.. reviews.Select(review => review.Text.Split(' ').Length)];
        Assert.InRange(words.Min(), 10, 20);
        Assert.InRange(words.Max(), 50, 70);
        Assert.InRange(words.Average(), 25, 45);
        Assert.True(reviews.Select((review, i) => review.IsPositive == (i % 2 == 0)).All(isRight => isRight));
        HashSet<string> texts = [.. reviews.Select(review => review.Text)];
        Assert.InRange(texts.Count, 9_950, 10_000);
        Assert.InRange(ReviewGrammar.Generate(seed: 1, count: 10_000, stream: 1).Count(review => texts.Contains(review.Text)), 0, 50);
    }

    [Fact]
    public void TheSameSeedGivesTheSameReviews()
    {
        (string, bool)[] reviews = ReviewGrammar.Generate(seed: 1, count: 50);
        Assert.Equal(reviews, ReviewGrammar.Generate(seed: 1, count: 100).Take(50));
        Assert.NotEqual(reviews, ReviewGrammar.Generate(seed: 2, count: 50));
        Assert.NotEqual(reviews, ReviewGrammar.Generate(seed: 1, count: 50, stream: 1));
        Assert.Empty(ReviewGrammar.Generate(seed: 1, count: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReviewGrammar.Generate(seed: 1, count: -1));
    }

    // The letters of seed 1 on every machine: FNV-1a. Changes with the grammar, and only then.
    [Fact]
    public void TheReviewsAreTheSameOnEveryMachine()
    {
        ulong hash = 14695981039346656037;
        foreach (char c in ReviewGrammar.Generate(seed: 1, count: 1000).SelectMany(review => review.Text))
            hash = (hash ^ c) * 1099511628211;

        Assert.Equal(15378053085266651716UL, hash);
    }

    // Words of praise and blame alone must say something, and far from all.
    [Fact]
    public void CountingWordsIsNotEnough()
    {
        (string Text, bool IsPositive)[] train = ReviewGrammar.Generate(seed: 1, count: 8000);
        (string Text, bool IsPositive)[] test = ReviewGrammar.Generate(seed: 1, count: 2000, stream: 1);
        double words = BayesAccuracy(train, test, one => one);
        double pairs = BayesAccuracy(train, test, one => [.. one, .. one.Zip(one.Skip(1), (a, b) => $"{a} {b}")]);
        Assert.InRange(words, 0.60, 0.80);
        Assert.InRange(pairs, words + 0.1, 0.92);
    }

    // Naive Bayes over which features occur.
    private static double BayesAccuracy((string Text, bool IsPositive)[] train, (string Text, bool IsPositive)[] test,
        Func<string[], string[]> features)
    {
        Dictionary<string, double[]> counts = [];
        foreach ((string text, bool isPositive) in train)
        {
            foreach (string feature in features(Words(text)).Distinct())
            {
                if (!counts.TryGetValue(feature, out double[]? count))
                    counts.Add(feature, count = [1, 1]);
                count[isPositive ? 1 : 0]++;
            }
        }

        return test.Average(review => features(Words(review.Text)).Distinct()
            .Sum(feature => counts.TryGetValue(feature, out double[]? count) ? Math.Log(count[1] / count[0]) : 0) > 0
            == review.IsPositive ? 1.0 : 0.0);
    }

    private static string[] Words(string text) => text.Replace(".", "", StringComparison.Ordinal)
        .Replace(",", "", StringComparison.Ordinal).Split(' ');
}
