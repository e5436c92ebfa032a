using System;
using System.Linq;
using Rnn.Core.Losses;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Losses;

[Collection("Alone")]
public class LossThreadTests
{
    private const int N = 1500, V = 67, Rows = 30;

    private readonly float[] _x = Compare.Numbers(N * V, 4);
    private readonly float[] _y = new float[N * V];
    private readonly float[] _dX = new float[N * V];
    private readonly int[] _targets = new int[N];
    private readonly float[] _rowWeights = new float[N];
    private readonly float[] _classWeights = [.. Compare.Numbers(V, 2)];
    private readonly float[] _counts = [.. Enumerable.Range(0, N).Select(n => (float)(n * 7 % 12))];
    private readonly int[] _lengths = [.. Enumerable.Range(0, Rows).Select(b => N / Rows - b)];
    private readonly float[] _levels = [.. Enumerable.Range(1, V).Select(k => k / (V + 1f))];

    private Func<LossSum>[] All =>
        [Softmax, SoftmaxOfOptions, Sigmoid, SigmoidOfRows, Squared, SquaredOfRows, Huber, Pinball, Activations, Changes,
        Normal, StudentT, Counts];

    private ReadOnlyMatrixView X => new(_x, N, V);

    private ReadOnlyMatrixView Y => new(_y, N, V);

    private MatrixView DX => new(_dX, N, V);

    public LossThreadTests()
    {
        for (int n = 0; n < N; n++)
        {
            _targets[n] = n % 7 == 3 ? SoftmaxCrossEntropy.IgnoredTarget : n * 31 % V;
            _rowWeights[n] = n % 4;
        }

        for (int i = 0; i < _y.Length; i++)
            _y[i] = i % 3 / 2f;
    }

    [Fact]
    public void TheBitsDontDependOnThreads()
    {
        foreach (Func<LossSum> loss in All)
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
        foreach (Func<LossSum> loss in All)
            Assert.Equal(0, Allocations.Of100(() => total += loss().Mean));

        Assert.Equal(0, Allocations.Of100(() => total += SoftmaxCrossEntropy.Forward(X, _targets).Mean));
        Assert.True(double.IsFinite(total));
    }

    private LossSum Softmax() => SoftmaxCrossEntropy.ForwardBackward(X, _targets, DX);

    private LossSum SoftmaxOfOptions() => SoftmaxCrossEntropy.ForwardBackward(X, _targets,
        new() { LabelSmoothing = 0.1f, ClassWeights = _classWeights, RowWeights = _rowWeights }, 0.1f, DX);

    private LossSum Sigmoid() => SigmoidCrossEntropy.ForwardBackward(X, Y, DX);

    private LossSum SigmoidOfRows() => SigmoidCrossEntropy.ForwardBackward(X, Y, _rowWeights, DX);

    private LossSum Squared() => MeanSquaredError.ForwardBackward(X, Y, DX);

    private LossSum SquaredOfRows() => MeanSquaredError.ForwardBackward(X, Y, _rowWeights, DX);

    private LossSum Huber() => new HuberLoss(1).ForwardBackward(X, Y, _rowWeights, DX);

    private LossSum Activations() =>
        ActivationPenalty.ForwardBackward(new(_x, N / Rows, Rows, V), _lengths, 0.1f, Cleared());

    private LossSum Changes() =>
        TemporalActivationPenalty.ForwardBackward(new(_x, N / Rows, Rows, V), _lengths, 0.1f, Cleared());

    private SequenceView Cleared()
    {
        _dX.AsSpan().Clear();
        return new SequenceView(_dX, N / Rows, Rows, V);
    }

    private LossSum Normal() => new NormalLikelihood(0.01f).ForwardBackward(
        new(_x.AsSpan(0, 2 * N), N, 2), _y.AsSpan(0, N), _rowWeights, 0.1f, new MatrixView(_dX.AsSpan(0, 2 * N), N, 2));

    private LossSum StudentT() => new StudentTLikelihood(0.01f).ForwardBackward(
        new(_x.AsSpan(0, 3 * N), N, 3), _y.AsSpan(0, N), _rowWeights, 0.1f, new MatrixView(_dX.AsSpan(0, 3 * N), N, 3));

    private LossSum Counts() => NegativeBinomialLikelihood.ForwardBackward(
        new(_x.AsSpan(0, 2 * N), N, 2), _counts, [], _rowWeights, 0.1f, new MatrixView(_dX.AsSpan(0, 2 * N), N, 2));

    private LossSum Pinball() => PinballLoss.ForwardBackward(X, _y.AsSpan(0, N), _levels, _rowWeights, DX);
}
