using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Serialization.Checkpoints;

namespace Rnn.Models.Training;

/// <summary>What a checkpoint says of its run, before anything is built to go on with it.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Configuration">What must agree when the run goes on: names and values.</param>
/// <param name="Notes">What the run left for whoever goes on with it (<see cref="TrainingOptions.Notes"/>).</param>
public sealed record TrainingCheckpoint(long Step, IReadOnlyDictionary<string, string> Configuration,
    IReadOnlyDictionary<string, string> Notes)
{
    internal const string ConfigurationPrefix = "configuration.", NotePrefix = "note.", StepKey = "trainer.step";

    /// <summary>Reads a file that <see cref="Trainer{TBatch}.Save"/> wrote, of any model.</summary>
    /// <exception cref="System.IO.FileNotFoundException">There is no such file.</exception>
    /// <exception cref="System.IO.InvalidDataException">The file is damaged, or no checkpoint.</exception>
    public static TrainingCheckpoint Read(string path)
    {
        CheckpointReader reader = CheckpointReader.Open(path);
        return new TrainingCheckpoint(reader.WholeNumber(StepKey), Texts(reader, ConfigurationPrefix),
            Texts(reader, NotePrefix));
    }

    private static Dictionary<string, string> Texts(CheckpointReader reader, string prefix) => reader.TextNames
        .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(name => name[prefix.Length..], reader.Text);
}
