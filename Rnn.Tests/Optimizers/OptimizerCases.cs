using System;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;

namespace Rnn.Tests.Optimizers;

/// <summary>Every rule with every term in use, and numbers to feed them.</summary>
internal static class OptimizerCases
{
    public static readonly Func<ParameterLayout, ByRowUpdate, Optimizer>[] All =
    [
        (layout, byRow) => new Sgd(layout, weightDecay: 0.1, byRow: byRow),
        (layout, byRow) => new Sgd(layout, 0.9, weightDecay: 0.1, byRow: byRow),
        (layout, byRow) => new Sgd(layout, 0.9, nesterov: true, byRow: byRow),
        (layout, byRow) => new Adagrad(layout, weightDecay: 0.1, byRow: byRow),
        (layout, byRow) => new RmsProp(layout, weightDecay: 0.1, byRow: byRow),
        (layout, byRow) => new RmsProp(layout, 0.9, 1e-4, 0.8, byRow: byRow),
        (layout, byRow) => new Adam(layout, weightDecay: 0.1, byRow: byRow),
        (layout, byRow) => new AdamW(layout, weightDecay: 0.1, byRow: byRow),
    ];

    /// <summary>Element i is sin(i+1).</summary>
    public static void FillValues(Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)Math.Sin(i + 1);
    }

    /// <summary>Element i of step t is cos(2t + 3i).</summary>
    public static void FillGradient(Span<float> gradient, int t)
    {
        for (int i = 0; i < gradient.Length; i++)
            gradient[i] = (float)Math.Cos((2 * t) + (3 * i));
    }

    /// <summary>The parameters of one dense slot [1, length] after some steps.</summary>
    public static float[] Run(
        Func<ParameterLayout, Optimizer> make, float rate, int length, int steps, bool decay = true)
    {
        ParameterLayout layout = new();
        ParameterSlot slot = layout.Add("w", 1, length, SlotOrientation.AsStored, decay: decay);
        ParameterBuffer p = new(layout);
        GradientBuffer g = new(layout);
        Optimizer optimizer = make(layout);
        FillValues(p.BeginWrite()[slot].Span);
        for (int t = 0; t < steps; t++)
        {
            FillGradient(g[slot].Span, t);
            optimizer.Step(p, g, rate);
        }

        return p[slot].Span.ToArray();
    }
}
