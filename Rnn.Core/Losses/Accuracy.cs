using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Tensors;

namespace Rnn.Core.Losses;

/// <summary>How often the class of the largest logit is the target: no loss, but what people ask for.</summary>
public static class Accuracy
{
    /// <summary>Rows whose largest logit is the target's; of equal logits the first counts.</summary>
    /// <param name="logits">[N, V]. Read.</param>
    /// <param name="targets">[N], each 0 .. V-1 or <see cref="SoftmaxCrossEntropy.IgnoredTarget"/>. Read.</param>
    /// <returns>Right rows, and rows whose target isn't ignored; the mean is the accuracy.</returns>
    /// <exception cref="ArgumentException">N differs, or a target is out of range.</exception>
    public static LossSum Count(ReadOnlyMatrixView logits, ReadOnlySpan<int> targets)
    {
        if (targets.Length != logits.Rows)
            Throw.SpanLength(nameof(Accuracy), nameof(targets), logits.Rows, targets.Length);

        long right = 0, count = 0;
        for (int n = 0; n < targets.Length; n++)
        {
            if (targets[n] == SoftmaxCrossEntropy.IgnoredTarget)
                continue;

            if ((uint)targets[n] >= (uint)logits.Cols)
                Throw.Target(nameof(Accuracy), n, targets[n], logits.Cols, SoftmaxCrossEntropy.IgnoredTarget);

            count++;
            right += Reductions.IndexOfMax(logits.Row(n)) == targets[n] ? 1 : 0;
        }

        return new LossSum(right, count);
    }
}
