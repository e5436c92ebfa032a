using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Rnn.Models.Classification;
using Rnn.Models.Text;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Classification;

public class LinearTextClassifierTests
{
    private static readonly LinearTextClassifierOptions s_all = new() { MinTexts = 1 };

    /// <summary>The score is the intercept and the weights of n-grams, found by their spelling.</summary>
    [Theory]
    [InlineData(1, true, 1)]
    [InlineData(3, true, 1)]
    [InlineData(3, false, 1)]
    [InlineData(8, false, 2)]
    [InlineData(2, true, 5)]
    public void TheScoreIsTheSumOfWeights(int maxN, bool presence, int minTexts)
    {
        (string[][] texts, int[] labels) = LinearSolverTests.Drawn(80, 12, seed: 1);
        LinearTextClassifier model = LinearTextClassifier.Train(texts, labels,
            new() { MaxN = maxN, Presence = presence, MinTexts = minTexts });
        Dictionary<string, float> weights = [];
        foreach (NGramWeight known in model.Strongest(int.MaxValue).Concat(model.Strongest(int.MaxValue, against: true)))
            weights.Add(known.Text, known.Weight);

        Dictionary<string, int> frequencies = texts.SelectMany(text => NGrams(text, maxN).Distinct()).CountBy(gram => gram)
            .Where(pair => pair.Value >= minTexts).ToDictionary();
        Assert.Equal(frequencies.Count, model.FeatureCount);
        Assert.Subset(frequencies.Keys.ToHashSet(), weights.Keys.ToHashSet());   // a weight may be 0
        string[][] asked = [.. LinearSolverTests.Drawn(20, 16, seed: 2).Texts, [], ["?"], ["w1", "?", "w2"]];
        foreach (string[] text in asked)
        {
            Dictionary<string, int> counts = NGrams(text, maxN).Where(frequencies.ContainsKey).CountBy(gram => gram)
                .ToDictionary(pair => pair.Key, pair => presence ? 1 : pair.Value);
            double expected = model.Score([]) + counts.Sum(pair => (double)pair.Value * weights.GetValueOrDefault(pair.Key));
            Assert.Equal(expected, model.Score(text), 1e-9);
            IReadOnlyList<NGramWeight> features = model.Features(text);
            Assert.Equal(counts, features.ToDictionary(feature => feature.Text, feature => feature.Count));
            Assert.Equal(features.OrderByDescending(feature => Math.Abs(feature.Contribution)), features);
            Assert.Equal(expected, model.Score([]) + features.Sum(feature => feature.Contribution), 1e-9);
            Assert.Equal(-expected, -model.Score([]) + model.Features(text, 0).Sum(feature => feature.Contribution), 1e-9);
            Assert.Equal(expected > 0 ? 1 : 0, model.Predict(text));
            Assert.Equal(1 / (1 + Math.Exp(-expected)), model.Probability(text), 1e-9);
            double[] both = new double[2];
            model.Probabilities(text, both);
            Assert.Equal([1 - model.Probability(text), model.Probability(text)], both, (a, b) => Math.Abs(a - b) < 1e-12);
        }
    }

    [Fact]
    public void TheStrongestSpeakFirst()
    {
        LinearTextClassifier model = LinearTextClassifier.Train(
            [["very", "good"], ["good"], ["not", "good"], ["bad"], ["not", "good", "film"], ["not", "bad"], ["not", "bad"]],
            [1, 1, 0, 0, 0, 1, 1], s_all);
        Assert.Equal("not good: ", model.Strongest(1, against: true)[0].ToString()[..10]);
        Assert.Equal(["not", "good"], model.Strongest(1, label: 0)[0].Words);
        Assert.Equal(model.Strongest(100).OrderByDescending(feature => feature.Weight), model.Strongest(100));
        Assert.Equal(model.Strongest(100).Take(2).Select(feature => feature.Text),
            model.Strongest(2).Select(feature => feature.Text));
        Assert.All(model.Strongest(100), feature => Assert.True(feature.Weight > 0));
        Assert.All(model.Strongest(100, against: true), feature => Assert.True(feature.Weight < 0));
        Assert.Equal(0, model.Predict(["not", "good"]));
        Assert.Equal(1, model.Predict(["good"]));
    }

    [Theory]
    [InlineData(LinearLoss.Logistic)]
    [InlineData(LinearLoss.SquaredHinge)]
    public void MoreClasses(LinearLoss loss)
    {
        (string[][] texts, int[] labels) = LinearSolverTests.Drawn(200, 40, seed: 1, classes: 4);
        LinearTextClassifier model = LinearTextClassifier.Train(texts, labels, new() { Loss = loss });
        Assert.Equal((4, 4), (model.Classes, model.Solutions.Count));
        double[] scores = new double[4], probabilities = new double[4];
        int right = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            model.Scores(texts[i], scores);
            model.Probabilities(texts[i], probabilities);
            Assert.Equal(1, probabilities.Sum(), 1e-12);
            Assert.Equal(Array.IndexOf(scores, scores.Max()), model.Predict(texts[i]));
            Assert.Equal(model.Predict(texts[i]), Array.IndexOf(probabilities, probabilities.Max()));
            right += model.Predict(texts[i]) == labels[i] ? 1 : 0;
        }

        Assert.InRange(right, 120, 200);   // many have no word of their class; 50 would be by chance

        // One against the rest is a classifier of two.
        int[] third = [.. labels.Select(label => label == 2 ? 1 : 0)];
        LinearTextClassifier alone = LinearTextClassifier.Train(texts, third, new() { Loss = loss, Tolerance = 1e-8 });
        LinearTextClassifier all = LinearTextClassifier.Train(texts, labels, new() { Loss = loss, Tolerance = 1e-8 });
        all.Scores(texts[0], scores);
        Assert.Equal(alone.Score(texts[0]), scores[2], 1e-3);
        Assert.Equal("LinearTextClassifier: Score is that of two classes; here are 4. Ask for Scores.",
            Assert.Throws<InvalidOperationException>(() => all.Score([])).Message);
    }

    [Fact]
    public void TextsWithoutTokens()
    {
        LinearTextClassifier model = LinearTextClassifier.Train([[], [], [], []], [1, 1, 1, 0], new() { Tolerance = 1e-8 });
        Assert.Equal(0, model.FeatureCount);
        Assert.True(model.Score(["any"]) > 0);
        LinearTextClassifier loaded = LinearTextClassifier.Load(new MemoryStream(Saved(model)));
        Assert.Equal(model.Score([]), loaded.Score([]));
        Assert.Empty(loaded.Strongest(3));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void SavedAndLoadedItHasTheSameBits(int classes)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "model.safetensors");
        (string[][] texts, int[] labels) = LinearSolverTests.Drawn(90, 20, seed: 1, classes);
        texts[0] = [.. texts[0], "\n", "\"", "", "\u00E9", "\U0001F600", "\0", "a b"];
        LinearTextClassifier model = LinearTextClassifier.Train(texts, labels, s_all with { Presence = false, Cost = 0.3 });
        model.Save(path);
        LinearTextClassifier loaded = LinearTextClassifier.Load(path);
        Assert.Equal(model.Options, loaded.Options);
        Assert.Equal(model.Solutions, loaded.Solutions);
        Assert.Equal(model.FeatureCount, loaded.FeatureCount);
        Assert.Equal(Saved(model), Saved(loaded));
        double[] expected = new double[classes], actual = new double[classes];
        foreach (string[] text in texts)
        {
            model.Scores(text, expected);
            loaded.Scores(text, actual);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void ForgedFilesAreRefused()
    {
        LinearTextClassifier model = LinearTextClassifier.Train([["a", "b"], ["b", "a"]], [0, 1], s_all with { MaxN = 2 });
        byte[] file = Saved(model);   // n-grams: a, a b, b, b a
        byte[][] forged =
        [
            Forgery.WithEntry(file, "words", null), Forgery.WithEntry(file, "words", "x"),
            Forgery.WithEntry(file, "words", "null"), Forgery.WithEntry(file, "words", "[\"a\"]"),
            Forgery.WithEntry(file, "words", "[\"a\",\"a\"]"), Forgery.WithEntry(file, "words", "[\"a\",null]"),
            .. from option in (string[])["max_n", "cost", "loss", "tolerance", "min_texts", "smoothing", "interpolation"]
               from value in (string?[])[null, "-1", "x", ""]
               select Forgery.WithOption(file, option, value),
            Forgery.WithOption(file, "max_n", "1"), Forgery.WithOption(file, "max_n", "9"),
            .. from name in (string[])["ngrams.parent", "ngrams.word", "weight", "bias", "solution.epochs",
                    "solution.objective", "solution.gap"]
               from shape in (long[]?[])[null, [], [0], [3], [5], [1, 3], [2, 4], [2], [4, 1]]
               select Forgery.WithTensor(file, name, shape),
            Bytes("ngrams.parent", 0, 0, -1, 2), Bytes("ngrams.parent", -1, 2, -1, 2), Bytes("ngrams.parent", -1, -2, -1, 2),
            Bytes("ngrams.parent", -1, -1, -1, 2), Bytes("ngrams.word", 0, 2, 1, 0), Bytes("ngrams.word", 0, -1, 1, 0),
            Forgery.WithFloats(file, "weight", i => i == 2 ? float.NaN : 1),
            Forgery.WithBytes(file, "bias", BitConverter.GetBytes(double.PositiveInfinity)),
            [.. file.Select((value, i) => i == file.Length - 3 ? (byte)~value : value)], file[..^1], [],
        ];
        Assert.All(forged, bytes =>
        {
            string message = Assert.Throws<InvalidDataException>(() => LinearTextClassifier.Load(new MemoryStream(bytes)))
                .Message;
            Assert.Contains("stream", message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        });

        byte[] Bytes(string name, params int[] numbers) =>
            Forgery.WithBytes(file, name, [.. numbers.SelectMany(BitConverter.GetBytes)]);
    }

    [Fact]
    public void ManyThreadsReadIt()
    {
        (string[][] texts, int[] labels) = LinearSolverTests.Drawn(200, 30, seed: 1);
        LinearTextClassifier model = LinearTextClassifier.Train(texts, labels);
        double[] expected = [.. texts.Select(model.Score)], actual = new double[texts.Length];
        Parallel.For(0, texts.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 },
            i => actual[i] = model.Score(texts[i]));
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void ItIsCancelledAndTellsOfItsProgress()
    {
        (string[][] texts, int[] labels) = LinearSolverTests.Drawn(200, 30, seed: 1, classes: 3);
        List<LinearTrainingProgress> told = [];
        LinearTextClassifier model = LinearTextClassifier.Train(texts, labels, null, new Listener(told.Add));
        Assert.Equal(model.Solutions.Select(solution => solution.Epochs), told.CountBy(report => report.Label)
            .OrderBy(pair => pair.Key).Select(pair => pair.Value));
        using CancellationTokenSource source = new();
        Assert.Throws<OperationCanceledException>(() => LinearTextClassifier.Train(texts, labels, new() { MaxEpochs = 50 },
            new Listener(_ => source.Cancel()), source.Token));
    }

    [Fact]
    public void BadInputIsNamed()
    {
        string[][] two = [["a"], ["b"]];
        Says("there are no texts", [], []);
        Says("there are 2 texts and 1 labels", two, [0]);
        Says("every label is 1; expected texts of two classes", two, [1, 1]);
        Says("every label is 0; expected texts of two classes", two, [0, 0]);
        Says("labels[1] is -1", two, [0, -1]);
        Says("labels[0] is 5; expected 0 and up", two, [5, 0]);
        Says("no text has label 1, though others have up to 2", [["a"], ["b"], ["c"]], [0, 2, 2]);
        Says("texts[1] is null", [["a"], null!], [0, 1]);
        Says("token 1 of text 1 of texts is null", [["a"], ["b", null!]], [0, 1]);
        Says("token 0 of text 1 of texts holds a lone surrogate", [["a"], ["b\uD83D"]], [0, 1]);
        Says("token 0 of text 1 of texts holds a lone surrogate", [["a"], ["\uDE00\uD83D"]], [0, 1]);
        Says("LinearTextClassifierOptions.MaxN is 0; expected 1 to 8", two, [0, 1], new() { MaxN = 0 });
        Says("MaxN is 9", two, [0, 1], new() { MaxN = 9 });
        Says("MinTexts is 0; expected 1 or more", two, [0, 1], new() { MinTexts = 0 });
        Says("Smoothing is 0", two, [0, 1], new() { Smoothing = 0 });
        Says("Interpolation is 2", two, [0, 1], new() { Interpolation = 2 });
        Says("Interpolation is 0.5, which needs NaiveBayes", two, [0, 1], new() { Interpolation = 0.5, NaiveBayes = false });
        Says("Loss is 7; expected Logistic or SquaredHinge", two, [0, 1], new() { Loss = (LinearLoss)7 });
        Says("Cost is NaN", two, [0, 1], new() { Cost = double.NaN });
        Says("Tolerance is 0;", two, [0, 1], new() { Tolerance = 0 });
        Says("MaxEpochs is 0", two, [0, 1], new() { MaxEpochs = 0 });

        LinearTextClassifier model = LinearTextClassifier.Train(two, [0, 1]);
        Asks("scores has 1 elements; expected 2", () => model.Scores([], new double[1]));
        Asks("probabilities has 3 elements; expected 2", () => model.Probabilities([], new double[3]));
        Asks("label is 2; expected 0 to 1", () => model.Features([], 2));
        Asks("label is -1; expected 0 to 1", () => model.Strongest(1, -1));
        Asks("count is 0", () => model.Strongest(0));
        Asks("token 0 of text 0 of text is null", () => model.Score([null!]));
    }

    /// <summary>The table is a dictionary of pairs, whatever their order, and gives numbers in the order of first
    /// sight.</summary>
    [Fact]
    public void TheTableIsADictionary()
    {
        Random random = new(1);
        NGramTable table = new();
        Dictionary<(int, int), int> expected = [];
        for (int i = 0; i < 20_000; i++)
        {
            int parent = random.Next(-1, Math.Min(table.Count, 200)), word = random.Next(100);
            int known = expected.GetValueOrDefault((parent, word), -1);
            Assert.Equal(known, table.Find(parent, word));
            if (known < 0)
                expected.Add((parent, word), known = expected.Count);
            Assert.Equal(known, table.FindOrAdd(parent, word));
        }

        Assert.Equal(expected.Count, table.Count);
        Assert.All(expected, pair => Assert.Equal(pair.Key, (table.Parent(pair.Value), table.Word(pair.Value))));
    }

    private static IEnumerable<string> NGrams(string[] text, int maxN) =>
        from start in Enumerable.Range(0, text.Length)
        from n in Enumerable.Range(1, Math.Min(maxN, text.Length - start))
        select string.Join(' ', text[start..(start + n)]);

    private static byte[] Saved(LinearTextClassifier model)
    {
        using MemoryStream stream = new();
        model.Save(stream);
        return stream.ToArray();
    }

    private static void Says(string what, string[][] texts, int[] labels, LinearTextClassifierOptions? options = null) =>
        Asks(what, () => LinearTextClassifier.Train(texts, labels, options));

    private static void Asks(string what, Action action) => Assert.Contains(what,
        Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    private sealed class Listener(Action<LinearTrainingProgress> told) : IProgress<LinearTrainingProgress>
    {
        public void Report(LinearTrainingProgress value) => told(value);
    }
}
