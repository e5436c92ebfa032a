using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure.Oracles;

namespace Rnn.Tests.Infrastructure;

/// <summary>
/// A gradient check of a recurrent layer in one arrangement. Sizes are small and pairwise unequal, so that a swapped
/// dimension can't fit.
/// </summary>
internal sealed record RecurrentGradientCase
{
    private const double ReluMargin = 1e-3;   // a relu nearer to its kink than this has no derivative to compare
    private const double SmallestDeviation = 0.1;
    private const ulong MostSeeds = 200;

    public RecurrentCell Cell { get; init; }

    public int Layers { get; init; } = 1;

    public bool Bidirectional { get; init; }

    public double Dropout { get; init; }

    public bool OneHot { get; init; }

    /// <summary>The options of every cell.</summary>
    public RecurrentOptions Options { get; init; } = new();

    /// <summary>Whether dropout between layers is locked.</summary>
    public bool LockedDropout { get; init; }

    /// <summary>Forward without a state, which is then the layer's own, and Backward without its gradient.</summary>
    public bool FromOwnState { get; init; }

    /// <summary>Driven by ForwardStep and BackwardStep.</summary>
    public bool StepByStep { get; init; }

    /// <summary>Whether the output has a gradient.</summary>
    public bool OutputGradient { get; init; } = true;

    /// <summary>Whether the final state has a gradient.</summary>
    public bool StateGradient { get; init; } = true;

    /// <summary>Whether the gradient of the input is asked for.</summary>
    public bool InputGradient { get; init; } = true;

    /// <summary>Steps of each row; empty when all have T.</summary>
    public int[] Lengths { get; init; } = [];

    public int T { get; init; } = 5;

    public int B { get; init; } = 2;

    public int I { get; init; } = 3;

    public int H { get; init; } = 4;

    /// <summary>Runs layer and oracle and compares them.</summary>
    /// <param name="name">What the report calls the layer.</param>
    /// <param name="options">What the report calls the arrangement.</param>
    public GradientReportRow Run(string name, string options)
    {
        for (ulong seed = 1; seed <= MostSeeds; seed++)
        {
            if (Run(name, options, seed) is { } row)
                return row;
        }

        throw new InvalidOperationException($"{name}, {options}: no seed keeps every relu {ReluMargin} away from 0, and " +
            $"every deviation above {SmallestDeviation}.");
    }

    /// <summary>With one seed; null when a relu is too near to its kink, or a row that is normalised too near to equal
    /// numbers.</summary>
    private GradientReportRow? Run(string name, string options, ulong seed)
    {
        ParameterLayout layout = new();
        SequenceLayer layer = CreateLayer(layout);
        ParameterBuffer p = TestNumbers.Parameters(layout, seed);
        bool drops = Dropout > 0 || Options.RecurrentDropout > 0 || Options.WeightDropout > 0;
        Mode mode = drops ? Mode.Training(seed, step: 7) : Mode.Inference;
        float[] x = TestNumbers.Uniform(T * B * I, seed, stream: 2);
        int[] indices = TestNumbers.Indices(T * B, I, seed, stream: 3);
        RecurrentState state = layer.CreateState(B), dState = layer.CreateState(B);
        for (int part = 0; part < state.Count; part++)
        {
            MatrixView matrix = state[part];
            TestNumbers.Uniform(matrix.Span.Length, seed, 10 + (ulong)part).CopyTo(matrix.Span);
        }

        Dictionary<string, double[]> values =
            layout.Slots.ToDictionary(slot => slot.Name, slot => TestNumbers.ToDouble(p[slot].Span));
        double[] xDouble = OneHot ? Expand(indices) : TestNumbers.ToDouble(x);
        double[][] initial = [.. ToArrays(state).Select(part => TestNumbers.ToDouble(part))];
        RecurrentOracle oracle = RecurrentOracle.Of(layer, slot => values[slot.Name], mode);
        double[][] Oracle() => RunOracle(oracle, xDouble, FromOwnState ? OwnState(layer, values) : initial);
        Oracle();
        if (oracle.ReluMargin < ReluMargin || oracle.SmallestDeviation < SmallestDeviation)
            return null;

        int outputCount = T * B * layer.OutputSize;
        float[] dY = OutputGradient ? TestNumbers.Uniform(outputCount, seed, stream: 4) : new float[outputCount];
        ClearPastLengths(dY);   // no gradient flows through what an output repeats
        if (StateGradient && !FromOwnState)
        {
            for (int part = 0; part < state.Count; part++)
            {
                MatrixView matrix = dState[part];
                TestNumbers.Uniform(matrix.Span.Length, seed, 30 + (ulong)part).CopyTo(matrix.Span);
            }
        }

        float[][] stateCotangents = ToArrays(dState);
        RecurrentTape tape = layer.CreateTape(T + 1, B + 1);
        GradientBuffer g = new(layout);
        float[] dX = InputGradient && !OneHot ? new float[T * B * I] : [];
        Drive(layer, p, OneHot ? RecurrentInput.OneHot(indices, T, B, I) : new ReadOnlySequenceView(x, T, B, I),
            state, mode, tape, dY, dState, g, dX);

        List<GradientVariable> variables = [.. layout.Slots.Select(
            slot => new GradientVariable(slot.Name, values[slot.Name], g[slot].Span.ToArray()))];
        if (dX.Length > 0)
            variables.Add(new GradientVariable("x", xDouble, dX));

        List<GradientOutput> outputs = [new("y", tape.Output.Span.ToArray(), dY)];
        float[][] finalState = ToArrays(state), dInitial = ToArrays(dState);
        for (int part = 0; part < state.Count && !FromOwnState; part++)
        {
            variables.Add(new GradientVariable($"initial state {part}", initial[part], dInitial[part]));
            outputs.Add(new GradientOutput($"final state {part}", finalState[part], stateCotangents[part]));
        }

        return GradientCheck.Run(name, options, variables, outputs, Oracle);
    }

    private void ClearPastLengths(float[] dY)
    {
        int features = dY.Length / (T * B);
        for (int b = 0; b < Lengths.Length; b++)
        {
            for (int t = Lengths[b]; t < T; t++)
                dY.AsSpan(((t * B) + b) * features, features).Clear();
        }
    }

    private SequenceLayer CreateLayer(ParameterLayout layout)
    {
        if (Layers > 1)
        {
            return RecurrentStack.Create(layout, "stack", Cell, I, H, Layers, Dropout, Bidirectional, Options,
                LockedDropout);
        }

        RecurrentCellLayer forwards = RecurrentStack.CreateCell(layout, "cell", Cell, I, H, Options);
        return !Bidirectional ? forwards : new Bidirectional("both", forwards,
            RecurrentStack.CreateCell(layout, "cell", Cell, I, H, Options with { Suffix = "_l0_reverse" }));
    }

    private void Drive(SequenceLayer layer, ParameterBuffer p, RecurrentInput x, RecurrentState state, Mode mode,
        RecurrentTape tape, float[] dY, RecurrentState dState, GradientBuffer g, float[] dX)
    {
        ReadOnlySequenceView dOutput = OutputGradient ? new ReadOnlySequenceView(dY, T, B, layer.OutputSize) : default;
        SequenceView dInput = dX.Length > 0 ? new SequenceView(dX, T, B, I) : default;
        if (FromOwnState)
        {
            layer.Forward(p, x, Lengths, mode, tape);
            layer.Backward(p, x, dOutput, tape, g, dInput);
            return;
        }

        if (!StepByStep)
        {
            layer.Forward(p, x, Lengths, state, mode, tape);
            layer.Backward(p, x, dOutput, dState, tape, g, dInput);
            return;
        }

        RecurrentLayer recurrent = (RecurrentLayer)layer;
        recurrent.Begin(state, T, mode, tape);
        for (int t = 0; t < T; t++)
        {
            RecurrentInput step = x.IsOneHot ? RecurrentInput.OneHot(x.Indices.Slice(t * B, B), 1, B, I) : x.Dense[t];
            recurrent.ForwardStep(p, step, t, tape);
        }

        recurrent.End(state, tape);
        recurrent.BeginBackward(dState, tape);
        for (int t = T - 1; t >= 0; t--)
        {
            recurrent.BackwardStep(
                p, t, dOutput.IsEmpty ? default : dOutput[t], tape, dInput.IsEmpty ? default : dInput[t]);
        }

        recurrent.EndBackward(x, dState, tape, g);
    }

    /// <summary>Output [T, B, F] and final states, row by row of the batch.</summary>
    private double[][] RunOracle(RecurrentOracle oracle, double[] x, double[][] initial)
    {
        double[][] final = [.. initial.Select(part => (double[])part.Clone())];
        double[] y = [];
        for (int b = 0; b < B; b++)
        {
            double[][] rowX = [.. Enumerable.Range(0, T).Select(t => x[(((t * B) + b) * I)..(((t * B) + b + 1) * I)])];
            double[][] rowState = [.. final.Select(part => part[(b * H)..((b + 1) * H)])];
            double[][] rowY = oracle.Run(rowX, Lengths.Length == 0 ? T : Lengths[b], b, B, rowState);
            int features = rowY[0].Length;
            y = y.Length == 0 ? new double[T * B * features] : y;
            for (int t = 0; t < T; t++)
                rowY[t].CopyTo(y, ((t * B) + b) * features);

            for (int part = 0; part < final.Length; part++)
                rowState[part].CopyTo(final[part], b * H);
        }

        return [y, .. final];
    }

    /// <summary>The state that every row begins from, [B*H] a part.</summary>
    private double[][] OwnState(SequenceLayer layer, Dictionary<string, double[]> values)
    {
        return [.. Cells(layer).SelectMany(cell => cell is Lstm
            ? new[] { Rows(cell.InitialHidden), Rows(cell.InitialCell) }
            : [Rows(cell.InitialHidden)])];

        double[] Rows(ParameterSlot? slot) => slot is { } learnt
            ? [.. Enumerable.Repeat(values[learnt.Name], B).SelectMany(row => row)]
            : new double[B * H];

        static IEnumerable<RecurrentCellLayer> Cells(SequenceLayer layer) => layer switch
        {
            RecurrentStack stack => stack.Layers.SelectMany(Cells),
            Bidirectional both => [.. Cells(both.Forwards), .. Cells(both.Backwards)],
            _ => [(RecurrentCellLayer)layer],
        };
    }

    private double[] Expand(int[] indices)
    {
        double[] x = new double[indices.Length * I];
        for (int i = 0; i < indices.Length; i++)
            x[(i * I) + indices[i]] = 1;

        return x;
    }

    private static float[][] ToArrays(RecurrentState state)
    {
        float[][] parts = new float[state.Count][];
        for (int part = 0; part < parts.Length; part++)
            parts[part] = state[part].Span.ToArray();

        return parts;
    }
}
