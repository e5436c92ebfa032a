using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Models.Classification;
using Rnn.Models.Text.Labelled;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.Sentiment;

/// <summary>The linear classifier of n-grams that a network has to beat, trained on the same texts.</summary>
internal sealed class Baseline
{
    /// <summary>Its file in the folder of a run.</summary>
    public const string FileName = "linear.safetensors";

    private static readonly TextTokenizer s_tokenizer = new();

    private readonly LinearTextClassifier _classifier;

    private Baseline(LinearTextClassifier classifier) => _classifier = classifier;

    /// <summary>What tables call it.</summary>
    public string Name => Invariant($"linear, {(_classifier.Options.MaxN == 1 ? "words" : $"1- to {_classifier.Options.MaxN}-grams")}")
        + (_classifier.Options.NaiveBayes ? ", NB weights" : "");

    /// <summary>That of a run which goes on, or else a new one, saved in the run's folder.</summary>
    public static Baseline Of(TrainingRun<SentimentSettings> run, LabelledTexts training)
    {
        string path = run.Folder.PathOf(FileName);
        if (run.Checkpoint is not null && File.Exists(path))
            return new Baseline(LinearTextClassifier.Load(path));

        long start = Environment.TickCount64;
        LinearTextClassifier classifier = LinearTextClassifier.Train(Words(training.Texts), training.Labels,
            cancellation: run.App.Interruption.Token);
        run.Folder.TryWrite(FileName, classifier.Save);
        Baseline baseline = new(classifier);
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
        return classifier.Classes == classes ? new Baseline(classifier) : null;
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

    private static IReadOnlyList<string>[] Words(IReadOnlyList<string> texts) =>
        [.. texts.Select(text => (IReadOnlyList<string>)s_tokenizer.Tokenize(text))];
}
