using System;
using System.Linq;
using System.Threading;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;
using Window = Rnn.Tests.Infrastructure.Window;

namespace Rnn.Tests.Layers;

/// <summary>Weights kept packed give the bits of weights read as they lie, are made once, and are never stale.</summary>
public class PackedWeightsTests
{
    private const int I = 37;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public void TheBitsAreThoseOfTheWeightsThemselves(int rows)
    {
        (Linear first, Linear second, ParameterBuffer p) = Create();
        Check(first, p, rows);
        Check(second, p, rows);   // another layer of another width
        Check(first, p, rows);
    }

    [Fact]
    public void ChangedWeightsArePackedAgain()
    {
        (Linear layer, _, ParameterBuffer p) = Create();
        Check(layer, p, 1);
        p.BeginWrite()[layer.Weights].Span.Fill(0.5f);
        Check(layer, p, 1);
        Check(layer, TestNumbers.Parameters(p.Layout, seed: 9), 1);
    }

    [Fact]
    public void EveryPartIsPackedOnceUntilTheNextWrite()
    {
        (Linear layer, Linear other, ParameterBuffer p) = Create();
        WeightPart[] parts =
        [
            new(layer.Weights, isTransposed: false), new(layer.Weights, isTransposed: true),
            new(layer.Weights, 0, 40, isTransposed: false), new(layer.Weights, 40, 43, isTransposed: false),
            new(other.Weights, isTransposed: false),
        ];
        PackedMatrix[] packed = [.. parts.Select(part => p.Packed(part))];
        Assert.Equal(parts.Length, packed.Distinct().Count());
        Assert.Equal([(I, 83), (83, I), (I, 40), (I, 43), (I, 200)], packed.Select(m => (m.Rows, m.Cols)));
        Assert.Equal(packed, parts.Select(part => p.Packed(part)));

        p.BeginWrite();
        Assert.DoesNotContain(p.Packed(parts[0]), packed);
    }

    [Fact]
    public void ThreadsThatComeTogetherShareOneCopy()
    {
        (Linear layer, _, ParameterBuffer p) = Create();
        for (int round = 0; round < 20; round++)
        {
            p.BeginWrite();
            PackedMatrix[] packed = new PackedMatrix[4];
            using Barrier together = new(packed.Length);
            Thread[] threads = [.. packed.Select((_, i) => new Thread(() =>
            {
                together.SignalAndWait();
                packed[i] = p.Packed(new WeightPart(layer.Weights, isTransposed: false));
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            Assert.Single(packed.Distinct());
        }
    }

    /// <summary>The tapes of many requests are small: the weights are not packed for each.</summary>
    [Theory]
    [InlineData(RecurrentCell.Lstm)]
    [InlineData(RecurrentCell.Gru)]
    [InlineData(RecurrentCell.RnnTanh)]
    public void TapesForInferenceShareTheWeights(RecurrentCell cell)
    {
        const int hidden = 64;
        RecurrentSetup setup = new(cell, 2, bidirectional: false, 3, hidden, seed: 4);
        Window w = setup.CreateWindow(1, 1);
        Step(setup, w);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Step(setup, w);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 1, hidden * hidden * sizeof(float));   // less than the smallest of the weights
    }

    [Theory]
    [InlineData(RecurrentCell.Lstm, false)]
    [InlineData(RecurrentCell.Gru, true)]
    [InlineData(RecurrentCell.RnnRelu, false)]
    public void SharedWeightsAreNeverStale(RecurrentCell cell, bool bidirectional)
    {
        RecurrentSetup setup = new(cell, 2, bidirectional, 3, 20, seed: 4);
        RecurrentTape used = setup.Layer.CreateTape(4, 2, TapeUse.Inference);
        foreach (ParameterSlot slot in setup.Layout.Slots)
        {
            float[] before = Forward(setup, used);
            setup.P.BeginWrite()[slot][0, 0] += 0.5f;
            float[] after = Forward(setup, used);
            Assert.NotEqual(before, after);
            Assert.Equal(Forward(setup, setup.Layer.CreateTape(4, 2)), after);
        }
    }

    private static float[] Forward(RecurrentSetup setup, RecurrentTape tape)
    {
        Window w = setup.CreateWindow(4, 2);
        setup.Layer.Forward(setup.P, w.Input, default, w.State, default, tape);
        return tape.Output.Span.ToArray();
    }

    private static void Step(RecurrentSetup setup, Window w)
    {
        RecurrentTape tape = setup.Layer.CreateTape(1, 1, TapeUse.Inference);
        setup.Layer.Begin(w.State, 1, Mode.Inference, tape);
        setup.Layer.ForwardStep(setup.P, w.Input, 0, tape);
        setup.Layer.End(w.State, tape);
    }

    private static (Linear First, Linear Second, ParameterBuffer P) Create()
    {
        ParameterLayout layout = new();
        Linear first = new(layout, "first", I, 83), second = new(layout, "second", I, 200, bias: false);
        return (first, second, TestNumbers.Parameters(layout, seed: 1));
    }

    private static void Check(Linear layer, ParameterBuffer p, int rows)
    {
        Tensor x = new(rows, I), expected = new(rows, layer.OutputSize), actual = new(rows, layer.OutputSize);
        TestNumbers.Uniform(x.Span.Length, seed: 1, stream: 2).CopyTo(x.Span);
        layer.Forward(p, x.AsMatrix(), expected.AsMatrix());
        layer.Forward(p, x.AsMatrix(), actual.AsMatrix(), keepPacked: true);
        Assert.Equal(expected.Span.ToArray(), actual.Span.ToArray());
    }
}
