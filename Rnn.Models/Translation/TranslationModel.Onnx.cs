using System.IO;
using Rnn.Core.Serialization.Onnx;
using Rnn.Models.Text.Parallel;

namespace Rnn.Models.Translation;

/// <content>For other programs.</content>
public sealed partial class TranslationModel
{
    /// <summary>
    /// Writes the model as two files for ONNX Runtime and other inference engines: one reads sources, one says how probable
    /// each token is to be the next of a target. Sources are <c>tokens</c> int64 [source_steps, batch] with <c>lengths</c>
    /// int64 [batch]; past a row's length any token may stand.
    /// <para>
    /// Recurrent: the encoder gives <c>hn</c> [layers, batch, H] (and <c>cn</c>), from which the decoder begins, and with
    /// attention <c>memory</c> [source_steps, batch, M] and, where they differ from it, <c>keys</c>. A call of the decoder is
    /// a step: of <c>token</c> int64 [batch], <c>h0</c> (<c>c0</c>), the encoder's memory, keys and lengths, and with input
    /// feeding <c>fed0</c> [batch, H], zeros at first, it makes <c>log_probabilities</c> [batch, V], <c>hn</c> (<c>cn</c>),
    /// <c>fedn</c>, and <c>weights</c> [source_steps, batch], where it looked.
    /// </para>
    /// <para>
    /// Transformer: the encoder gives keys and values for each layer of the decoder, <c>keys_l0</c> ..
    /// [source_steps, batch, 2E]. A call of the decoder reads one step or more, <c>tokens</c> int64 [steps, batch], with the
    /// encoder's keys and lengths, and <c>past_l0</c> .. [past_steps, batch, 2E], of no steps at first. It makes
    /// <c>log_probabilities</c> [steps, batch, V], those of the last step for what comes next, and <c>present_l0</c> ..,
    /// which are the past of the next call.
    /// </para>
    /// A target begins with <see cref="TranslationVocabulary.Start"/>. Metadata: the options and both vocabularies.
    /// <see cref="Load(string)"/> can't read the files.
    /// </summary>
    /// <param name="encoder">Replaced atomically.</param>
    /// <param name="decoder">The same.</param>
    /// <returns>Names, types and shapes of what each file takes and gives.</returns>
    /// <exception cref="System.ArgumentException">The cells have an option for which ONNX has no operator, or the encoder's
    /// initial state is learnt.</exception>
    /// <exception cref="IOException">One can't be written; an older file is untouched.</exception>
    public (OnnxSignature Encoder, OnnxSignature Decoder) ExportOnnx(string encoder, string decoder) =>
        (OnnxEncoder().Write(encoder), OnnxDecoder().Write(decoder));

    /// <summary>The same, to two streams.</summary>
    public (OnnxSignature Encoder, OnnxSignature Decoder) ExportOnnx(Stream encoder, Stream decoder) =>
        (OnnxEncoder().Write(encoder), OnnxDecoder().Write(decoder));

    private OnnxNetwork OnnxEncoder()
    {
        OnnxNetwork net = new(Parameters, OnnxOptions("translation-encoder"));
        Network.AddEncoder(net, net.Indices("tokens", "source_steps"), net.Lengths("lengths"));
        return net;
    }

    private OnnxNetwork OnnxDecoder()
    {
        OnnxNetwork net = new(Parameters, OnnxOptions("translation-decoder"));
        Network.AddDecoder(net, output => net.Output("log_probabilities",
            net.LogProbabilities(Head, net.Add(OutputDropout, output))));
        return net;
    }

    private OnnxOptions OnnxOptions(string name) => Format.ForOnnx(name, Options,
        (SourceKey, Source.Symbols),
        (TargetKey, Target.Symbols));
}
