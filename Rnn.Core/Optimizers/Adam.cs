using System;
using Rnn.Core.Parameters;

namespace Rnn.Core.Optimizers;

/// <summary>
/// Adam: d = g + weightDecay*p; m = beta1*m + (1-beta1)*d; v = beta2*v + (1-beta2)*d^2; at step t, counted from 1,
/// p -= rate/(1-beta1^t) * m / (sqrt(v)/sqrt(1-beta2^t) + epsilon). State: "first_moment" (m), "second_moment" (v).
/// PyTorch's Adam. By rows, lazy: PyTorch's SparseAdam, but for epsilon, which is not scaled by sqrt(1-beta2^t) here.
/// Source: Kingma and Ba 2015, algorithm 1.
/// </summary>
public sealed class Adam : Optimizer
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
    /// <param name="weightDecay">
    /// 0, the default, or more: the L2 penalty weightDecay/2 * p^2, scaled like any gradient; <see cref="AdamW"/>
    /// doesn't scale it.
    /// </param>
    /// <param name="byRow">What happens to rows without gradient; lazy by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public Adam(ParameterLayout layout, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
        double weightDecay = 0, ByRowUpdate byRow = ByRowUpdate.Lazy)
        : base(layout, "adam",
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
        Apply(AdamRule.Create(learningRate, _weightDecay, keep: 1, _beta1, _beta2, _epsilon, StepCount),
            parameters, gradients);
}
