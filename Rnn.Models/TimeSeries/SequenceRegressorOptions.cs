using Rnn.Core.Layers.Recurrent;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.TimeSeries;

/// <summary>The shape of a <see cref="SequenceRegressor"/>: that of its cells, and the following.</summary>
public sealed record SequenceRegressorOptions : RecurrentOptions
{
    /// <summary>The defaults, with orthogonal initial values among them.</summary>
    public SequenceRegressorOptions() => Initialization = RecurrentInitialization.Orthogonal;

    /// <summary>I, numbers of a step's input, at least 1 (the default).</summary>
    public int InputSize { get; init; } = 1;

    /// <summary>O, numbers that are predicted at each step, at least 1 (the default).</summary>
    public int OutputSize { get; init; } = 1;

    /// <summary>The recurrent cell; the simple RNN with tanh by default.</summary>
    public RecurrentCell Cell { get; init; } = RecurrentCell.RnnTanh;

    /// <summary>H, units of each layer, at least 1; 32 by default.</summary>
    public int HiddenSize { get; init; } = 32;

    /// <summary>Number of recurrent layers, at least 1 (the default).</summary>
    public int Layers { get; init; } = 1;

    /// <summary>The share of values that dropout clears between layers, 0 (the default) or more and below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>Refuses what is out of range.</summary>
    /// <exception cref="System.ArgumentException">Says which option, and what was expected.</exception>
    public void Check()
    {
        Throw.IfBelow(nameof(InputSize), InputSize, 1);
        Throw.IfBelow(nameof(OutputSize), OutputSize, 1);
        Throw.IfUndefined(nameof(Cell), Cell);
        Throw.IfBelow(nameof(HiddenSize), HiddenSize, 1);
        Throw.IfBelow(nameof(Layers), Layers, 1);
        Throw.IfNoRate(nameof(Dropout), Dropout);
        Throw.IfNoRate(nameof(RecurrentDropout), RecurrentDropout);
        Throw.IfNoRate(nameof(WeightDropout), WeightDropout);
        Throw.IfUndefined(nameof(Initialization), Initialization);
        if (LearnInitialState)
            Throw.StateIsCarried(nameof(SequenceRegressor), nameof(LearnInitialState));
    }
}
