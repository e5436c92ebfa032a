using System;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Checkpoints;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Networks;
using Rnn.Models.Training;

namespace Rnn.Models.CharRnn;

/// <summary>
/// Next-character prediction: one-hot -> recurrent layers -> dropout -> linear -> softmax cross-entropy. The state is
/// carried from window to window (truncated backpropagation through time); evaluation has a state of its own.
/// </summary>
internal sealed class CharRnnPass : Pass<TokenWindow>
{
    private readonly CharRnnModel _model;
    private readonly TokenEncoderTape _encoded;
    private readonly Tensor _logits;
    private readonly CarriedState _state;
    private readonly bool _isInference;   // weights then stay as they are from batch to batch

    public CharRnnPass(CharRnnModel model, BatchShape most, TapeUse use)
        : base(CharRnnModel.Format.Name, model.Parameters)
    {
        _model = model;
        _isInference = use == TapeUse.Inference;
        _state = new CarriedState(model.Encoder, most.Rows);
        _encoded = model.Encoder.CreateTape(most.Steps, most.Rows, use);
        _logits = new Tensor(most.Items, model.Vocabulary.Count);
    }

    public override bool CarriesState => true;

    public override LossSum ForwardBackward(in TokenWindow batch, Mode mode, float scale, GradientBuffer g)
    {
        ReadOnlySpan<int> tokens = batch.Inputs.Span;
        MatrixView logits = _logits.AsMatrix().Slice(0, tokens.Length);
        _model.Encoder.Forward(Parameters, tokens, _state.ForTraining(batch), mode, _encoded);
        MatrixView hidden = _encoded.DroppedOutput.Flattened;
        _model.OutputDropout.Forward(_encoded.Output.Span, hidden.Span, mode);
        _model.Output.Forward(Parameters, hidden, logits);
        LossSum loss = SoftmaxCrossEntropy.ForwardBackward(logits, batch.Targets.Span, scale, logits);

        // The way back, each line the twin of one above. dHidden lies where hidden did, which nobody reads any more.
        MatrixView dHidden = _encoded.OutputGradient.Flattened;
        _model.Output.Backward(Parameters, hidden, logits, g, dHidden);
        _model.OutputDropout.Backward(dHidden.Span, dHidden.Span, mode);
        _model.Encoder.Backward(Parameters, tokens, _encoded.OutputGradient, _encoded, g);
        return loss;
    }

    public override LossSum Evaluate(in TokenWindow batch, Measurements results)
    {
        MatrixView logits = _logits.AsMatrix().Slice(0, batch.Inputs.Length);
        _model.Encoder.Forward(Parameters, batch.Inputs.Span, _state.ForEvaluation(batch), Mode.Inference, _encoded);
        _model.Output.Forward(Parameters, _encoded.Output.Flattened, logits, keepPacked: _isInference);
        return SoftmaxCrossEntropy.Forward(logits, batch.Targets.Span);
    }

    public override void SaveState(CheckpointWriter writer) => _state.Save(writer);

    public override void LoadState(CheckpointReader reader) => _state.Load(reader);
}
