using System;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>One row of a decoder, in double, step by step: Forward alone.</summary>
/// <param name="layer">Whose layers and options.</param>
/// <param name="values">The values of a parameter by its name, as they lie in memory; read anew each time.</param>
internal sealed class AttentionDecoderOracle(AttentionDecoder layer, Func<string, double[]> values)
{
    private readonly AttentionOracle _attention = new(layer.Attention, values);
    private readonly RecurrentOracle _cells = RecurrentOracle.Of(layer.Recurrent, slot => values(slot.Name), Mode.Inference);

    /// <summary>How many vectors the state of a row has.</summary>
    public int StateCount => _cells.StateCount;

    /// <summary>Outputs [T][F] and weights [T][S].</summary>
    /// <param name="x">[T][E]. Read.</param>
    /// <param name="memory">[S][M]. Read.</param>
    /// <param name="length">1 .. S.</param>
    /// <param name="state">[StateCount][H], the last layer's last. Read, then overwritten with the final state.</param>
    public (double[][] Y, double[][] Weights) Run(double[][] x, double[][] memory, int length, double[][] state)
    {
        double[][] y = new double[x.Length][], weights = new double[x.Length][];
        double[] fed = new double[layer.Recurrent.OutputSize];
        double[] hidden = (double[])state[TopHidden(state)].Clone();
        for (int t = 0; t < x.Length; t++)
        {
            double[] context;
            if (layer.Options.Order == AttentionOrder.Before)
            {
                (context, weights[t]) = _attention.Attend(hidden, memory, length);
                hidden = Step([.. x[t], .. context]);
                y[t] = [.. hidden, .. context];
            }
            else
            {
                hidden = Step(layer.Options.InputFeeding ? [.. x[t], .. fed] : x[t]);
                (context, weights[t]) = _attention.Attend(hidden, memory, length);
                y[t] = [.. AttentionOracle.Times([.. context, .. hidden], values($"{layer.Name}.combine.weight"),
                    fed.Length).Select(Math.Tanh)];
                fed = y[t];
            }
        }

        return (y, weights);

        double[] Step(double[] input) => _cells.Run([input], 1, 0, 1, state)[0];
    }

    /// <summary>The place of the top layer's h: of LSTMs h and c alternate.</summary>
    private int TopHidden(double[][] state) => state.Length - (state.Length / layer.Recurrent.CreateState(1).Layers);
}
