using System;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Heads;

/// <summary>At sizes that workers share.</summary>
[Collection("Alone")]
public class VocabularyHeadThreadTests
{
    public static TheoryData<string> Kinds => [.. HeadCase.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheBitsDontDependOnThreads(string kind)
    {
        Run run = new(kind);
        (double Sum, float[] G, float[] DX, float[] Logs)? expected = null;
        foreach (int threads in (int[])[1, 2, 4])
        {
            double sum = 0;
            Allocations.WithThreads(threads, () => sum = run.Step(7));
            (double Sum, float[] G, float[] DX, float[] Logs) result = (sum, run.Gradients, [.. run.DX], [.. run.Logs]);
            expected ??= result;
            Assert.Equal(expected.Value.Sum, result.Sum);
            Bits.Same(expected.Value.G, result.G, "gradients");
            Bits.Same(expected.Value.DX, result.DX, "dX");
            Bits.Same(expected.Value.Logs, result.Logs, "probabilities");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void NothingIsAllocated(string kind)
    {
        Run run = new(kind);
        ulong step = 0;
        double total = 0;
        Assert.Equal(0, Allocations.Of100(() => total += run.Step(step++)));
        Assert.True(double.IsFinite(total));
    }

    private sealed class Run
    {
        private readonly HeadCase _c;
        private readonly VocabularyHeadTape _inference;

        public Run(string kind)
        {
            _c = new HeadCase(kind, n: 600, v: 1500, e: 48);
            _inference = _c.Head.CreateTape(_c.N, TapeUse.Inference);
            DX = new float[_c.X.Length];
            Logs = new float[3 * _c.V];
            for (int n = 3; n < _c.N; n += 7)
                _c.Targets[n] = SoftmaxCrossEntropy.IgnoredTarget;
        }

        public float[] Gradients => _c.G.Dense.ToArray();

        public float[] DX { get; }

        public float[] Logs { get; }

        public double Step(ulong step)
        {
            _c.G.Clear();
            ReadOnlySpan<float> row = _c.X.AsSpan(0, _c.E);
            _c.Head.LogProbabilities(_c.P, new(_c.X.AsSpan(0, 3 * _c.E), 3, _c.E), new MatrixView(Logs, 3, _c.V));
            LossSum loss = _c.Head.ForwardBackward(_c.P, new(_c.X, _c.N, _c.E), _c.Targets, Mode.Training(3, step), 0.1f,
                _c.Tape, _c.G, new MatrixView(DX, _c.N, _c.E));
            LossSum exact = _c.Head.Forward(_c.P, new(_c.X, _c.N, _c.E), _c.Targets, _inference);
            return loss.Sum + exact.Sum + _c.Head.ArgMax(_c.P, row, _inference)
                + _c.Head.Sample(_c.P, row, 0.7, _inference);
        }
    }
}
