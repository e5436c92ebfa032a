using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>
/// One row of a batch through a recurrent layer, in double, by the definition and with nothing done at once: the second
/// implementation that the layers are compared with. Parameters are read anew at each run, so that a caller may move
/// one and run again.
/// </summary>
internal abstract class RecurrentOracle
{
    /// <summary>How many vectors the state of a row has.</summary>
    public abstract int StateCount { get; }

    /// <summary>The smallest |.| that a relu was given so far: below it, a relu has a kink.</summary>
    public virtual double ReluMargin => double.PositiveInfinity;

    /// <summary>The smallest deviation, but for 0, that normalisation divided by so far: a small one enlarges every
    /// rounding.</summary>
    public virtual double SmallestDeviation => double.PositiveInfinity;

    /// <summary>The oracle of a layer.</summary>
    /// <param name="layer">Whose sizes and slots.</param>
    /// <param name="values">The values of a slot, as they lie in memory; kept.</param>
    /// <param name="mode">What keys dropout.</param>
    public static RecurrentOracle Of(
        SequenceLayer layer, Func<ParameterSlot, double[]> values, Mode mode) =>
        layer switch
        {
            Lstm cell => new LstmOracle(cell, values, mode),
            Gru cell => new GruOracle(cell, values, mode),
            SimpleRnn cell => new SimpleRnnOracle(cell, values, mode),
            Bidirectional both => new BidirectionalOracle(
                Of(both.Forwards, values, mode), Of(both.Backwards, values, mode)),
            RecurrentStack stack => new StackOracle(stack, values, mode),
            _ => throw new ArgumentException($"no oracle for {layer.GetType().Name}", nameof(layer)),
        };

    /// <summary>Outputs [T][F] of row <paramref name="row"/> of a batch.</summary>
    /// <param name="x">[T][I]. Read.</param>
    /// <param name="length">Steps of this row, 1 .. T.</param>
    /// <param name="row">Its place in the batch, on which dropout depends.</param>
    /// <param name="batch">B.</param>
    /// <param name="state">[StateCount][H]. Read, then overwritten with the final state.</param>
    public abstract double[][] Run(double[][] x, int length, int row, int batch, ReadOnlySpan<double[]> state);

    protected static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
