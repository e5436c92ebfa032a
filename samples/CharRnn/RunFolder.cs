using System;
using System.Collections.Generic;
using System.IO;
using Rnn.Core.Serialization;
using Rnn.Models.CharRnn;
using Rnn.Models.Training;
using Rnn.Samples.Common;

namespace Rnn.Samples.CharRnn;

/// <summary>The files of a run.</summary>
internal sealed class RunFolder
{
    private readonly OutputFolder _folder;

    private RunFolder(OutputFolder folder) => _folder = folder;

    public string Model => _folder.PathOf("model.safetensors");

    public string Checkpoint => _folder.PathOf("checkpoint.safetensors");

    public string LossTable => _folder.PathOf("loss.csv");

    /// <exception cref="IOException">It can't be written to.</exception>
    public static RunFolder Create(string path) => new(OutputFolder.Create(path));

    /// <summary>Goes on with a checkpoint.</summary>
    /// <param name="trainer">Of the same settings and text.</param>
    /// <param name="file">The checkpoint; null is the folder's.</param>
    /// <exception cref="InvalidDataException">It is damaged, or of another configuration.</exception>
    public void Resume(Trainer<CharBatch> trainer, string? file)
    {
        string path = file ?? Checkpoint;
        try
        {
            if (!File.Exists(path))
            {
                throw new FileNotFoundException($"There is no checkpoint '{path}' to resume from.");
            }

            trainer.Resume(path);
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException
            && File.Exists(AtomicFile.PreviousPath(path)))
        {
            throw new InvalidDataException(
                $"{e.Message} The checkpoint before it is there: --resume '{AtomicFile.PreviousPath(path)}'.", e);
        }

        Console.WriteLine($"Resumed after step {trainer.Step} from {path}");
    }

    public void SaveSummary(RunSummary summary) => summary.Save(_folder.PathOf("summary.json"));

    /// <summary>Draws loss.png, or warns: the model is on the disk already.</summary>
    public void SavePicture(IReadOnlyList<LossRow> rows, string title, double best)
    {
        if (LossPlot.TrySave(_folder.PathOf("loss.png"), rows, title, best) is { } reason)
        {
            Console.Error.WriteLine($"Warning: there is no picture loss.png: {ErrorMessage.Sentence(reason)}");
        }
    }
}
