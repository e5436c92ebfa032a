using System;
using System.IO;
using Rnn.Core.Layers;
using Rnn.Core.Serialization.Onnx;
using Rnn.Models.Batching;
using Rnn.Models.Networks;
using Rnn.Models.Saving;
using Rnn.Models.Text;
using Rnn.Models.Training;

namespace Rnn.Models.CharRnn;

/// <summary>
/// A language model of characters: it reads a text one Unicode code point at a time and predicts the next. One-hot ->
/// recurrent layers -> dropout -> linear -> softmax. Source: the set-up of Karpathy's char-rnn (2015). One file holds
/// its configuration, vocabulary and weights. Any number of threads may generate, score, evaluate and save at once, as
/// long as nobody trains it or writes its parameters meanwhile; training takes one thread.
/// </summary>
public sealed partial class CharRnnModel : Model<CharRnnOptions, TokenWindow>
{
    /// <summary>A model with initial weights drawn from a seed.</summary>
    /// <param name="vocabulary">The characters it knows.</param>
    /// <param name="options">Its shape.</param>
    /// <param name="seed">Of the initial weights.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public CharRnnModel(Vocabulary vocabulary, CharRnnOptions? options = null, ulong seed = 1)
        : this(vocabulary, options ?? new CharRnnOptions(), seed, file: null)
    {
    }

    private CharRnnModel(Vocabulary vocabulary, CharRnnOptions options, ulong seed, ModelReader<CharRnnOptions>? file)
        : base(Format, options, file)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        Vocabulary = vocabulary;
        Encoder = new TokenEncoder(Layout, vocabulary.Count, options);
        OutputDropout = new Dropout("dropout", options.Dropout);
        Output = new Linear(Layout, "fc", Encoder.OutputSize, vocabulary.Count);
        Complete(seed);
        _generators = new GeneratorPool(this);
    }

    /// <summary>Its kind of file.</summary>
    public static ModelFormat<CharRnnOptions> Format { get; } = new("char-rnn/1", CharRnnJson.Default.CharRnnOptions);

    /// <summary>The characters it knows.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>One-hot and recurrent layers.</summary>
    internal TokenEncoder Encoder { get; }

    /// <summary>Dropout before the output.</summary>
    internal Dropout OutputDropout { get; }

    /// <summary>From the hidden state to logits.</summary>
    internal Linear Output { get; }

    /// <summary>Loads what <see cref="Model{TOptions, TBatch}.Save(string)"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, altered, or no model of this kind.</exception>
    public static CharRnnModel Load(string path) => Format.Open(path).Make(Load);

    /// <summary>The same, from a stream.</summary>
    public static CharRnnModel Load(Stream stream) => Format.Read(stream).Make(Load);

    /// <inheritdoc/>
    public override Pass<TokenWindow> CreatePass(BatchShape most, TapeUse use = TapeUse.Training) =>
        new CharRnnPass(this, most, use);

    /// <summary>
    /// Writes the model for ONNX Runtime and other inference engines: <c>logits</c> [steps, batch, V] and <c>hn</c> of
    /// <c>indices</c> int64 [steps, batch] and <c>h0</c> [layers, batch, H], of an LSTM also <c>cn</c> of <c>c0</c>, as
    /// <see cref="OnnxNetwork.State(Rnn.Core.Layers.Recurrent.SequenceLayer, string)"/> says. Metadata: the
    /// configuration, and the vocabulary as a JSON array, the symbol of an index at its place. Dropout is left out, and
    /// <see cref="Load(string)"/> can't read the file.
    /// </summary>
    /// <param name="path">Replaced atomically.</param>
    /// <param name="input">Indices (the default), or <c>one_hot</c> float [steps, batch, V] for engines that lack
    /// OneHot.</param>
    /// <returns>Names, types and shapes of what the file takes and gives.</returns>
    /// <exception cref="IOException">It can't be written; an older file is untouched.</exception>
    public OnnxSignature ExportOnnx(string path, OnnxInput input = OnnxInput.Indices) =>
        Onnx(input).Write(path);

    /// <summary>The same, to a stream.</summary>
    public OnnxSignature ExportOnnx(Stream stream, OnnxInput input = OnnxInput.Indices) =>
        Onnx(input).Write(stream);

    /// <inheritdoc/>
    protected override void AddTo(ModelWriter file) => file.Add("vocabulary", Vocabulary.Symbols);

    private static CharRnnModel Load(ModelReader<CharRnnOptions> file) =>
        new(file.Entry("vocabulary", Vocabulary.FromSymbols), file.Options, 0, file);

    private OnnxNetwork Onnx(OnnxInput input)
    {
        OnnxNetwork net = new(Parameters, Format.ForOnnx("char-rnn", Options,
            ("vocabulary", Vocabulary.ToJson())));
        OnnxValue x = input == OnnxInput.Indices
            ? net.OneHot(net.Indices("indices"), Vocabulary.Count)
            : net.Numbers("one_hot", Vocabulary.Count);
        OnnxState state = net.State(Encoder.Recurrent);
        OnnxValue hidden = net.Add(OutputDropout, net.Add(Encoder.Recurrent, x, ref state));
        net.Output("logits", net.Add(Output, hidden));
        net.Output(state);
        return net;
    }
}
