using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using Rnn.Core.Serialization;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Rnn.Samples.Common;

namespace Rnn.Samples.CharRnn;

/// <summary>What a checkpoint carries, so that a run goes on without being told how it began.</summary>
internal static class RunNotes
{
    private const string SettingsKey = "settings", TextKey = "text", VocabularyKey = "vocabulary";

    /// <summary>The notes of a run.</summary>
    public static Dictionary<string, string> Write(TrainSettings settings, TextOptions text) => new()
    {
        [SettingsKey] = SummaryFile.Text(settings),
        [TextKey] = SummaryFile.Text(text with
        {
            // The run may go on in another folder.
            File = text.File is null or Corpus.StandardInput ? text.File : Path.GetFullPath(text.File),
        }),
    };

    /// <summary>The notes of a checkpoint.</summary>
    /// <exception cref="FileNotFoundException">There is no checkpoint.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or was not saved by this program.</exception>
    public static (TrainSettings Settings, TextOptions Text, Vocabulary Vocabulary) Read(string path)
    {
        TrainingCheckpoint checkpoint = Open(path);
        return checkpoint.Notes.TryGetValue(SettingsKey, out string? settings)
            && checkpoint.Notes.TryGetValue(TextKey, out string? text)
            && checkpoint.Configuration.TryGetValue(VocabularyKey, out string? symbols)
            ? (Parse<TrainSettings>(path, settings), Parse<TextOptions>(path, text), Vocabulary.FromSymbols(symbols))
            : throw new InvalidDataException($"The checkpoint '{path}' was not saved by a run of this program.");
    }

    private static TrainingCheckpoint Open(string path)
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
