using System;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>y_t = [forwards_t | backwards_t], the second reading x from the row's last step to its first.</summary>
internal sealed class BidirectionalOracle(RecurrentOracle forwards, RecurrentOracle backwards) : RecurrentOracle
{
    public override int StateCount => forwards.StateCount + backwards.StateCount;

    public override double ReluMargin => Math.Min(forwards.ReluMargin, backwards.ReluMargin);

    public override double SmallestDeviation => Math.Min(forwards.SmallestDeviation, backwards.SmallestDeviation);

    public override double[][] Run(double[][] x, int length, int row, int batch, ReadOnlySpan<double[]> state)
    {
        double[][] mirrored = Mirror(x, length);
        double[][] first = forwards.Run(x, length, row, batch, state[..forwards.StateCount]);
        double[][] second = Mirror(backwards.Run(mirrored, length, row, batch, state[forwards.StateCount..]), length);
        double[][] y = new double[x.Length][];
        for (int t = 0; t < x.Length; t++)
            y[t] = [.. first[t], .. second[t]];

        return y;
    }

    private static double[][] Mirror(double[][] x, int length)
    {
        double[][] mirrored = (double[][])x.Clone();
        Array.Reverse(mirrored, 0, length);
        return mirrored;
    }
}
