using System;
using System.Collections.Generic;
using System.Threading;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Sentiment;

/// <summary>
/// Several models of the same classes, such as those of several seeds, as one: p = the mean of their probabilities. Their
/// errors are partly their own, so the mean is wrong less often than most of them. Any number of threads may use it.
/// </summary>
public sealed class SentimentEnsemble
{
    private readonly SentimentModel[] _models;

    /// <summary>The models as one.</summary>
    /// <param name="models">One or more, with the same classes in the same order; words and shapes may differ.</param>
    /// <exception cref="ArgumentException">There is none, or one has other classes.</exception>
    public SentimentEnsemble(params IReadOnlyList<SentimentModel> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        if (models.Count == 0)
            Throw.NoModels(nameof(models));

        _models = [.. models];
        foreach (SentimentModel model in _models)
        {
            ArgumentNullException.ThrowIfNull(model, nameof(models));
            SentimentModel.CheckClasses(nameof(models), model.Classes, Classes);
        }
    }

    /// <summary>The models.</summary>
    public IReadOnlyList<SentimentModel> Models => _models;

    /// <summary>The names of the classes.</summary>
    public IReadOnlyList<string> Classes => _models[0].Classes;

    /// <summary>The mean probabilities of a text's classes. Counts of words are the first model's.</summary>
    /// <param name="text">Any text.</param>
    public SentimentPrediction Predict(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Predict([text])[0];
    }

    /// <summary>The same of many texts.</summary>
    /// <param name="texts">Any number of texts.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SentimentPrediction[] Predict(IReadOnlyList<string> texts, CancellationToken cancellation = default)
    {
        SentimentPrediction[] first = _models[0].Predict(texts, cancellation);
        if (_models.Length == 1)
            return first;

        double[] sums = new double[texts.Count * Classes.Count];
        for (int i = 0; i < _models.Length; i++)
            Add(i == 0 ? first : _models[i].Predict(texts, cancellation), sums);

        SentimentPrediction[] mean = new SentimentPrediction[texts.Count];
        for (int n = 0; n < mean.Length; n++)
        {
            float[] probabilities = new float[Classes.Count];
            for (int k = 0; k < probabilities.Length; k++)
                probabilities[k] = (float)(sums[(n * probabilities.Length) + k] / _models.Length);

            mean[n] = new SentimentPrediction(Classes, probabilities, first[n].Words, first[n].UnknownWords);
        }

        return mean;
    }

    private void Add(SentimentPrediction[] predictions, double[] sums)
    {
        for (int n = 0; n < predictions.Length; n++)
        {
            for (int k = 0; k < Classes.Count; k++)
                sums[(n * Classes.Count) + k] += predictions[n].Probabilities[k];
        }
    }
}
