using System;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;

namespace Rnn.Tests.Layers.Attention;

/// <summary>A decoder with its inputs, and one way to run it.</summary>
internal sealed class DecoderSetup
{
    public const int E = 5, H = 6, M = 7;

    public DecoderSetup(string order, RecurrentCell cell, int steps, int rows, int source, int layers = 1,
        double dropout = 0, AttentionScore score = AttentionScore.Additive, int hidden = H, int memory = M)
    {
        (T, B, S, Hidden, MemorySize) = (steps, rows, source, hidden, memory);
        AttentionDecoderOptions options = new()
        {
            Order = order == "before" ? AttentionOrder.Before : AttentionOrder.After,
            InputFeeding = order == "after, feeding",
        };
        int size = AttentionDecoder.RecurrentInputSize(E, hidden, memory, options);
        RecurrentStack cells = RecurrentStack.Create(Layout, "cells", cell, size, hidden, layers, dropout);
        Layer = new AttentionDecoder(Layout, "decoder", cells,
            new GlobalAttention(Layout, "attention", score, hidden, memory), options);
        P = TestNumbers.Parameters(Layout, 3, limit: 0.4f);
        X = TestNumbers.Uniform(T * B * E, 3, 2);
        Memory = TestNumbers.Uniform(S * B * memory, 3, 5);
        DY = TestNumbers.Uniform(T * B * Layer.OutputSize, 3, 4);
        Initial = [.. Enumerable.Range(0, Layer.Recurrent.CreateState(1).Count).Select(
            part => TestNumbers.Uniform(B * hidden, 3, 10 + (ulong)part))];
        DFinal = [.. Initial.Select((_, part) => TestNumbers.Uniform(B * hidden, 3, 30 + (ulong)part))];
    }

    private DecoderSetup(DecoderSetup of, int row, int source)
    {
        (T, B, S, Hidden, MemorySize) = (of.T, 1, source, of.Hidden, of.MemorySize);
        (Layout, Layer, P) = (of.Layout, of.Layer, of.P);
        X = Take(of.X, T, E);
        Memory = Take(of.Memory, source, MemorySize);
        DY = Take(of.DY, T, Layer.OutputSize);
        Initial = [.. of.Initial.Select(part => part[(row * Hidden)..((row + 1) * Hidden)])];
        DFinal = [.. of.DFinal.Select(part => part[(row * Hidden)..((row + 1) * Hidden)])];

        float[] Take(float[] x, int steps, int features) => [.. Enumerable.Range(0, steps).SelectMany(
            t => x.Skip(((t * of.B) + row) * features).Take(features))];
    }

    public int T { get; }

    public int B { get; }

    public int S { get; }

    public int Hidden { get; }

    public int MemorySize { get; }

    public ParameterLayout Layout { get; } = new();

    public AttentionDecoder Layer { get; }

    public ParameterBuffer P { get; }

    public float[] X { get; }

    public float[] Memory { get; }

    public float[] DY { get; }

    /// <summary>Of each part of the state [B, H].</summary>
    public float[][] Initial { get; }

    public float[][] DFinal { get; }

    public ReadOnlySequenceView Input => new(X, T, B, E);

    public ReadOnlySequenceView Source => new(Memory, S, B, MemorySize);

    /// <summary>The same of one row, its source without padding.</summary>
    public DecoderSetup Row(int row, int source) => new(this, row, source);

    public RecurrentState Load(float[][] parts)
    {
        RecurrentState state = Layer.Recurrent.CreateState(B);
        for (int part = 0; part < parts.Length; part++)
            parts[part].CopyTo(state[part].Span);

        return state;
    }

    public DecoderResult Run(int[] lengths, Mode mode = default, TapeUse use = TapeUse.Training) =>
        Run(lengths, mode, CreateTape(use));

    /// <summary>A tape with room to spare.</summary>
    public AttentionDecoderTape CreateTape(TapeUse use) => Layer.CreateTape(T + 1, B + 1, S + 1, use);

    public DecoderResult Run(int[] lengths, Mode mode, AttentionDecoderTape tape)
    {
        int f = Layer.OutputSize;
        GradientBuffer g = new(Layout);
        RecurrentState state = Load(Initial), dState = Load(DFinal);
        float[] dX = new float[X.Length], dMemory = new float[Memory.Length];
        dMemory.AsSpan().Fill(float.NaN);
        Layer.Forward(P, Input, Source, lengths, state, mode, tape);
        float[] weights = [.. Enumerable.Range(0, T).SelectMany(t => tape.Weights(t).Span.ToArray())];
        if (tape.Use == TapeUse.Training)
        {
            Layer.Backward(P, Input, Source, new ReadOnlySequenceView(DY, T, B, f), dState, tape, g,
                new SequenceView(dX, T, B, E), new SequenceView(dMemory, S, B, MemorySize));
        }

        return new DecoderResult(tape.Output.Span.ToArray(), weights, Join(state), dX, dMemory, Join(dState),
            g.Dense.ToArray());
    }

    private static float[] Join(RecurrentState state) =>
        [.. Enumerable.Range(0, state.Count).SelectMany(part => state[part].Span.ToArray())];
}

/// <summary>What a run gave.</summary>
internal sealed record DecoderResult(
    float[] Y, float[] Weights, float[] Final, float[] DX, float[] DMemory, float[] DInitial, float[] Gradients);
