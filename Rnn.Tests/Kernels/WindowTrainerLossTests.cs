using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Heads;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Kernels;

/// <summary>The fused step is a step down the gradient of <see cref="NegativeSampling"/>.</summary>
public class WindowTrainerLossTests
{
    private const int V = 3000, D = 40, K = 5;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WindowsThatShareNoRowsStepExactlyDownTheGradient(bool average)
    {
        const float rate = 0.05f;   // no pair is damped
        int[] text = [10, 20, -1, 30, 40, -1, 50, 60, -1, 70, 80, -1, 90, 100];
        WindowPlanOracle plan = Plan(reach: 1);
        while (!SharesNothing(plan.Plan(text, 0, 0)[0]))
            plan = plan with { Seed = plan.Seed + 1 };

        (double loss, float[] before, float[] gradient, float[] after) = Step(plan, average, text, rate);
        double[] expected = [.. before.Zip(gradient, (value, slope) => value - (rate * (double)slope))];
        WindowTrainerTests.Near(expected, after, 1e-7);
        Assert.True(gradient.Count(slope => slope != 0) >= 60 * D);
        Assert.True(loss > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WindowsOfManyContextsStepDownTheGradientToFirstOrder(bool average)
    {
        // Windows of a sentence share rows: what an update adds to the next is of second order in the rate.
        const float rate = 1f / 4096;
        int[] text = [10, 20, 30, 40, 50, 60, 70, 80, 90, -1, 100, 110, 120, 130, 140];
        foreach (int reach in new[] { 1, 3, 8 })
        {
            (_, float[] before, float[] gradient, float[] after) = Step(Plan(reach), average, text, rate);
            for (int i = 0; i < before.Length; i++)
            {
                double step = -rate * (double)gradient[i];
                Assert.Equal(step, (double)after[i] - before[i], (2e-3 * Math.Abs(step)) + 1e-6);
            }

            Assert.True(gradient.Max(Math.Abs) * rate > 5e-5);
        }
    }

    /// <summary>One call; what it returns must be the explicit loss. All tables are [2, V, D].</summary>
    private static (double Loss, float[] Before, float[] Gradient, float[] After) Step(
        WindowPlanOracle plan, bool average, int[] text, float rate)
    {
        WindowTables tables = new(plan, average, D, 2);
        float[] before = tables.Read();
        (double loss, float[] gradient, int rows) = Explicit(plan.Plan(text, 0, 0)[0], average, tables);
        (double fusedLoss, long contexts) = tables.Trainer.Train(text, 0, 0, [rate]);
        Assert.Equal(loss, fusedLoss, 1e-6 * loss);
        Assert.Equal(rows, contexts);
        return (fusedLoss, before, gradient, tables.Read());
    }

    private static (double Loss, float[] Gradient, int Rows) Explicit(
        List<PlannedWindow> windows, bool average, WindowTables tables)
    {
        ParameterLayout layout = new();
        Embedding embedding = new(layout, "words", V, D);
        NegativeSampling head = new(layout, "out", D, V);
        ParameterBuffer p = new(layout);
        ParameterWriter writer = p.BeginWrite();
        tables.Input.CopyTo(writer[embedding.Table].Span);
        tables.Output.CopyTo(writer[head.Weights].Span);
        GradientBuffer g = new(layout);

        // A row for each pair of a context and its window, or for a window with the mean of its contexts.
        int[][] contexts = [.. windows.SelectMany(window => average ? new[] { window.Contexts }
            : window.Contexts.Select(word => new[] { word }))];
        PlannedWindow[] ofRow = [.. windows.SelectMany(window =>
            Enumerable.Repeat(window, average ? 1 : window.Contexts.Length))];
        int n = contexts.Length;
        float[] x = new float[n * D], dX = new float[n * D];
        for (int row = 0; row < n; row++)
        {
            float[] words = new float[contexts[row].Length * D];
            embedding.Forward(p, contexts[row], new MatrixView(words, contexts[row].Length, D));
            for (int i = 0; i < D; i++)
                x[(row * D) + i] = (float)words.Chunk(D).Average(word => (double)word[i]);
        }

        int[] targets = [.. ofRow.Select(window => window.Centre)];
        int[] negatives = [.. ofRow.SelectMany(window => window.Negatives)];
        NegativeSamplingTape tape = head.CreateTape(n, K);
        double loss = head.Forward(p, new(x, n, D), targets, negatives, tape).Sum;
        head.ForwardBackward(p, new(x, n, D), targets, negatives, 1f, tape, g, new MatrixView(dX, n, D));
        for (int row = 0; row < n; row++)
        {
            int count = contexts[row].Length;
            float[] share = [.. dX.AsSpan(row * D, D).ToArray().Select(value => value / count)];
            embedding.Backward(contexts[row],
                new MatrixView([.. Enumerable.Repeat(share, count).SelectMany(s => s)], count, D), g);
        }

        return (loss, [.. GradientSamplingCases.Gradient(g, embedding.Table),
            .. GradientSamplingCases.Gradient(g, head.Weights)], n);
    }

    private static bool SharesNothing(List<PlannedWindow> windows)
    {
        int[] inputs = [.. windows.SelectMany(window => window.Contexts)];
        int[] outputs = [.. windows.SelectMany(window => window.Negatives.Append(window.Centre))];
        return windows.Count == 10 && inputs.Distinct().Count() == inputs.Length
            && outputs.Distinct().Count() == outputs.Length;
    }

    private static WindowPlanOracle Plan(int reach) =>
        new([.. Enumerable.Repeat(1f, V)], AliasTable.Unigram([.. Enumerable.Repeat(1L, V)]), reach, K, Seed: 1);
}
