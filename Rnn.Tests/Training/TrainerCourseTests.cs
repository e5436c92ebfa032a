using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using CsCheck;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Checkpoints;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Training;

/// <summary>A run's course doesn't depend on where it was stopped, resumed and lengthened.</summary>
public class TrainerCourseTests
{
    // Where a model starts whose values must come from a checkpoint.
    private const float Elsewhere = 7;

    private static readonly ParameterAveraging?[] s_averagings =
    [
        null, ParameterAveraging.FromStep(3), ParameterAveraging.FromEpoch(2), ParameterAveraging.NonMonotone(1),
        ParameterAveraging.NonMonotone(2), ParameterAveraging.Exponential(0.8),
    ];

    /// <summary>How a part of a run ends.</summary>
    internal enum Stop
    {
        /// <summary>The options ask for no more steps; the next part has more.</summary>
        Completed,

        /// <summary>Cancelled by the report of a step, before what is due there.</summary>
        AtStep,

        /// <summary>Cancelled by the report of a measurement or checkpoint, or by a later one.</summary>
        AfterWhatIsDue,

        /// <summary>Cancelled at the step before, and run again without a checkpoint in between.</summary>
        AtStepTwice,
    }

    /// <summary>A whole run against one that takes the stops: the same reports, result, parameters and
    /// checkpoint.</summary>
    [Fact]
    public void AnyStopsGiveTheSameCourse() => Gen.Select(
            Gen.Select(Gen.Int[3, 8], Gen.Int[1, 3], Gen.Int[0, 7], Gen.Int[0, 3]),
            Gen.Select(Gen.Bool, Gen.Int[1, 30], Gen.UInt, Gen.Int[0, s_averagings.Length - 1]),
            Gen.Select(Gen.Int[1, 30], Gen.Enum<Stop>()).Array[0, 4])
        .Select((shape, run, stops) => new Case(shape.Item1, shape.Item2, shape.Item3, shape.Item4, run.Item1,
            run.Item2, run.Item3, stops)
        {
            Averaging = s_averagings[run.Item4],
        })
        .Sample(Check, iter: 250, threads: 1, print: c => $"{c} {string.Join(' ', c.Stops)}");

    // What the property looks for, in one case each.
    [Fact]
    public void AMeasurementIsNotRepeatedAfterResuming()
    {
        Case c = new(4, 1, 3, 0, true, 9, 1, [(3, Stop.AfterWhatIsDue), (7, Stop.AfterWhatIsDue)]);
        Assert.Equal([3, 6, 9], Whole(c).Course.Validations);
        Check(c);
    }

    [Fact]
    public void TheLastMeasurementIsNotRepeatedAfterResuming()
    {
        Case c = new(4, 1, 3, 0, true, 8, 1, [(8, Stop.AtStep), (8, Stop.Completed), (8, Stop.Completed)]);
        Assert.Equal([3, 6, 8], Whole(c).Course.Validations);
        Check(c);
    }

    [Fact]
    public void PatienceIsCountedOnAfterResuming()
    {
        Case c = Find(new(4, 1, 1, 3, true, 30, 0, [(3, Stop.AfterWhatIsDue), (4, Stop.AtStep)]),
            c => Whole(c).Result.BestStep == 2);
        TrainingResult result = Whole(c).Result;
        Assert.Equal((StopReason.EarlyStopping, 5), (result.Reason, result.Steps));
        Check(c);
    }

    [Fact]
    public void TheBestParametersAreKeptAfterResuming() =>
        Check(Find(new(4, 1, 1, 0, true, 8, 0, [(4, Stop.AfterWhatIsDue)]), c => Whole(c).Result.BestStep == 3));

    /// <summary>The loss at step 5, where no period ends, is the lowest of all: it is the result of a run of five
    /// steps, and no part of a longer one.</summary>
    [Fact]
    public void AMeasurementAfterTheLastStepIsForgottenByALongerRun()
    {
        Case c = Find(new(4, 1, 4, 2, true, 5, 0, []), c => Whole(c).Result.BestStep == 5
            && Whole(c).Result.BestValidationLoss < Whole(c with { Total = 9 }).Result.BestValidationLoss);
        (Course course, TrainingResult result) = Whole(c);
        Assert.Equal([4, 5], course.Validations);
        Assert.Equal(result.BestValidationLoss, result.ValidationLoss);
        Assert.Equal(result.ValidationLoss, course.Reports[^1].Best);
        Walk model = new(c.Seed);
        Create(c, c.Total, model, path: null).Run();
        Assert.Equal(result.BestValidationLoss, (model.Evaluate(0, new()) + model.Evaluate(1, new())).Mean);
        Check(c with { Total = 9, Stops = [(5, Stop.Completed)] });
    }

    /// <summary>Two that are worse end no run whose patience is 1, and lower no rate.</summary>
    [Fact]
    public void AMeasurementAfterTheLastStepCountsForNothing()
    {
        Case c = Find(new(4, 1, 3, 1, false, 12, 0, [(4, Stop.Completed), (5, Stop.Completed)]),
            c => Enumerable.Range(4, 2).All(total => Whole(c with { Total = total }).Result.BestStep == 3));
        Assert.True(Whole(c).Result.Steps >= 6);
        Check(c);
    }

    /// <summary>Each rate is that of a schedule that was told the losses of the periods before.</summary>
    [Fact]
    public void TheScheduleHearsTheLossOfEachPeriod()
    {
        List<Seen> reports = Whole(new Case(4, 1, 2, 0, true, 31, 1, [])).Course.Reports;
        LearningRateSchedule schedule = Plateau();
        foreach (Seen report in reports)
        {
            if (report.Event == TrainingEvent.Step)
                Assert.Equal(schedule.RateAt(report.Step - 1), report.Rate);
            else if (report.Step % 2 == 0)
                schedule.Observe(report.Validation);
        }

        Assert.True(schedule.RateAt(31) < 0.3 / 2, "the rate falls more than once");
    }

    [Fact]
    public void EachBatchHasItsOwnKeyOfDropout()
    {
        Case c = new(7, 3, 0, 0, true, 5, 1, []);
        Walk model = new(c.Seed);
        Create(c, c.Total, model, path: null).Run();
        Assert.Equal(Enumerable.Range(0, 15).Select(i => (ulong)i), model.Keys);
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(7, 2)]
    public void TheLossOfAnEpochIsTheMeanOfItsStepsSoFar(int batches, int perStep)
    {
        List<Seen> reports = Whole(new Case(batches, perStep, 0, 0, true, 13, 1, [])).Course.Reports;
        int perEpoch = batches / perStep;
        List<Seen> steps = [.. reports.Where(report => report.Event == TrainingEvent.Step)];
        Assert.Equal(13, steps.Count);
        for (int i = 0; i < steps.Count; i++)
        {
            int first = i / perEpoch * perEpoch;
            Assert.Equal(steps[first..(i + 1)].Average(step => step.Loss), steps[i].EpochLoss, 1e-12);
        }
    }

    private static void Check(Case c)
    {
        using TemporaryFolder folder = new();
        string wholePath = Path.Combine(folder.Path, "whole"), path = Path.Combine(folder.Path, "parts");
        Course whole = new();
        Walk expected = new(c.Seed), actual = new(c.Seed);
        Trainer<int> reference = Create(c, c.Total, expected, path: null);
        TrainingResult result = whole.Run(reference);
        reference.Save(wholePath);

        Course parts = new();
        Trainer<int> trainer = Create(c, c.Total, actual, path);
        foreach ((int at, Stop how) in c.Stops.Where(stop => stop.At <= c.Total).OrderBy(stop => stop.At))
        {
            trainer = Create(c, how == Stop.Completed ? at : c.Total, actual = new Walk(c.Seed, Elsewhere), path);
            if (File.Exists(path))
                trainer.Resume(path);
            else
                actual.Start(0);

            if (how == Stop.AtStepTwice)
                parts.Run(trainer, at - 1, Stop.AtStep);

            parts.Run(trainer, at, how);
        }

        if (c.Stops.Length > 0 && File.Exists(path))
        {
            trainer = Create(c, c.Total, actual = new Walk(c.Seed, Elsewhere), path);
            trainer.Resume(path);
        }

        Assert.Equal(result, parts.Run(trainer));
        trainer.Save(path);

        // A part measures after its last step, where a whole run has nothing to do: that alone may be more.
        int period = c.Period > 0 ? c.Period : c.Batches / c.PerStep;
        Assert.Equal(whole.Reports, parts.Reports.Where(report => report.Event == TrainingEvent.Step
            || report.Step % period == 0 || report.Step == c.Total));
        Assert.Equal(expected.Parameters.Dense.ToArray(), actual.Parameters.Dense.ToArray());
        Assert.Equal(File.ReadAllBytes(wholePath), File.ReadAllBytes(path));
    }

    // The first seed with which a run goes where it is wanted.
    private static Case Find(Case c, Func<Case, bool> wanted) =>
        Enumerable.Range(0, 10_000).Select(seed => c with { Seed = (uint)seed }).First(wanted);

    private static (Course Course, TrainingResult Result) Whole(Case c)
    {
        Course course = new();
        return (course, course.Run(Create(c, c.Total, new Walk(c.Seed), path: null)));
    }

    private static ReduceOnPlateau Plateau() => new(0.3, factor: 0.5, patience: 1);

    private static Trainer<int> Create(Case c, int steps, Walk model, string? path) => new(model,
        new Numbers(c.Batches), new Numbers(2), new TrainingOptions
        {
            Optimizer = layout => new Sgd(layout, momentum: 0.5),
            Epochs = 100,
            MaxSteps = steps,
            BatchesPerStep = c.PerStep,
            ValidateEvery = c.Period,
            Patience = c.Patience,
            KeepBest = c.KeepBest,
            Schedule = Plateau(),
            ClipNorm = 0,
            DivergenceLoss = 1000,   // the first loss may be 0
            Averaging = c.Averaging,
            CheckpointPath = path,
            CheckpointEvery = 1000,   // at the end only
        });

    /// <summary>A run and where it is stopped. Period and patience of 0 as in the options.</summary>
    internal sealed record Case(int Batches, int PerStep, int Period, int Patience, bool KeepBest, int Total,
        uint Seed, (int At, Stop How)[] Stops)
    {
        public ParameterAveraging? Averaging { get; init; }
    }

    /// <summary>What a report says, apart from time.</summary>
    internal readonly record struct Seen(TrainingEvent Event, long Step, int Epoch, double Loss, double EpochLoss,
        double Validation, double Best, double Norm, double Rate);

    /// <summary>All that is said of a run.</summary>
    internal sealed class Course : IProgress<TrainingReport>
    {
        private Action _cancel = () => { };
        private long _at = -1;
        private Stop _how;

        public List<Seen> Reports { get; } = [];

        public IEnumerable<long> Validations =>
            Reports.Where(report => report.Event == TrainingEvent.Validation).Select(report => report.Step);

        public TrainingResult Run(Trainer<int> trainer, long at = -1, Stop how = Stop.Completed)
        {
            using CancellationTokenSource cancel = new();
            (_cancel, _at, _how) = (cancel.Cancel, at, how);
            return trainer.Run(this, cancel.Token);
        }

        public void Report(TrainingReport value)
        {
            if (value.Event != TrainingEvent.Checkpoint)
            {
                Reports.Add(new Seen(value.Event, value.Step, value.Epoch, value.Loss, value.EpochLoss,
                    value.ValidationLoss, value.BestValidationLoss, value.GradientNorm, value.LearningRate));
            }

            bool due = value.Event == TrainingEvent.Step
                ? _how is Stop.AtStep or Stop.AtStepTwice
                : _how == Stop.AfterWhatIsDue;
            if (_at >= 0 && due && value.Step >= _at)
                _cancel();
        }
    }

    /// <summary>Two parameters that wander, driven by a carried state and by the keys of dropout: the validation loss
    /// falls and rises.</summary>
    private sealed class Walk : Pass<int>
    {
        private readonly float[] _state = new float[1];
        private readonly float _phase;

        public Walk(uint seed, float start = 0)
            : base("walk", SmallPasses.Zeros(("p", 1, 2)))
        {
            _phase = seed % 1000;
            Start(start);
        }

        public List<ulong> Keys { get; } = [];

        public void Start(float value)
        {
            _state[0] = value;
            Parameters.BeginWrite().Dense[..2].Fill(value);
        }

        public override LossSum ForwardBackward(in int batch, Mode mode, float scale, GradientBuffer g)
        {
            Keys.Add(mode.Step);
            _state[0] = 0.5f * _state[0] + MathF.Sin((_phase + 13) * ((int)mode.Step + batch + 1) + _state[0]);
            double loss = 0;
            for (int i = 0; i < 2; i++)
            {
                float d = Parameters.Dense[i] - 0.1f * i * batch;
                g.Dense[i] += scale * (d + 2 * _state[0]);
                loss += d * d;
            }

            return new LossSum(loss, 1);
        }

        public override LossSum Evaluate(in int batch, Measurements results)
        {
            float p = Parameters.Dense[0], q = Parameters.Dense[1];
            return new LossSum(p * p + q * q * batch, 1 + batch);
        }

        public override void SaveState(CheckpointWriter writer) => writer.Add("walk", _state);

        public override void LoadState(CheckpointReader reader) => reader.CopyTo("walk", _state);
    }
}
