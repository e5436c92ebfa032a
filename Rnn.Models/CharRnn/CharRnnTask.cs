using System;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization;
using Rnn.Core.Tensors;
using Rnn.Models.Training;

namespace Rnn.Models.CharRnn;

/// <summary>
/// Next-character prediction: one-hot -> recurrent layers -> dropout -> linear -> softmax cross-entropy, every buffer
/// taken once. The state is carried from window to window (truncated backpropagation through time); evaluation has a
/// state of its own.
/// </summary>
internal sealed class CharRnnTask : ITrainable<CharBatch>
{
    private readonly CharRnnModel _model;
    private readonly RecurrentTape _tape;
    private readonly RecurrentState _state;
    private readonly RecurrentState _evaluationState;
    private readonly RecurrentState _dState;
    private readonly Tensor _logits;

    /// <summary>Buffers for training and validation batches.</summary>
    public CharRnnTask(CharRnnModel model, CharBatches training, CharBatches? validation)
        : this(model, training.BatchSize, validation?.BatchSize ?? training.BatchSize,
            Math.Max(training.SequenceLength, validation?.SequenceLength ?? 1), TapeUse.Training)
    {
    }

    /// <summary>Buffers for evaluation alone.</summary>
    public CharRnnTask(CharRnnModel model, CharBatches batches)
        : this(model, batches.BatchSize, batches.BatchSize, batches.SequenceLength, TapeUse.Inference)
    {
    }

    private CharRnnTask(CharRnnModel model, int batch, int evaluationBatch, int steps, TapeUse use)
    {
        int most = Math.Max(batch, evaluationBatch);
        _model = model;
        _tape = model.Recurrent.CreateTape(steps, most, use);
        _state = model.Recurrent.CreateState(batch);
        _evaluationState = model.Recurrent.CreateState(evaluationBatch);
        _dState = model.Recurrent.CreateState(batch);
        _logits = new Tensor(checked(steps * most), model.Vocabulary.Count);
    }

    public ParameterBuffer Parameters => _model.Parameters;

    public LossSum ForwardBackward(in CharBatch batch, Mode mode, GradientBuffer g)
    {
        int n = batch.Steps * batch.Batch;
        MatrixView logits = _logits.AsMatrix().Slice(0, n);
        RecurrentInput x = Input(batch);
        if (batch.IsFirst)
        {
            _state.Clear();
        }

        _model.Recurrent.Forward(Parameters, x, default, _state, mode, _tape);
        MatrixView hidden = _tape.OutputGradient.Flattened;
        _model.OutputDropout.Forward(_tape.Output.Span, hidden.Span, mode);
        _model.Output.Forward(Parameters, hidden, logits);
        LossSum loss = SoftmaxCrossEntropy.ForwardBackward(logits, batch.Targets.Span, logits);

        // The way back, each line the twin of one above. dHidden overwrites hidden, which nobody reads any more.
        MatrixView dHidden = hidden;
        _model.Output.Backward(Parameters, hidden, logits, g, dHidden);
        _model.OutputDropout.Backward(dHidden.Span, dHidden.Span, mode);
        _dState.Clear();
        _model.Recurrent.Backward(Parameters, x, Sequence(dHidden, batch), _dState, _tape, g, default);
        return loss;
    }

    public LossSum Evaluate(in CharBatch batch)
    {
        MatrixView logits = _logits.AsMatrix().Slice(0, batch.Steps * batch.Batch);
        if (batch.IsFirst)
        {
            _evaluationState.Clear();
        }

        _model.Recurrent.Forward(Parameters, Input(batch), default, _evaluationState, Mode.Inference, _tape);
        _model.Output.Forward(Parameters, _tape.Output.Flattened, logits);
        return SoftmaxCrossEntropy.Forward(logits, batch.Targets.Span);
    }

    public void SaveState(CheckpointWriter writer) => writer.Add("state", _state);

    public void LoadState(CheckpointReader reader) => reader.CopyTo("state", _state);

    private RecurrentInput Input(in CharBatch batch) =>
        RecurrentInput.OneHot(batch.Inputs.Span, batch.Steps, batch.Batch, _model.Vocabulary.Count);

    private static ReadOnlySequenceView Sequence(MatrixView m, in CharBatch batch) =>
        new(m.Span, batch.Steps, batch.Batch, m.Cols);
}
