using System;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

/// <summary>1, 2 and 4 threads give the same bits (design decisions D10, D11), at sizes that workers share.</summary>
[Collection("Alone")]
public class ThreadCountTests
{
    private static readonly int[] s_counts = [1, 2, 4];

    [Theory]
    [InlineData(RecurrentCell.Lstm, false)]
    [InlineData(RecurrentCell.Lstm, true)]
    [InlineData(RecurrentCell.Gru, false)]
    [InlineData(RecurrentCell.Gru, true)]
    [InlineData(RecurrentCell.RnnTanh, false)]
    [InlineData(RecurrentCell.RnnRelu, true)]
    public void RecurrentLayers(RecurrentCell cell, bool bidirectional)
    {
        const int steps = 12, batch = 70, hidden = 40;
        RecurrentSetup setup = new(cell, 2, bidirectional, 33, hidden, seed: 3, dropout: 0.4);
        int[] lengths = [.. Array.ConvertAll(TestNumbers.Indices(batch, steps, 3, 5), length => length + 1)];
        foreach (int[] given in new[] { [], lengths })
        {
            RunResult? expected = null;
            ForEachCount(() =>
            {
                RunResult result = setup.Run(setup.CreateWindow(steps, batch, given, Mode.Training(1, 2)));
                expected ??= result;
                Bits.Same(expected, result);
            });
        }
    }

    [Fact]
    public void OneHotInput()
    {
        const int steps = 12, batch = 70, symbols = 50, hidden = 40;
        ParameterLayout layout = new();
        Lstm layer = new(layout, "lstm", symbols, hidden);
        ParameterBuffer p = TestNumbers.Parameters(layout, 3);
        int[] indices = TestNumbers.Indices(steps * batch, symbols, 3, 1);
        float[] dY = TestNumbers.Uniform(steps * batch * hidden, 3, 2);
        RecurrentTape tape = layer.CreateTape(steps, batch);
        float[]? expected = null;
        ForEachCount(() =>
        {
            RecurrentInput x = RecurrentInput.OneHot(indices, steps, batch, symbols);
            GradientBuffer g = new(layout);
            layer.Forward(p, x, default, layer.CreateState(batch), default, tape);
            layer.Backward(p, x, new ReadOnlySequenceView(dY, steps, batch, hidden), layer.CreateState(batch), tape, g,
                default);
            expected ??= g.Dense.ToArray();
            Bits.Same(expected, g.Dense, "gradients");
        });
    }

    [Fact]
    public void LinearAndEmbedding()
    {
        const int n = 700, vocabulary = 90, size = 130, outputs = 61;
        ParameterLayout layout = new();
        Embedding embedding = new(layout, "embedding", vocabulary, size);
        Linear linear = new(layout, "linear", size, outputs);
        ParameterBuffer p = TestNumbers.Parameters(layout, 3);
        int[] indices = TestNumbers.Indices(n, vocabulary, 3, 1);
        float[] x = new float[n * size], y = new float[n * outputs];
        float[] dX = new float[n * size], dY = TestNumbers.Uniform(n * outputs, 3, 2);
        float[][]? expected = null;
        ForEachCount(() =>
        {
            GradientBuffer g = new(layout);
            embedding.Forward(p, indices, new MatrixView(x, n, size));
            linear.Forward(p, new ReadOnlyMatrixView(x, n, size), new MatrixView(y, n, outputs));
            linear.Backward(p, new ReadOnlyMatrixView(x, n, size), new ReadOnlyMatrixView(dY, n, outputs), g,
                new MatrixView(dX, n, size));
            embedding.Backward(indices, new ReadOnlyMatrixView(dX, n, size), g);
            float[][] result = [[.. y], [.. dX], g.Dense.ToArray(), g.Rows(embedding.Table).Values.Span.ToArray()];
            expected ??= result;
            for (int i = 0; i < result.Length; i++)
                Bits.Same(expected[i], result[i], $"result {i}");
        });
    }

    private static void ForEachCount(Action body)
    {
        int before = Workers.Count;
        try
        {
            foreach (int count in s_counts)
            {
                Workers.Count = count;
                body();
            }
        }
        finally
        {
            Workers.Count = before;
        }
    }
}
