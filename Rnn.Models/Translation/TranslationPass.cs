using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Training;

namespace Rnn.Models.Translation;

/// <summary>The next token of the target at every step, all that stand before it known: network -> dropout ->
/// softmax.</summary>
internal sealed class TranslationPass : Pass<PairBatch>
{
    private readonly TranslationModel _model;
    private readonly TranslationTape _tape;
    private readonly VocabularyHeadTape _losses;
    private readonly OwnTokens? _own;   // with scheduled sampling

    public TranslationPass(TranslationModel model, BatchShape most, TapeUse use)
        : base(TranslationModel.Format.Name, model.Parameters)
    {
        _model = model;
        _tape = model.Network.CreateTape(most, use);
        _losses = model.Head.CreateTape(checked(most.Rows * most.Targets), use);
        if (use == TapeUse.Training && model.Options.ScheduledSampling > 0)
            _own = new OwnTokens(model, checked(most.Rows * most.Targets));
    }

    public override LossSum ForwardBackward(in PairBatch batch, Mode mode, float scale, GradientBuffer g)
    {
        if (_own is null || !mode.IsTraining)
            return Run(batch, mode, scale, g);

        return Run(_own.Mix(batch, _tape.Forward(Parameters, batch, mode), mode), mode, scale, g);
    }

    public override LossSum Evaluate(in PairBatch batch, Measurements results) => _model.Head.Forward(Parameters,
        _tape.Forward(Parameters, batch, Mode.Inference), batch.Targets.Span, _losses);

    private LossSum Run(in PairBatch batch, Mode mode, float scale, GradientBuffer g)
    {
        MatrixView hidden = _tape.Forward(Parameters, batch, mode), dHidden = hidden;
        _model.OutputDropout.Forward(hidden.Span, hidden.Span, mode);
        LossSum loss = _model.Head.ForwardBackward(Parameters, hidden, batch.Targets.Span, mode, scale, _losses, g, dHidden);
        _model.OutputDropout.Backward(dHidden.Span, dHidden.Span, mode);
        _tape.Backward(Parameters, batch, dHidden, g);
        return loss;
    }
}
