using System;
using System.Collections.Generic;
using System.Globalization;
using Rnn.Models.CharRnn;
using Rnn.Models.Corpora;
using Rnn.Models.LanguageModels.NGrams;
using Rnn.Samples.Common;

namespace Rnn.Samples.CharRnn;

/// <summary>
/// Text of the built-in grammar: enough that each character is read about once, and a held-out text on which the best
/// possible loss is known, since the grammar that wrote it knows its probability.
/// </summary>
internal sealed class Stories
{
    private const ulong TrainingStream = 100;   // apart from those of the model's weights and samples
    private const ulong HeldOutStream = 101;
    private const int LeastHeldOut = 100_000;
    private const int Window = 20;

    // A story ends with an empty line, so this is what stands before the first character of a story.
    private const string Before = "\n";

    private readonly string _training;
    private readonly string _heldOut;
    private readonly double _grammarSum;

    private Stories(string training, ulong seed)
    {
        _training = training;
        (_heldOut, double logProbability) = StoryGrammar.Generate(seed, LeastHeldOut, HeldOutStream);

        // Whole windows only are evaluated and whole stories only have a known probability: add stories until both fit.
        while (_heldOut.Length % Window != 0)
            (_heldOut, logProbability) = StoryGrammar.Generate(seed, _heldOut.Length + 1, HeldOutStream);

        _grammarSum = -logProbability;
    }

    /// <summary>The grammar's nats per character of the held-out text: the best that any model could reach.</summary>
    public double BestLoss => _grammarSum / _heldOut.Length;

    /// <summary>Stories for all steps of a run.</summary>
    public static Corpus Corpus(TrainSettings settings)
    {
        const int Least = 200_000, Most = 10_000_000;
        long window = (long)settings.Training.BatchSize * settings.Training.SequenceLength;
        long steps = settings.Training.MaxSteps > 0 ? settings.Training.MaxSteps : 2000;
        double length = Math.Max(Least, ((steps * window) + 1) / (1 - settings.Training.ValidationFraction));
        (string text, _) = StoryGrammar.Generate(settings.Training.Seed, (int)Math.Min(length, Most), TrainingStream);
        int training = text.Length - (int)(text.Length * settings.Training.ValidationFraction);
        return new Corpus("stories of the built-in grammar", text, new Stories(text[..training], settings.Training.Seed));
    }

    /// <summary>
    /// Losses on the same held-out characters, every one of them predicted from what stands before it. What stands
    /// before the first is a line end, given to all models alike; the network reads the text in one piece, its state
    /// carried from the first character to the last.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="name">What to call it.</param>
    public IReadOnlyList<MeasuredLoss> Compare(CharRnnModel model, string name)
    {
        CharRnnEvaluation ours = model.Evaluate(Before + _heldOut, batchSize: 1, sequenceLength: Window);
        return
        [
            new MeasuredLoss("grammar (best possible)", BestLoss, _heldOut.Length),
            NGram(3),
            NGram(5),
            new MeasuredLoss(name, ours.NatsPerCharacter, ours.Characters),
        ];
    }

    /// <summary>The table of a comparison.</summary>
    public string Table(IReadOnlyList<MeasuredLoss> losses)
    {
        List<string[]> rows = [["on held-out stories", "nats/char", "bits/char", "above best"]];
        foreach (MeasuredLoss loss in losses)
        {
            double above = (loss.Nats / BestLoss) - 1;
            string percent = above == 0 ? "" : Text(100 * above, "F1") + "%";
            rows.Add([loss.Name, Text(loss.Nats, "F4"), Text(loss.Bits, "F4"), percent]);
        }

        return TextTable.Format(rows);
    }

    private MeasuredLoss NGram(int order)
    {
        CharNGram model = CharNGram.Train(_training, order, _heldOut);
        double sum = model.NegativeLogLikelihood(Before + _heldOut).Sum - model.NegativeLogLikelihood(Before).Sum;
        return new MeasuredLoss($"character {order}-gram", sum / _heldOut.Length, _heldOut.Length);
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
