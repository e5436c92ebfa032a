using System;
using Rnn.Core.Losses;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Losses;

[Collection("Alone")]
public class LossThreadTests
{
    private const int N = 1500, V = 67;

    private readonly float[] _x = Compare.Numbers(N * V, 4);
    private readonly float[] _y = new float[N * V];
    private readonly float[] _dX = new float[N * V];
    private readonly int[] _targets = new int[N];

    public LossThreadTests()
    {
        for (int n = 0; n < N; n++)
            _targets[n] = n % 7 == 3 ? SoftmaxCrossEntropy.IgnoredTarget : n * 31 % V;

        for (int i = 0; i < _y.Length; i++)
            _y[i] = i % 3 / 2f;
    }

    [Fact]
    public void TheBitsDontDependOnThreads()
    {
        foreach (Func<LossSum> loss in new[] { Softmax, Sigmoid, Squared })
        {
            (LossSum sum, float[] gradient) = Run(1);
            foreach (int threads in new[] { 2, 4 })
            {
                (LossSum s, float[] g) = Run(threads);
                Assert.Equal(sum, s);
                Assert.Equal(gradient, g);
            }

            (LossSum Sum, float[] Gradient) Run(int threads)
            {
                LossSum result = default;
                Allocations.WithThreads(threads, () => result = loss());
                return (result, _dX.AsSpan().ToArray());
            }
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        double total = 0;
        Assert.Equal(0, Allocations.Of100(() => total += (Softmax() + Sigmoid() + Squared()).Mean));
        Assert.Equal(0, Allocations.Of100(() => total += SoftmaxCrossEntropy.Forward(new(_x, N, V), _targets).Mean));
        Assert.True(double.IsFinite(total));
    }

    private LossSum Softmax() =>
        SoftmaxCrossEntropy.ForwardBackward(new(_x, N, V), _targets, new MatrixView(_dX, N, V));

    private LossSum Sigmoid() => SigmoidCrossEntropy.ForwardBackward(_x, _y, [], _dX);

    private LossSum Squared() => MeanSquaredError.ForwardBackward(_x, _y, _dX);
}
