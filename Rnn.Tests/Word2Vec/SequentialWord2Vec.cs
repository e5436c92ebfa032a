using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics.Tensors;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Text.Words;
using Rnn.Models.Word2Vec;

namespace Rnn.Tests.Word2Vec;

/// <summary>
/// word2vec one pair after another, in doubles: every context has negatives of its own, an output row is updated as
/// soon as its factor is known, an input row after the K + 1 targets of its pair. CBOW divides the gradient of the mean
/// by the contexts. The draws are its own.
/// </summary>
internal sealed class SequentialWord2Vec
{
    private const ulong TrainingStream = 1, EvaluationStream = 2;
    private const int EvaluatedWindows = 1500;

    private readonly Word2VecOptions _options;
    private readonly WordVocabulary _vocabulary;
    private readonly AliasTable _noise;
    private readonly double[] _keep;
    private readonly double[] _gradient;

    public SequentialWord2Vec(WordVocabulary vocabulary, Word2VecOptions options)
    {
        _options = options;
        _vocabulary = vocabulary;
        _noise = AliasTable.Unigram(vocabulary.Counts, options.NoisePower);
        double t = options.SubsamplingThreshold * vocabulary.TotalCount;
        _keep = [.. vocabulary.Counts.ToArray().Select(n => t == 0 ? 1 : Math.Min(1, Math.Sqrt(t / n) + (t / n)))];
        _gradient = new double[options.Dimensions];

        // The same beginning as the model's.
        Word2VecModel model = new(vocabulary, options);
        (Input, Output) = (Rows(model.CopyVector), Rows(model.CopyOutputVector));
    }

    public double[][] Input { get; }

    public double[][] Output { get; }

    private bool IsCbow => _options.Architecture == Word2VecArchitecture.Cbow;

    /// <summary>The rows of a trained model, to be measured by the same loss.</summary>
    public static SequentialWord2Vec Of(Word2VecModel model)
    {
        SequentialWord2Vec copy = new(model.Vocabulary, model.Options);
        copy.Rows(model.CopyVector).CopyTo(copy.Input, 0);
        copy.Rows(model.CopyOutputVector).CopyTo(copy.Output, 0);
        return copy;
    }

    public void Train(int[] entries)
    {
        double first = _options.LearningRate;
        Philox random = new(_options.Seed, TrainingStream);
        for (int epoch = 0; epoch < _options.Epochs; epoch++)
        {
            List<int> sentence = [];
            for (int i = 0; i <= entries.Length; i++)
            {
                if (i < entries.Length && entries[i] >= 0)
                {
                    if (random.NextSingle() < _keep[entries[i]])
                        sentence.Add(entries[i]);

                    continue;
                }

                double done = (epoch + (i / (double)entries.Length)) / _options.Epochs;
                double rate = Math.Max(_options.MinLearningRate, first * (1 - done));
                for (int place = 0; place < sentence.Count; place++)
                    Window(sentence, place, ref random, rate);

                sentence.Clear();
            }
        }
    }

    /// <summary>Mean loss of a context (CBOW: a window), over windows and negatives that are always the same.</summary>
    public double Loss(int[] entries)
    {
        Philox random = new(1, EvaluationStream);
        double sum = 0;
        long count = 0;
        for (int n = 0; n < EvaluatedWindows; n++)
        {
            int place = random.NextInt32(entries.Length), reach = 1 + random.NextInt32(_options.Window);
            if (entries[place] < 0)
                continue;

            int[] contexts = [.. Contexts(entries, place, reach)], targets = Targets(entries[place], ref random);
            double[][] rows = [.. contexts.Select(word => Input[word])];
            if (rows.Length == 0)
                continue;

            foreach (double[] row in IsCbow ? [Mean(rows)] : rows)
            {
                for (int j = 0; j < targets.Length; j++)
                    sum += Softplus((j == 0 ? -1 : 1) * TensorPrimitives.Dot<double>(row, Output[targets[j]]));

                count++;
            }
        }

        return sum / Math.Max(1, count);
    }

    private void Window(List<int> sentence, int place, ref Philox random, double rate)
    {
        int reach = 1 + random.NextInt32(_options.Window), centre = sentence[place];
        int[] contexts = [.. Contexts(sentence, place, reach)];
        if (contexts.Length == 0)
            return;

        if (!IsCbow)
        {
            foreach (int context in contexts)
                Step(Input[context], [Input[context]], Targets(centre, ref random), rate);

            return;
        }

        double[][] rows = [.. contexts.Select(word => Input[word])];
        Step(Mean(rows), rows, Targets(centre, ref random), rate);
    }

    private void Step(double[] x, double[][] learners, int[] targets, double rate)
    {
        Array.Clear(_gradient);
        for (int j = 0; j < targets.Length; j++)
        {
            double[] w = Output[targets[j]];
            double y = j == 0 ? 1 : -1, factor = rate * y / (1 + Math.Exp(y * TensorPrimitives.Dot<double>(x, w)));
            for (int i = 0; i < w.Length; i++)
            {
                _gradient[i] += factor * w[i];
                w[i] += factor * x[i];
            }
        }

        foreach (double[] learner in learners)
        {
            for (int i = 0; i < learner.Length; i++)
                learner[i] += _gradient[i] / learners.Length;
        }
    }

    private int[] Targets(int centre, ref Philox random)
    {
        int[] targets = new int[_options.Negatives + 1];
        targets[0] = centre;
        for (int k = 1; k < targets.Length; k++)
        {
            int tries = 0;
            do
                targets[k] = _noise.Sample(ref random);
            while (targets[k] == centre && ++tries < 16);

            if (targets[k] == centre)
                targets[k] = (centre + 1) % _vocabulary.Count;
        }

        return targets;
    }

    private static IEnumerable<int> Contexts(IReadOnlyList<int> words, int place, int reach)
    {
        for (int step = -1; step <= 1; step += 2)
        {
            for (int i = 1; i <= reach; i++)
            {
                int at = place + (step * i);
                if (at < 0 || at >= words.Count || words[at] < 0)
                    break;

                yield return words[at];
            }
        }
    }

    private static double[] Mean(double[][] rows) =>
        [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Average(row => row[i]))];

    private static double Softplus(double z) => Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z)));

    private double[][] Rows(CopyRow copy)
    {
        float[] row = new float[_options.Dimensions];
        return [.. Enumerable.Range(0, _vocabulary.Count).Select(word =>
        {
            copy(word, row);
            return Array.ConvertAll(row, value => (double)value);
        })];
    }

    private delegate void CopyRow(int word, Span<float> destination);
}
