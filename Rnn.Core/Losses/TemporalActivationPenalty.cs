using System;
using Rnn.Core.Kernels.Heads;
using Rnn.Core.Tensors;

namespace Rnn.Core.Losses;

/// <summary>
/// The mean square of what activations change by from step to step, which is added to a loss times a coefficient. A row of
/// L steps has the penalty L/(L-1) * sum over t of |h[t] - h[t-1]|^2 / F: its mean change, once for each of its steps; none
/// if it has one step. With scale = beta / targets of the whole step, what is added to the loss is beta times the mean over
/// [T-1, B, F], however many batches it comes in. For language models of the last layer's output before dropout. Nothing is
/// allocated; the bits don't depend on the number of threads. The derivation is in TemporalActivationPenalty.md.
/// Source: Merity, McCann and Socher 2017 ("TAR").
/// </summary>
public static class TemporalActivationPenalty
{
    /// <summary>The penalties of all rows: Mean is the mean square of a change. Steps of rows with one step don't
    /// count.</summary>
    /// <param name="h">[T, B, F]. Read up to each row's length.</param>
    /// <param name="lengths">Steps of each row [B], 0 .. T; empty when all have T. Read.</param>
    /// <exception cref="ArgumentException">There is no length for each row, or one is out of range.</exception>
    public static LossSum Forward(ReadOnlySequenceView h, ReadOnlySpan<int> lengths)
    {
        long count = PenaltyArguments.Count(nameof(TemporalActivationPenalty), h, lengths, least: 2);
        return new LossSum(PenaltyKernels.Change(h.Span, (h.Steps, h.Batch, h.Features), lengths, 0, default), count);
    }

    /// <summary>dH[t] += scale * L/(L-1) * 2*((h[t] - h[t-1]) - (h[t+1] - h[t]))/F, without what has no neighbour: the
    /// gradient of scale * Sum.</summary>
    /// <param name="h">[T, B, F]. Read up to each row's length.</param>
    /// <param name="lengths">Steps of each row [B], 0 .. T; empty when all have T. Read.</param>
    /// <param name="scale">The coefficient / number of targets of the whole step.</param>
    /// <param name="dH">[T, B, F], the gradient of h so far; apart from h. Accumulated.</param>
    /// <exception cref="ArgumentException">A shape differs, a length is out of range, or dH lies over h.</exception>
    public static LossSum ForwardBackward(ReadOnlySequenceView h, ReadOnlySpan<int> lengths, float scale,
        SequenceView dH)
    {
        long count = PenaltyArguments.Count(nameof(TemporalActivationPenalty), h, lengths, least: 2);
        PenaltyArguments.CheckGradient(nameof(TemporalActivationPenalty), h, dH);
        return new LossSum(PenaltyKernels.Change(h.Span, (h.Steps, h.Batch, h.Features), lengths, scale, dH.Span),
            count);
    }
}
