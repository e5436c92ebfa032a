using System;
using System.Threading;
using Rnn.Core.Tensors;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.CharRnn;

/// <content>Reading: how probable a text is, and the hidden states that it leads to. Texts of any length, one window at
/// a time.</content>
public sealed partial class CharRnnModel
{
    private const int WindowLength = 256;

    /// <summary>The log-probability of each character of a text: to rank texts, or to show what surprises.</summary>
    /// <param name="text">What is scored, of any length.</param>
    /// <param name="context">What the model reads before, not scored: "\n" for a line. Without one, which is the
    /// default, the text's first character is read but not scored, as nothing predicts it.</param>
    /// <param name="skipUnknown">Leaves characters that the vocabulary lacks out, instead of refusing them, which is the
    /// default.</param>
    /// <param name="cancellation">Asked before each window of 256 characters.</param>
    /// <returns>Its sum is -Sum of Evaluate with one piece, where both predict the same characters.</returns>
    /// <exception cref="ArgumentException">A character is not in the vocabulary.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public CharRnnScore Score(string text, string context = "", bool skipUnknown = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(context);
        int[] before = Vocabulary.Encode(context, skipUnknown), scored = Vocabulary.Encode(text, skipUnknown);
        int[] symbols = [.. before, .. scored];
        int first = Math.Min(Math.Max(before.Length, 1), symbols.Length);   // the first that is predicted
        double[] logProbabilities = new double[symbols.Length];
        CharRnnReader reader = new(this, Math.Clamp(symbols.Length - 1, 1, WindowLength));
        for (int at = 0; at < symbols.Length - 1; at += reader.WindowLength)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(reader.WindowLength, symbols.Length - 1 - at);
            reader.Read(symbols.AsSpan(at, count));
            reader.Predict(symbols.AsSpan(at + 1, count), logProbabilities.AsSpan(at + 1, count));
        }

        return new CharRnnScore(Array.ConvertAll(symbols[first..], symbol => Vocabulary[symbol]),
            logProbabilities[first..]);
    }

    /// <summary>The hidden states of a text, all at once: for texts whose T*H floats fit in memory.</summary>
    /// <param name="text">Of any length but 0.</param>
    /// <param name="layer">0, the lowest, to Layers - 1; null, the default, is the top, which predictions are made
    /// from.</param>
    /// <param name="skipUnknown">Leaves characters that the vocabulary lacks out, instead of refusing them, which is the
    /// default.</param>
    /// <returns>[T, H]: row t is h after character t (code points).</returns>
    /// <exception cref="ArgumentException">The text is empty, or a character is not in the vocabulary.</exception>
    public Tensor HiddenStates(string text, int? layer = null, bool skipUnknown = false)
    {
        int[] symbols = Encode(text, skipUnknown, nameof(text));
        int which = layer ?? Options.Layers - 1;
        Tensor states = new(symbols.Length,
            which == Options.Layers - 1 ? Options.UppermostSize : Options.HiddenSize);
        ReadWindows(symbols, WindowLength,
            window => window.Hidden(which).Span.CopyTo(states.AsMatrix().Slice(window.First, window.Count).Span),
            CancellationToken.None);
        return states;
    }

    /// <summary>The hidden states of a text of any length, one window after another, in the same memory.</summary>
    /// <param name="text">Of any length but 0.</param>
    /// <param name="receive">Receives every window, in order, on this thread.</param>
    /// <param name="windowLength">Characters of a window, 1 or more; 256 by default. The states don't depend on
    /// it.</param>
    /// <param name="skipUnknown">Leaves characters that the vocabulary lacks out, instead of refusing them, which is the
    /// default.</param>
    /// <param name="cancellation">Asked before each window.</param>
    /// <exception cref="ArgumentException">The text is empty, or a character is not in the vocabulary.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void ReadHiddenStates(string text, CharRnnWindowHandler receive, int windowLength = WindowLength,
        bool skipUnknown = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(receive);
        Throw.IfBelow(nameof(windowLength), windowLength, 1);
        ReadWindows(Encode(text, skipUnknown, nameof(text)), windowLength, receive, cancellation);
    }

    private void ReadWindows(int[] symbols, int windowLength, CharRnnWindowHandler receive,
        CancellationToken cancellation)
    {
        CharRnnReader reader = new(this, Math.Min(windowLength, symbols.Length));
        for (int at = 0; at < symbols.Length; at += reader.WindowLength)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(reader.WindowLength, symbols.Length - at);
            reader.Read(symbols.AsSpan(at, count));
            receive(new CharRnnWindow(reader, at, count));
        }
    }
}
