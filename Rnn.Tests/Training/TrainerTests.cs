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
            Trainer<CharBatch> trainer = resumed.CreateTrainer(Text, Options(path));
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
                Training = Options(checkpoint).Training! with { Schedule = schedules[i](), ValidateEvery = 2 },
            };
            CharRnnModel whole = Model();
            TrainingResult expected = whole.CreateTrainer(Text, Make(null)).Run();
            Losses first = new();
            using CancellationTokenSource cancel = new();
            first.At(7, cancel.Cancel);
            Model().CreateTrainer(Text, Make(path)).Run(first, cancel.Token);
            CharRnnModel resumed = Model();
            Trainer<CharBatch> trainer = resumed.CreateTrainer(Text, Make(path));
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
            Training = Options().Training! with { MaxSteps = 10 },
        }).Run(losses);
        double[] golden =
        [
            2.758639, 2.727914, 2.728844, 2.688374, 2.682464, 2.656952, 2.600351, 2.611334, 2.568624, 2.571496,
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
            Training = Options().Training! with { Epochs = 12, Schedule = new ConstantSchedule(0.3), ValidateEvery = 1 },
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
            Training = Options().Training! with { Epochs = 12, Schedule = new ConstantSchedule(0.3), ValidateEvery = 1 },
        };
        CharRnnModel whole = Model(), model = Model(), resumed = Model();
        TrainingResult expected = whole.CreateTrainer(Text, options).Run();
        Losses losses = new();
        using CancellationTokenSource cancel = new();
        losses.At(30, cancel.Cancel);
        Trainer<CharBatch> trainer = model.CreateTrainer(Text, options);
        TrainingResult cancelled = trainer.Run(losses, cancel.Token);
        Assert.True(cancelled.BestStep < 30);
        trainer.Save(path);
        Assert.Equal(expected, trainer.Run());
        Assert.Equal(whole.Parameters.Dense.ToArray(), model.Parameters.Dense.ToArray());
        Trainer<CharBatch> second = resumed.CreateTrainer(Text, options);
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
            Training = Options().Training! with { Schedule = new ReduceOnPlateau(0.3, patience: 0), ValidateEvery = 1 },
        };
        Assert.Equal(Model().Train(Text, options), Model().Train(Text, options));
    }

    [Fact]
    public void EarlyStoppingEndsTheRun()
    {
        CharRnnTrainingOptions options = Options() with
        {
            Training = Options().Training! with
            {
                Epochs = 100,
                Schedule = new ConstantSchedule(0.3),
                ValidateEvery = 1,
                Patience = 5,
            },
        };
        TrainingResult result = Model().CreateTrainer(Text, options).Run();
        Assert.Equal(StopReason.EarlyStopping, result.Reason);
        Assert.Equal(result.BestStep + 5, result.Steps);
    }

    [Fact]
    public void ALossThatIsNotFiniteNamesTheStepAndLeavesTheParameters()
    {
        Explosive model = new(), reference = new();
        Trainer<int> trainer = new(model, new Sgd(model.Layout), new Numbers(5), null,
            new TrainingOptions { ClipNorm = 1, Schedule = new ConstantSchedule(0.1) });
        Trainer<int> twoSteps = new(reference, new Sgd(reference.Layout), new Numbers(2), null,
            new TrainingOptions { ClipNorm = 1, Schedule = new ConstantSchedule(0.1) });
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
        Trainer<int> trainer = new(model, new Sgd(model.Layout), new Numbers(5), null, new TrainingOptions());
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() => trainer.Run());
        Assert.Equal((2, "loss"), (e.Step, e.Tensor));
    }

    [Fact]
    public void BatchesOfAStepAreAveraged()
    {
        Quadratic one = new(), four = new();
        new Trainer<int>(one, new Sgd(one.Layout), new Numbers(8), null,
            new TrainingOptions { BatchesPerStep = 4, ClipNorm = 0, Schedule = new ConstantSchedule(0.1) }).Run();
        new Trainer<int>(four, new Sgd(four.Layout), new Means(2), null,
            new TrainingOptions { ClipNorm = 0, Schedule = new ConstantSchedule(0.1) }).Run();
        Assert.Equal(one.Parameters.Dense[0], four.Parameters.Dense[0], 6);
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
        Assert.Contains("hidden_size was '10' there and is '11' now", e.Message, StringComparison.Ordinal);
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
        Trainer<CharBatch> trainer = Model().CreateTrainer(Text, Options());
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
            () => Model().CreateTrainer(Text, Options() with { Training = new() { Epochs = 0 } }));
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
        Training = new() { Epochs = 3, Schedule = new ConstantSchedule(1e-2), CheckpointPath = checkpoint },
    };

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
                {
                    _action?.Invoke();
                }
            }
            else if (value.Event == TrainingEvent.Validation)
            {
                Validations.Add(value.ValidationLoss);
            }
        }
    }

    private sealed class Numbers(int count) : IBatches<int>
    {
        public int Count => count;

        public int Get(int epoch, int index) => index;
    }

    private sealed class Means(int count) : IBatches<int>
    {
        public int Count => count;

        public int Get(int epoch, int index) => (4 * index * 100) + 150;   // the mean of four numbers times 100
    }

    /// <summary>One parameter p and the loss (p - b)^2.</summary>
    private sealed class Quadratic : ITrainable<int>
    {
        private readonly ParameterSlot _slot;

        public Quadratic()
        {
            _slot = Layout.Add("p", 1, 1, SlotOrientation.Vector);
            Parameters = new ParameterBuffer(Layout);
        }

        public ParameterLayout Layout { get; } = new();

        public ParameterBuffer Parameters { get; }

        public LossSum ForwardBackward(in int batch, Mode mode, GradientBuffer g)
        {
            float target = batch >= 100 ? batch / 100f : batch;
            float difference = Parameters.Dense[0] - target;
            g[_slot][0, 0] += 2 * difference;
            return new LossSum(difference * difference, 1);
        }

        public LossSum Evaluate(in int batch) => default;

        public void SaveState(CheckpointWriter writer)
        {
        }

        public void LoadState(CheckpointReader reader)
        {
        }
    }

    /// <summary>At the third step the gradient of the second parameter is not a number.</summary>
    private sealed class Explosive : ITrainable<int>
    {
        public int InfiniteLossAt { get; init; } = -1;

        private readonly ParameterSlot _first;
        private readonly ParameterSlot _second;

        public Explosive()
        {
            _first = Layout.Add("first.weight", 2, 3, SlotOrientation.AsStored);
            _second = Layout.Add("second.weight", 2, 3, SlotOrientation.AsStored);
            Parameters = new ParameterBuffer(Layout);
        }

        public ParameterLayout Layout { get; } = new();

        public ParameterBuffer Parameters { get; }

        public LossSum ForwardBackward(in int batch, Mode mode, GradientBuffer g)
        {
            g[_first].Span.Fill(1);
            g[_second].Span.Fill(batch == 2 ? float.NaN : 1);
            return new LossSum(batch == InfiniteLossAt ? double.PositiveInfinity : 1, 1);
        }

        public LossSum Evaluate(in int batch) => default;

        public void SaveState(CheckpointWriter writer)
        {
        }

        public void LoadState(CheckpointReader reader)
        {
        }
    }
}
