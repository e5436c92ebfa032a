using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using Rnn.Core.Serialization;
using Rnn.Models.Training;

namespace Rnn.Samples.Common;

/// <summary>What a checkpoint carries, so that a run goes on without being told how it began.</summary>
public static class RunNotes
{
    private const string SettingsKey = "settings", DataKey = "data";

    /// <summary>The notes of a run.</summary>
    internal static Dictionary<string, string> Write(RunSettings settings, DataSource data) => new()
    {
        [SettingsKey] = SummaryFile.Text(settings),
        [DataKey] = SummaryFile.Text(data.Absolute()),
    };

    /// <summary>The notes of a checkpoint.</summary>
    /// <exception cref="InvalidDataException">It was not saved by this program.</exception>
    internal static (TSettings Settings, DataSource Data) Read<TSettings>(string path, TrainingCheckpoint checkpoint) =>
        checkpoint.Notes.TryGetValue(SettingsKey, out string? settings)
            && checkpoint.Notes.TryGetValue(DataKey, out string? data)
            ? (Parse<TSettings>(path, settings), Parse<DataSource>(path, data))
            : throw new InvalidDataException($"The checkpoint '{path}' was not saved by a run of this program.");

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is damaged; the one before it is named.</exception>
    internal static TrainingCheckpoint Open(string path)
    {
        try
        {
            return File.Exists(path)
                ? TrainingCheckpoint.Read(path)
                : throw new FileNotFoundException($"There is no checkpoint '{path}' to resume from.");
        }
        catch (Exception e) when (e is IOException or InvalidDataException
            && File.Exists(AtomicFile.PreviousPath(path)))
        {
            throw new InvalidDataException(
                $"{e.Message} The checkpoint before it is there: --resume '{AtomicFile.PreviousPath(path)}'.", e);
        }
    }

    /// <summary>The settings of the run that a model's file is of, from the checkpoint beside it; null: there is none.</summary>
    /// <param name="model">The file.</param>
    /// <exception cref="InvalidDataException">The checkpoint is damaged, or was not saved by this program.</exception>
    public static TSettings? Beside<TSettings>(string model)
        where TSettings : RunSettings
    {
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model))!, RunFiles.Checkpoint);
        return File.Exists(path) ? Read<TSettings>(path, Open(path)).Settings : null;
    }

    private static T Parse<T>(string path, string json)
    {
        try
        {
            return SummaryFile.Parse<T>(json);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The settings in the checkpoint '{path}' can't be read: {e.Message}", e);
        }
    }
}
