using System;
using System.Collections.Generic;
using System.Threading;
using Rnn.Models.Classification;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text.Labelled;

namespace Rnn.Models.Sentiment;

/// <summary>
/// Several classifiers of the same classes as one: p = (1 - s) * (mean of the networks' probabilities) + s * (that of a
/// linear classifier), s its share. Networks of several seeds have errors that are partly their own, and those of a
/// linear classifier are of another kind: together they are wrong less often than each. Any number of threads may use
/// it. Source: Mesnil, Mikolov, Ranzato, Bengio, "Ensemble of generative and discriminative techniques for sentiment
/// analysis of movie reviews", 2015.
/// </summary>
public sealed class SentimentEnsemble
{
    private const int ShareSteps = 20;

    private readonly SentimentModel[] _models;
    private readonly TextTokenizer _tokenizer;

    /// <summary>The networks as one.</summary>
    /// <param name="models">One or more, with the same classes in the same order; words and shapes may differ.</param>
    /// <exception cref="ArgumentException">There is none, or one has other classes.</exception>
    public SentimentEnsemble(params IReadOnlyList<SentimentModel> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        if (models.Count == 0)
            Throw.NoModels(nameof(models));

        _models = [.. models];
        _tokenizer = new TextTokenizer();
        foreach (SentimentModel model in _models)
        {
            ArgumentNullException.ThrowIfNull(model, nameof(models));
            SentimentModel.CheckClasses(nameof(models), model.Classes, Classes);
        }
    }

    /// <summary>Networks and a linear classifier as one.</summary>
    /// <param name="models">One or more networks.</param>
    /// <param name="linear">Of as many classes, trained with the same labels.</param>
    /// <param name="linearShare">s, 0 to 1; by default it counts as much as all networks together, 0.5.</param>
    /// <param name="tokenizer">What made the linear classifier's words of a text; null is the default one.</param>
    /// <exception cref="ArgumentException">There is no network, or one has other classes, or the linear classifier as
    /// many others, or the share is none.</exception>
    public SentimentEnsemble(IReadOnlyList<SentimentModel> models, LinearTextClassifier linear, double linearShare = 0.5,
        TextTokenizer? tokenizer = null)
        : this(models)
    {
        ArgumentNullException.ThrowIfNull(linear);
        if (linear.Classes != Classes.Count)
            Throw.OtherNumberOfClasses(nameof(linear), linear.Classes, Classes.Count);

        if (!(linearShare is >= 0 and <= 1))
            Throw.Outside(nameof(linearShare), linearShare, "0 to 1");

        (Linear, LinearShare, _tokenizer) = (linear, linearShare, tokenizer ?? _tokenizer);
    }

    /// <summary>The networks.</summary>
    public IReadOnlyList<SentimentModel> Models => _models;

    /// <summary>The linear classifier, or null.</summary>
    public LinearTextClassifier? Linear { get; }

    /// <summary>s, how much the linear classifier counts; 0 where there is none.</summary>
    public double LinearShare { get; }

    /// <summary>The names of the classes.</summary>
    public IReadOnlyList<string> Classes => _models[0].Classes;

    /// <summary>
    /// Networks and a linear classifier as one, with the share of 0, 0.05, 0.1 .. 1 that has the least log loss on texts
    /// which none of them has learnt from: it is 0 where the linear classifier is of no use. Of equal ones the least.
    /// </summary>
    /// <param name="models">One or more networks.</param>
    /// <param name="linear">Of as many classes, trained with the same labels.</param>
    /// <param name="held">Texts with the same classes.</param>
    /// <param name="tokenizer">What made the linear classifier's words of a text; null is the default one.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <exception cref="ArgumentException">As of the constructor, or the texts have other classes.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SentimentEnsemble Choose(IReadOnlyList<SentimentModel> models, LinearTextClassifier linear,
        LabelledTexts held, TextTokenizer? tokenizer = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(held);
        SentimentEnsemble equal = new(models, linear, tokenizer: tokenizer);
        SentimentModel.CheckClasses(nameof(held), held.Classes, equal.Classes);
        double[] networks = equal.Mean(equal.OfEach(held.Texts, cancellation)), other = equal.OfLinear(held.Texts);
        double least = double.PositiveInfinity, share = 0;
        for (int step = 0; step <= ShareSteps; step++)
        {
            double s = (double)step / ShareSteps, loss = 0;
            for (int n = 0; n < held.Count; n++)
            {
                int i = (n * equal.Classes.Count) + held.Labels[n];
                loss -= Math.Log(Math.Max(double.Epsilon, Together(networks[i], other[i], s)));
            }

            if (loss < least)
                (least, share) = (loss, s);
        }

        return new SentimentEnsemble(models, linear, share, tokenizer);
    }

    /// <summary>The probabilities of a text's classes. Counts of words are the first network's.</summary>
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
        ArgumentNullException.ThrowIfNull(texts);
        return Combine(texts, OfEach(texts, cancellation));
    }

    /// <summary>What it says where the predictions of its networks are known: of all of them, or of some that then stand for
    /// all.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="networks">For each network the predictions of all texts; one or more.</param>
    /// <exception cref="ArgumentException">There is no network, or one has other numbers of texts or classes.</exception>
    public SentimentPrediction[] Combine(IReadOnlyList<string> texts, params IReadOnlyList<SentimentPrediction[]> networks)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(networks);
        if (networks.Count == 0)
            Throw.NoModels(nameof(networks));

        foreach (SentimentPrediction[] network in networks)
        {
            if (network.Length != texts.Count || Array.Exists(network, one => one.Probabilities.Length != Classes.Count))
                Throw.OtherPredictions(nameof(networks), texts.Count, Classes.Count);
        }

        double[] mean = Mean(networks), linear = Linear is null ? mean : OfLinear(texts);
        SentimentPrediction[] first = networks[0], predictions = new SentimentPrediction[texts.Count];
        for (int n = 0; n < predictions.Length; n++)
        {
            float[] probabilities = new float[Classes.Count];
            for (int k = 0; k < probabilities.Length; k++)
            {
                int i = (n * probabilities.Length) + k;
                probabilities[k] = (float)Together(mean[i], linear[i], LinearShare);
            }

            predictions[n] = new SentimentPrediction(Classes, probabilities, first[n].Words, first[n].UnknownWords);
        }

        return predictions;
    }

    private static double Together(double network, double linear, double share) =>
        share == 0 ? network : ((1 - share) * network) + (share * linear);

    private SentimentPrediction[][] OfEach(IReadOnlyList<string> texts, CancellationToken cancellation) =>
        Array.ConvertAll(_models, model => model.Predict(texts, cancellation));

    // The mean of networks' probabilities [N, K].
    private double[] Mean(IReadOnlyList<SentimentPrediction[]> networks)
    {
        double[] mean = new double[networks[0].Length * Classes.Count];
        foreach (SentimentPrediction[] predictions in networks)
        {
            for (int i = 0; i < mean.Length; i++)
                mean[i] += predictions[i / Classes.Count].Probabilities[i % Classes.Count];
        }

        for (int i = 0; i < mean.Length; i++)
            mean[i] /= networks.Count;

        return mean;
    }

    // The linear classifier's probabilities [N, K].
    private double[] OfLinear(IReadOnlyList<string> texts)
    {
        double[] probabilities = new double[texts.Count * Classes.Count];
        for (int n = 0; n < texts.Count; n++)
            Linear!.Probabilities(_tokenizer.Tokenize(texts[n]), probabilities.AsSpan(n * Classes.Count, Classes.Count));

        return probabilities;
    }
}
