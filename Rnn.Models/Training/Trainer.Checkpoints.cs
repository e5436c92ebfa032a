using System;
using System.IO;
using System.Linq;
using Rnn.Core.Serialization.Checkpoints;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Training;

/// <content>Checkpoints.</content>
public sealed partial class Trainer<TBatch>
{
    private const string ParameterArray = "parameters", BestArray = "best";
    private const string OptimizerPrefix = "optimizer", SchedulePrefix = "schedule", AveragingKey = "averaging";

    /// <summary>Goes back to where a checkpoint was saved: the next step is the one after it.</summary>
    /// <param name="path">A file that a run of the same model and configuration saved.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, of another model, or of another configuration: which
    /// entry differs is said. The run is as it was.</exception>
    public void Resume(string path)
    {
        CheckpointReader reader = CheckpointReader.Open(path, _pass.Kind);
        foreach ((string key, string value) in _identity)
        {
            if (key == AveragingKey && !reader.TextNames.Contains(TrainingCheckpoint.ConfigurationPrefix + key))
                Throw.OtherConfiguration(path, key, "nothing", value);

            string saved = reader.Text(TrainingCheckpoint.ConfigurationPrefix + key);
            if (saved != value)
                Throw.OtherConfiguration(path, key, saved, value);
        }

        foreach (string name in reader.TextNames)
        {
            string key = name.StartsWith(TrainingCheckpoint.ConfigurationPrefix, StringComparison.Ordinal)
                ? name[TrainingCheckpoint.ConfigurationPrefix.Length..]
                : "";
            if (key.Length > 0 && !_identity.ContainsKey(key))
                Throw.OtherConfiguration(path, key, reader.Text(name), "nothing");
        }

        // All of it is read and checked before any of it is taken over.
        RunState state = _state.Load(reader, int.MaxValue * _stepsPerEpoch);
        bool hasBest = _best is not null && state.BestStep > 0;
        reader.Check(ParameterArray, _pass.Parameters);
        reader.Check(OptimizerPrefix, _optimizer);
        reader.Check(SchedulePrefix, _schedule);
        if (hasBest)
            reader.Check(BestArray, _best!);

        Action? takeAverage = _average?.Load(reader, state.Step);
        _pass.LoadState(reader);   // which takes over nothing if it refuses
        reader.CopyTo(ParameterArray, _pass.Parameters);
        _modelHoldsOthers = false;
        reader.CopyTo(OptimizerPrefix, _optimizer);
        reader.CopyTo(SchedulePrefix, _schedule);
        if (hasBest)
            reader.CopyTo(BestArray, _best!);

        takeAverage?.Invoke();
        _state = state;
        _savedAt = IsCheckpointPath(path) ? Step : -1;
    }

    /// <summary>Saves a checkpoint of the steps done so far.</summary>
    /// <param name="path">Replaced atomically; the file before it is kept beside it.</param>
    /// <exception cref="IOException">It can't be written; the older file is untouched.</exception>
    public void Save(string path)
    {
        CheckpointWriter writer = new(_pass.Kind);
        foreach ((string key, string value) in _identity)
            writer.Add(TrainingCheckpoint.ConfigurationPrefix + key, value);

        foreach ((string key, string value) in _options.Notes)
            writer.Add(TrainingCheckpoint.NotePrefix + key, value);

        writer.Add(ParameterArray, _modelHoldsOthers ? _last! : _pass.Parameters);
        writer.Add(OptimizerPrefix, _optimizer);
        writer.Add(SchedulePrefix, _schedule);
        _pass.SaveState(writer);
        _state.Save(writer);
        if (_best is not null && _state.BestStep > 0)
            writer.Add(BestArray, _best);

        _average?.Save(writer);
        writer.Save(path);
    }

    private bool IsCheckpointPath(string path) =>
        _options.CheckpointPath is { } own && Path.GetFullPath(own) == Path.GetFullPath(path);
}
