using System;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Tests.Infrastructure;

/// <summary>A recurrent layer with random parameters, and how to run it on a window.</summary>
internal sealed class RecurrentSetup
{
    private readonly ulong _seed;

    public RecurrentSetup(RecurrentCell cell, int layers, bool bidirectional, int inputSize, int hiddenSize, ulong seed,
        double dropout = 0, RecurrentOptions? options = null, bool lockedDropout = false)
    {
        _seed = seed;
        Layout = new ParameterLayout();
        Layer = RecurrentStack.Create(Layout, "layer", cell, inputSize, hiddenSize, layers, dropout, bidirectional,
            options, lockedDropout);
        P = TestNumbers.Parameters(Layout, seed, 0.5f);
    }

    public ParameterLayout Layout { get; }

    public RecurrentStack Layer { get; }

    public ParameterBuffer P { get; }

    /// <summary>Random input, cotangents and initial state of a window.</summary>
    public Window CreateWindow(int steps, int batch, int[]? lengths = null, Mode mode = default)
    {
        Window w = new()
        {
            T = steps,
            B = batch,
            Lengths = lengths ?? [],
            Mode = mode,
            X = TestNumbers.Uniform(steps * batch * Layer.InputSize, _seed, 2),
            DY = TestNumbers.Uniform(steps * batch * Layer.OutputSize, _seed, 3),
            State = Layer.CreateState(batch),
            DState = Layer.CreateState(batch),
        };
        for (int part = 0; part < w.State.Count; part++)
        {
            MatrixView state = w.State[part], dState = w.DState[part];
            TestNumbers.Uniform(state.Span.Length, _seed, 10 + (ulong)part).CopyTo(state.Span);
            TestNumbers.Uniform(dState.Span.Length, _seed, 30 + (ulong)part).CopyTo(dState.Span);
        }

        return w;
    }

    /// <summary>Forward and Backward of a window; its states become the final one and dL by the initial one.</summary>
    public RunResult Run(Window w, RecurrentTape? tape = null, ParameterBuffer? parameters = null,
        bool throughTape = false, bool overX = false)
    {
        ParameterBuffer p = parameters ?? P;
        tape ??= Layer.CreateTape(w.T, w.B);
        GradientBuffer g = new(Layout);
        float[] dX = overX ? w.X : new float[w.X.Length];
        Layer.Forward(p, w.Input, w.Lengths, w.State, w.Mode, tape);
        float[] y = tape.Output.Span.ToArray();
        ReadOnlySequenceView dY = new(w.DY, w.T, w.B, Layer.OutputSize);
        if (throughTape)
        {
            w.DY.CopyTo(tape.OutputGradient.Span);
            dY = tape.OutputGradient;
        }

        Layer.Backward(p, w.Input, dY, w.DState, tape, g, new SequenceView(dX, w.T, w.B, Layer.InputSize));
        return new RunResult(y, Flatten(w.State), dX, Flatten(w.DState), g.Dense.ToArray());
    }

    /// <summary>The same, step by step.</summary>
    public RunResult RunSteps(Window w)
    {
        RecurrentTape tape = Layer.CreateTape(w.T, w.B);
        GradientBuffer g = new(Layout);
        float[] dX = new float[w.X.Length];
        ReadOnlySequenceView x = new(w.X, w.T, w.B, Layer.InputSize), dY = new(w.DY, w.T, w.B, Layer.OutputSize);
        SequenceView dInput = new(dX, w.T, w.B, Layer.InputSize);
        Layer.Begin(w.State, w.T, w.Mode, tape);
        for (int t = 0; t < w.T; t++)
            Layer.ForwardStep(P, x[t], t, tape);

        Layer.End(w.State, tape);
        float[] y = tape.Output.Span.ToArray();
        Layer.BeginBackward(w.DState, tape);
        for (int t = w.T - 1; t >= 0; t--)
            Layer.BackwardStep(P, t, dY[t], tape, dInput[t]);

        Layer.EndBackward(x, w.DState, tape, g);
        return new RunResult(y, Flatten(w.State), dX, Flatten(w.DState), g.Dense.ToArray());
    }

    /// <summary>All parts of a state below one another.</summary>
    public static float[] Flatten(RecurrentState state) =>
        [.. Enumerable.Range(0, state.Count).SelectMany(part => state[part].Span.ToArray())];
}

/// <summary>What a layer is run on.</summary>
internal sealed class Window
{
    public required int T { get; init; }

    public required int B { get; init; }

    public required int[] Lengths { get; init; }

    public required Mode Mode { get; init; }

    public required float[] X { get; init; }

    public required float[] DY { get; init; }

    public required RecurrentState State { get; init; }

    public required RecurrentState DState { get; init; }

    public ReadOnlySequenceView Input => new(X, T, B, X.Length / (T * B));

    /// <summary>Some rows of the batch, in this order, for the first steps.</summary>
    /// <param name="empty">A window of those rows without random numbers in it: overwritten.</param>
    /// <param name="rows">Which rows.</param>
    public void CopyRowsTo(Window empty, params int[] rows)
    {
        Pick(X, empty.X, B, empty.T, rows);
        Pick(DY, empty.DY, B, empty.T, rows);
        for (int part = 0; part < State.Count; part++)
        {
            Pick(State[part].Span, empty.State[part].Span, B, 1, rows);
            Pick(DState[part].Span, empty.DState[part].Span, B, 1, rows);
        }
    }

    /// <summary>to[t, i] = from[t, rows[i]] for the first steps of a sequence [T, B, F].</summary>
    public static void Pick(ReadOnlySpan<float> from, Span<float> to, int batch, int steps, params int[] rows)
    {
        int features = to.Length / (steps * rows.Length);
        for (int t = 0; t < steps; t++)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                from.Slice(((t * batch) + rows[i]) * features, features)
                    .CopyTo(to[(((t * rows.Length) + i) * features)..]);
            }
        }
    }
}

/// <summary>What came out of Forward and Backward of a window.</summary>
internal sealed record RunResult(float[] Y, float[] Final, float[] DX, float[] DInitial, float[] Gradients);
