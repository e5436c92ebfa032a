using System.IO;
using Rnn.Core.Serialization.Onnx;

namespace Rnn.Models.LanguageModels;

/// <content>For other programs.</content>
public sealed partial class LanguageModel
{
    /// <summary>
    /// Writes the model for ONNX Runtime and other inference engines: <c>log_probabilities</c> [steps, batch, V] of each word
    /// to be the next, in nats and whatever the head, and <c>hn</c> of <c>tokens</c> int64 [steps, batch] and <c>h0</c>
    /// [layers, batch, H], of an LSTM also <c>cn</c> of <c>c0</c>, as
    /// <see cref="OnnxNetwork.State(Rnn.Core.Layers.Recurrent.SequenceLayer, string)"/> says. Metadata: the options,
    /// and the vocabulary. The memory of words (<see cref="Cache"/>) isn't in the file, dropout is left out, and
    /// <see cref="Load(string)"/> can't read it.
    /// </summary>
    /// <param name="path">Replaced atomically.</param>
    /// <returns>Names, types and shapes of what the file takes and gives.</returns>
    /// <exception cref="System.ArgumentException">The cells have an option for which ONNX has no operator.</exception>
    /// <exception cref="IOException">It can't be written; an older file is untouched.</exception>
    public OnnxSignature ExportOnnx(string path) => Onnx().Write(path);

    /// <summary>The same, to a stream.</summary>
    public OnnxSignature ExportOnnx(Stream stream) => Onnx().Write(stream);

    private OnnxNetwork Onnx()
    {
        OnnxNetwork net = new(Parameters, Format.ForOnnx("language-model", Options,
            (VocabularyKey, Vocabulary.Symbols)));
        OnnxValue x = net.Add(Encoder.Embedding!, net.Indices("tokens"));
        OnnxState? state = net.State(Encoder.Recurrent);
        OnnxValue hidden = net.Add(OutputDropout, net.Add(Encoder.Recurrent, x, ref state));
        net.Output("log_probabilities", net.LogProbabilities(Head, hidden));
        net.Output(state);
        return net;
    }
}
