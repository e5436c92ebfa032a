using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Optimizers;
using Rnn.Core.Serialization.Checkpoints;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Models.Batching;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;

namespace Rnn.Tests.Fuzzing;

/// <summary>All readers of files and of what files hold, with small files that they read.</summary>
internal static partial class FuzzTargets
{
    private const string Text = "to be, or not to be: that is the question. ";

    /// <summary>The targets, in a fixed order.</summary>
    public static IEnumerable<FuzzTarget> All() =>
        [Safetensors(), Checkpoint(), CheckpointFile(), .. Models(), .. Vectors(), .. Texts(), .. Archives(), .. Symbols()];

    private static FuzzTarget Safetensors()
    {
        SafetensorsWriter plain = new(), full = new() { AddChecksum = true };
        plain.Add("a", [2, 3], [1f, 2, 3, 4, 5, 6]);
        full.Metadata["format"] = "pt";
        full.Metadata["vocabulary"] = "a\nb \u00E9";
        full.Add("floats", [2, 2], [1f, -2, 3.5f, 0]);
        full.Add("doubles", [3], [1d, 2, 3]);
        full.Add("whole", [2, 1], [1, 2]);
        full.Add("long", [], [7L]);
        full.AddBytes("half", SafetensorsType.F16, [2], [0, 0x3C, 0, 0x40]);
        full.Add("none", [0, 4], ReadOnlySpan<float>.Empty);
        byte[][] seeds = [Saved(plain.Save), Saved(full.Save)];
        return new FuzzTarget("safetensors", seeds, input =>
        {
            bool isFile = input.Number % 8 == 0;
            SafetensorsReader reader = isFile ? SafetensorsReader.Open(input.File()) : SafetensorsReader.Read(input.Stream());
            reader.VerifyChecksum();
            foreach (SafetensorsEntry entry in reader.Entries)
            {
                reader.CopyBytesTo(entry.Name, new byte[entry.ByteLength]);
                if (entry.Type != SafetensorsType.Other)
                    reader.CopyTo(entry.Name, new float[entry.ElementCount]);
            }
        })
        {
            Draw = new SafetensorsMutator(seeds).Mutate,
        };
    }

    private static FuzzTarget Checkpoint()
    {
        Trainer<TokenWindow> trainer = Trainer();
        byte[][] seeds = [Checkpoint(trainer, 0), Checkpoint(trainer, 3)];
        return new FuzzTarget("checkpoint, resumed", seeds, input => trainer.Resume(input.File()))
        {
            Draw = new SafetensorsMutator(seeds).Mutate,
        };
    }

    private static FuzzTarget CheckpointFile()
    {
        byte[][] seeds = [Checkpoint(Trainer(), 0)];
        return new FuzzTarget("checkpoint, looked at", seeds, input =>
        {
            TrainingCheckpoint.Read(input.File());
            CheckpointReader reader = CheckpointReader.Open(input.File());
            foreach (string name in reader.TextNames)
                reader.Text(name);
        })
        {
            Draw = new SafetensorsMutator(seeds).Mutate,
        };
    }

    private static byte[] Checkpoint(Trainer<TokenWindow> trainer, long steps)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "checkpoint");
        foreach (TrainingReport report in trainer.Steps())
        {
            if (report.Step >= steps)
                break;
        }

        trainer.Save(path);
        return File.ReadAllBytes(path);
    }

    private static Trainer<TokenWindow> Trainer() =>
        new CharRnnModel(Vocabulary.FromText(Text), new() { HiddenSize = 3, Layers = 2, Dropout = 0.25 }).CreateTrainer(
            string.Concat(Enumerable.Repeat(Text, 8)), new()
            {
                BatchSize = 2,
                SequenceLength = 30,
                ValidationFraction = 0.3,
                Epochs = 3,
                Schedule = new ReduceOnPlateau(1e-2, patience: 0),
                Averaging = ParameterAveraging.FromStep(2),
            });

    private static byte[] Saved(Action<Stream> save)
    {
        using MemoryStream stream = new();
        save(stream);
        return stream.ToArray();
    }
}
