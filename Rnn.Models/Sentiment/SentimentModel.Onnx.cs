using System.IO;
using System.Text.Json;
using Rnn.Core.Serialization.Onnx;

namespace Rnn.Models.Sentiment;

/// <content>For other programs.</content>
public sealed partial class SentimentModel
{
    /// <summary>
    /// Writes the model for ONNX Runtime and other inference engines: <c>probabilities</c> [batch, 1] of the second of two
    /// classes, or [batch, K], of <c>tokens</c> int64 [steps, batch] and <c>lengths</c> int64 [batch]. Metadata: the
    /// options, the words of all tokens and the classes as JSON. Words become tokens by <see cref="TextVocabulary"/>; a text is read in
    /// one piece, so the probability of one that this model would cut (<see cref="SentimentOptions.PieceLength"/>) differs.
    /// <see cref="Load(string)"/> can't read the file.
    /// </summary>
    /// <param name="path">Replaced atomically.</param>
    /// <returns>Names, types and shapes of what the file takes and gives.</returns>
    /// <exception cref="IOException">It can't be written; an older file is untouched.</exception>
    public OnnxSignature ExportOnnx(string path) => Onnx().Write(path);

    /// <summary>The same, to a stream.</summary>
    public OnnxSignature ExportOnnx(Stream stream) => Onnx().Write(stream);

    private OnnxNetwork Onnx()
    {
        string[] words =
            [Vocabulary[TextVocabulary.Padding], Vocabulary[TextVocabulary.Unknown], .. Vocabulary.Words.Words];
        OnnxNetwork net = new(Parameters, Format.ForOnnx("sentiment", Options,
            (WordsKey, JsonSerializer.Serialize(words, SentimentJson.Default.StringArray)),
            (ClassesKey, JsonSerializer.Serialize([.. Classes], SentimentJson.Default.StringArray))));
        OnnxValue tokens = net.Indices("tokens"), lengths = net.Lengths("lengths");
        OnnxValue x = Encoder.Embedding is { } embedding
            ? net.Add(embedding, tokens)
            : net.OneHot(tokens, Vocabulary.Count);
        OnnxValue pooled = net.Add(Pooling, net.Add(Encoder.Recurrent, x, lengths), lengths);
        OnnxValue logits = net.Add(Output, net.Add(OutputDropout, pooled));
        net.Output("probabilities", IsBinary ? net.Sigmoid(logits) : net.Softmax(logits));
        return net;
    }
}
