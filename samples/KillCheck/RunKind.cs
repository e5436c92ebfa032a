using System;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Checkpoints;
using Rnn.Models.Training;

namespace Rnn.Samples.KillCheck;

/// <summary>A run of training that saves after every step, small enough to end within a second.</summary>
/// <param name="Name">Of the kind of checkpoint.</param>
/// <param name="Train">Trains to the end: from the checkpoint of the first path, or from the beginning where that is null; saves
/// to the second; calls the action when steps begin. Gives what came out, to the bit.</param>
/// <param name="Read">Reads a checkpoint, or throws.</param>
internal sealed record RunKind(string Name, Func<string?, string, Action, string> Train, Action<string> Read)
{
    /// <summary>A run of a model with a trainer, whose checkpoints a trainer makes.</summary>
    /// <param name="name">Of the kind.</param>
    /// <param name="create">Makes the trainer, which saves to this path after every step.</param>
    public static RunKind Of<TBatch>(string name, Func<string, Trainer<TBatch>> create) => new(name, (from, path, begin) =>
    {
        Trainer<TBatch> trainer = create(path);
        if (from is not null)
            trainer.Resume(from);

        begin();
        TrainingResult result = trainer.Run();
        return $"{Hash(trainer.Parameters)} {result}";
    }, path => CheckpointReader.Open(path));

    private static string Hash(ParameterBuffer parameters)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(parameters.Dense));
        hash.AppendData(MemoryMarshal.AsBytes(parameters.ByRow));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
