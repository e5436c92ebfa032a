using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Updates;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Optimizers;

/// <summary>The step shared by <see cref="Adam"/> (Decay) and <see cref="AdamW"/> (Keep).</summary>
internal struct AdamRule : IUpdateRule<AdamRule>
{
    private float _rate, _decay, _keep, _beta1, _rest1, _beta2, _rest2, _rootScale, _epsilon;

    public static int States => 2;

    /// <summary>The rule of step number <paramref name="step"/>, counted from 1. Corrections in double.</summary>
    public static AdamRule Create(double rate, double decay, double keep, double beta1, double beta2, double epsilon,
        long step) => new()
        {
            _rate = (float)(rate / (1 - Math.Pow(beta1, step))),
            _decay = (float)decay,
            _keep = (float)keep,
            _beta1 = (float)beta1,
            _rest1 = (float)(1 - beta1),
            _beta2 = (float)beta2,
            _rest2 = (float)(1 - beta2),
            _rootScale = (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, step))),
            _epsilon = (float)epsilon,
        };

    public readonly AdamRule WithoutDecay() => this with { _decay = 0, _keep = 1 };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TSimd Apply<TSimd>(TSimd p, TSimd g, ref TSimd m, ref TSimd v)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd d = TSimd.MultiplyAdd(TSimd.Create(_decay), p, g);
        m = TSimd.MultiplyAdd(TSimd.Create(_beta1), m, TSimd.Create(_rest1) * d);
        v = TSimd.MultiplyAdd(TSimd.Create(_beta2), v, TSimd.Create(_rest2) * d * d);
        TSimd root = TSimd.MultiplyAdd(TSimd.Sqrt(v), TSimd.Create(_rootScale), TSimd.Create(_epsilon));
        return TSimd.MultiplyAdd(TSimd.Create(-_rate), m / root, TSimd.Create(_keep) * p);
    }
}
