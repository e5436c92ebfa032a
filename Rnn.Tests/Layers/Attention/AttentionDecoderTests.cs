using System;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers.Attention;

/// <summary>Decoders: padding, independence of the batch, steps against whole sequences, beams.</summary>
public class AttentionDecoderTests
{
    public static TheoryData<string, RecurrentCell> Kinds
    {
        get
        {
            TheoryData<string, RecurrentCell> kinds = [];
            foreach (string order in (string[])["before", "after", "after, feeding"])
            {
                kinds.Add(order, RecurrentCell.Gru);
                kinds.Add(order, RecurrentCell.Lstm);
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ARowAloneHasTheBitsOfTheBatch(string order, RecurrentCell cell)
    {
        int[] lengths = [9, 3, 1, 6];
        DecoderSetup setup = new(order, cell, 4, lengths.Length, 9);
        DecoderResult batch = setup.Run(lengths);
        for (int b = 0; b < lengths.Length; b++)
        {
            DecoderResult alone = setup.Row(b, lengths[b]).Run([]);
            Bits.Same(Rows(batch.Y, setup.T, b), alone.Y, $"y of row {b}");
            Bits.Same(Rows(batch.DX, setup.T, b), alone.DX, $"dX of row {b}");
            Bits.Same(Rows(batch.DMemory, setup.S, b).AsSpan(0, alone.DMemory.Length), alone.DMemory, $"dMemory of row {b}");
            int parts = setup.Initial.Length;
            Bits.Same(Rows(batch.Final, parts, b), alone.Final, $"final state of row {b}");
            Bits.Same(Rows(batch.DInitial, parts, b), alone.DInitial, $"gradient of the initial state of row {b}");
        }

        float[] Rows(float[] x, int steps, int row)
        {
            int features = x.Length / (steps * lengths.Length);
            return [.. Enumerable.Range(0, steps).SelectMany(
                t => x.Skip(((t * lengths.Length) + row) * features).Take(features))];
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void NaNPastTheLengthsCountsNowhere(string order, RecurrentCell cell)
    {
        foreach (int[] lengths in (int[][])[[5, 3, 1], [3, 5, 5]])   // NaN of the first row alone is found too
            NaNCountsNowhere(order, cell, lengths);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ATapeIsAsNewWhenItIsUsedAgain(string order, RecurrentCell cell)
    {
        int[] lengths = [5, 3, 1];
        DecoderSetup setup = new(order, cell, 4, 3, 5);
        foreach (TapeUse use in (TapeUse[])[TapeUse.Training, TapeUse.Inference])
        {
            AttentionDecoderTape tape = setup.CreateTape(use);
            DecoderResult first = setup.Run(lengths, default, tape), again = setup.Run(lengths, default, tape);
            Bits.Same(first.Y, again.Y, $"y, {use}");
            Bits.Same(first.DX, again.DX, $"dX, {use}");
            Bits.Same(first.DMemory, again.DMemory, $"dMemory, {use}");
            Bits.Same(first.Gradients, again.Gradients, $"gradients, {use}");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void StepsHaveTheBitsOfForward(string order, RecurrentCell cell)
    {
        CompareSteps(order, cell, DecoderSetup.H);
        CompareSteps(order, cell, hidden: 1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void BeamsOfASourceShareItsMemory(string order, RecurrentCell cell)
    {
        const int beams = 3, steps = 4;
        int[] lengths = [9, 4], sources = [0, 0, 0, 1, 1, 1];
        DecoderSetup setup = new(order, cell, steps, 2, 9);
        AttentionDecoder layer = setup.Layer;
        int rows = sources.Length, f = layer.OutputSize;
        float[] x = TestNumbers.Uniform(steps * rows * DecoderSetup.E, 3, 8);
        int[][] parents = [[2, 0, 0, 4, 5, 3], [1, 1, 1, 3, 3, 4], [0, 2, 1, 5, 5, 5]];
        AttentionDecoderTape tape = layer.CreateTape(1, rows, 9, TapeUse.Inference);
        AttentionDecoderState state = layer.CreateState(rows), other = layer.CreateState(rows);
        state.Recurrent.GatherRows(setup.Load(setup.Initial), sources);
        MatrixView y = new(new float[rows * f], rows, f);
        layer.Begin(setup.P, setup.Source, lengths, tape);
        int[][] path = [.. Enumerable.Range(0, rows).Select(row => new[] { row })];
        for (int t = 0; t < steps; t++)
        {
            layer.Step(setup.P, new ReadOnlyMatrixView(Inputs(t), rows, DecoderSetup.E), setup.Source, sources, state, tape,
                y);
            if (t == steps - 1)
                break;

            other.GatherRows(state, parents[t]);
            (state, other) = (other, state);
            int[] last = parents[t];
            path = [.. Enumerable.Range(0, rows).Select(row => (int[])[.. path[last[row]], row])];
        }

        // Each survivor alone: the inputs along its path, its own source.
        for (int row = 0; row < rows; row++)
        {
            DecoderSetup own = setup.Row(sources[row], lengths[sources[row]]);
            for (int t = 0; t < steps; t++)
            {
                Inputs(t).AsSpan(path[row][t] * DecoderSetup.E, DecoderSetup.E)
                    .CopyTo(own.X.AsSpan(t * DecoderSetup.E));
            }

            Assert.Equal(row / beams, sources[row]);
            Bits.Same(own.Run([]).Y.AsSpan((steps - 1) * f), y.Row(row), $"y of beam {row}");
        }

        float[] Inputs(int t) => x[(t * rows * DecoderSetup.E)..((t + 1) * rows * DecoderSetup.E)];
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    [InlineData("after, feeding")]
    public void DropoutBetweenLayersIsKeyedByTheMode(string order)
    {
        DecoderSetup setup = new(order, RecurrentCell.Gru, 4, 3, 5, layers: 2, dropout: 0.5);
        float[] none = setup.Run([]).Y, first = setup.Run([], Mode.Training(1, 1)).Y;
        Bits.Same(first, setup.Run([], Mode.Training(1, 1)).Y, "y of the same key");
        Assert.NotEqual(first, setup.Run([], Mode.Training(1, 2)).Y);
        Assert.NotEqual(first, none);
    }

    [Fact]
    public void SizesOfCellsAndOutputs()
    {
        AttentionDecoderOptions after = new() { Order = AttentionOrder.After };
        Assert.Equal(3 + 5, AttentionDecoder.RecurrentInputSize(3, 4, 5, new()));
        Assert.Equal(3, AttentionDecoder.RecurrentInputSize(3, 4, 5, after));
        Assert.Equal(3 + 4, AttentionDecoder.RecurrentInputSize(3, 4, 5, after with { InputFeeding = true }));
        Assert.Equal(DecoderSetup.H + DecoderSetup.M,
            new DecoderSetup("before", RecurrentCell.Gru, 1, 1, 1).Layer.OutputSize);
        Assert.Equal(DecoderSetup.H, new DecoderSetup("after", RecurrentCell.Gru, 1, 1, 1).Layer.OutputSize);
        Assert.Equal(DecoderSetup.E, new DecoderSetup("before", RecurrentCell.Gru, 1, 1, 1).Layer.InputSize);
        Assert.Equal(DecoderSetup.E, new DecoderSetup("after, feeding", RecurrentCell.Gru, 1, 1, 1).Layer.InputSize);
    }

    [Fact]
    public void AStateIsClearedWhole()
    {
        DecoderSetup setup = new("after, feeding", RecurrentCell.Lstm, 1, 2, 3);
        AttentionDecoderState state = setup.Layer.CreateState(2);
        state.Recurrent[0].Fill(1);
        state.Recurrent[1].Fill(2);
        state.Fed.Fill(3);
        state.Clear();
        Assert.All(state.Fed.Span.ToArray(), value => Assert.Equal(0, value));
        Assert.All(state.Recurrent[0].Span.ToArray(), value => Assert.Equal(0, value));
        Assert.All(state.Recurrent[1].Span.ToArray(), value => Assert.Equal(0, value));
    }

    private static void NaNCountsNowhere(string order, RecurrentCell cell, int[] lengths)
    {
        DecoderResult[] results = [.. ((float[])[0, float.NaN]).Select(padding =>
        {
            DecoderSetup setup = new(order, cell, 4, 3, 5);
            for (int row = 0; row < 15; row++)
            {
                if (row / 3 >= lengths[row % 3])
                    setup.Memory.AsSpan(row * DecoderSetup.M, DecoderSetup.M).Fill(padding);
            }

            return setup.Run(lengths);
        })];
        Bits.Same(results[0].Y, results[1].Y, "y");
        Bits.Same(results[0].DX, results[1].DX, "dX");
        Bits.Same(results[0].DMemory, results[1].DMemory, "dMemory");
        Bits.Same(results[0].Gradients, results[1].Gradients, "gradients");
    }

    private static void CompareSteps(string order, RecurrentCell cell, int hidden)
    {
        int[] lengths = [9, 3, 1, 6];
        foreach (int rows in (int[])[1, 4])
        {
            DecoderSetup setup = new(order, cell, 5, rows, 9, layers: 2, hidden: hidden);
            int[] own = lengths[..rows];
            DecoderResult whole = setup.Run(own), inference = setup.Run(own, use: TapeUse.Inference);
            Bits.Same(whole.Y, inference.Y, "y of inference");
            Bits.Same(whole.Weights, inference.Weights, "weights of inference");
            Bits.Same(whole.Final, inference.Final, "final state of inference");

            AttentionDecoderTape tape = setup.Layer.CreateTape(1, rows, 9, TapeUse.Inference);
            AttentionDecoderState state = setup.Layer.CreateState(rows);
            state.Recurrent.CopyFrom(setup.Load(setup.Initial));
            MatrixView y = new(new float[rows * setup.Layer.OutputSize], rows, setup.Layer.OutputSize);
            setup.Layer.Begin(setup.P, setup.Source, own, tape);
            for (int t = 0; t < setup.T; t++)
            {
                setup.Layer.Step(setup.P, setup.Input[t], setup.Source, [], state, tape, y);
                Bits.Same(whole.Y.AsSpan(t * y.Span.Length, y.Span.Length), y.Span, $"y of step {t}");
                Bits.Same(whole.Weights.AsSpan(t * rows * 9, rows * 9), tape.Weights(0).Span, $"weights of step {t}");
            }

            for (int part = 0; part < state.Recurrent.Count; part++)
            {
                int size = rows * hidden;
                Bits.Same(whole.Final.AsSpan(part * size, size), state.Recurrent[part].Span, "final state");
            }
        }
    }

    // Two sources; after a step each beam goes on from some beam of its source.
}
