using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text;

namespace Rnn.Models.Classification;

/// <summary>
/// The linear classifier of texts that others are measured by: score = intercept + sum of the weights of the text's
/// n-grams, trained to the one minimum of a convex objective, with features weighed by naive Bayes where the options
/// say so. Of n classes each has a score of its own, for it and against the rest. Immutable, and may be used by many
/// threads. Sources: Wang, Manning, "Baselines and bigrams: simple, good sentiment and topic classification", ACL 2012;
/// Fan et al., "LIBLINEAR: a library for large linear classification", 2008.
/// </summary>
public sealed partial class LinearTextClassifier
{
    private readonly string[] _words;
    private readonly Dictionary<string, int> _numbers;
    private readonly NGramTable _table;
    private readonly float[][] _weights;   // of each score [V]; one where there are two classes
    private readonly double[] _intercepts;

    private LinearTextClassifier(LinearTextClassifierOptions options, string[] words, Dictionary<string, int> numbers,
        NGramTable table, float[][] weights, double[] intercepts, LinearSolution[] solutions)
    {
        Options = options;
        _words = words;
        _numbers = numbers;
        _table = table;
        _weights = weights;
        _intercepts = intercepts;
        Solutions = Array.AsReadOnly(solutions);
    }

    /// <summary>How it sees texts, and was trained.</summary>
    public LinearTextClassifierOptions Options { get; }

    /// <summary>K, at least 2: labels are 0 to K-1.</summary>
    public int Classes => _weights.Length == 1 ? 2 : _weights.Length;

    /// <summary>V, the number of n-grams that it knows.</summary>
    public int FeatureCount => _table.Count;

    /// <summary>How training ended: once where there are two classes, else once a class.</summary>
    public IReadOnlyList<LinearSolution> Solutions { get; }

    /// <summary>
    /// Trains a classifier. The result depends on texts, labels and options, to the bit. Other orders of the texts give
    /// the same minimum, within the tolerance.
    /// </summary>
    /// <param name="texts">The tokens of each text: words, marks, whatever shall count. A text without any is allowed:
    /// the intercept alone speaks for it. Read, not kept.</param>
    /// <param name="labels">[texts], 0 to K-1; each at least once.</param>
    /// <param name="options">Null (the default) is the default.</param>
    /// <param name="progress">Told after each run through the texts; null (the default): nobody.</param>
    /// <param name="cancellation">Ends training early; none by default.</param>
    /// <exception cref="ArgumentException">There are no texts, or not as many labels, or a label is below 0, a class
    /// has no text, there is one class alone, an option is out of range, a text or token is null.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static LinearTextClassifier Train(IReadOnlyList<IReadOnlyList<string>> texts, ReadOnlySpan<int> labels,
        LinearTextClassifierOptions? options = null, IProgress<LinearTrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new LinearTextClassifierOptions();
        options.Check();
        int classes = CheckLabels(texts.Count, labels);
        TextFeatures x = TextFeatures.Learn(texts, options, cancellation);
        int scores = classes == 2 ? 1 : classes;
        float[][] weights = new float[scores][];
        double[] intercepts = new double[scores];
        LinearSolution[] solutions = new LinearSolution[scores];
        sbyte[] y = new sbyte[labels.Length];
        for (int k = 0; k < scores; k++)
        {
            int label = classes == 2 ? 1 : k;
            for (int i = 0; i < y.Length; i++)
                y[i] = (sbyte)(labels[i] == label ? 1 : -1);

            double[] ratios = options.NaiveBayes ? LogCountRatios.Of(x, y, options.Smoothing) : [];
            LinearSolver solver = new(x, y, ratios, options);
            solutions[k] = solver.Run(label, progress, cancellation);
            weights[k] = LogCountRatios.Interpolate(solver, ratios, x.Table.Count, options.Interpolation);
            intercepts[k] = solver.Intercept;
        }

        string[] words = new string[x.Words.Count];
        foreach ((string word, int number) in x.Words)
            words[number] = word;

        return new LinearTextClassifier(options, words, x.Words, x.Table, weights, intercepts, solutions);
    }

    /// <summary>The score of class 1 against class 0: above 0 it is predicted.</summary>
    /// <param name="text">Its tokens; those that are unknown don't count. May be empty.</param>
    /// <exception cref="InvalidOperationException">There are more than two classes.</exception>
    public double Score(IReadOnlyList<string> text)
    {
        double score = 0;
        if (_weights.Length > 1)
            Throw.OneScore(nameof(Score), nameof(Scores), Classes);
        ScoreAll(text, new Span<double>(ref score));
        return score;
    }

    /// <summary>The score of each class against the others; of two classes, one is the other's negative.</summary>
    /// <param name="text">Its tokens; those that are unknown don't count. May be empty.</param>
    /// <param name="scores">[K]. Overwritten.</param>
    /// <exception cref="ArgumentException">The scores are not K.</exception>
    public void Scores(IReadOnlyList<string> text, Span<double> scores)
    {
        if (scores.Length != Classes)
            Throw.ClassLength(nameof(LinearTextClassifier), nameof(scores), scores.Length, Classes);
        if (_weights.Length > 1)
        {
            ScoreAll(text, scores);
            return;
        }

        ScoreAll(text, scores[1..]);
        scores[0] = -scores[1];
    }

    /// <summary>
    /// P(class 1) = sigmoid(score). Of a classifier with the logistic loss a model's probability; with the squared
    /// hinge a score squeezed into 0 to 1, not calibrated.
    /// </summary>
    /// <param name="text">Its tokens; those that are unknown don't count. May be empty.</param>
    /// <exception cref="InvalidOperationException">There are more than two classes.</exception>
    public double Probability(IReadOnlyList<string> text) => Sigmoid(Score(text));

    /// <summary>The probability of each class: sigmoid(score), divided by the sum of these.</summary>
    /// <param name="text">Its tokens; those that are unknown don't count. May be empty.</param>
    /// <param name="probabilities">[K]. Overwritten.</param>
    /// <exception cref="ArgumentException">The probabilities are not K.</exception>
    public void Probabilities(IReadOnlyList<string> text, Span<double> probabilities)
    {
        if (probabilities.Length != Classes)
            Throw.ClassLength(nameof(LinearTextClassifier), nameof(probabilities), probabilities.Length, Classes);
        Scores(text, probabilities);
        double sum = 0;
        foreach (ref double p in probabilities)
            sum += p = Math.Max(double.Epsilon, Sigmoid(p));
        foreach (ref double p in probabilities)
            p /= sum;
    }

    /// <summary>The class with the highest score; of equals the first.</summary>
    /// <param name="text">Its tokens; those that are unknown don't count. May be empty.</param>
    public int Predict(IReadOnlyList<string> text)
    {
        if (_weights.Length == 1)
            return Score(text) > 0 ? 1 : 0;
        double[] scores = new double[Classes];
        ScoreAll(text, scores);
        return Array.IndexOf(scores, scores.Max());
    }

    /// <summary>The n-grams of a text that the classifier knows, with what each adds to the score of a class: the
    /// largest contribution first, whatever its sign.</summary>
    /// <param name="text">Its tokens. May be empty.</param>
    /// <param name="label">0 to K-1; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public IReadOnlyList<NGramWeight> Features(IReadOnlyList<string> text, int label = 1)
    {
        (float[] weights, float sign) = WeightsOf(label);
        int[] numbers = Find(text, out int[] counts, out int count);
        List<NGramWeight> features = new(count);
        for (int i = 0; i < count; i++)
            features.Add(NGram(numbers[i], counts[i], sign * weights[numbers[i]]));

        ArrayPool<int>.Shared.Return(numbers);
        ArrayPool<int>.Shared.Return(counts);
        return [.. features.OrderByDescending(feature => Math.Abs(feature.Contribution))];
    }

    /// <summary>The n-grams that speak loudest for a class, the loudest first; against it, with another sign.</summary>
    /// <param name="count">At most so many, more than 0.</param>
    /// <param name="label">0 to K-1; 1 by default.</param>
    /// <param name="against">Whether those of the lowest weights are wanted; false by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, or the count is not above 0.</exception>
    public IReadOnlyList<NGramWeight> Strongest(int count, int label = 1, bool against = false)
    {
        if (count <= 0)
            Throw.NotPositive(nameof(LinearTextClassifier), nameof(count), count);
        (float[] weights, float sign) = WeightsOf(label);
        float wanted = against ? -sign : sign;
        PriorityQueue<int, (float, int)> best = new();   // the least of the best first; of equals the last
        for (int number = 0; number < weights.Length; number++)
        {
            float weight = wanted * weights[number];
            if (weight > 0 && best.Count < count)
                best.Enqueue(number, (weight, -number));
            else if (weight > 0 && best.TryPeek(out _, out (float Weight, int) least) && weight > least.Weight)
                best.EnqueueDequeue(number, (weight, -number));
        }

        List<NGramWeight> features = new(best.Count);
        while (best.TryDequeue(out int number, out _))
            features.Add(NGram(number, 1, sign * weights[number]));

        features.Reverse();
        return features.AsReadOnly();
    }

    private static int CheckLabels(int texts, ReadOnlySpan<int> labels)
    {
        if (texts == 0)
            Throw.NoTexts(nameof(texts));
        if (labels.Length != texts)
            Throw.TextsAndLabels(nameof(labels), labels.Length, texts);
        int classes = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            // Each class has a text, so that a label is below their number.
            if (labels[i] < 0 || labels[i] >= labels.Length)
                Throw.TextLabel(nameof(labels), i, labels[i], labels.Length);
            classes = Math.Max(classes, labels[i] + 1);
        }

        int[] counts = new int[classes];
        foreach (int label in labels)
            counts[label]++;
        if (Array.IndexOf(counts, labels.Length) is >= 0 and int only)
            Throw.OneClass(nameof(labels), only);
        if (Array.IndexOf(counts, 0) is >= 0 and int missing)
            Throw.ClassWithoutText(nameof(labels), missing, classes);
        return classes;
    }

    private void ScoreAll(IReadOnlyList<string> text, Span<double> scores)
    {
        int[] numbers = Find(text, out int[] counts, out int count);
        for (int k = 0; k < scores.Length; k++)
        {
            double sum = _intercepts[k];
            for (int i = 0; i < count; i++)
                sum += (double)counts[i] * _weights[k][numbers[i]];
            scores[k] = sum;
        }

        ArrayPool<int>.Shared.Return(numbers);
        ArrayPool<int>.Shared.Return(counts);
    }

    // The known n-grams of a text, ascending, in arrays to be given back.
    private int[] Find(IReadOnlyList<string> text, out int[] counts, out int count)
    {
        ArgumentNullException.ThrowIfNull(text);
        int length = text.Count, maxN = Options.MaxN;
        if ((long)length * maxN > Array.MaxLength)
            Throw.TextsTooLong(nameof(text), length, Array.MaxLength / maxN, maxN);
        int[] numbers = ArrayPool<int>.Shared.Rent(length * maxN), words = ArrayPool<int>.Shared.Rent(length);
        for (int t = 0; t < length; t++)
        {
            if (text[t] is null)
                Throw.TokenIsNull(nameof(text), 0, t);
            words[t] = _numbers.TryGetValue(text[t], out int word) ? word : -1;
        }

        int found = 0;
        for (int t = 0; t < length; t++)
        {
            int node = NGramTable.Root;
            for (int n = 0; n < maxN && t + n < length && words[t + n] >= 0; n++)
            {
                node = _table.Find(node, words[t + n]);
                if (node < 0)
                    break;   // nor is there a longer one
                numbers[found++] = node;
            }
        }

        ArrayPool<int>.Shared.Return(words);
        counts = ArrayPool<int>.Shared.Rent(found);
        count = TextFeatures.Distinct(numbers.AsSpan(0, found), counts.AsSpan(0, found));
        if (Options.Presence)
            counts.AsSpan(0, count).Fill(1);
        return numbers;
    }

    private (float[] Weights, float Sign) WeightsOf(int label)
    {
        if ((uint)label >= (uint)Classes)
            Throw.Outside(nameof(label), label, $"0 to {Classes - 1}");
        return _weights.Length > 1 ? (_weights[label], 1) : (_weights[0], label == 1 ? 1 : -1);
    }

    private NGramWeight NGram(int number, int count, float weight)
    {
        Span<int> ids = stackalloc int[NGramTable.MaxOrder];
        string[] words = new string[_table.Words(number, ids)];
        for (int i = 0; i < words.Length; i++)
            words[i] = _words[ids[i]];
        return new NGramWeight(Array.AsReadOnly(words), count, weight);
    }

    private static double Sigmoid(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return (x >= 0 ? 1 : e) / (1 + e);
    }
}
