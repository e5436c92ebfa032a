using System;
using System.Linq;
using Rnn.Models.Classification;
using Xunit;

namespace Rnn.Tests.Classification;

/// <summary>Training reaches the minimum of the objective, whatever way leads there.</summary>
public class LinearSolverTests
{
    private static readonly string[][] s_texts =
    [
        ["good", "film"], ["good", "good", "plot"], ["fine", "plot", "film", "film"], ["good", "bad"], [],
        ["bad", "film"], ["bad", "bad", "plot"], ["dull", "plot"], ["dull", "film", "good"], ["film", "film", "film"],
    ];

    private static readonly int[] s_labels = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0];

    public static TheoryData<LinearLoss, bool, bool, bool, double> Cases()
    {
        TheoryData<LinearLoss, bool, bool, bool, double> cases = [];
        foreach (LinearLoss loss in Enum.GetValues<LinearLoss>())
        {
            foreach (double cost in (double[])[0.01, 1, 100])
            {
                cases.Add(loss, true, true, true, cost);
                cases.Add(loss, false, true, true, cost);
                cases.Add(loss, false, false, true, cost);
                cases.Add(loss, true, false, false, cost);
            }
        }

        return cases;
    }

    /// <summary>Against plain gradient descent on w, in double.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void TheMinimumIsThatOfGradientDescent(LinearLoss loss, bool presence, bool naiveBayes, bool intercept, double cost)
    {
        LinearTextClassifierOptions options = new()
        {
            MaxN = 1,
            MinTexts = 1,
            Loss = loss,
            Presence = presence,
            NaiveBayes = naiveBayes,
            Intercept = intercept,
            Cost = cost,
            Tolerance = 1e-10,
            MaxEpochs = 100_000,
        };
        LinearTextClassifier trained = LinearTextClassifier.Train(s_texts, s_labels, options);
        LinearSolution solution = Assert.Single(trained.Solutions);
        Assert.True(solution.Converged);

        string[] words = [.. s_texts.SelectMany(text => text).Distinct()];
        double[] ratios = [.. words.Select(word => naiveBayes ? Ratio(word, words, presence) : 1)];
        double[][] x = [.. s_texts.Select(text => words.Select((word, j) => ratios[j] * Count(text, word, presence))
            .Append(intercept ? 1 : 0).ToArray())];
        (double[] w, double objective) = Descend(x, loss, cost);
        Assert.Equal(objective, solution.Objective, 1e-8 * objective);
        for (int j = 0; j < words.Length; j++)
            Assert.Equal(ratios[j] * w[j], Assert.Single(trained.Features([words[j]])).Weight, 1e-4);
        Assert.Equal(w[^1], trained.Score([]), 1e-4);
    }

    /// <summary>
    /// One word in one text, no intercept; the other text says nothing. Squared hinge: w^2 / 2 + C (1 - w)^2 has its
    /// minimum at 2C / (1 + 2C). Logistic: w = C * sigmoid(-w); that is asked of
    /// w itself.
    /// </summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    [InlineData(2e6)]
    public void OneWord(double cost)
    {
        LinearTextClassifierOptions options = new()
        {
            MaxN = 1,
            MinTexts = 1,
            NaiveBayes = false,
            Intercept = false,
            Cost = cost,
            Tolerance = 1e-10,
        };
        double hinge = LinearTextClassifier.Train([["a"], []], [1, 0], options with { Loss = LinearLoss.SquaredHinge })
            .Score(["a"]);
        Assert.Equal(2 * cost / (1 + 2 * cost), hinge, 1e-6);
        double logistic = LinearTextClassifier.Train([["a"], []], [1, 0], options).Score(["a"]);
        Assert.Equal(0, logistic - cost / (1 + Math.Exp(logistic)), 1e-5 * logistic);
    }

    /// <summary>f(w) - f(best) is within the gap, for any tolerance: f is 1-strongly convex, so |w - best|^2 within
    /// twice that.</summary>
    [Theory]
    [InlineData(LinearLoss.Logistic, 0.3)]
    [InlineData(LinearLoss.Logistic, 1e-2)]
    [InlineData(LinearLoss.Logistic, 1e-5)]
    [InlineData(LinearLoss.SquaredHinge, 0.3)]
    [InlineData(LinearLoss.SquaredHinge, 1e-2)]
    [InlineData(LinearLoss.SquaredHinge, 1e-5)]
    public void TheGapIsABound(LinearLoss loss, double tolerance)
    {
        (string[][] texts, int[] labels) = Drawn(200, 30, seed: 3);
        LinearTextClassifierOptions options = new() { Loss = loss, MaxN = 2, Cost = 0.5, Tolerance = 1e-9 };
        LinearTextClassifier best = LinearTextClassifier.Train(texts, labels, options);
        LinearTextClassifier loose = LinearTextClassifier.Train(texts, labels, options with { Tolerance = tolerance });
        double minimum = best.Solutions[0].Objective;
        LinearSolution solution = loose.Solutions[0];
        Assert.True(solution.Converged);
        Assert.InRange(solution.Objective - minimum, -1e-8 * minimum, solution.DualityGap + 1e-8 * minimum);
        Assert.InRange(solution.DualityGap, 0, tolerance * solution.Objective);
        Assert.True(solution.Epochs < best.Solutions[0].Epochs);
    }

    [Theory]
    [InlineData(LinearLoss.Logistic)]
    [InlineData(LinearLoss.SquaredHinge)]
    public void TheOrderOfTextsDoesntMatter(LinearLoss loss)
    {
        (string[][] texts, int[] labels) = Drawn(150, 20, seed: 5);
        LinearTextClassifierOptions options = new() { Loss = loss, MaxN = 2, Tolerance = 1e-9 };
        LinearTextClassifier one = LinearTextClassifier.Train(texts, labels, options);
        Array.Reverse(texts);
        Array.Reverse(labels);
        LinearTextClassifier other = LinearTextClassifier.Train(texts, labels, options with { Seed = 2 });
        Assert.Equal(one.Solutions[0].Objective, other.Solutions[0].Objective, 1e-8 * one.Solutions[0].Objective);
        Assert.All(texts, text => Assert.Equal(one.Score(text), other.Score(text), 1e-3));
    }

    [Fact]
    public void TheSameSeedGivesTheSameBits()
    {
        (string[][] texts, int[] labels) = Drawn(150, 20, seed: 5);
        LinearTextClassifier one = LinearTextClassifier.Train(texts, labels), same = LinearTextClassifier.Train(texts, labels);
        LinearTextClassifier other = LinearTextClassifier.Train(texts, labels, new() { Seed = 2 });
        Assert.All(texts, text => Assert.Equal(one.Score(text), same.Score(text)));
        Assert.Contains(texts, text => one.Score(text) != other.Score(text));
    }

    /// <summary>A word that always stands beside another has its weight: w^2 is least when both have half.</summary>
    [Fact]
    public void TwinsShareTheirWeight()
    {
        (string[][] texts, int[] labels) = Drawn(100, 10, seed: 7);
        string[][] doubled = [.. texts.Select(text => text.SelectMany(word => new[] { word, word + "'" }).ToArray())];
        LinearTextClassifier model = LinearTextClassifier.Train(doubled, labels, new() { MaxN = 1, MinTexts = 1, Tolerance = 1e-9 });
        Assert.All(texts[0], word => Assert.Equal(
            model.Features([word])[0].Weight, model.Features([word + "'"])[0].Weight, 1e-6f));
    }

    [Fact]
    public void WhereItDoesntGetThereItSaysSo()
    {
        (string[][] texts, int[] labels) = Drawn(200, 30, seed: 3);
        LinearTextClassifierOptions options = new() { Tolerance = 1e-10, MaxEpochs = 2, Cost = 100 };
        LinearSolution solution = LinearTextClassifier.Train(texts, labels, options).Solutions[0];
        Assert.False(solution.Converged);
        Assert.Equal(2, solution.Epochs);
        Assert.True(solution.DualityGap > 1e-10 * solution.Objective);
    }

    /// <summary>
    /// Good stands in 2 texts of class 1 (3 times), film in 1 of each, bad in 1 of class 0. With 1 added: p = 3, 2, 1
    /// of 6, q = 1, 2, 2 of 5; by occurrences p = 4, 2, 1 of 7.
    /// </summary>
    [Fact]
    public void LogCountRatiosByHand()
    {
        string[][] texts = [["good", "good", "film"], ["good"], ["bad", "film"]];
        Assert.Equal([Math.Log(2.5), Math.Log(5 / 6.0), Math.Log(5 / 12.0)], Ratios(presence: true), Near);
        Assert.Equal([Math.Log(20 / 7.0), Math.Log(5 / 7.0), Math.Log(5 / 14.0)], Ratios(presence: false), Near);

        double[] Ratios(bool presence) => LogCountRatios.Of(
            TextFeatures.Learn(texts, new() { MaxN = 1, MinTexts = 1, Presence = presence }, default), [1, 1, -1], 1);

        static bool Near(double a, double b) => Math.Abs(a - b) < 1e-14;
    }

    /// <summary>w' = (1 - b) * mean|w| + b * w, of weights that are read off a model without.</summary>
    [Fact]
    public void InterpolationByHand()
    {
        LinearTextClassifierOptions options = new() { MaxN = 1, MinTexts = 1 };
        string[] words = [.. s_texts.SelectMany(text => text).Distinct()];
        double[] r = [.. words.Select(word => Ratio(word, words, presence: true))];
        double[] w = [.. words.Select((word, j) => LinearTextClassifier.Train(s_texts, s_labels, options)
            .Features([word])[0].Weight / r[j])];
        LinearTextClassifier mixed = LinearTextClassifier.Train(s_texts, s_labels, options with { Interpolation = 0.25 });
        double mean = w.Average(Math.Abs);
        for (int j = 0; j < words.Length; j++)
            Assert.Equal(r[j] * (0.75 * mean + 0.25 * w[j]), mixed.Features([words[j]])[0].Weight, 1e-6);
    }

    internal static (string[][] Texts, int[] Labels) Drawn(int count, int words, int seed, int classes = 2)
    {
        Random random = new(seed);
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % classes)];
        string[][] texts = [.. labels.Select(label => Enumerable.Range(0, random.Next(1, 12))
            .Select(_ => $"w{(random.Next(3) == 0 ? label : random.Next(words))}").ToArray())];
        return (texts, labels);
    }

    private static double Count(string[] text, string word, bool presence)
    {
        int count = text.Count(other => other == word);
        return presence ? Math.Min(1, count) : count;
    }

    private static double Ratio(string word, string[] words, bool presence)
    {
        double Share(int label) => Sum(word, label) / words.Sum(other => Sum(other, label));
        double Sum(string other, int label) =>
            1 + s_texts.Where((_, i) => s_labels[i] == label).Sum(text => Count(text, other, presence));
        return Math.Log(Share(1) / Share(0));
    }

    private static (double[] W, double Objective) Descend(double[][] x, LinearLoss loss, double cost)
    {
        double[] w = new double[x[0].Length];
        double steepest = 1 + cost * (loss == LinearLoss.Logistic ? 0.25 : 2) * x.Sum(row => row.Sum(v => v * v));
        double objective = 0;
        for (int step = 0; step < 400_000; step++)
        {
            double[] gradient = [.. w];
            objective = 0.5 * w.Sum(v => v * v);
            for (int i = 0; i < x.Length; i++)
            {
                double y = s_labels[i] == 1 ? 1 : -1, margin = 0;
                for (int j = 0; j < w.Length; j++)
                    margin += y * w[j] * x[i][j];
                double off = Math.Max(0, 1 - margin);
                objective += cost * (loss == LinearLoss.Logistic ? Math.Log(1 + Math.Exp(-margin)) : off * off);
                double slope = loss == LinearLoss.Logistic ? -1 / (1 + Math.Exp(margin)) : -2 * off;
                for (int j = 0; j < w.Length; j++)
                    gradient[j] += cost * slope * y * x[i][j];
            }

            double length = 0;
            for (int j = 0; j < w.Length; j++)
            {
                w[j] -= gradient[j] / steepest;
                length += gradient[j] * gradient[j];
            }

            if (length < 1e-22)
                break;
        }

        return (w, objective);
    }
}
