using System;
using Rnn.Core.Optimizers;
using Xunit;

namespace Rnn.Tests.Optimizers;

/// <summary>
/// Against PyTorch 1.13:
/// <code>
/// o = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 0.5); s = torch.optim.lr_scheduler.StepLR(o, 3, 0.5)
/// for t in range(8): print(o.param_groups[0]['lr']); o.step(); s.step()
/// </code>
/// </summary>
public class LearningRateScheduleTests
{
    [Fact]
    public void Constant() => Check(new ConstantSchedule(0.5), [0.5, 0.5, 0.5]);

    // StepLR(o, 3, 0.5)
    [Fact]
    public void Step() => Check(new StepSchedule(0.5, 3, 0.5), [0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125]);

    // Zaremba, Sutskever and Vinyals: for 4 epochs of 2 steps, then half in each epoch
    [Fact]
    public void StepAfterMoreOfThemFirst()
    {
        Check(new StepSchedule(1, 2, 0.5, first: 8), [1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.125]);
        Check(new StepSchedule(1, 3, 0.5, first: 1), [1, 0.5, 0.5, 0.5, 0.25]);
        StepSchedule plain = new(0.3, 4, 0.7), same = new(0.3, 4, 0.7, first: 4);
        for (int step = 0; step < 50; step++)
            Assert.Equal(plain.RateAt(step), same.RateAt(step));

        Assert.Equal("step rate=0.3 period=4 factor=0.7", plain.Description);   // that of checkpoints so far
        Assert.Equal("step rate=0.3 period=4 factor=0.7 first=4", same.Description);
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepSchedule(1, 2, 0.5, first: -1));
    }

    // A quarter as soon as a loss is no better than the best so far
    [Fact]
    public void PlateauWithoutPatience()
    {
        ReduceOnPlateau schedule = new(20, factor: 0.25, patience: 0, threshold: 0);
        foreach ((double loss, double rate) in new[] { (5, 20), (4.9, 20), (4.95, 5), (4.9, 1.25), (4.89, 1.25), (6, 0.3125) })
        {
            schedule.Observe(loss);
            Assert.Equal(rate, schedule.RateAt(0));
        }
    }

    // ExponentialLR(o, 0.9)
    [Fact]
    public void Exponential() => Check(new ExponentialSchedule(0.5, 0.9), [0.5, 0.45, 0.405, 0.3645, 0.32805]);

    // CosineAnnealingLR(o, 6, 0.1); after its end PyTorch's rises again, ours stays
    [Fact]
    public void Cosine() => Check(new CosineSchedule(0.5, 6, minimum: 0.1),
        [0.5, 0.47320508075688783, 0.4, 0.3, 0.2, 0.1267949192431123, 0.1, 0.1, 0.1]);

    /// <summary>Up to the warm-up's end, and by the square root from there.</summary>
    [Fact]
    public void InverseSquareRoot() => Check(new InverseSquareRootSchedule(0.5, 4),
        [0.125, 0.25, 0.375, 0.5, 1 / Math.Sqrt(5), 1 / Math.Sqrt(6), 1 / Math.Sqrt(7)]);

    [Fact]
    public void CosineWithWarmup() => Check(new CosineSchedule(0.5, 10, warmup: 4, minimum: 0.1),
        [0.125, 0.25, 0.375, 0.5, 0.5, 0.47320508075688783, 0.4, 0.3, 0.2, 0.1267949192431123, 0.1]);

    // s = ReduceLROnPlateau(o, factor=0.5, patience=1, threshold=0.1, min_lr=0.1); s.step(v); print(lr)
    [Fact]
    public void Plateau()
    {
        double[] losses = [3, 2, 1.9, 1.85, 1.5, double.NaN, 1.4, 1.45, 1.39, 1.38, 1.37, 1.0];
        double[] rates = [0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125, 0.1, 0.1, 0.1, 0.1];
        ReduceOnPlateau schedule = new(0.5, 0.5, 1, 0.1, 0.1);
        for (int i = 0; i < losses.Length; i++)
        {
            ReduceOnPlateau resumed = new(0.5, 0.5, 1, 0.1, 0.1);
            resumed.SetState(schedule.GetState());
            schedule = resumed;
            Assert.All(schedule.GetState(), number => Assert.True(double.IsFinite(number)));
            schedule.Observe(losses[i]);
            Assert.Equal(rates[i], schedule.RateAt(i), 15);
        }

        Assert.Equal(1.0, schedule.Best);
        Assert.Equal(0, schedule.WithoutImprovement);
    }

    [Fact]
    public void OnlyThePlateauListensAndHasState()
    {
        CosineSchedule schedule = new(0.5, 10);
        schedule.Observe(1);
        Assert.Empty(schedule.GetState());
        schedule.SetState([]);
        Assert.Throws<ArgumentException>(() => schedule.SetState([1.0]));
        Assert.Throws<ArgumentException>(() => new ReduceOnPlateau(1).SetState([1.0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceOnPlateau(1).SetState([2.0, 1, 0]));
        Wrong([1, double.NaN, 0], "NaN");
        Wrong([1, 2, -1], "-1");
        Wrong([1, 2, double.NaN], "NaN");
        Wrong([1, double.PositiveInfinity, -1], "Infinity");
        ReduceOnPlateau longest = new(1);
        longest.SetState([0.5, 2, int.MaxValue]);
        Assert.Equal((2.0, int.MaxValue), (longest.Best, longest.WithoutImprovement));

        static void Wrong(double[] state, string value) => Assert.Contains($"state is {value}; expected finite numbers",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceOnPlateau(1).SetState(state)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Descriptions()
    {
        Assert.Equal("cosine rate=0.5 steps=10 warmup=2 minimum=0", new CosineSchedule(0.5, 10, 2).Description);
        Assert.Equal("plateau rate=1 factor=0.1 patience=10 threshold=0.0001 minimum=0",
            new ReduceOnPlateau(1).Description);
    }

    [Fact]
    public void WhatIsOutOfRangeIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConstantSchedule(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConstantSchedule(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConstantSchedule(1).RateAt(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepSchedule(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepSchedule(1, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExponentialSchedule(1, 1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(1, 5, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(1, 5, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(1, 5, 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceOnPlateau(1, patience: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceOnPlateau(1, threshold: 1));
    }

    private static void Check(LearningRateSchedule schedule, double[] expected)
    {
        for (int step = 0; step < expected.Length; step++)
            Assert.Equal(expected[step], schedule.RateAt(step), 14);
    }
}
