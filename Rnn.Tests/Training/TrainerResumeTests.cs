using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Rnn.Core.Optimizers;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Models.Batching;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Training;

/// <summary>A checkpoint that can't be resumed: its entry is named, and the run is as it was.</summary>
public class TrainerResumeTests
{
    private static readonly string Text =
        string.Concat(Enumerable.Repeat("to be, or not to be: that is the question. ", 20));

    [Fact]
    public void ARefusedCheckpointIsNamedByItsEntryAndChangesNothing()
    {
        using TemporaryFolder folder = new();
        byte[] checkpoint = Checkpoint(folder.Path);
        string path = Path.Combine(folder.Path, "forged");
        (CharRnnModel expected, Trainer<TokenWindow> untouched) = Stopped();
        (CharRnnModel model, Trainer<TokenWindow> trainer) = Stopped();
        int refused = 0;
        foreach ((string entry, byte[] forged) in Forged(checkpoint))
        {
            File.WriteAllBytes(path, forged);
            InvalidDataException e = Assert.Throws<InvalidDataException>(() => trainer.Resume(path));
            string named = entry == "configuration.averaging" ? "averaging was 'nothing' there" : $"'{entry}'";
            Assert.Contains(named, e.Message, StringComparison.Ordinal);
            refused++;
        }

        Assert.True(refused > 80, $"{refused} forgeries");
        Assert.Equal(untouched.Run(), trainer.Run());   // state of optimiser, schedule, layers, and the best so far
        Assert.Equal(expected.Parameters.Dense.ToArray(), model.Parameters.Dense.ToArray());
    }

    [Fact]
    public void TheMessageSaysWhatWasExpected()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "forged");
        File.WriteAllBytes(path, Forgery.WithEntry(Checkpoint(folder.Path), "trainer.step", "-5"));
        (_, Trainer<TokenWindow> trainer) = Create(seed: 1);
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => trainer.Resume(path));
        Assert.Equal($"In '{path}', the entry 'trainer.step' is '-5', expected 0 to " +
            $"{int.MaxValue * trainer.StepsPerEpoch}; the file is damaged or was altered. Use another copy, or the " +
            "one saved before it.", e.Message);
        File.WriteAllBytes(path, Forgery.WithEntry(Checkpoint(folder.Path), "trainer.step", "10"));
        trainer.Resume(path);   // what is possible is taken
        Assert.Equal(10, trainer.Step);
    }

    // Entries that are missing, no numbers, or out of range; arrays that are missing or of another length.
    private static IEnumerable<(string Entry, byte[] File)> Forged(byte[] checkpoint)
    {
        SafetensorsReader reader = SafetensorsReader.Read(new MemoryStream(checkpoint));
        foreach (string key in reader.Metadata.Keys.Where(key => !key.StartsWith("rnn.", StringComparison.Ordinal)))
        {
            yield return (key, Forgery.WithEntry(checkpoint, key, null));
            if (key.StartsWith("configuration.", StringComparison.Ordinal))
                continue;

            bool isWhole = key is not ("trainer.loss" or "trainer.gradient_norm" or "trainer.newest.loss"
                or "trainer.best" or "trainer.best_loss" or "trainer.final.loss" or "trainer.epoch_loss"
                or "trainer.first_loss" or "trainer.recent_loss" or "averaging.best_before");
            string[] wrong = isWhole
                ? ["-2", "1.5", "NaN", "9223372036854775807", "99999999999999999999", "7\0"]
                : key == "trainer.epoch_loss" ? ["NaN", "Infinity", "1e999"] : [];
            foreach (string value in wrong.Concat(["", "x", "1,5"]))
            {
                bool isMost = value.StartsWith('9') && key is "optimizer.step_count" or "trainer.epoch_count";
                if (!isMost)
                    yield return (key, Forgery.WithEntry(checkpoint, key, value));
            }
        }

        foreach (SafetensorsEntry entry in reader.Entries)
        {
            yield return (entry.Name, Forgery.WithTensor(checkpoint, entry.Name, null));
            yield return (entry.Name, Forgery.WithTensor(checkpoint, entry.Name, [entry.ElementCount + 1]));
        }
    }

    // Of a run that has come further, from other initial weights.
    private static byte[] Checkpoint(string folder)
    {
        string path = Path.Combine(folder, "checkpoint");
        (_, Trainer<TokenWindow> trainer) = Create(seed: 2);
        using CancellationTokenSource cancel = new();
        trainer.Run(new StopAt(12, cancel), cancel.Token);
        trainer.Save(path);
        return File.ReadAllBytes(path);
    }

    private static (CharRnnModel Model, Trainer<TokenWindow> Trainer) Stopped()
    {
        (CharRnnModel model, Trainer<TokenWindow> trainer) = Create(seed: 1);
        using CancellationTokenSource cancel = new();
        trainer.Run(new StopAt(7, cancel), cancel.Token);
        return (model, trainer);
    }

    private static (CharRnnModel Model, Trainer<TokenWindow> Trainer) Create(ulong seed)
    {
        CharRnnModel model = new(Vocabulary.FromText(Text), new() { HiddenSize = 6, Layers = 2, Dropout = 0.25 }, seed);
        return (model, model.CreateTrainer(Text, new()
        {
            BatchSize = 4,
            SequenceLength = 30,
            ValidationFraction = 0.2,
            Epochs = 3,
            Schedule = new ReduceOnPlateau(1e-2, patience: 0),
            Averaging = ParameterAveraging.FromStep(4),
        }));
    }

    private sealed class StopAt(long step, CancellationTokenSource cancel) : IProgress<TrainingReport>
    {
        public void Report(TrainingReport value)
        {
            if (value.Step == step)
                cancel.Cancel();
        }
    }
}
