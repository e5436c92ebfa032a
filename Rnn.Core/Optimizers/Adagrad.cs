using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Updates;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Parameters;

namespace Rnn.Core.Optimizers;

/// <summary>
/// Adagrad: d = g + weightDecay*p; s += d^2; p -= rate * d / (sqrt(s) + epsilon). State: "sum" (s). Without weight
/// decay a gradient of 0 moves nothing, so that both treatments of rows agree. PyTorch's Adagrad with lr_decay 0 (a
/// schedule does that). Source: Duchi, Hazan and Singer 2011.
/// </summary>
public sealed class Adagrad : Optimizer
{
    private readonly double _epsilon;
    private readonly double _weightDecay;

    /// <summary>State 0 for a layout, which is closed by this.</summary>
    /// <param name="layout">What the parameters are.</param>
    /// <param name="epsilon">More than 0; 1e-10 by default.</param>
    /// <param name="weightDecay">0, the default, or more: the L2 penalty weightDecay/2 * p^2.</param>
    /// <param name="byRow">What happens to rows without gradient; lazy by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public Adagrad(ParameterLayout layout, double epsilon = 1e-10, double weightDecay = 0,
        ByRowUpdate byRow = ByRowUpdate.Lazy)
        : base(layout, "adagrad", FormattableString.Invariant($"epsilon={epsilon} weight_decay={weightDecay}"), byRow,
            "sum")
    {
        CheckEpsilon(nameof(epsilon), epsilon);
        CheckDecay(nameof(weightDecay), weightDecay);
        _epsilon = epsilon;
        _weightDecay = weightDecay;
    }

    /// <inheritdoc/>
    protected override void Update(ParameterWriter parameters, GradientBuffer gradients, double learningRate)
    {
        AdagradRule rule = new()
        {
            Rate = (float)learningRate,
            Decay = (float)_weightDecay,
            Epsilon = (float)_epsilon,
        };
        Apply(rule, parameters, gradients);
    }

    private struct AdagradRule : IUpdateRule<AdagradRule>
    {
        public float Rate, Decay, Epsilon;

        public static int States => 1;

        public readonly AdagradRule WithoutDecay() => this with { Decay = 0 };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TSimd Apply<TSimd>(TSimd p, TSimd g, ref TSimd s, ref TSimd second)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd d = TSimd.MultiplyAdd(TSimd.Create(Decay), p, g);
            s = TSimd.MultiplyAdd(d, d, s);
            return TSimd.MultiplyAdd(TSimd.Create(-Rate), d / (TSimd.Sqrt(s) + TSimd.Create(Epsilon)), p);
        }
    }
}
