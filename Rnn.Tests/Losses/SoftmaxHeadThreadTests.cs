using System;
using Rnn.Core.Heads;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Losses;

/// <summary>At sizes that workers share.</summary>
[Collection("Alone")]
public class SoftmaxHeadThreadTests
{
    private const int N = 600, V = 1500, E = 48;

    private readonly SoftmaxHead _head;
    private readonly ParameterBuffer _p;
    private readonly GradientBuffer _g;
    private readonly SoftmaxHeadTape _tape;
    private readonly float[] _x = TestNumbers.Uniform(N * E, 3, 2);
    private readonly float[] _dX = new float[N * E];
    private readonly float[] _logits = new float[3 * V];
    private readonly int[] _targets = TestNumbers.Indices(N, V, 3, 3);

    public SoftmaxHeadThreadTests()
    {
        ParameterLayout layout = new();
        _head = new SoftmaxHead(layout, "head", E, V);
        _p = TestNumbers.Parameters(layout, 3);
        _g = new GradientBuffer(layout);
        _tape = _head.CreateTape(N);
        for (int n = 3; n < N; n += 7)
            _targets[n] = SoftmaxCrossEntropy.IgnoredTarget;
    }

    [Fact]
    public void TheBitsDontDependOnThreads()
    {
        (LossSum Loss, float[] G, float[] DX, float[] Logits)? expected = null;
        foreach (int threads in (int[])[1, 2, 4])
        {
            LossSum loss = default;
            Allocations.WithThreads(threads, () => loss = Step());
            (LossSum Loss, float[] G, float[] DX, float[] Logits) result =
                (loss, _g.Dense.ToArray(), [.. _dX], [.. _logits]);
            expected ??= result;
            Assert.Equal(expected.Value.Loss, result.Loss);
            Bits.Same(expected.Value.G, result.G, "gradients");
            Bits.Same(expected.Value.DX, result.DX, "dX");
            Bits.Same(expected.Value.Logits, result.Logits, "logits");
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        double total = 0;
        Assert.Equal(0, Allocations.Of100(() => total += Step().Mean));
        Assert.True(double.IsFinite(total));
    }

    private LossSum Step()
    {
        _g.Clear();
        _head.LogProbabilities(_p, new ReadOnlyMatrixView(_x.AsSpan(0, 3 * E), 3, E), new MatrixView(_logits, 3, V));
        return _head.ForwardBackward(_p, new(_x, N, E), _targets, _tape, _g, new MatrixView(_dX, N, E))
            + _head.Forward(_p, new(_x, N, E), _targets, _tape);
    }
}
