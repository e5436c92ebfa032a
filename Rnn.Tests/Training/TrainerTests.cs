using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization;
using Rnn.Models.Batching;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Training;

public class TrainerTests
{
    private static readonly string Text =
        string.Concat(Enumerable.Repeat("to be, or not to be: that is the question. ", 20));

    [Theory]
    [InlineData(RecurrentCell.Lstm)]
    [InlineData(RecurrentCell.Gru)]
    public void ResumingAfterAnyStepGivesTheSameBits(RecurrentCell cell)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "run.checkpoint");
        Losses whole = new();
        CharRnnModel reference = Model(cell);
        TrainingResult expected = reference.CreateTrainer(Text, Options()).Run(whole);
        Assert.Equal(15, whole.Steps.Count);
        for (int stop = 1; stop < 15; stop++)
        {
            Losses first = new(), second = new();
            using CancellationTokenSource cancel = new();
            first.At(stop, cancel.Cancel);
            TrainingResult cancelled = Model(cell).CreateTrainer(Text, Options(path)).Run(first, cancel.Token);
            Assert.Equal(StopReason.Cancelled, cancelled.Reason);
            Assert.Equal(stop, cancelled.Steps);

            CharRnnModel resumed = Model(cell, seed: 77);   // other initial weights: all must come from the checkpoint
            Trainer<TokenWindow> trainer = resumed.CreateTrainer(Text, Options(path));
            trainer.Resume(path);
            TrainingResult result = trainer.Run(second);
            Assert.Equal(whole.Steps, [.. first.Steps, .. second.Steps]);
            Assert.Equal(whole.Validations, [.. first.Validations, .. second.Validations]);
            Assert.Equal(expected, result);
            Assert.Equal(reference.Parameters.Dense.ToArray(), resumed.Parameters.Dense.ToArray());
        }
    }

    [Fact]
    public void EveryOptimizerAndScheduleResumesExactly()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "run.checkpoint");
        Func<ParameterLayout, Optimizer>[] optimizers =
        [
            layout => new Sgd(layout, momentum: 0.9, nesterov: true), layout => new Adagrad(layout),
            layout => new RmsProp(layout), layout => new AdamW(layout),
        ];
        Func<LearningRateSchedule>[] schedules =
        [
            () => new CosineSchedule(1e-2, 15, warmup: 3), () => new ReduceOnPlateau(1e-2, patience: 0, threshold: 0.5),
            () => new StepSchedule(1e-2, 4, 0.5), () => new ExponentialSchedule(1e-2, 0.9),
        ];
        for (int i = 0; i < optimizers.Length; i++)
        {
            CharRnnTrainingOptions Make(string? checkpoint) => Options(checkpoint) with
            {
                Optimizer = optimizers[i],
                Schedule = schedules[i](),
                ValidateEvery = 2,
            };
            CharRnnModel whole = Model();
            TrainingResult expected = whole.CreateTrainer(Text, Make(null)).Run();
            Losses first = new();
            using CancellationTokenSource cancel = new();
            first.At(7, cancel.Cancel);
            Model().CreateTrainer(Text, Make(path)).Run(first, cancel.Token);
            CharRnnModel resumed = Model();
            Trainer<TokenWindow> trainer = resumed.CreateTrainer(Text, Make(path));
            trainer.Resume(path);
            Assert.Equal(expected, trainer.Run());
            Assert.Equal(whole.Parameters.Dense.ToArray(), resumed.Parameters.Dense.ToArray());
        }
    }

    [Fact]
    public void TheGoldenCurveOfTenSteps()
    {
        Losses losses = new();
        Model().CreateTrainer(Text, Options() with
        {
            MaxSteps = 10,
        }).Run(losses);
        double[] golden =
        [
            2.825924, 2.775883, 2.758180, 2.732294, 2.696939, 2.703779, 2.642213, 2.586804, 2.590291, 2.556815,
        ];
        Assert.Equal(10, losses.Steps.Count);
        Assert.All(golden.Zip(losses.Steps), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
    }

    [Fact]
    public void BestOnValidationIsKept()
    {
        // So high a rate that the last parameters are not the best.
        CharRnnTrainingOptions options = Options() with
        {
            DropLast = false,
            Epochs = 12,
            Schedule = new ConstantSchedule(0.4),
            ValidateEvery = 1,
        };
        CharRnnModel model = Model();
        TrainingResult result = model.CreateTrainer(Text, options).Run();
        Assert.True(result.BestValidationLoss < result.ValidationLoss);
        int held = (int)(Text.Length * 0.2);
        Assert.Equal(result.BestValidationLoss, model.Evaluate(Text[^held..]).NatsPerCharacter, 1e-12);
    }

    [Fact]
    public void ARunGoesOnFromTheLastStepAlthoughTheModelHoldsTheBest()
    {
        // Cancelled where the model has put the best parameters in place of the last, then run again, and saved.
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "run.checkpoint");
        CharRnnTrainingOptions options = Options() with
        {
            DropLast = false,
            Epochs = 12,
            Schedule = new ConstantSchedule(0.4),
            ValidateEvery = 1,
        };
        CharRnnModel whole = Model(), model = Model(), resumed = Model();
        TrainingResult expected = whole.CreateTrainer(Text, options).Run();
        Losses losses = new();
        using CancellationTokenSource cancel = new();
        losses.At(30, cancel.Cancel);
        Trainer<TokenWindow> trainer = model.CreateTrainer(Text, options);
        TrainingResult cancelled = trainer.Run(losses, cancel.Token);
        Assert.True(cancelled.BestStep < 30);
        trainer.Save(path);
        Assert.Equal(expected, trainer.Run());
        Assert.Equal(whole.Parameters.Dense.ToArray(), model.Parameters.Dense.ToArray());
        Trainer<TokenWindow> second = resumed.CreateTrainer(Text, options);
        second.Resume(path);
        Assert.Equal(expected, second.Run());
        Assert.Equal(whole.Parameters.Dense.ToArray(), resumed.Parameters.Dense.ToArray());
    }

    [Fact]
    public void OptionsServeManyRuns()
    {
        // A schedule with a state: the second run must begin where the first began.
        CharRnnTrainingOptions options = Options() with
        {
            Schedule = new ReduceOnPlateau(0.3, patience: 0),
            ValidateEvery = 1,
        };
        Assert.Equal(Model().Train(Text, options), Model().Train(Text, options));
    }

    [Fact]
    public void EarlyStoppingEndsTheRun()
    {
        CharRnnTrainingOptions options = Options() with
        {
            Epochs = 100,
            Schedule = new ConstantSchedule(0.4),
            ValidateEvery = 1,
            Patience = 5,
        };
        TrainingResult result = Model().CreateTrainer(Text, options).Run();
        Assert.Equal(StopReason.EarlyStopping, result.Reason);
        Assert.Equal(result.BestStep + 5, result.Steps);
    }

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
        TrainingOptions two = new() { Exchange = new Pair(0, new Barrier(1)) };
        ArgumentException e = Assert.Throws<ArgumentException>(() => Model().CreateTrainer(Text,
            Options() with { Exchange = two.Exchange }));
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

    /// <summary>Batches of one's own: more rows are measured than trained on, and it resumes.</summary>
    [Fact]
    public void ValidationMayHaveMoreRowsThanTraining()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "run.checkpoint");
        TokenWindows Windows(int rows) => new(Model().Vocabulary.Encode(Text), rows, 10);
        TrainingOptions options = new() { Epochs = 2, LearningRate = 1e-2 };
        CharRnnModel narrow = Model(), wide = Model(), resumed = Model(seed: 3);
        new Trainer<TokenWindow>(narrow.CreatePass(Windows(4).Most), Windows(4), null, options).Run();
        Trainer<TokenWindow> trainer = wide.CreateTrainer(Windows(4), Windows(16), options with { KeepBest = false });
        foreach (TrainingReport report in trainer.Steps())
        {
            if (report.Step == 13)
                trainer.Save(path);
        }

        Assert.Equal(narrow.Parameters.Dense.ToArray(), wide.Parameters.Dense.ToArray());
        trainer = resumed.CreateTrainer(Windows(4), Windows(16), options with { KeepBest = false });
        trainer.Resume(path);
        trainer.Run();
        Assert.Equal(narrow.Parameters.Dense.ToArray(), resumed.Parameters.Dense.ToArray());
    }

    /// <summary>Two processes that each take every other batch learn what one learns from all of them.</summary>
    [Fact]
    public void ProcessesShareTheBatchesOfAStep()
    {
        static TrainingOptions Options(int batches, IGradientExchange exchange) => new()
        {
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

    [Fact]
    public void ACheckpointOfAnotherConfigurationIsRefusedAndTheDifferenceNamed()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "run.checkpoint");
        Model().CreateTrainer(Text, Options()).Save(path);
        CharRnnModel wide = new(Vocabulary.FromText(Text), new() { HiddenSize = 11, Layers = 2, Dropout = 0.25 });
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => wide.CreateTrainer(Text,
            Options()).Resume(path));
        Assert.Contains("hidden size was '10' there and is '11' now", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<InvalidDataException>(() => Model().CreateTrainer(Text + "to ", Options()).Resume(path));
        Assert.Contains("another configuration", e.Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => Model().CreateTrainer(Text, Options()).Resume(path + ".none"));
        Model().Save(path);
        e = Assert.Throws<InvalidDataException>(() => Model().CreateTrainer(Text, Options()).Resume(path));
        Assert.Contains("is no checkpoint", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADamagedCheckpointIsRefusedAndThePreviousOneLoads()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "run.checkpoint");
        Model().CreateTrainer(Text, Options(path)).Run();
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^9] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Throws<InvalidDataException>(() => Model().CreateTrainer(Text, Options()).Resume(path));
        Trainer<TokenWindow> trainer = Model().CreateTrainer(Text, Options());
        trainer.Resume(AtomicFile.PreviousPath(path));
        Assert.Equal(10, trainer.Step);
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Model().CreateTrainer(Text, Options() with { BatchSize = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Model().CreateTrainer(Text,
            Options() with { ValidationFraction = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Model().CreateTrainer(Text, Options() with { Epochs = -1 }));
        ArgumentException two = Assert.Throws<ArgumentException>(
            () => Model().CreateTrainer(Text, Options() with { LearningRate = 0.1 }));
        Assert.Contains("LearningRate is 0.1 and Schedule is 'constant rate=0.01'", two.Message, StringComparison.Ordinal);
        ArgumentException e = Assert.Throws<ArgumentException>(() => Model().CreateTrainer(Text,
            Options() with { BatchSize = 90 }));
        Assert.Contains("The training part of the text has 688 characters, expected at least 2701", e.Message, StringComparison.Ordinal);
    }

    private static CharRnnModel Model(RecurrentCell cell = RecurrentCell.Lstm, ulong seed = 1) =>
        new(Vocabulary.FromText(Text), new() { Cell = cell, HiddenSize = 10, Layers = 2, Dropout = 0.25 }, seed);

    /// <summary>Five steps an epoch of [T=30, B=4] over three epochs, 20% held out in windows of the same
    /// size.</summary>
    private static CharRnnTrainingOptions Options(string? checkpoint = null) => new()
    {
        BatchSize = 4,
        SequenceLength = 30,
        ValidationFraction = 0.2,
        DropLast = true,
        Epochs = 3,
        Schedule = new ConstantSchedule(1e-2),
        CheckpointPath = checkpoint,
    };

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

    private static ParameterBuffer Zeros(params (string Name, int Rows, int Cols)[] slots)
    {
        ParameterLayout layout = new();
        foreach ((string name, int rows, int cols) in slots)
            layout.Add(name, rows, cols, SlotOrientation.AsStored);

        return new ParameterBuffer(layout);
    }

    private sealed class Losses : IProgress<TrainingReport>
    {
        private long _at;
        private Action? _action;

        public List<double> Steps { get; } = [];

        public List<double> Validations { get; } = [];

        public void At(long step, Action action) => (_at, _action) = (step, action);

        public void Report(TrainingReport value)
        {
            if (value.Event == TrainingEvent.Step)
            {
                Steps.Add(value.Loss);
                if (value.Step == _at)
                    _action?.Invoke();
            }
            else if (value.Event == TrainingEvent.Validation)
            {
                Validations.Add(value.ValidationLoss);
            }
        }
    }

    /// <summary>Batch i is the number i; it has one target, or as many as a list says.</summary>
    private sealed class Numbers(int count, params long[] targets) : IBatches<int>
    {
        public int Count => count;

        public BatchShape Most => new(1);

        public long Targets(int epoch, int index) => targets.Length == 0 ? 1 : targets[index];

        public int Get(int epoch, int index) => index;
    }

    /// <summary>One parameter p and, for each of the batch's targets, the loss (p - b)^2.</summary>
    private sealed class Quadratic(params long[] targets) : Pass<int>("quadratic", Zeros(("p", 1, 1)))
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
    private sealed class Explosive() : Pass<int>("explosive", Zeros(("first.weight", 2, 3), ("second.weight", 2, 3)))
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
}
