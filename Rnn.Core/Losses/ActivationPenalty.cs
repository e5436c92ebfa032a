using System;
using Rnn.Core.Kernels.Heads;
using Rnn.Core.Tensors;

namespace Rnn.Core.Losses;

/// <summary>
/// The mean square of activations, which is added to a loss times a coefficient: penalty(t, b) = |h[t, b]|^2 / F, summed
/// over the steps that count. With scale = alpha / targets of the whole step, what is added to the loss is alpha times the
/// mean over all of them, however many batches they come in. For language models of the last layer's output after dropout.
/// Nothing is allocated; the bits don't depend on the number of threads. The derivation is in ActivationPenalty.md.
/// Source: Merity, McCann and Socher 2017 ("AR").
/// </summary>
public static class ActivationPenalty
{
    /// <summary>The penalties of all steps: Mean is the mean square of an element.</summary>
    /// <param name="h">[T, B, F]. Read up to each row's length.</param>
    /// <param name="lengths">Steps of each row [B], 0 .. T; empty when all have T. Read.</param>
    /// <exception cref="ArgumentException">There is no length for each row, or one is out of range.</exception>
    public static LossSum Forward(ReadOnlySequenceView h, ReadOnlySpan<int> lengths)
    {
        long count = PenaltyArguments.Count(nameof(ActivationPenalty), h, lengths, least: 1);
        return new LossSum(PenaltyKernels.Size(h.Span, (h.Steps, h.Batch, h.Features), lengths, 0, default), count);
    }

    /// <summary>dH += scale * 2*h/F: the gradient of scale * Sum.</summary>
    /// <param name="h">[T, B, F]. Read up to each row's length.</param>
    /// <param name="lengths">Steps of each row [B], 0 .. T; empty when all have T. Read.</param>
    /// <param name="scale">The coefficient / number of targets of the whole step.</param>
    /// <param name="dH">[T, B, F], the gradient of h so far; apart from h. Accumulated.</param>
    /// <exception cref="ArgumentException">A shape differs, a length is out of range, or dH lies over h.</exception>
    public static LossSum ForwardBackward(ReadOnlySequenceView h, ReadOnlySpan<int> lengths, float scale,
        SequenceView dH)
    {
        long count = PenaltyArguments.Count(nameof(ActivationPenalty), h, lengths, least: 1);
        PenaltyArguments.CheckGradient(nameof(ActivationPenalty), h, dH);
        return new LossSum(PenaltyKernels.Size(h.Span, (h.Steps, h.Batch, h.Features), lengths, scale, dH.Span), count);
    }
}
