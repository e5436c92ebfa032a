using System.Collections.Generic;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Models.Batching;
using Rnn.Models.Training;

namespace Rnn.Tests.Training;

/// <summary>Passes so small that what a trainer does with them is known by hand.</summary>
internal static class SmallPasses
{
    /// <summary>Parameters of these slots.</summary>
    public static ParameterBuffer Zeros(params (string Name, int Rows, int Cols)[] slots)
    {
        ParameterLayout layout = new();
        foreach ((string name, int rows, int cols) in slots)
            layout.Add(name, rows, cols, SlotOrientation.AsStored);

        return new ParameterBuffer(layout);
    }
}

/// <summary>Batch i is the number i; it has one target, or as many as a list says.</summary>
internal sealed class Numbers(int count, params long[] targets) : IBatches<int>
{
    public int Count => count;

    public BatchShape Most => new(1);

    public long Targets(int epoch, int index) => targets.Length == 0 ? 1 : targets[index];

    public int Get(int epoch, int index) => index;
}

/// <summary>One parameter p and, for each of the batch's targets, the loss (p - b)^2.</summary>
internal sealed class Quadratic(params long[] targets) : Pass<int>("quadratic", SmallPasses.Zeros(("p", 1, 1)))
{
    public override IReadOnlyList<Measure> Measures => [Measure.Accuracy];

    public override LossSum ForwardBackward(in int batch, Mode mode, float scale, GradientBuffer g)
    {
        long n = targets.Length == 0 ? 1 : targets[batch];
        float difference = Parameters.Dense[0] - batch;
        g[Parameters.Layout.Slots[0]][0, 0] += scale * n * 2 * difference;
        return new LossSum(n * difference * difference, n);
    }

    // Better and better, while the loss gets worse.
    public override LossSum Evaluate(in int batch, Measurements results)
    {
        float p = Parameters.Dense[0];
        results.Add(Measure.Accuracy, p, 1);
        return new LossSum(p * p, 1);
    }
}

/// <summary>At the third step the gradient of the second parameter is not a number.</summary>
internal sealed class Explosive() : Pass<int>("explosive", SmallPasses.Zeros(("first.weight", 2, 3), ("second.weight", 2, 3)))
{
    public int InfiniteLossAt { get; init; } = -1;

    public override LossSum ForwardBackward(in int batch, Mode mode, float scale, GradientBuffer g)
    {
        IReadOnlyList<ParameterSlot> slots = Parameters.Layout.Slots;
        g[slots[0]].Span.Fill(scale);
        g[slots[1]].Span.Fill(batch == 2 ? float.NaN : scale);
        return new LossSum(batch == InfiniteLossAt ? double.PositiveInfinity : 1, 1);
    }

    public override LossSum Evaluate(in int batch, Measurements results) => default;
}
