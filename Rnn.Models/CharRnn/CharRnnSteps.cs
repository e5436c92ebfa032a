using Rnn.Core.Tensors;
using Rnn.Models.Generation;

namespace Rnn.Models.CharRnn;

/// <summary>A character model, a step at a time: any number of texts side by side.</summary>
internal sealed class CharRnnSteps(CharRnnModel model, int maxRows)
    : EncoderSteps(model.Encoder, model.Parameters, maxRows)
{
    protected override void OnLogits(MatrixView logits) =>
        model.Output.Forward(Parameters, Hidden, logits, keepPacked: true);
}
