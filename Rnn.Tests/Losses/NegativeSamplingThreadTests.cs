using System;
using Rnn.Core.Heads;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Losses;

/// <summary>At sizes that workers share.</summary>
[Collection("Alone")]
public class NegativeSamplingThreadTests
{
    private const int N = 300, K = 5, V = 400, E = 100;

    private readonly NegativeSampling _head;
    private readonly ParameterBuffer _p;
    private readonly GradientBuffer _g;
    private readonly NegativeSamplingTape _tape;
    private readonly AliasTable _noise = new(Weights());
    private readonly float[] _x = TestNumbers.Uniform(N * E, 3, 2);
    private readonly float[] _dX = new float[N * E];
    private readonly int[] _targets = TestNumbers.Indices(N, V, 3, 3);
    private readonly int[] _negatives = new int[N * K];

    public NegativeSamplingThreadTests()
    {
        ParameterLayout layout = new();
        _head = new NegativeSampling(layout, "out", E, V);
        _p = TestNumbers.Parameters(layout, 3);
        _g = new GradientBuffer(layout);
        _tape = _head.CreateTape(N, K);
        for (int n = 3; n < N; n += 7)
            _targets[n] = SoftmaxCrossEntropy.IgnoredTarget;
    }

    [Fact]
    public void TheBitsDontDependOnThreads()
    {
        (LossSum Loss, float[] G, float[] DX)? expected = null;
        foreach (int threads in (int[])[1, 2, 4])
        {
            LossSum loss = default;
            Allocations.WithThreads(threads, () => loss = Step());
            (LossSum Loss, float[] G, float[] DX) result =
                (loss, GradientSamplingCases.Gradient(_g, _head.Weights), [.. _dX]);
            expected ??= result;
            Assert.Equal(expected.Value.Loss, result.Loss);
            Bits.Same(expected.Value.G, result.G, "gradients");
            Bits.Same(expected.Value.DX, result.DX, "dX");
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        double total = 0;
        Assert.Equal(0, Allocations.Of100(() => total += Step().Mean));
        Assert.True(double.IsFinite(total));
    }

    private static double[] Weights()
    {
        double[] weights = new double[V];
        for (int i = 0; i < V; i++)
            weights[i] = 1.0 / (1 + i);

        return weights;
    }

    private LossSum Step()
    {
        _g.Clear();
        Philox random = new(seed: 8);
        _head.Draw(_noise, ref random, _negatives);
        LossSum loss = _head.ForwardBackward(_p, new ReadOnlyMatrixView(_x, N, E), _targets, _negatives, _tape, _g,
            new MatrixView(_dX, N, E));
        LossSum again = _head.Forward(_p, new ReadOnlyMatrixView(_x, N, E), _targets, _negatives, _tape);
        return again == loss ? loss : throw new InvalidOperationException("Forward alone gives another loss.");
    }
}
