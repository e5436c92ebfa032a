using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Rnn.Models.Classification;
using Rnn.Models.Sentiment;
using Rnn.Models.Text.Labelled;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.Sentiment;

/// <summary>The linear classifier of n-grams that a network has to beat, trained on the same texts.</summary>
internal sealed class Baseline
{
    /// <summary>Its file in the folder of a run.</summary>
    public const string FileName = "linear.safetensors";

    /// <summary>The file that says how much it counts beside networks.</summary>
    public const string ShareFileName = "ensemble.json";

    private static readonly TextTokenizer s_tokenizer = new();

    private readonly LinearTextClassifier _classifier;

    private readonly double? _share;

    private Baseline(LinearTextClassifier classifier, double? share = null) => (_classifier, _share) = (classifier, share);

    /// <summary>What tables call it.</summary>
    public string Name => Invariant($"linear, {(_classifier.Options.MaxN == 1 ? "words" : $"1- to {_classifier.Options.MaxN}-grams")}")
        + (_classifier.Options.NaiveBayes ? ", NB weights" : "");

    /// <summary>That of a run which goes on, or else a new one, saved in the run's folder.</summary>
    /// <param name="run">Whose.</param>
    /// <param name="training">What it learns from.</param>
    /// <param name="isNew">Whether it is always a new one: what is in the folder may have learnt from other texts.</param>
    /// <param name="share">How much it counts beside networks, if that was chosen.</param>
    public static Baseline Of(TrainingRun<SentimentSettings> run, LabelledTexts training, bool isNew, double? share = null)
    {
        string path = run.Folder.PathOf(FileName);
        if (!isNew && run.Checkpoint is not null && File.Exists(path))
            return new Baseline(LinearTextClassifier.Load(path), share);

        long start = Environment.TickCount64;
        LinearTextClassifier classifier = LinearTextClassifier.Train(Words(training.Texts), training.Labels,
            cancellation: run.App.Interruption.Token);
        run.Folder.TryWrite(FileName, classifier.Save);
        Baseline baseline = new(classifier, share);
        Screen.Show(Invariant($"Baseline: {baseline.Name}, {classifier.FeatureCount} features, ")
            + Invariant($"{(Environment.TickCount64 - start) / 1000.0:F1} s."));
        return baseline;
    }

    /// <summary>The one beside a model, if it is there.</summary>
    /// <param name="model">The model's file or folder.</param>
    /// <param name="classes">How many it must have.</param>
    public static Baseline? Beside(string model, int classes)
    {
        string folder = Directory.Exists(model) ? model : Path.GetDirectoryName(Path.GetFullPath(model))!;
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;

        LinearTextClassifier classifier = LinearTextClassifier.Load(path);
        return classifier.Classes == classes ? new Baseline(classifier, ReadShare(Path.Combine(folder, ShareFileName))) : null;
    }

    /// <summary>Networks and this as one; where nothing was chosen, it counts as much as all of them together.</summary>
    public SentimentEnsemble With(IReadOnlyList<SentimentModel> networks) =>
        new(networks, _classifier, _share ?? 0.5, s_tokenizer);

    /// <summary>The same, with the share that is best on texts to choose by, saved in the run's folder.</summary>
    public SentimentEnsemble Choose(IReadOnlyList<SentimentModel> networks, LabelledTexts held, TrainingRun<SentimentSettings> run)
    {
        SentimentEnsemble together = SentimentEnsemble.Choose(networks, _classifier, held, s_tokenizer, run.App.Interruption.Token);
        run.Folder.TryWrite(ShareFileName, path => SummaryFile.Save(path, new ShareFile { LinearShare = together.LinearShare }));
        return together;
    }

    /// <summary>The probabilities of each text's classes [N, K].</summary>
    public double[] Predict(IReadOnlyList<string> texts)
    {
        IReadOnlyList<string>[] words = Words(texts);
        int classes = _classifier.Classes;
        double[] probabilities = new double[words.Length * classes];
        for (int i = 0; i < words.Length; i++)
            _classifier.Probabilities(words[i], probabilities.AsSpan(i * classes, classes));

        return probabilities;
    }

    private static double? ReadShare(string path)
    {
        if (!File.Exists(path))
            return null;

        try
        {
            double share = SummaryFile.Parse<ShareFile>(File.ReadAllText(path)).LinearShare;
            return share is >= 0 and <= 1 ? share : throw new JsonException(Invariant($"linearShare is {share}"));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{path}' says how much the linear classifier counts, a linearShare of 0 to 1, and can't be "
                + "read. Write one, or remove the file: then it counts as much as the networks.", e);
        }
    }

    private static IReadOnlyList<string>[] Words(IReadOnlyList<string> texts) =>
        [.. texts.Select(text => (IReadOnlyList<string>)s_tokenizer.Tokenize(text))];

    private sealed record ShareFile
    {
        public required double LinearShare { get; init; }
    }
}
