using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Training;

/// <summary>Averaged parameters, on passes that are known by hand. (That they resume with the same bits:
/// TrainerCourseTests; several processes: TrainerByHandTests.)</summary>
public class TrainerAveragingTests
{
    public static TheoryData<ParameterAveraging, int, double> Kinds => new()
    {
        { ParameterAveraging.FromStep(1), 1, 1 },
        { ParameterAveraging.FromStep(5), 5, 1 },
        { ParameterAveraging.FromEpoch(2), 4, 1 },   // of three steps each
        { ParameterAveraging.FromEpoch(1), 1, 1 },
        { ParameterAveraging.Exponential(0.75), 1, 0.75 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheModelEndsWithTheAverageAndTrainingGoesOnFromTheLastStep(ParameterAveraging averaging, int first,
        double decay)
    {
        Quadratic plain = new(), model = new();
        List<double> steps = Steps(new Trainer<int>(plain, new Numbers(3), options: Options(null)), plain);
        Trainer<int> trainer = new(model, new Numbers(3), options: Options(averaging));
        Assert.Equal(steps, Steps(trainer, model));   // reports see the last step's
        Assert.Equal(Mean(steps, first, decay), model.Parameters.Dense[0], 1e-6);
        Assert.NotEqual((float)steps[^1], model.Parameters.Dense[0]);

        // A longer run goes on from the last step too.
        Assert.Empty(Steps(trainer, model));
        Assert.Equal(Mean(steps, first, decay), model.Parameters.Dense[0], 1e-6);
    }

    [Fact]
    public void WhereAveragingDoesNotBeginNothingIsAnother()
    {
        Quadratic plain = new(), model = new();
        TrainingResult expected = new Trainer<int>(plain, new Numbers(3), new Numbers(1), Options(null)).Run();
        Assert.Equal(expected,
            new Trainer<int>(model, new Numbers(3), new Numbers(1), Options(ParameterAveraging.FromStep(100))).Run());
        Assert.Equal(plain.Parameters.Dense[0], model.Parameters.Dense[0]);
    }

    /// <summary>What is measured is the average once there is one, and the best of it is what the model ends with.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MeasurementsAndTheBestAreOfTheAverage(bool keepBest)
    {
        Quadratic plain = new();
        List<double> steps = Steps(new Trainer<int>(plain, new Numbers(3), options: Options(null)), plain);
        Scripted model = new([5, 4, 3, 1, 2, 2.5]);   // after steps 2, 4, ...: the best after step 8
        TrainingOptions options = Options(ParameterAveraging.FromStep(4)) with { ValidateEvery = 2, KeepBest = keepBest };
        TrainingResult result = new Trainer<int>(model, new Numbers(3), new Numbers(1), options).Run();
        Assert.Equal(6, model.Measured.Count);
        Assert.Equal(steps[1], model.Measured[0]);
        for (int i = 1; i < 6; i++)
            Assert.Equal(Mean(steps[..(2 * (i + 1))], 4, 1), model.Measured[i], 1e-6);

        Assert.Equal((8, 1), (result.BestStep, result.Best));
        Assert.Equal(keepBest ? model.Measured[3] : model.Measured[5], model.Parameters.Dense[0]);
    }

    /// <summary>The extra measurement after the last step is of the average, and if it is the best, so is the model.</summary>
    [Fact]
    public void TheLastMeasurementIsOfTheAverage()
    {
        Scripted model = new([5, 4, 1]);
        TrainingOptions options = Options(ParameterAveraging.FromStep(2)) with { ValidateEvery = 5 };
        TrainingResult result = new Trainer<int>(model, new Numbers(3), new Numbers(1), options).Run();
        Assert.Equal((12, 1), (result.BestStep, result.Best));
        Assert.Equal(model.Measured[2], model.Parameters.Dense[0]);
        Assert.Equal(3, model.Measured.Distinct().Count());
    }

    /// <summary>Averaging begins where a measurement is worse than the best of those more than n old, not where it is equal
    /// or worse than a newer one; from then on no measurement ends it.</summary>
    [Theory]
    [InlineData(2, 4, new double[] { 5, 4, 3, 3.9, 4.5, 2, 1 })]   // 4.5 > min(5, 4)
    [InlineData(2, 5, new double[] { 5, 4, 3, 3.9, 4, 4, 1 })]     // 4 is not; then 4 > min(5, 4, 3)
    [InlineData(2, 3, new double[] { 5, 6, 7, 8, 9, 10, 11 })]     // 8 > 5: before that nothing is old enough
    [InlineData(1, 2, new double[] { 5, 6, 7, 1, 1, 1, 1 })]
    [InlineData(5, 6, new double[] { 1, 2, 2, 2, 2, 2, 2 })]
    [InlineData(6, -1, new double[] { 1, 2, 2, 2, 2, 2, 2 })]
    [InlineData(2, -1, new double[] { 7, 6, 6, 6, 6, 6, 6 })]
    public void MeasurementsThatGetWorseBeginIt(int patience, int at, double[] losses)
    {
        foreach (bool accuracy in (bool[])[false, true])
        {
            Quadratic plain = new();
            TrainingOptions options = Options(null) with { Epochs = 7, ValidateEvery = 3 };
            List<double> steps = Steps(new Trainer<int>(plain, new Numbers(3), options: options), plain);
            Scripted model = new(losses, accuracy);
            new Trainer<int>(model, new Numbers(3), new Numbers(1), options with
            {
                Averaging = ParameterAveraging.NonMonotone(patience),
                Decisive = accuracy ? Measure.Accuracy : Measure.Loss,
                KeepBest = false,
            }).Run();
            int first = 3 * (at + 1);   // the step of the measurement, which counts
            for (int i = 0; i < losses.Length; i++)
            {
                int step = 3 * (i + 1);
                Assert.Equal(at < 0 || i <= at ? steps[step - 1] : Mean(steps[..step], first, 1), model.Measured[i], 1e-6);
            }
        }
    }

    [Fact]
    public void ACheckpointOfOtherAveragingIsRefused()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "run.checkpoint");
        Create(null).Save(path);
        Create(null).Resume(path);
        Says("averaging was 'nothing' there and is 'from step=2' now", () => Create(ParameterAveraging.FromStep(2)).Resume(path));
        Create(ParameterAveraging.FromStep(2)).Save(path);
        Create(ParameterAveraging.FromStep(2)).Resume(path);
        Says("averaging was 'from step=2' there and is 'nothing' now", () => Create(null).Resume(path));
        Says("averaging was 'from step=2' there and is 'exponential decay=0.5' now",
            () => Create(ParameterAveraging.Exponential(0.5)).Resume(path));

        static Trainer<int> Create(ParameterAveraging? averaging) =>
            new(new Quadratic(), new Numbers(2), options: Options(averaging));

        static void Says(string text, Action action) =>
            Assert.Contains(text, Assert.Throws<InvalidDataException>(action).Message, StringComparison.Ordinal);
    }

    /// <summary>A trainer that has an average and goes back to where there was none begins anew.</summary>
    [Fact]
    public void GoingBackForgetsTheAverage()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "run.checkpoint");
        Quadratic model = new();
        Trainer<int> trainer = new(model, new Numbers(3), options: Options(ParameterAveraging.FromStep(4)));
        trainer.Save(path);
        trainer.Run();
        float expected = model.Parameters.Dense[0];
        trainer.Resume(path);
        Assert.Equal(0, model.Parameters.Dense[0]);
        trainer.Run();
        Assert.Equal(expected, model.Parameters.Dense[0]);
    }

    [Fact]
    public void WrongSettings()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ParameterAveraging.FromStep(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ParameterAveraging.FromEpoch(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ParameterAveraging.Exponential(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ParameterAveraging.NonMonotone(0));
        ArgumentException e = Assert.Throws<ArgumentException>(() => new Trainer<int>(new Quadratic(), new Numbers(3),
            options: Options(ParameterAveraging.NonMonotone())));
        Assert.Contains("Averaging is 'non-monotone patience=5', which begins when measurements get worse, but there are no "
            + "validation batches.", e.Message, StringComparison.Ordinal);
    }

    private static TrainingOptions Options(ParameterAveraging? averaging) => new()
    {
        Epochs = 4,
        LearningRate = 0.1,
        ClipNorm = 0,
        DivergenceLoss = 100,
        Optimizer = layout => new Sgd(layout),
        Averaging = averaging,
    };

    /// <summary>The parameter after each step.</summary>
    private static List<double> Steps(Trainer<int> trainer, Quadratic model) =>
        [.. trainer.Steps().Where(report => report.Event == TrainingEvent.Step).Select(_ => (double)model.Parameters.Dense[0])];

    /// <summary>Of all from one on, counted from 1, each weighing decay times what the next does.</summary>
    private static double Mean(List<double> steps, int first, double decay)
    {
        double[] weights = [.. Enumerable.Range(first, steps.Count - first + 1).Select(i => Math.Pow(decay, steps.Count - i))];
        return steps.Skip(first - 1).Zip(weights, (value, weight) => value * weight).Sum() / weights.Sum();
    }

    /// <summary>Learns as <see cref="Quadratic"/> does; its measurements are told, and it remembers of what they
    /// were.</summary>
    private sealed class Scripted(double[] losses, bool accuracy = false)
        : Pass<int>("scripted", SmallPasses.Zeros(("p", 1, 1)))
    {
        public List<float> Measured { get; } = [];

        public override IReadOnlyList<Measure> Measures => [Measure.Accuracy];

        public override LossSum ForwardBackward(in int batch, Mode mode, float scale, GradientBuffer g)
        {
            float difference = Parameters.Dense[0] - batch;
            g[Parameters.Layout.Slots[0]][0, 0] += scale * 2 * difference;
            return new LossSum(difference * difference, 1);
        }

        public override LossSum Evaluate(in int batch, Measurements results)
        {
            double loss = losses[Measured.Count];
            Measured.Add(Parameters.Dense[0]);
            results.Add(Measure.Accuracy, -loss, 1);
            return new LossSum(accuracy ? 1 : loss, 1);
        }
    }
}
