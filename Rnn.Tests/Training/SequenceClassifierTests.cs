using System;
using System.IO;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Models.Batching;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Training;

/// <summary>What the skeleton gives to the smallest model: training, measures, checkpoints, files.</summary>
public class SequenceClassifierTests
{
    // Whether the first token comes again at the end: to know it, a whole row must be read.
    private static readonly int[][] s_sequences = [.. Enumerable.Range(0, 400).Select(Sequence)];

    private static readonly int[] s_labels = [.. s_sequences.Select(tokens => tokens[0] == tokens[^1] ? 1 : 0)];

    [Theory]
    [InlineData(RecurrentCell.Gru, false, 4)]
    [InlineData(RecurrentCell.Lstm, true, 4)]
    [InlineData(RecurrentCell.Gru, false, 0)]
    public void ItLearnsAndIsSavedAndLoaded(RecurrentCell cell, bool bidirectional, int embedding)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "model.safetensors");
        SequenceClassifier model = new(Shape(cell, bidirectional, embedding));
        TrainingResult result = model.CreateTrainer(Training(), Validation(), Options()).Run();
        Assert.InRange(result.Best, 0.9, 1);   // the decisive measure is accuracy
        model.Save(path);
        SequenceClassifier loaded = SequenceClassifier.Load(path);
        Assert.Equal(model.Options, loaded.Options);
        Assert.Equal(Measure(model), Measure(loaded));
        Assert.Equal(result.Best, Measure(loaded).Accuracy);
    }

    /// <summary>Options of cells reach the cells, the file, and learning.</summary>
    [Fact]
    public void OptionsOfCells()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "model.safetensors");
        SequenceClassifierOptions shape = Shape(RecurrentCell.Lstm, bidirectional: true);
        SequenceClassifier model = new(shape with
        {
            Encoder = shape.Encoder with
            {
                LayerNormalization = true,
                Peepholes = true,
                CoupledGates = true,
                LearnInitialState = true,
                LockedDropout = true,
                RecurrentDropout = 0.1,
                WeightDropout = 0.1,
                EmbeddingDropout = 0.1,
            },
        });
        TrainingResult result = model.CreateTrainer(Training(), Validation(), Options()).Run();
        Assert.InRange(result.Best, 0.9, 1);
        model.Save(path);
        Assert.Equal(Measure(model), Measure(SequenceClassifier.Load(path)));
        string[] names = [.. model.Parameters.Layout.Slots.Select(slot => slot.Name)];
        foreach (string part in (string[])["gain_ih", "gain_hh", "gain_cell", "peephole", "initial_hidden", "initial_cell"])
            Assert.Contains($"lstm.{part}_l0_reverse", names);

        ParameterSlot start = model.Parameters.Layout["lstm.initial_hidden_l0"];
        Assert.Contains(model.Parameters[start].Span.ToArray(), value => value != 0);
    }

    [Fact]
    public void ItResumesExactlyAndRefusesAnothersCheckpoint()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "checkpoint");
        TrainingOptions options = Options() with { Epochs = 3 };
        SequenceClassifier whole = new(Shape()), first = new(Shape()), resumed = new(Shape(), seed: 9);
        TrainingResult expected = whole.CreateTrainer(Training(), Validation(), options).Run();
        Trainer<LabelledBatch> trainer = first.CreateTrainer(Training(), Validation(), options);
        foreach (TrainingReport report in trainer.Steps())
        {
            if (report.Step == 17)
                break;
        }

        Assert.Null(trainer.Result);
        trainer.Save(path);
        trainer = resumed.CreateTrainer(Training(), Validation(), options);
        trainer.Resume(path);
        Assert.Equal(expected, trainer.Run());
        Assert.Equal(whole.Parameters.Dense.ToArray(), resumed.Parameters.Dense.ToArray());
        Assert.Equal(whole.Parameters.ByRow.ToArray(), resumed.Parameters.ByRow.ToArray());

        InvalidDataException e = Assert.Throws<InvalidDataException>(() => new SequenceClassifier(Shape() with { Dropout = 0.5 })
            .CreateTrainer(Training(), Validation(), options).Resume(path));
        Assert.Contains("dropout was '0.2' there and is '0.5' now", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<InvalidDataException>(() =>
            new Trainer<LabelledBatch>(new Other(whole.Parameters), Training()).Resume(path));
        Assert.Contains("sequence-classifier/1", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Padding changes nothing: a batch's loss and gradient are those of its rows, one by one.</summary>
    [Fact]
    public void ABatchIsItsRows()
    {
        SequenceClassifier model = new(Shape(RecurrentCell.Lstm, bidirectional: true) with { Dropout = 0 });
        LabelledSequences together = new(s_sequences[..7], s_labels.AsSpan(0, 7), 7);
        GradientBuffer all = new(model.Parameters.Layout), each = new(model.Parameters.Layout);
        LossSum expected = model.CreatePass(together.Most).ForwardBackward(together.Get(0, 0), Mode.Training(1, 1), 1, all);
        LossSum sum = default;
        for (int i = 0; i < 7; i++)
        {
            LabelledSequences one = new([s_sequences[i]], s_labels.AsSpan(i, 1), 1);
            sum += model.CreatePass(one.Most).ForwardBackward(one.Get(0, 0), Mode.Training(1, 1), 1, each);
        }

        Assert.Equal(expected.Sum, sum.Sum, 1e-5);
        Assert.All(all.Dense.ToArray().Zip(each.Dense.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    private static (double Loss, double Accuracy) Measure(SequenceClassifier model)
    {
        LabelledSequences batches = Validation();
        Pass<LabelledBatch> pass = model.CreatePass(batches.Most, TapeUse.Inference);
        Measurements results = new(pass.Measures);
        for (int i = 0; i < batches.Count; i++)
            results.Add(Models.Training.Measure.Loss, pass.Evaluate(batches.Get(0, i), results));

        return (results[Models.Training.Measure.Loss], results[Models.Training.Measure.Accuracy]);
    }

    private static SequenceClassifierOptions Shape(RecurrentCell cell = RecurrentCell.Gru, bool bidirectional = false,
        int embedding = 4) => new()
        {
            Tokens = 5,
            Classes = 2,
            Encoder = new() { Cell = cell, EmbeddingSize = embedding, HiddenSize = 16, Bidirectional = bidirectional },
            Dropout = 0.2,
        };

    private static LabelledSequences Training() => new(s_sequences[..320], s_labels.AsSpan(0, 320), 16, shuffleSeed: 1);

    private static LabelledSequences Validation() => new(s_sequences[320..], s_labels.AsSpan(320), 32);

    private static TrainingOptions Options() => new()
    {
        Epochs = 40,
        LearningRate = 1e-2,
        Decisive = Models.Training.Measure.Accuracy,
    };

    private static int[] Sequence(int seed)
    {
        Random random = new(seed);
        int[] tokens = [.. Enumerable.Range(0, 3 + random.Next(6)).Select(_ => random.Next(1, 5))];
        if (seed % 2 == 0)
            tokens[^1] = tokens[0];

        return tokens;
    }

    private sealed class Other(ParameterBuffer parameters) : Pass<LabelledBatch>("other/1", parameters)
    {
        public override LossSum ForwardBackward(in LabelledBatch batch, Mode mode, float scale, GradientBuffer g) => default;

        public override LossSum Evaluate(in LabelledBatch batch, Measurements results) => default;
    }
}
