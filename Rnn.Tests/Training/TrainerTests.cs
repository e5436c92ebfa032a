using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Rnn.Core.Layers.Recurrent;
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
            2.802462, 2.769916, 2.746300, 2.734930, 2.705979, 2.692314, 2.650983, 2.597988, 2.600919, 2.552162,
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
            Schedule = new ConstantSchedule(0.6),
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
}
