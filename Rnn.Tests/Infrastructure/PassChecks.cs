using System;
using Rnn.Core.Layers;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Models.Batching;
using Rnn.Models.Training;
using Xunit;

namespace Rnn.Tests.Infrastructure;

/// <summary>What holds of every model's pass.</summary>
internal static class PassChecks
{
    /// <summary>
    /// The loss along a direction rises as the gradient says: (L(p + h d) - L(p - h d)) / 2h = g . d, in directions that keep
    /// to one slot. The batch begins its texts, so that no state is carried from one pass to the next.
    /// </summary>
    /// <param name="p">The model's.</param>
    /// <param name="pass">Through it.</param>
    /// <param name="batches">The first one is taken.</param>
    /// <param name="penalty">What is in the gradient besides the loss that the pass returns: a function of the pass after
    /// its way forwards; null (the default) for nothing.</param>
    public static void Gradient<TBatch>(ParameterBuffer p, Pass<TBatch> pass, IBatches<TBatch> batches,
        Func<double>? penalty = null)
    {
        const float Step = 5e-4f;   // small: a largest value may change its place
        Mode mode = Mode.Training(5, 2);
        GradientBuffer g = new(p.Layout), unused = new(p.Layout);
        pass.ForwardBackward(batches.Get(0, 0), mode, 1, g);
        double largest = 0;
        foreach (ParameterSlot slot in p.Layout.Slots)
        {
            float[] direction = TestNumbers.Uniform(slot.Count, 4, 5), before = p[slot].Span.ToArray();
            double analytic = 0;
            if (slot.Storage == SlotStorage.Dense)
            {
                for (int i = 0; i < direction.Length; i++)
                    analytic += (double)direction[i] * g[slot].Span[i];
            }
            else
            {
                RowGradients rows = g.Rows(slot);
                for (int r = 0; r < rows.Count; r++)
                {
                    for (int j = 0; j < slot.Cols; j++)
                        analytic += (double)direction[(rows.Touched[r] * slot.Cols) + j] * rows.Values.Row(r)[j];
                }
            }

            double numeric = (Loss(Step) - Loss(-Step)) / (2 * Step);
            Loss(0);
            Assert.True(Math.Abs(analytic - numeric) <= 0.005 + (0.005 * Math.Abs(numeric)),
                $"{slot.Name}: {analytic} by backpropagation, {numeric} by differences");
            largest = Math.Max(largest, Math.Abs(numeric));

            double Loss(float h)
            {
                Span<float> values = p.BeginWrite()[slot].Span;
                for (int i = 0; i < values.Length; i++)
                    values[i] = before[i] + (h * direction[i]);

                unused.Clear();
                double loss = pass.ForwardBackward(batches.Get(0, 0), mode, 1, unused).Sum;
                return loss + (penalty?.Invoke() ?? 0);
            }
        }

        Assert.True(largest > 0.1, $"{largest}: too flat to tell");
    }

    /// <summary>A training step, again and again: for counting what it allocates.</summary>
    public static Action Step<TBatch>(ParameterBuffer p, Pass<TBatch> pass, IBatches<TBatch> batches)
    {
        GradientBuffer g = new(p.Layout);
        Adam adam = new(p.Layout);
        ulong step = 0, count = (ulong)batches.Count;
        return () =>
        {
            g.Clear();
            pass.ForwardBackward(batches.Get((int)(step / count), (int)(step % count)), Mode.Training(1, step++), 0.1f, g);
            adam.Step(p, g, 1e-3f);
        };
    }
}
