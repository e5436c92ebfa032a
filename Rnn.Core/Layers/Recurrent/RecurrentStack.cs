using System;
using System.Collections.Generic;
using Rnn.Core.Diagnostics;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>Which recurrent cell.</summary>
public enum RecurrentCell
{
    /// <summary><see cref="Recurrent.Lstm"/>.</summary>
    Lstm,

    /// <summary><see cref="Recurrent.Gru"/>.</summary>
    Gru,

    /// <summary><see cref="SimpleRnn"/> with tanh.</summary>
    RnnTanh,

    /// <summary><see cref="SimpleRnn"/> with relu.</summary>
    RnnRelu,
}

/// <summary>
/// Recurrent layers on top of one another: the output of each is the input of the next, with dropout after every layer
/// but the last. Names and order of parameters are PyTorch's. The derivation is in RecurrentStack.md.
/// </summary>
public sealed class RecurrentStack : RecurrentLayer
{
    private readonly SequenceLayer[] _layers;
    private readonly Dropout[] _dropouts;

    /// <summary>A stack of layers made before.</summary>
    /// <param name="name">Its name; the layers keep theirs.</param>
    /// <param name="layers">From the bottom up; each one's output fits the next one's input.</param>
    /// <param name="dropout">The rate after every layer but the last, in [0, 1); 0 by default.</param>
    /// <param name="lockedDropout">Whether that has one mask for all steps of a window; by default each step has its
    /// own.</param>
    /// <exception cref="ArgumentException">There is no layer, or two neighbours don't fit.</exception>
    public RecurrentStack(string name, IReadOnlyList<SequenceLayer> layers, double dropout = 0,
        bool lockedDropout = false)
        : base(name, First(layers).InputSize, layers[^1].OutputSize)
    {
        _layers = [.. layers];
        Dropout = dropout;
        LockedDropout = lockedDropout;
        _dropouts = new Dropout[_layers.Length - 1];
        for (int i = 0; i < _dropouts.Length; i++)
        {
            if (_layers[i].OutputSize != _layers[i + 1].InputSize)
            {
                Throw.ShapeMismatch(name, nameof(layers), $"layer {i + 1} with {_layers[i].OutputSize} inputs",
                    $"one with {_layers[i + 1].InputSize} inputs");
            }

            _dropouts[i] = new Dropout($"{name}.dropout{i}", dropout, lockedDropout);
        }
    }

    /// <summary>The layers, from the bottom up.</summary>
    public IReadOnlyList<SequenceLayer> Layers => _layers;

    /// <summary>The rate of dropout after every layer but the last.</summary>
    public double Dropout { get; }

    /// <summary>Whether that dropout has one mask for all steps of a window.</summary>
    public bool LockedDropout { get; }

    /// <inheritdoc/>
    public override bool SupportsSteps => Array.TrueForAll(_layers, layer => layer.SupportsSteps);

    /// <summary>A stack of equal cells, with PyTorch's parameter names: suffix "_l0", "_l1", ... and
    /// "_reverse".</summary>
    /// <param name="layout">Receives the parameters of all layers.</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="cell">Which cell.</param>
    /// <param name="inputSize">I of the lowest layer.</param>
    /// <param name="hiddenSize">H of each cell.</param>
    /// <param name="layers">How many layers, at least 1.</param>
    /// <param name="dropout">The rate after every layer but the last, in [0, 1); 0 by default.</param>
    /// <param name="bidirectional">Whether each layer reads in both directions; by default not.</param>
    /// <param name="options">Of every cell; the suffix is the stack's own to give. Null for the defaults.</param>
    /// <param name="lockedDropout">Whether the dropout between layers has one mask for all steps of a window; by default
    /// each step has its own.</param>
    /// <param name="lastHiddenSize">H of the uppermost layer's cells; 0, the default, for that of the others.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or the rate is out of range, or there is no such cell.
    /// </exception>
    public static RecurrentStack Create(ParameterLayout layout, string name, RecurrentCell cell, int inputSize,
        int hiddenSize, int layers, double dropout = 0, bool bidirectional = false, RecurrentOptions? options = null,
        bool lockedDropout = false, int lastHiddenSize = 0)
    {
        if (layers <= 0)
            Throw.NotPositive(nameof(layers), layers);

        if (lastHiddenSize < 0)
            Throw.NegativeSize(nameof(lastHiddenSize), lastHiddenSize);

        List<SequenceLayer> all = [];   // grows: a file may claim more layers than the layout takes
        for (int i = 0; i < layers; i++)
        {
            int size = i == 0 ? inputSize : all[i - 1].OutputSize;
            int units = i == layers - 1 && lastHiddenSize > 0 ? lastHiddenSize : hiddenSize;
            RecurrentCellLayer forward = CreateCell(layout, name, cell, size, units, Options($"_l{i}"));
            all.Add(bidirectional
                ? new Bidirectional($"{name}.l{i}", forward,
                    CreateCell(layout, name, cell, size, units, Options($"_l{i}_reverse")))
                : forward);
        }

        return new RecurrentStack(name, all, dropout, lockedDropout);

        RecurrentOptions Options(string suffix) => (options ?? new RecurrentOptions()) with { Suffix = suffix };
    }

    /// <summary>One cell of the kind asked for.</summary>
    /// <param name="layout">Receives its parameters.</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="cell">Which cell.</param>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="options">Initial values, biases, what the cell does beyond the plain one; null for the
    /// defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cell, or a size is not positive.</exception>
    public static RecurrentCellLayer CreateCell(ParameterLayout layout, string name, RecurrentCell cell, int inputSize,
        int hiddenSize, RecurrentOptions? options = null)
    {
        switch (cell)
        {
            case RecurrentCell.Lstm:
                return new Lstm(layout, name, inputSize, hiddenSize, options);
            case RecurrentCell.Gru:
                return new Gru(layout, name, inputSize, hiddenSize, options);
            case RecurrentCell.RnnTanh:
                return new SimpleRnn(layout, name, inputSize, hiddenSize, RnnActivation.Tanh, options);
            case RecurrentCell.RnnRelu:
                return new SimpleRnn(layout, name, inputSize, hiddenSize, RnnActivation.Relu, options);
            default:
                Throw.UnknownChoice(nameof(cell), cell);
                return null;
        }
    }

    /// <inheritdoc/>
    public override RecurrentState CreateState(int batch)
    {
        RecurrentState[] states = new RecurrentState[_layers.Length];
        for (int i = 0; i < states.Length; i++)
            states[i] = _layers[i].CreateState(batch);

        return new RecurrentState(states);
    }

    /// <inheritdoc/>
    public override RecurrentTape CreateTape(int maxSteps, int maxBatch, TapeUse use = TapeUse.Training)
    {
        RecurrentTape[] tapes = new RecurrentTape[_layers.Length];
        for (int i = 0; i < tapes.Length; i++)
            tapes[i] = _layers[i].CreateTape(maxSteps, maxBatch, use);

        return new StackTape(this, tapes, maxSteps, maxBatch, use);
    }

    internal override bool StateFits(RecurrentState state)
    {
        if (state.ChildCount != _layers.Length)
            return false;

        for (int i = 0; i < _layers.Length; i++)
        {
            if (!_layers[i].StateFits(state.Child(i)))
                return false;
        }

        return true;
    }

    internal override void LoadInitial(ParameterBuffer p, RecurrentState state)
    {
        for (int i = 0; i < _layers.Length; i++)
            _layers[i].LoadInitial(p, state.Child(i));
    }

    internal override void AccumulateInitial(RecurrentState dState, GradientBuffer g)
    {
        for (int i = 0; i < _layers.Length; i++)
            _layers[i].AccumulateInitial(dState.Child(i), g);
    }

    internal void Forward(ParameterBuffer p, RecurrentInput x, ReadOnlySpan<int> lengths, StackTape stack)
    {
        for (int i = 0; i < _layers.Length; i++)
        {
            RecurrentTape child = stack.Children[i];
            child.Forward(p, InputOf(i, x, stack), lengths);
            if (i < _dropouts.Length && _dropouts[i].IsActive(stack.Mode))
                _dropouts[i].Forward(child.Output, stack.Dropped(i), stack.Mode);
        }
    }

    internal void Backward(ParameterBuffer p, RecurrentInput x, ReadOnlySequenceView dY, StackTape stack,
        GradientBuffer g, SequenceView dX)
    {
        ReadOnlySequenceView dOut = dY;
        for (int i = _layers.Length - 1; i >= 0; i--)
        {
            SequenceView dIn = i > 0 ? stack.Between(i) : dX;
            stack.Children[i].Backward(p, InputOf(i, x, stack), dOut, g, dIn);
            if (i > 0)
                _dropouts[i - 1].Backward(dIn, dIn, stack.Mode);

            dOut = dIn;
        }
    }

    internal void ForwardStep(ParameterBuffer p, RecurrentInput x, int t, StackTape stack)
    {
        RecurrentInput input = x;
        for (int i = 0; i < _layers.Length; i++)
        {
            stack.Children[i].ForwardStep(p, input, t);
            MatrixView output = stack.Children[i].Output[t];
            if (i < _dropouts.Length && _dropouts[i].IsActive(stack.Mode))
            {
                MatrixView dropped = stack.Dropped(i)[t];
                _dropouts[i].ForwardStep(output, dropped, t, stack.Mode);
                output = dropped;
            }

            input = output;
        }
    }

    internal void BackwardStep(ParameterBuffer p, int t, ReadOnlyMatrixView dY, StackTape stack, MatrixView dX)
    {
        ReadOnlyMatrixView dOut = dY;
        for (int i = _layers.Length - 1; i >= 0; i--)
        {
            MatrixView dIn = i > 0 ? stack.Between(i, t) : dX;
            stack.Children[i].BackwardStep(p, t, dOut, dIn);
            if (i > 0)
                _dropouts[i - 1].BackwardStep(dIn, dIn, t, stack.Mode);

            dOut = dIn;
        }
    }

    internal void AccumulateGradients(RecurrentInput x, StackTape stack, GradientBuffer g)
    {
        for (int i = _layers.Length - 1; i >= 0; i--)
            stack.Children[i].AccumulateGradients(InputOf(i, x, stack), g);
    }

    /// <summary>What layer i read: x, or the output below it after dropout.</summary>
    private RecurrentInput InputOf(int i, RecurrentInput x, StackTape tape) =>
        i == 0 ? x : _dropouts[i - 1].IsActive(tape.Mode) ? tape.Dropped(i - 1) : tape.Children[i - 1].Output;

    private static SequenceLayer First(IReadOnlyList<SequenceLayer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count == 0)
            Throw.ShapeMismatch(nameof(RecurrentStack), nameof(layers), "at least one layer", "empty");

        return layers[0];
    }
}
