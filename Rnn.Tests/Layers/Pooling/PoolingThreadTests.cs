using System;
using Rnn.Core.Layers.Pooling;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers.Pooling;

/// <summary>Any number of threads, and no allocation, at sizes that workers share.</summary>
[Collection("Alone")]
public class PoolingThreadTests
{
    private const int T = 40, B = 24, F = 70;

    [Theory]
    [InlineData(PoolingKind.Last)]
    [InlineData(PoolingKind.Mean)]
    [InlineData(PoolingKind.Max)]
    [InlineData(PoolingKind.Attention)]
    public void SameBitsOnAnyNumberOfThreadsAndNoAllocation(PoolingKind kind)
    {
        int[] lengths = Array.ConvertAll(TestNumbers.Indices(B, T, 3, 5), length => length + 1);
        int[] firstRows = [0, 1, 4, 9, 10, 20, 24];
        int items = firstRows.Length - 1;
        ParameterLayout layout = new();
        SequencePooling layer = SequencePooling.Create(layout, "pool", kind, F, bidirectional: true);
        ParameterBuffer p = TestNumbers.Parameters(layout, 3);
        GradientBuffer g = new(layout);
        PoolingTape tape = layer.CreateTape(T, B);
        float[] x = TestNumbers.Uniform(T * B * F, 3, 1), dY = TestNumbers.Uniform(items * F, 3, 2);
        float[] y = new float[items * F], dX = new float[x.Length], weights = new float[T * B];
        void Step()
        {
            g.Clear();
            ReadOnlySequenceView view = new(x, T, B, F);
            layer.Forward(p, view, lengths, firstRows, new MatrixView(y, items, F), tape);
            layer.Weights(tape, weights);
            layer.Backward(p, view, lengths, firstRows, new ReadOnlyMatrixView(dY, items, F), tape, g,
                new SequenceView(dX, T, B, F));
        }

        float[][]? expected = null;
        foreach (int count in (int[])[1, 2, 4])
        {
            Allocations.WithThreads(count, () =>
            {
                Step();
                expected ??= [[.. y], [.. dX], [.. weights], g.Dense.ToArray()];
                Bits.Same(expected[0], y, "y");
                Bits.Same(expected[1], dX, "dX");
                Bits.Same(expected[2], weights, "weights");
                Bits.Same(expected[3], g.Dense, "gradients");
            });
        }

        Assert.Equal(0, Allocations.Of100(Step));
    }
}
