using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Training;

/// <summary>What a step is, what is measured, and what several processes share, on passes that are known by hand.</summary>
public class TrainerByHandTests
{
    [Fact]
    public void ALossThatIsNotFiniteNamesTheStepAndLeavesTheParameters()
    {
        Explosive model = new(), reference = new();
        TrainingOptions options = new() { ClipNorm = 1, LearningRate = 0.1, Optimizer = layout => new Sgd(layout) };
        Trainer<int> trainer = new(model, new Numbers(5), options: options);
        Trainer<int> twoSteps = new(reference, new Numbers(2), options: options);
        twoSteps.Run();
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() => trainer.Run());
        Assert.Equal(reference.Parameters.Dense.ToArray(), model.Parameters.Dense.ToArray());
        Assert.Equal(3, e.Step);
        Assert.Equal("second.weight", e.Tensor);
        Assert.Contains("in step 3 the gradient of 'second.weight' is not finite", e.Message, StringComparison.Ordinal);
        Assert.Equal(2, trainer.Step);
    }

    [Fact]
    public void ALossThatIsNotFiniteStopsTheRun()
    {
        Explosive model = new() { InfiniteLossAt = 1 };
        Trainer<int> trainer = new(model, new Numbers(5));
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() => trainer.Run());
        Assert.Equal((2, "loss"), (e.Step, e.Tensor));
    }

    /// <summary>The gradient of a step is that of the mean over its targets, however they are spread over batches: by
    /// hand, p after a step of SGD at 0.1 is 0.2 times the mean of the targets.</summary>
    [Fact]
    public void AStepCountsTargetsNotBatches()
    {
        Quadratic model = new(1, 5, 0, 2);
        TrainingOptions options = new()
        {
            BatchesPerStep = 4,
            ClipNorm = 0,
            LearningRate = 0.1,
            Optimizer = layout => new Sgd(layout),
        };
        TrainingResult result = new Trainer<int>(model, new Numbers(4, 1, 5, 0, 2), options: options).Run();
        Assert.Equal(0.2 * ((0 * 1) + (1 * 5) + (3 * 2)) / 8, model.Parameters.Dense[0], 1e-6);
        Assert.Equal((1, (5 + (2 * 9)) / 8.0), (result.Steps, result.Loss));
    }

    [Fact]
    public void TheDecisiveMeasureChoosesTheBest()
    {
        TrainingOptions options = new()
        {
            Epochs = 5,
            LearningRate = 0.1,
            ClipNorm = 0,
            Optimizer = layout => new Sgd(layout),
            Decisive = Measure.Accuracy,
            Patience = 2,
        };
        Quadratic model = new();
        Trainer<int> trainer = new(model, new Numbers(2), new Numbers(1), options);
        List<TrainingReport> reports = [.. trainer.Steps()];
        Assert.Equal(5, reports.Count(report => report.Event == TrainingEvent.Validation));
        TrainingResult result = trainer.Result!;
        Assert.Equal((StopReason.Completed, 10L), (result.Reason, result.BestStep));   // p rises towards 0.5 and more
        Assert.Equal(model.Parameters.Dense[0], result.Best, 1e-6);
        Assert.Equal(result.Best * result.Best, result.BestValidationLoss, 1e-6);

        result = new Trainer<int>(new Quadratic(), new Numbers(2), new Numbers(1),
            options with { Decisive = Measure.Loss }).Run();
        Assert.Equal((StopReason.EarlyStopping, 2L, 6L), (result.Reason, result.BestStep, result.Steps));
        ArgumentException e = Assert.Throws<ArgumentException>(() =>
            new Trainer<int>(new Quadratic(), new Numbers(2), null, options with { Decisive = new Measure("BLEU") }));
        Assert.Contains("'BLEU' is not measured here; expected one of: loss, accuracy.", e.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void WhatElseIsMeasuredIsReportedAndResumed()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "run.checkpoint");
        int calls = 0;
        Measure bleu = new("BLEU", HigherIsBetter: true);
        TrainingOptions options = new()
        {
            Epochs = 3,
            Decisive = bleu,
            AlsoMeasure = new Dictionary<Measure, Func<CancellationToken, double>> { [bleu] = _ => new[] { 1, 3, 2 }[calls++] },
        };
        Trainer<int> trainer = new(new Quadratic(), new Numbers(2), new Numbers(1), options);
        double[] values = [.. trainer.Steps().Where(report => report.Event == TrainingEvent.Validation)
            .Select(report => report.Results[bleu])];
        Assert.Equal([1, 3, 2], values);
        Assert.Equal((4L, 3.0), (trainer.Result!.BestStep, trainer.Result.Best));

        trainer.Save(path);
        Trainer<int> resumed = new(new Quadratic(), new Numbers(2), new Numbers(1), options);
        resumed.Resume(path);
        Assert.Equal(trainer.Result, resumed.Run());
        Assert.Equal(3, calls);   // nothing was measured again
    }

    [Fact]
    public void AMeasurementWithoutAResultIsNeverTheBest()
    {
        double[] values = [double.NaN, 2, double.NaN, 1];
        int calls = 0;
        Measure bleu = new("BLEU", HigherIsBetter: true);
        TrainingOptions options = new()
        {
            Epochs = 4,
            Decisive = bleu,
            AlsoMeasure = new Dictionary<Measure, Func<CancellationToken, double>> { [bleu] = _ => values[calls++] },
        };
        Assert.Equal((4L, 2.0), Best(options));
        calls = 0;
        Assert.Equal((0L, double.NaN), Best(options with { Epochs = 1 }));   // the parameters of the last step stay

        static (long, double) Best(TrainingOptions options)
        {
            TrainingResult result = new Trainer<int>(new Quadratic(), new Numbers(2), new Numbers(1), options).Run();
            return (result.BestStep, result.Best);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AMeasurementThatIsCancelledIsMadeAgain(bool throws)
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource cancel = new();
        string path = Path.Combine(folder.Path, "run.checkpoint");
        int calls = 0;
        Measure bleu = new("BLEU");
        TrainingOptions options = new()
        {
            Epochs = 2,
            CheckpointPath = path,
            AlsoMeasure = new Dictionary<Measure, Func<CancellationToken, double>>
            {
                [bleu] = token =>
                {
                    if (++calls == 2)
                        cancel.Cancel();

                    if (throws)
                        token.ThrowIfCancellationRequested();

                    return calls;
                },
            },
        };
        Trainer<int> trainer = new(new Quadratic(), new Numbers(2), new Numbers(1), options);
        TrainingResult result = trainer.Run(null, cancel.Token);
        Assert.Equal((StopReason.Cancelled, 4L), (result.Reason, result.Steps));
        Trainer<int> resumed = new(new Quadratic(), new Numbers(2), new Numbers(1), options);
        resumed.Resume(path);
        TrainingReport report = resumed.Steps().First(report => report.Event == TrainingEvent.Validation);
        Assert.Equal((4L, 3.0), (report.Step, report.Results[bleu]));
    }

    [Fact]
    public void WhatCantBeSharedOutOrComparedIsRefused()
    {
        CharRnnModel model = new(Vocabulary.FromText("ab"), new() { HiddenSize = 2, Layers = 1 });
        ArgumentException e = Assert.Throws<ArgumentException>(() => model.CreateTrainer("abababab",
            new() { Exchange = new Pair(0, new Barrier(1)), ValidationFraction = 0 }));
        Assert.Contains("carries state from batch to batch", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<ArgumentException>(() => new Trainer<int>(new Quadratic(), new Numbers(2), null,
            new() { Exchange = new Pair(2, new Barrier(1)) }));
        Assert.Contains("Rank is 2 and Size 2", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<ArgumentException>(() => new Trainer<int>(new Quadratic(), new Numbers(2), null, new(),
            new RunIdentity().Add("seed", 7)));
        Assert.Contains("has 'seed' twice", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer<int>(new Quadratic(), new Numbers(2), null,
            new() { ClipNorm = double.PositiveInfinity }));
        Assert.Contains("ClipNorm", e.Message, StringComparison.Ordinal);

        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "run.checkpoint");
        new Trainer<int>(new Quadratic(), new Numbers(2), null, new(), new RunIdentity().Add("text", "abc")).Save(path);
        InvalidDataException other = Assert.Throws<InvalidDataException>(() =>
            new Trainer<int>(new Quadratic(), new Numbers(2)).Resume(path));
        Assert.Contains("text was 'abc' there and is 'nothing' now", other.Message, StringComparison.Ordinal);
        other = Assert.Throws<InvalidDataException>(() => new Trainer<int>(new Quadratic(), new Numbers(2), new Numbers(1),
            new(), new RunIdentity().Add("text", "abc")).Resume(path));
        Assert.Contains("validation period was 'none'", other.Message, StringComparison.Ordinal);
    }

    /// <summary>Two processes that each take every other batch learn what one learns from all of them.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ProcessesShareTheBatchesOfAStep(bool averages)
    {
        TrainingOptions Options(int batches, IGradientExchange exchange) => new()
        {
            Averaging = averages ? ParameterAveraging.FromStep(2) : null,
            BatchesPerStep = batches,
            Epochs = 3,
            LearningRate = 0.1,
            Optimizer = layout => new Sgd(layout, momentum: 0.5),
            Exchange = exchange,
        };
        Quadratic alone = new(1, 5, 3, 2);
        TrainingResult expected = new Trainer<int>(alone, new Numbers(4, 1, 5, 3, 2), new Numbers(1),
            Options(4, SingleProcess.Instance)).Run();

        using Barrier barrier = new(2);
        Pair[] pair = [new(0, barrier), new(1, barrier)];
        (pair[0].Other, pair[1].Other) = (pair[1], pair[0]);
        Quadratic[] models = [new(1, 5, 3, 2), new(1, 5, 3, 2)];
        models[1].Parameters.BeginWrite().Dense[0] = 100;   // the first one's values are taken
        TrainingResult[] results = new TrainingResult[2];
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(rank => new Thread(() => results[rank] = new Trainer<int>(
            models[rank], new Numbers(4, 1, 5, 3, 2), new Numbers(1), Options(2, pair[rank])).Run()))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(models[0].Parameters.Dense.ToArray(), models[1].Parameters.Dense.ToArray());
        Assert.Equal(results[0], results[1]);
        Assert.Equal(alone.Parameters.Dense[0], models[0].Parameters.Dense[0], 1e-5);
        Assert.Equal(expected.Loss, results[0].Loss, 1e-5);
        Assert.Equal(expected.Steps, results[0].Steps);
    }

    /// <summary>One of two threads that stand for processes.</summary>
    private sealed class Pair(int rank, Barrier barrier) : IGradientExchange
    {
        private double[] _mine = [];

        public Pair Other { get; set; } = null!;

        public int Rank => rank;

        public int Size => 2;

        public void Sum(GradientBuffer gradients)
        {
            double[] numbers = [.. gradients.Dense.ToArray().Select(value => (double)value)];
            Sum(numbers);
            for (int i = 0; i < numbers.Length; i++)
                gradients.Dense[i] = (float)numbers[i];
        }

        public void Sum(Span<double> numbers)
        {
            double[] other = Exchange(numbers.ToArray());
            for (int i = 0; i < numbers.Length; i++)
                numbers[i] += other[i];
        }

        public void Broadcast(ParameterBuffer parameters)
        {
            double[] other = Exchange([.. parameters.Dense.ToArray().Select(value => (double)value)]);
            for (int i = 0; i < other.Length && rank > 0; i++)
                parameters.BeginWrite().Dense[i] = (float)other[i];
        }

        private double[] Exchange(double[] mine)
        {
            _mine = mine;
            barrier.SignalAndWait();
            double[] other = Other._mine;
            barrier.SignalAndWait();
            return other;
        }
    }
}
