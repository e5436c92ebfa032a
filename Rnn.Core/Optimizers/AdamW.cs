using System;
using Rnn.Core.Parameters;

namespace Rnn.Core.Optimizers;

/// <summary>
/// Adam with decoupled weight decay: p *= 1 - rate*weightDecay, then <see cref="Adam"/>'s step with d = g. State:
/// "first_moment" (m), "second_moment" (v). PyTorch's AdamW. Source: Loshchilov and Hutter 2019, algorithm 2.
/// </summary>
public sealed class AdamW : Optimizer
{
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly double _weightDecay;

    /// <summary>State 0 for a layout, which is closed by this.</summary>
    /// <param name="layout">What the parameters are.</param>
    /// <param name="beta1">0 or more, less than 1: how much of m stays; 0.9 by default.</param>
    /// <param name="beta2">0 or more, less than 1: how much of v stays; 0.999 by default.</param>
    /// <param name="epsilon">More than 0; 1e-8 by default.</param>
    /// <param name="weightDecay">0 or more: the share of p that goes in a step of rate 1; 0.01 by default.</param>
    /// <param name="byRow">What happens to rows without gradient; lazy by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public AdamW(ParameterLayout layout, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
        double weightDecay = 0.01, ByRowUpdate byRow = ByRowUpdate.Lazy)
        : base(layout, "adamw",
            FormattableString.Invariant($"beta1={beta1} beta2={beta2} epsilon={epsilon} weight_decay={weightDecay}"),
            byRow, "first_moment", "second_moment")
    {
        CheckFraction(nameof(beta1), beta1);
        CheckFraction(nameof(beta2), beta2);
        CheckEpsilon(nameof(epsilon), epsilon);
        CheckDecay(nameof(weightDecay), weightDecay);
        _beta1 = beta1;
        _beta2 = beta2;
        _epsilon = epsilon;
        _weightDecay = weightDecay;
    }

    /// <inheritdoc/>
    protected override void Update(ParameterWriter parameters, GradientBuffer gradients, double learningRate) =>
        Apply(AdamRule.Create(learningRate, 0, 1 - (learningRate * _weightDecay), _beta1, _beta2, _epsilon, StepCount),
            parameters, gradients);
}
