using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Tensors;
using Rnn.Models.Generation;

namespace Rnn.Models.CharRnn;

/// <summary>A character model, a step at a time: any number of texts side by side.</summary>
internal sealed class CharRnnSteps : StepModel
{
    private readonly CharRnnModel _model;
    private readonly RecurrentTape _tape;
    private readonly RecurrentState?[] _states, _spares;   // of 1 row, 2 rows ...; made at first use
    private RecurrentState _state;

    public CharRnnSteps(CharRnnModel model, int maxRows)
        : base(model.Vocabulary.Count, maxRows)
    {
        _model = model;
        _tape = model.Encoder.Recurrent.CreateTape(1, maxRows, TapeUse.Inference);
        _states = new RecurrentState?[maxRows + 1];
        _spares = new RecurrentState?[maxRows + 1];
        _state = State(1);
    }

    /// <summary>Stands where another one of the same model stands, which has one row.</summary>
    public void ContinueFrom(CharRnnSteps other)
    {
        Clear();
        _state.CopyFrom(other._state);
        HasRead = other.HasRead;
    }

    protected override void OnClear()
    {
        _state = State(1);
        _state.Clear();
    }

    protected override void OnRead(ReadOnlySpan<int> tokens)
    {
        RecurrentLayer layer = _model.Encoder.Recurrent;
        layer.Begin(_state, 1, Mode.Inference, _tape);
        layer.ForwardStep(_model.Parameters, RecurrentInput.OneHot(tokens, 1, tokens.Length, Vocabulary), 0, _tape);
        layer.End(_state, _tape);
    }

    protected override void OnLogits(MatrixView logits) =>
        _model.Output.Forward(_model.Parameters, _state.Hidden(_state.Layers - 1), logits, keepPacked: true);

    protected override void OnReorder(ReadOnlySpan<int> parents)
    {
        int rows = parents.Length;
        RecurrentState to = State(rows);
        if (rows == _state.Batch)   // its rows are read meanwhile
        {
            to = _spares[rows] ?? _model.Encoder.CreateState(rows);
            (_states[rows], _spares[rows]) = (to, _state);
        }

        to.GatherRows(_state, parents);
        _state = to;
    }

    private RecurrentState State(int rows) => _states[rows] ??= _model.Encoder.CreateState(rows);
}
