using System.Collections.Generic;
using Rnn.Models.CharRnn;
using Rnn.Samples.Common;

namespace Rnn.Samples.CharRnn;

/// <summary>What a model's losses on a text are; a book's also without the licence at its end.</summary>
internal static class LossReport
{
    /// <summary>Measures a text.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">What the text is.</param>
    /// <param name="text">Each of its characters is known to the model.</param>
    /// <param name="batch">Pieces read side by side; 0 chooses.</param>
    /// <param name="length">Characters of a window; 0 chooses.</param>
    /// <param name="dropLast">Leaves out what fills no whole window.</param>
    public static IReadOnlyList<MeasuredLoss> Measure(CharRnnModel model, string name, string text, int batch = 0,
        int length = 0, bool dropLast = false)
    {
        List<MeasuredLoss> losses = [One(model, name, text, batch, length, dropLast)];
        if (GutenbergText.WithoutLicence(text) is { Length: > 1 } book
            && (!dropLast || book.Length > (long)batch * length))
        {
            losses.Add(One(model, "without the Project Gutenberg licence", book, batch, length, dropLast));
        }

        return losses;
    }

    /// <summary>Measures all of what training held out; and, where training left out a rest, what training
    /// measured.</summary>
    public static IReadOnlyList<MeasuredLoss> HeldOut(CharRnnModel model, Corpus corpus, CharRnnTrainingOptions training)
    {
        string text = corpus.HeldOut(training.ValidationFraction);
        if (text.Length < 2)
            return [];

        IReadOnlyList<MeasuredLoss> all = Measure(model, "validation text", text);
        return training.DropLast
            ? [.. Measure(model, "whole windows, as in training", text, training.BatchSize, training.SequenceLength,
                dropLast: true), .. all]
            : all;
    }

    /// <summary>A line a loss.</summary>
    public static string Table(IReadOnlyList<MeasuredLoss> losses) => MeasuredLoss.Table(losses, "char", "characters");

    private static MeasuredLoss One(CharRnnModel model, string name, string text, int batch, int length,
        bool dropLast)
    {
        CharRnnEvaluation loss = model.Evaluate(text, batch, length, dropLast: dropLast);
        return new MeasuredLoss(name, loss.NatsPerCharacter, loss.Characters);
    }
}
