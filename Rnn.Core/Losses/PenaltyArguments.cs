using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Tensors;

namespace Rnn.Core.Losses;

/// <summary>What the penalties of activations check at the door.</summary>
internal static class PenaltyArguments
{
    /// <summary>The steps of all rows that have at least so many.</summary>
    public static long Count(string penalty, ReadOnlySequenceView h, ReadOnlySpan<int> lengths, int least)
    {
        if (lengths.IsEmpty)
            return h.Steps < least ? 0 : (long)h.Steps * h.Batch;

        if (lengths.Length != h.Batch)
            Throw.SpanLength(penalty, nameof(lengths), h.Batch, lengths.Length);

        long count = 0;
        foreach (int length in lengths)
        {
            if (length < 0 || length > h.Steps)
                Throw.OutOfRange(nameof(lengths), length, $"0 to {h.Steps} (T)");

            count += length < least ? 0 : length;
        }

        return count;
    }

    /// <summary>Throws unless a gradient has the shape of the activations, and memory of its own.</summary>
    public static void CheckGradient(string penalty, ReadOnlySequenceView h, SequenceView dH)
    {
        if (dH.Steps != h.Steps || dH.Batch != h.Batch || dH.Features != h.Features)
            Throw.ShapeMismatch(penalty, nameof(dH), h.ToString(), dH.ToString());

        if (h.Span.Overlaps(dH.Span))
            Throw.Overlap(penalty, nameof(h), nameof(dH));
    }
}
