using System;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Serialization.Checkpoints;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Networks;

/// <summary>
/// The states that an encoder carries from window to window of a text: one for training, which checkpoints hold, and one for
/// evaluation, so that a measurement doesn't disturb the run. Where the pieces of a text begin, a state begins with zeros.
/// </summary>
public sealed class CarriedState
{
    private const string RowsKey = "state_rows", StateKey = "state";

    private readonly TokenEncoder _encoder;
    private readonly int _maxRows;
    private RecurrentState _training;
    private RecurrentState? _evaluation;

    /// <summary>States of zeros.</summary>
    /// <param name="encoder">Whose they are.</param>
    /// <param name="maxRows">The most rows of a window.</param>
    public CarriedState(TokenEncoder encoder, int maxRows)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        _encoder = encoder;
        _maxRows = maxRows;
        _training = encoder.CreateState(maxRows);
    }

    /// <summary>The state that a training window goes on from.</summary>
    /// <exception cref="ArgumentException">The window has other rows than the one before it, and doesn't begin a
    /// text.</exception>
    public RecurrentState ForTraining(in TokenWindow window)
    {
        if (window.IsFirst && window.Rows != _training.Batch)   // evaluation has more
            _training = _encoder.CreateState(window.Rows);
        else if (window.IsFirst)
            _training.Clear();
        else if (window.Rows != _training.Batch)
            Throw.WindowRows(window.Rows, _training.Batch);

        return _training;
    }

    /// <summary>The state that a window of an evaluation goes on from.</summary>
    public RecurrentState ForEvaluation(in TokenWindow window)
    {
        if (_evaluation?.Batch != window.Rows)
            _evaluation = _encoder.CreateState(window.Rows);
        else if (window.IsFirst)
            _evaluation.Clear();

        return _evaluation;
    }

    /// <summary>Adds the state of training to a checkpoint.</summary>
    public void Save(CheckpointWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Add(RowsKey, _training.Batch);
        writer.Add(StateKey, _training);
    }

    /// <summary>Restores the state of training.</summary>
    /// <exception cref="System.IO.InvalidDataException">The checkpoint's doesn't fit; nothing has changed.</exception>
    public void Load(CheckpointReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        RecurrentState state = _encoder.CreateState((int)reader.WholeNumber(RowsKey, 1, _maxRows));
        reader.CopyTo(StateKey, state);
        _training = state;
    }
}
