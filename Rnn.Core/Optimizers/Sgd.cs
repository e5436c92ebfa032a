using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Updates;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Parameters;

namespace Rnn.Core.Optimizers;

/// <summary>
/// Gradient descent, with momentum if wanted. d = g + weightDecay*p; v = momentum*v + d; p -= rate*v, or with
/// Nesterov's momentum p -= rate*(d + momentum*v). State: "momentum" (v), only if momentum is more than 0. PyTorch's
/// SGD with dampening 0. Source: Sutskever, Martens, Dahl and Hinton 2013.
/// </summary>
public sealed class Sgd : Optimizer
{
    private readonly double _momentum;
    private readonly bool _nesterov;
    private readonly double _weightDecay;

    /// <summary>State 0 for a layout, which is closed by this.</summary>
    /// <param name="layout">What the parameters are.</param>
    /// <param name="momentum">0 or more, less than 1; 0 by default.</param>
    /// <param name="nesterov">Needs momentum; by default off.</param>
    /// <param name="weightDecay">0, the default, or more: the L2 penalty weightDecay/2 * p^2.</param>
    /// <param name="byRow">What happens to rows without gradient; lazy by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public Sgd(ParameterLayout layout, double momentum = 0, bool nesterov = false, double weightDecay = 0,
        ByRowUpdate byRow = ByRowUpdate.Lazy)
        : base(layout, "sgd",
            FormattableString.Invariant($"momentum={momentum} nesterov={nesterov} weight_decay={weightDecay}"),
            byRow, momentum > 0 ? ["momentum"] : [])
    {
        CheckFraction(nameof(momentum), momentum);
        CheckDecay(nameof(weightDecay), weightDecay);
        if (nesterov && momentum == 0)
            Throw.OutOfRange(nameof(momentum), momentum, "more than 0, which Nesterov's momentum needs");

        _momentum = momentum;
        _nesterov = nesterov;
        _weightDecay = weightDecay;
    }

    /// <inheritdoc/>
    protected override void Update(ParameterWriter parameters, GradientBuffer gradients, double learningRate)
    {
        if (_momentum == 0)
        {
            Apply(new SgdRule { Rate = (float)learningRate, Decay = (float)_weightDecay }, parameters, gradients);
            return;
        }

        MomentumRule rule = new()
        {
            Rate = (float)learningRate,
            Decay = (float)_weightDecay,
            Momentum = (float)_momentum,
            Nesterov = _nesterov,
        };
        Apply(rule, parameters, gradients);
    }

    private struct SgdRule : IUpdateRule<SgdRule>
    {
        public float Rate, Decay;

        public static int States => 0;

        public readonly SgdRule WithoutDecay() => this with { Decay = 0 };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TSimd Apply<TSimd>(TSimd p, TSimd g, ref TSimd first, ref TSimd second)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd d = TSimd.MultiplyAdd(TSimd.Create(Decay), p, g);
            return TSimd.MultiplyAdd(TSimd.Create(-Rate), d, p);
        }
    }

    private struct MomentumRule : IUpdateRule<MomentumRule>
    {
        public float Rate, Decay, Momentum;
        public bool Nesterov;

        public static int States => 1;

        public readonly MomentumRule WithoutDecay() => this with { Decay = 0 };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TSimd Apply<TSimd>(TSimd p, TSimd g, ref TSimd v, ref TSimd second)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd momentum = TSimd.Create(Momentum);
            TSimd d = TSimd.MultiplyAdd(TSimd.Create(Decay), p, g);
            v = TSimd.MultiplyAdd(momentum, v, d);
            return TSimd.MultiplyAdd(TSimd.Create(-Rate), Nesterov ? TSimd.MultiplyAdd(momentum, v, d) : v, p);
        }
    }
}
