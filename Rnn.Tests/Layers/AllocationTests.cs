using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

/// <summary>After warm-up, no layer allocates: not the caller's thread and not the workers.</summary>
[Collection("Alone")]
public class AllocationTests
{
    private const int WarmUp = 40;
    private const int Steps = 100;
    private const int Attempts = 5;   // whatever else lives in the process may allocate meanwhile; the layers may not

    public static TheoryData<RecurrentCell, int, bool, double> Recurrent()
    {
        TheoryData<RecurrentCell, int, bool, double> all = [];
        foreach (RecurrentCell cell in Enum.GetValues<RecurrentCell>())
        {
            all.Add(cell, 1, false, 0);
            all.Add(cell, 2, false, 0.4);
            all.Add(cell, 1, true, 0);
            all.Add(cell, 2, true, 0.4);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Recurrent))]
    public void RecurrentLayers(RecurrentCell cell, int layers, bool bidirectional, double dropout)
    {
        const int steps = 10, batch = 33, inputs = 24, hidden = 32;   // large enough to be shared among workers
        RecurrentSetup setup = new(cell, layers, bidirectional, inputs, hidden, seed: 1, dropout);
        Window w = setup.CreateWindow(steps, batch);
        RecurrentLayer layer = setup.Layer;
        RecurrentTape tape = layer.CreateTape(steps, batch);
        GradientBuffer g = new(setup.Layout);
        float[] dX = new float[w.X.Length];
        int[] lengths = [.. Array.ConvertAll(TestNumbers.Indices(batch, steps, 3, 5), length => length + 1)];
        int[] indices = TestNumbers.Indices(steps * batch, inputs, 1, 1);
        ulong step = 0;
        AssertNothingAllocated(() =>
        {
            ReadOnlySequenceView dY = new(w.DY, steps, batch, layer.OutputSize);
            setup.P.BeginWrite();   // as an optimiser would: weights are packed again
            layer.Forward(setup.P, w.Input, lengths, w.State, Mode.Training(1, step++), tape);
            layer.Backward(setup.P, w.Input, dY, w.DState, tape, g, new SequenceView(dX, steps, batch, inputs));
            RecurrentInput oneHot = RecurrentInput.OneHot(indices, steps, batch, inputs);
            layer.Forward(setup.P, oneHot, default, w.State, Mode.Inference, tape);
            layer.Backward(setup.P, oneHot, dY, w.DState, tape, g, default);
            g.Clear();
            w.State.Clear();
            w.DState.Clear();
            if (!layer.SupportsSteps)
                return;

            ReadOnlySequenceView x = w.Input;
            layer.Begin(w.State, steps, Mode.Training(1, step), tape);
            for (int t = 0; t < steps; t++)
                layer.ForwardStep(setup.P, x[t], t, tape);

            layer.End(w.State, tape);
            layer.BeginBackward(w.DState, tape);
            for (int t = steps - 1; t >= 0; t--)
                layer.BackwardStep(setup.P, t, dY[t], tape, default);

            layer.EndBackward(x, w.DState, tape, g);
        });
    }

    [Theory]
    [MemberData(nameof(RecurrentVariantTests.Cases), MemberType = typeof(RecurrentVariantTests))]
    public void CellsWithOptions(RecurrentCell cell, int batch, string options)
    {
        const int steps = 6;
        RecurrentSetup setup = RecurrentVariantTests.Make(cell, options, layers: 2, bidirectional: false);
        Window w = setup.CreateWindow(steps, batch);
        RecurrentTape tape = setup.Layer.CreateTape(steps, batch);
        GradientBuffer g = new(setup.Layout);
        float[] dX = new float[w.X.Length];
        ulong step = 0;
        AssertNothingAllocated(() =>
        {
            ReadOnlySequenceView dY = new(w.DY, steps, batch, setup.Layer.OutputSize), x = w.Input;
            setup.P.BeginWrite();   // as an optimiser would: weights are packed again
            setup.Layer.Forward(setup.P, x, default, Mode.Training(1, step++), tape);
            setup.Layer.Backward(setup.P, x, dY, tape, g, new SequenceView(dX, steps, batch, setup.Layer.InputSize));
            setup.Layer.Begin(w.State, steps, Mode.Training(1, step), tape);
            for (int t = 0; t < steps; t++)
                setup.Layer.ForwardStep(setup.P, x[t], t, tape);

            setup.Layer.End(w.State, tape);
            setup.Layer.BeginBackward(w.DState, tape);
            for (int t = steps - 1; t >= 0; t--)
                setup.Layer.BackwardStep(setup.P, t, dY[t], tape, new SequenceView(dX, steps, batch, setup.Layer.InputSize)[t]);

            setup.Layer.EndBackward(x, w.DState, tape, g);
            g.Clear();
            w.State.Clear();
            w.DState.Clear();
        });
    }

    [Fact]
    public void LinearEmbeddingAndDropout()
    {
        const int n = 300, vocabulary = 90, size = 130, outputs = 61;
        ParameterLayout layout = new();
        Embedding byRow = new(layout, "byRow", vocabulary, size);
        Embedding dense = new(layout, "dense", vocabulary, size, SlotStorage.Dense);
        Linear linear = new(layout, "linear", size, outputs);
        Dropout dropout = new("dropout", 0.3);
        ParameterBuffer p = TestNumbers.Parameters(layout, 3);
        GradientBuffer g = new(layout);
        int[] indices = TestNumbers.Indices(n, vocabulary, 3, 1);
        float[] x = new float[n * size], y = new float[n * outputs];
        float[] dX = new float[n * size], dY = TestNumbers.Uniform(n * outputs, 3, 2);
        ulong step = 0;
        AssertNothingAllocated(() =>
        {
            foreach (Embedding embedding in (ReadOnlySpan<Embedding>)[byRow, dense])
            {
                Mode mode = Mode.Training(1, step++);
                embedding.Forward(p, indices, new MatrixView(x, n, size));
                dropout.Forward(x, x, mode);
                linear.Forward(p, new ReadOnlyMatrixView(x, n, size), new MatrixView(y, n, outputs));
                linear.Backward(p, new ReadOnlyMatrixView(x, n, size), new ReadOnlyMatrixView(dY, n, outputs), g,
                    new MatrixView(dX, n, size));
                dropout.Backward(dX, dX, mode);
                embedding.Backward(indices, new ReadOnlyMatrixView(dX, n, size), g);
            }

            g.Clear();
        });
    }

    private static void AssertNothingAllocated(Action step)
    {
        for (int i = 0; i < WarmUp; i++)
            step();

        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && least != 0; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Steps; i++)
                step();

            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(0, least);
    }
}
