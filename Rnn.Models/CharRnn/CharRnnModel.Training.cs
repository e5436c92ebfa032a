using System;
using System.Threading;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text;
using Rnn.Models.Training;

namespace Rnn.Models.CharRnn;

/// <content>How it is trained and measured.</content>
public sealed partial class CharRnnModel
{
    // Pieces of an evaluation begin with an empty state, which costs a nat or two on their first characters.
    private const int EvaluationPiece = 4000, MostEvaluationPieces = 128, EvaluationWindow = 100;

    /// <summary>Trains on a text; its last part is held out for validation.</summary>
    /// <param name="text">Each of its characters must be in the vocabulary; some hundreds at least.</param>
    /// <param name="options">How; what is not set is chosen from the length of the text
    /// (<see cref="CharRnnRecipe"/>).</param>
    /// <param name="progress">Receives a report for every step and measurement.</param>
    /// <param name="cancellation">Ends the run after the current step.</param>
    /// <exception cref="ArgumentException">The text is too short, or holds an unknown character, or the vocabulary has
    /// one character only.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite, or losses have grown beyond twice
    /// those of guessing.</exception>
    public TrainingResult Train(string text, CharRnnTrainingOptions? options = null,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellation = default) =>
        CreateTrainer(text, options).Run(progress, cancellation);

    /// <summary>The trainer of a text, for those who resume from a checkpoint or watch its steps.</summary>
    /// <inheritdoc cref="Train"/>
    public Trainer<TokenWindow> CreateTrainer(string text, CharRnnTrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= new CharRnnTrainingOptions();
        options.Check();
        if (Vocabulary.Count == 1)
            Throw.NothingToLearn(nameof(text), Vocabulary[0]);

        SymbolText symbols = Vocabulary.EncodeText(text);
        options = CharRnnRecipe.ForText(symbols.Length).Complete(options);
        int held = (int)(symbols.Length * options.ValidationFraction);
        int trained = symbols.Length - held;
        TokenWindows training = new(symbols.Slice(0, trained), options.BatchSize, options.SequenceLength,
            options.DropLast, "The training part of the text");
        TokenWindows? validation = held == 0
            ? null
            : new TokenWindows(symbols.Slice(trained, held), options.DropLast ? options.BatchSize
                : Math.Min(options.BatchSize, Pieces(held)), options.SequenceLength, options.DropLast,
                "The validation part of the text");
        RunIdentity data = new RunIdentity()
            .Add("vocabulary", Vocabulary.Symbols)
            .AddData("text", text.AsSpan(), "characters");
        return CreateTrainer(training, validation, options, data, guessLoss: Math.Log(Vocabulary.Count));
    }

    /// <summary>
    /// The loss of a text: the mean of -log p over every character but the first. With B = 1 the text is read in one
    /// piece, each character predicted from all that stand before it. A larger B is faster and cuts the text into B
    /// pieces, each of which is read from an empty state. The window T changes memory and time, not the loss.
    /// </summary>
    /// <param name="text">At least two characters that the vocabulary has.</param>
    /// <param name="batchSize">B; 0 (the default) chooses pieces of 4,000 characters or more, 128 at most.</param>
    /// <param name="sequenceLength">T, characters of a window; 0 (the default) is 100.</param>
    /// <param name="skipUnknown">Leaves characters out that the vocabulary lacks, instead of refusing them (the default);
    /// the result counts them.</param>
    /// <param name="dropLast">Leaves out what doesn't fill a window of B rows and T steps, as many published figures do;
    /// false (the default) measures all.</param>
    /// <exception cref="ArgumentException">The text is too short, or holds an unknown character.</exception>
    public CharRnnEvaluation Evaluate(string text, int batchSize = 0, int sequenceLength = 0, bool skipUnknown = false,
        bool dropLast = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        Throw.IfBelow(nameof(batchSize), batchSize, 0);
        Throw.IfBelow(nameof(sequenceLength), sequenceLength, 0);
        SymbolText symbols = Vocabulary.EncodeText(text, skipUnknown);
        TokenWindows batches = new(symbols, batchSize > 0 ? batchSize : Pieces(symbols.Length),
            sequenceLength > 0 ? sequenceLength : EvaluationWindow, dropLast);
        Pass<TokenWindow> pass = CreatePass(batches.Most, TapeUse.Inference);
        Measurements results = new();
        LossSum loss = default;
        for (int i = 0; i < batches.Count; i++)
            loss += pass.Evaluate(batches.Get(0, i), results);

        return new CharRnnEvaluation(loss.Sum, loss.Count, Vocabulary.CountCodePoints(text) - symbols.Length);
    }

    private static int Pieces(int characters) => Math.Clamp(characters / EvaluationPiece, 1, MostEvaluationPieces);
}
