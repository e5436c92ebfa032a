using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Updates;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Parameters;

namespace Rnn.Core.Optimizers;

/// <summary>
/// RMSProp: d = g + weightDecay*p; s = alpha*s + (1-alpha)*d^2; u = d / (sqrt(s) + epsilon); p -= rate*u, or with
/// momentum v = momentum*v + u; p -= rate*v. State: "square_average" (s), and "momentum" (v) if momentum is more than
/// 0. PyTorch's RMSprop, not centered. Source: Tieleman and Hinton 2012 (lecture 6.5); epsilon outside the root, as
/// in PyTorch.
/// </summary>
public sealed class RmsProp : Optimizer
{
    private readonly double _alpha;
    private readonly double _epsilon;
    private readonly double _momentum;
    private readonly double _weightDecay;

    /// <summary>State 0 for a layout, which is closed by this.</summary>
    /// <param name="layout">What the parameters are.</param>
    /// <param name="alpha">0 or more, less than 1: how much of s stays; 0.99 by default.</param>
    /// <param name="epsilon">More than 0; 1e-8 by default.</param>
    /// <param name="momentum">0 or more, less than 1; 0 by default.</param>
    /// <param name="weightDecay">0, the default, or more: the L2 penalty weightDecay/2 * p^2.</param>
    /// <param name="byRow">What happens to rows without gradient; lazy by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public RmsProp(ParameterLayout layout, double alpha = 0.99, double epsilon = 1e-8, double momentum = 0,
        double weightDecay = 0, ByRowUpdate byRow = ByRowUpdate.Lazy)
        : base(layout, "rmsprop",
            FormattableString.Invariant(
                $"alpha={alpha} epsilon={epsilon} momentum={momentum} weight_decay={weightDecay}"),
            byRow, momentum > 0 ? ["square_average", "momentum"] : ["square_average"])
    {
        CheckFraction(nameof(alpha), alpha);
        CheckEpsilon(nameof(epsilon), epsilon);
        CheckFraction(nameof(momentum), momentum);
        CheckDecay(nameof(weightDecay), weightDecay);
        _alpha = alpha;
        _epsilon = epsilon;
        _momentum = momentum;
        _weightDecay = weightDecay;
    }

    /// <inheritdoc/>
    protected override void Update(ParameterWriter parameters, GradientBuffer gradients, double learningRate)
    {
        PlainRule rule = new()
        {
            Rate = (float)learningRate,
            Decay = (float)_weightDecay,
            Alpha = (float)_alpha,
            Rest = (float)(1 - _alpha),
            Epsilon = (float)_epsilon,
        };
        if (_momentum == 0)
            Apply(rule, parameters, gradients);
        else
            Apply(new MomentumRule { Plain = rule, Momentum = (float)_momentum }, parameters, gradients);
    }

    private struct PlainRule : IUpdateRule<PlainRule>
    {
        public float Rate, Decay, Alpha, Rest, Epsilon;

        public static int States => 1;

        public readonly PlainRule WithoutDecay() => this with { Decay = 0 };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TSimd Apply<TSimd>(TSimd p, TSimd g, ref TSimd s, ref TSimd second)
            where TSimd : struct, ISimd<TSimd> =>
            TSimd.MultiplyAdd(TSimd.Create(-Rate), Direction(p, g, ref s), p);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TSimd Direction<TSimd>(TSimd p, TSimd g, ref TSimd s)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd d = TSimd.MultiplyAdd(TSimd.Create(Decay), p, g);
            s = TSimd.MultiplyAdd(TSimd.Create(Alpha), s, TSimd.Create(Rest) * d * d);
            return d / (TSimd.Sqrt(s) + TSimd.Create(Epsilon));
        }
    }

    private struct MomentumRule : IUpdateRule<MomentumRule>
    {
        public PlainRule Plain;
        public float Momentum;

        public static int States => 2;

        public readonly MomentumRule WithoutDecay() => this with { Plain = Plain.WithoutDecay() };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TSimd Apply<TSimd>(TSimd p, TSimd g, ref TSimd s, ref TSimd v)
            where TSimd : struct, ISimd<TSimd>
        {
            v = TSimd.MultiplyAdd(TSimd.Create(Momentum), v, Plain.Direction(p, g, ref s));
            return TSimd.MultiplyAdd(TSimd.Create(-Plain.Rate), v, p);
        }
    }
}
