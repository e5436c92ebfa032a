using System;
using System.Linq;
using Rnn.Core.Losses;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure.Oracles;
using Xunit;

namespace Rnn.Tests.Losses;

/// <summary>Both penalties of activations. (Their gradients at small shapes: GradientTests; threads:
/// LossThreadTests.)</summary>
public class ActivationPenaltyTests
{
    private delegate LossSum Penalty(ReadOnlySequenceView h, ReadOnlySpan<int> lengths, float scale, SequenceView dH);

    private static readonly Penalty[] s_all =
        [ActivationPenalty.ForwardBackward, TemporalActivationPenalty.ForwardBackward];

    // h = torch.tensor([math.sin(i + 1) for i in range(12)], requires_grad=True); x = h.reshape(3, 2, 2)
    // l = x.pow(2).mean(); l.backward(): the mean over [T, B, H], whatever their number
    [Fact]
    public void OneFullWindowHasTheMeansOfThePaper()
    {
        float[] h = [.. Enumerable.Range(0, 12).Select(i => MathF.Sin(i + 1))];
        double[] changes = [.. Enumerable.Range(4, 8).Select(i => Math.Pow(h[i] - h[i - 4], 2))];
        Assert.Equal(h.Average(value => (double)value * value), ActivationPenalty.Forward(new(h, 3, 2, 2), default).Mean, 1e-7);
        Assert.Equal(changes.Average(), TemporalActivationPenalty.Forward(new(h, 3, 2, 2), default).Mean, 1e-7);
        Assert.Equal(6, ActivationPenalty.Forward(new(h, 3, 2, 2), default).Count);
        Assert.Equal(6, TemporalActivationPenalty.Forward(new(h, 3, 2, 2), default).Count);
    }

    [Fact]
    public void AWindowOfOneStepHasNoChanges()
    {
        float[] h = [1, 2, 3, 4, 5, 6];
        Assert.Equal(new LossSum(0, 0), TemporalActivationPenalty.Forward(new(h, 1, 3, 2), default));
        Assert.Equal(new LossSum(0, 0), TemporalActivationPenalty.Forward(new(h, 3, 1, 2), [1]));
        Assert.Equal(3, ActivationPenalty.Forward(new(h, 1, 3, 2), default).Count);
    }

    [Fact]
    public void GradientsOfManyShapes()
    {
        foreach ((int steps, int batch, int features) in new[] { (1, 3, 5), (2, 1, 1), (7, 2, 33), (3, 2, 1100), (5, 4, 16) })
        {
            float[] h = Compare.Numbers(steps * batch * features, 1);
            foreach (int[] lengths in new[] { [], Enumerable.Range(0, batch).Select(b => steps - (b % (steps + 1))).ToArray() })
            {
                float[] size = new float[h.Length], change = new float[h.Length];
                LossSum first = ActivationPenalty.ForwardBackward(new(h, steps, batch, features), lengths, 40,
                    new(size, steps, batch, features));
                LossSum second = TemporalActivationPenalty.ForwardBackward(new(h, steps, batch, features), lengths, 40,
                    new(change, steps, batch, features));
                Assert.Equal(first, ActivationPenalty.Forward(new(h, steps, batch, features), lengths));
                Assert.Equal(second, TemporalActivationPenalty.Forward(new(h, steps, batch, features), lengths));
                double[] x = Array.ConvertAll(h, value => (double)value);
                Compare.Near([LossOracle.ActivationPenalty(x, steps, batch, lengths).Sum,
                    LossOracle.TemporalActivationPenalty(x, steps, batch, lengths).Sum], [first.Sum, second.Sum]);
                if (h.Length > 1000)
                    continue;

                Compare.Gradient(at => 40 * LossOracle.ActivationPenalty(at, steps, batch, lengths).Sum, h, size);
                Compare.Gradient(at => 40 * LossOracle.TemporalActivationPenalty(at, steps, batch, lengths).Sum, h, change);
            }
        }
    }

    [Fact]
    public void TheGradientIsAdded()
    {
        float[] h = Compare.Numbers(24, 1);
        foreach (Penalty penalty in s_all)
        {
            float[] alone = new float[24], added = new float[24];
            Array.Fill(added, 2f);
            penalty(new(h, 4, 2, 3), default, 0.5f, new(alone, 4, 2, 3));
            penalty(new(h, 4, 2, 3), default, 0.5f, new(added, 4, 2, 3));
            Assert.Contains(alone, value => value != 0);
            Compare.Near([.. alone.Select(value => value + 2.0)], added);
        }
    }

    /// <summary>A row's gradient has the same bits alone, and with all lengths given; NaN past its length counts
    /// nowhere.</summary>
    [Fact]
    public void RowsDontDependOnEachOtherNorOnPadding()
    {
        const int steps = 5, batch = 3, features = 19;
        int[] lengths = [5, 2, 1];
        float[] h = Compare.Numbers(steps * batch * features, 1);
        foreach (Penalty penalty in s_all)
        {
            float[] all = Gradient(h, batch, [5, 5, 5]), given = Gradient(h, batch, []);
            Assert.Equal(all, given);

            float[] padded = [.. h];
            for (int i = 0; i < h.Length; i++)
            {
                if (i / (batch * features) >= lengths[i / features % batch])
                    padded[i] = float.NaN;
            }

            float[] ragged = Gradient(padded, batch, lengths);
            Assert.All(ragged, value => Assert.True(float.IsFinite(value)));
            for (int b = 0; b < batch; b++)
            {
                float[] alone = Gradient(Row(padded, b), 1, [lengths[b]]);
                Assert.Equal(alone, Row(ragged, b));
            }

            float[] Gradient(float[] values, int rows, int[] of)
            {
                float[] d = new float[values.Length];
                Assert.True(double.IsFinite(penalty(new(values, steps, rows, features), of, 0.3f,
                    new(d, steps, rows, features)).Sum));
                return d;
            }
        }

        static float[] Row(float[] values, int b) =>
            [.. values.Where((_, i) => i / features % batch == b)];
    }

    /// <summary>Two batches of a step with the step's scale give what one of both together gives.</summary>
    [Fact]
    public void TheScaleIsOfTheWholeStep()
    {
        const int steps = 4, features = 3;
        float[] h = Compare.Numbers(steps * 3 * features, 1);
        foreach (Penalty penalty in s_all)
        {
            const float scale = 2f / (3 * steps);   // alpha / targets
            float[] d = new float[h.Length];
            LossSum whole = penalty(new(h, steps, 3, features), default, scale, new(d, steps, 3, features));
            LossSum parts = default;
            foreach (int[] rows in (int[][])[[0], [1, 2]])
            {
                float[] part = [.. h.Where((_, i) => rows.Contains(i / features % 3))], dPart = new float[part.Length];
                parts += penalty(new(part, steps, rows.Length, features), default, scale,
                    new(dPart, steps, rows.Length, features));
                Assert.Equal([.. d.Where((_, i) => rows.Contains(i / features % 3))], dPart);
            }

            Assert.Equal(whole.Count, parts.Count);
            Assert.Equal(whole.Sum, parts.Sum, 1e-12);
        }
    }

    [Fact]
    public void WrongArguments()
    {
        float[] h = new float[12], d = new float[12];
        Assert.StartsWith("'ActivationPenalty': dH overlaps h", Assert.Throws<ArgumentException>(
            () => ActivationPenalty.ForwardBackward(new(h, 3, 2, 2), default, 1, new(h, 3, 2, 2))).Message, StringComparison.Ordinal);
        foreach (Penalty penalty in s_all)
        {
            Assert.Throws<ArgumentException>(() => penalty(new(h, 3, 2, 2), default, 1, new(d, 2, 3, 2)));
            Assert.Throws<ArgumentException>(() => penalty(new(h, 3, 2, 2), [1], 1, new(d, 3, 2, 2)));
            Assert.Throws<ArgumentOutOfRangeException>(() => penalty(new(h, 3, 2, 2), [1, 4], 1, new(d, 3, 2, 2)));
        }
    }
}
