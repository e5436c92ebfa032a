using System;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Checkpoints;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Networks;
using Rnn.Models.Training;

namespace Rnn.Models.LanguageModels;

/// <summary>
/// Next-word prediction at every step: embedding -> recurrent layers -> dropout -> head. The state is carried from window to
/// window (truncated backpropagation through time). The loss is the head's; the penalties are in its gradient alone, so that
/// losses can be compared.
/// </summary>
internal sealed class LanguageModelPass : Pass<TokenWindow>
{
    private readonly LanguageModel _model;
    private readonly TokenEncoderTape _encoded;
    private readonly VocabularyHeadTape _losses;
    private readonly CarriedState _state;
    private readonly Tensor _dHidden;   // where the hidden states after dropout are needed again; else no rows

    public LanguageModelPass(LanguageModel model, BatchShape most, TapeUse use)
        : base(LanguageModel.Format.Name, model.Parameters)
    {
        _model = model;
        _encoded = model.Encoder.CreateTape(most.Steps, most.Rows, use);
        _losses = model.Head.CreateTape(most.Items, use);
        _state = new CarriedState(model.Encoder, most.Rows);
        bool isKept = use == TapeUse.Training && model.Options.ActivationPenalty > 0;
        _dHidden = new Tensor(isKept ? most.Items : 0, model.Encoder.OutputSize);
    }

    public override bool CarriesState => true;

    public override LossSum ForwardBackward(in TokenWindow batch, Mode mode, float scale, GradientBuffer g)
    {
        LanguageModelOptions options = _model.Options;
        ReadOnlySpan<int> tokens = batch.Inputs.Span;
        _model.Encoder.Forward(Parameters, tokens, _state.ForTraining(batch), mode, _encoded);
        SequenceView output = _encoded.Output, hidden = _encoded.DroppedOutput, dOutput = _encoded.OutputGradient;
        _model.OutputDropout.Forward(output, hidden, mode);

        // The way back, each line the twin of one above. dHidden may lie where hidden did.
        MatrixView dHidden = options.ActivationPenalty > 0
            ? _dHidden.AsMatrix().Slice(0, tokens.Length)
            : dOutput.Flattened;
        LossSum loss = _model.Head.ForwardBackward(Parameters, hidden.Flattened, batch.Targets.Span, mode, scale, _losses, g,
            dHidden);
        if (options.ActivationPenalty > 0)
        {
            ActivationPenalty.ForwardBackward(hidden, default, (float)(scale * options.ActivationPenalty),
                new SequenceView(dHidden.Span, output.Steps, output.Batch, output.Features));
            dHidden.CopyTo(dOutput.Flattened);
        }

        _model.OutputDropout.Backward(dOutput, dOutput, mode);
        if (options.TemporalActivationPenalty > 0)
        {
            TemporalActivationPenalty.ForwardBackward(output, default, (float)(scale * options.TemporalActivationPenalty),
                dOutput);
        }

        _model.Encoder.Backward(Parameters, tokens, dOutput, _encoded, g);
        return loss;
    }

    public override LossSum Evaluate(in TokenWindow batch, Measurements results)
    {
        _model.Encoder.Forward(Parameters, batch.Inputs.Span, _state.ForEvaluation(batch), Mode.Inference, _encoded);
        return _model.Head.Forward(Parameters, _encoded.Output.Flattened, batch.Targets.Span, _losses);
    }

    public override void SaveState(CheckpointWriter writer) => _state.Save(writer);

    public override void LoadState(CheckpointReader reader) => _state.Load(reader);
}
