using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using CsCheck;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Models.Batching;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.CharRnn;

/// <summary>What a user meets who trains a text of any length: defaults, evaluation, divergence, more text.</summary>
public class CharRnnTrainingTests
{
    private static readonly string s_text = string.Concat(Enumerable.Repeat("the fox sees a dog; ", 40));

    [Theory]
    [InlineData(10)]
    [InlineData(60)]
    [InlineData(300)]
    [InlineData(800)]
    public void AnyTextTrainsWithDefaults(int length)
    {
        CharRnnModel model = new(Vocabulary.FromText(s_text), new() { HiddenSize = 8, Layers = 1, Dropout = 0 });
        string text = s_text[..length];
        double before = model.Evaluate(text).NatsPerCharacter;
        TrainingResult result = model.Train(text);
        Assert.Equal(StopReason.Completed, result.Reason);
        CharRnnRecipe recipe = CharRnnRecipe.ForText(length);
        Assert.True(result.Steps >= recipe.Epochs);
        Assert.True(model.Evaluate(text).NatsPerCharacter < before);
    }

    [Fact]
    public void WhatIsNotSetIsChosen()
    {
        CharRnnRecipe recipe = CharRnnRecipe.ForText(20_000);
        CharRnnTrainingOptions all = recipe.Complete(new CharRnnTrainingOptions());
        Assert.Equal((8, 50, 0.1), (all.BatchSize, all.SequenceLength, all.ValidationFraction));
        Assert.Equal(11, all.Epochs);
        Assert.IsType<CosineSchedule>(all.Schedule);
        Assert.IsType<AdamW>(all.Optimizer!(new ParameterLayout()));
        CharRnnTrainingOptions few = recipe.Complete(new() { BatchesPerStep = 4 });   // a quarter of the steps
        Assert.Equal(all.ValidateEvery / 4.0, few.ValidateEvery, 1.0);
        Assert.InRange(few.Schedule!.RateAt(few.ValidateEvery * CharRnnRecipe.Measurements), 0, 1e-4);
        Assert.Equal((RecurrentCell.Gru, 256, 1), (recipe.Network().Cell, recipe.Network().HiddenSize,
            recipe.Network().Layers));

        CharRnnTrainingOptions given = new()
        {
            BatchSize = 3,
            SequenceLength = 7,
            ValidationFraction = 0,
            Epochs = 2,
            LearningRate = 0.01,
        };
        Assert.Equal(given, recipe.Complete(given));   // a rate of one's own, and Adam
    }

    [Fact]
    public void EveryLengthHasARecipeThatFits() => Gen.Long[10, 100_000_000].Sample(characters =>
    {
        CharRnnTrainingOptions options = CharRnnRecipe.ForText(characters).Training(seed: 7);
        long training = characters - (long)(characters * options.ValidationFraction);
        Assert.True(training >= 2);
        Assert.Equal(7ul, options.Seed);
        Assert.InRange(options.ValidateEvery, 1, long.MaxValue);
    });

    /// <summary>The window changes nothing; pieces change only what their first characters know.</summary>
    [Fact]
    public void EvaluationCountsEveryCharacter()
    {
        CharRnnModel model = new(Vocabulary.FromText(s_text), new() { HiddenSize = 8, Layers = 2 });
        double sum = model.Score(s_text).Sum;
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 200]).Sample((batch, window) =>
        {
            CharRnnEvaluation loss = model.Evaluate(s_text, batch, window);
            Assert.Equal(s_text.Length - 1, loss.Characters);
            Assert.Equal(model.Evaluate(s_text, batch, 1).Sum, loss.Sum, 1e-9 * loss.Sum);
            if (batch == 1)
                Assert.Equal(-sum, loss.Sum, 1e-5 * loss.Sum);
        }, iter: 20);

        CharRnnEvaluation skipped = model.Evaluate("a fox\U0001F98A sees", skipUnknown: true);
        Assert.Equal((9L, 1L), (skipped.Characters, skipped.Unknown));
        Assert.Throws<ArgumentException>(() => model.Evaluate("a fox\U0001F98A sees"));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(30)]
    public void DivergenceIsAnErrorThatNamesTheRate(double rate)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "checkpoint");
        CharRnnModel model = new(Vocabulary.FromText(s_text), new() { HiddenSize = 16, Layers = 1, Dropout = 0 });
        CharRnnTrainingOptions options = new()
        {
            BatchSize = 4,
            SequenceLength = 10,
            Epochs = 50,
            Schedule = new ConstantSchedule(rate),
            CheckpointPath = path,
        };
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() => model.Train(s_text, options));
        Assert.Contains($"Choose a lower learning rate (it was {rate})", e.Message, StringComparison.Ordinal);
        Assert.Equal(10, e.Step);
        Assert.False(File.Exists(path));
    }

    /// <summary>A short run has no ten steps, and is caught at its end.</summary>
    [Fact]
    public void AShortRunThatDivergesIsCaughtAtItsEnd()
    {
        CharRnnModel model = new(Vocabulary.FromText(s_text), new() { HiddenSize = 16, Layers = 1, Dropout = 0 });
        CharRnnTrainingOptions options = new()
        {
            Epochs = 1,
            MaxSteps = 4,
            Schedule = new ConstantSchedule(100),
        };
        Assert.Equal(4, Assert.Throws<TrainingDivergedException>(() => model.Train(s_text, options)).Step);
    }

    [Fact]
    public void NotesTravelWithACheckpointAndDontHaveToAgree()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "checkpoint");
        CharRnnModel Model() => new(Vocabulary.FromText(s_text), new() { HiddenSize = 4, Layers = 1, Dropout = 0 });
        CharRnnTrainingOptions Options(string note) => new()
        {
            MaxSteps = 3,
            Notes = new Dictionary<string, string> { ["command"] = note },
        };
        Trainer<TokenWindow> trainer = Model().CreateTrainer(s_text, Options("first"));
        trainer.Run();
        trainer.Save(path);
        TrainingCheckpoint saved = TrainingCheckpoint.Read(path);
        Assert.Equal(3, saved.Step);
        Assert.Equal(new Dictionary<string, string> { ["command"] = "first" }, saved.Notes);
        Assert.Equal("4", saved.Configuration["batch size"]);
        Model().CreateTrainer(s_text, Options("second")).Resume(path);
    }

    [Theory]
    [InlineData(RecurrentCell.Lstm)]
    [InlineData(RecurrentCell.Gru)]
    [InlineData(RecurrentCell.RnnTanh)]
    public void MoreCharactersKeepWhatWasLearnt(RecurrentCell cell)
    {
        CharRnnModel model = new(Vocabulary.FromText("abc"), new() { Cell = cell, HiddenSize = 5, Layers = 2 });
        CharRnnModel grown = model.WithCharacters("cabin Z");
        Assert.Equal("abc Zin", grown.Vocabulary.Symbols);
        foreach (ParameterSlot slot in model.Parameters.Layout.Slots)
        {
            ParameterSlot to = grown.Parameters.Layout.Slots[slot.Index];
            for (int row = 0; row < slot.Rows; row++)
            {
                Assert.Equal(model.Parameters[slot].Row(row).ToArray(),
                    grown.Parameters[to].Row(row)[..slot.Cols].ToArray());
            }
        }

        // The states of known characters are the same, and unknown ones have a probability from the start.
        Assert.Equal(model.HiddenStates("abcab").Span.ToArray(), grown.HiddenStates("abcab").Span.ToArray());
        Assert.True(double.IsFinite(grown.Evaluate("a bin").NatsPerCharacter));
        CharRnnModel same = model.WithCharacters("");
        Assert.Equal(model.Parameters.Dense.ToArray(), same.Parameters.Dense.ToArray());
    }
}
