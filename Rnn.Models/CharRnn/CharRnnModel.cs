using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Rnn.Core.Kernels;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text;

namespace Rnn.Models.CharRnn;

/// <summary>
/// A language model of characters: it reads a text one Unicode code point at a time and predicts the next. One-hot ->
/// recurrent layers -> dropout -> linear -> softmax. Source: the set-up of Karpathy's char-rnn (2015). One file holds
/// its configuration, vocabulary and weights. Any number of threads may generate, score, evaluate and save at once, as
/// long as nobody trains it or writes its parameters meanwhile; training takes one thread.
/// </summary>
public sealed partial class CharRnnModel
{
    private const string FormatKey = "rnn.model";
    private const string Format = "char-rnn/1";
    private const float InputDeviation = 0.5f;

    private readonly ParameterLayout _layout = new();

    /// <summary>A model with initial weights drawn from a seed.</summary>
    /// <param name="vocabulary">The characters it knows.</param>
    /// <param name="options">Its shape.</param>
    /// <param name="seed">Of the initial weights.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public CharRnnModel(Vocabulary vocabulary, CharRnnOptions? options = null, ulong seed = 1)
        : this(vocabulary, options ?? new CharRnnOptions(), file: null)
    {
        Philox random = new(seed, RandomStreams.InitialWeights);
        ParameterWriter writer = Parameters.BeginWrite();
        Recurrent.Initialize(writer, Options.Initialization, ref random);
        if (Options.Initialization == RecurrentInitialization.Orthogonal)
        {
            // One-hot input is a table of rows, of which one counts at a time: it has a fan-in of 1, not of V.
            Initializer.Normal(writer[((RecurrentCellLayer)Recurrent.Layers[0]).InputWeights].Span, 0f,
                InputDeviation, ref random);
        }

        Output.Initialize(writer, ref random);
    }

    // The network without values; those of a file are read once its tensors are known to fit.
    private CharRnnModel(Vocabulary vocabulary, CharRnnOptions options, SafetensorsReader? file)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        options.Check();
        Options = options;
        Vocabulary = vocabulary;
        string name = options.Cell switch { RecurrentCell.Lstm => "lstm", RecurrentCell.Gru => "gru", _ => "rnn" };
        Recurrent = RecurrentStack.Create(_layout, name, options.Cell, vocabulary.Count, options.HiddenSize,
            options.Layers, options.Dropout, twoBiases: options.TwoBiases);
        OutputDropout = new Dropout("dropout", options.Dropout);
        Output = new Linear(_layout, "fc", options.HiddenSize, vocabulary.Count);
        if (file is not null)
        {
            StateDict.Check(file, _layout);
        }

        Parameters = new ParameterBuffer(_layout);
        _generators = new GeneratorPool(this);
        if (file is not null)
        {
            StateDict.Read(file, Parameters);
        }
    }

    /// <summary>The characters it knows.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>Its shape.</summary>
    public CharRnnOptions Options { get; }

    /// <summary>Its weights.</summary>
    public ParameterBuffer Parameters { get; }

    /// <summary>The recurrent layers.</summary>
    internal RecurrentStack Recurrent { get; }

    /// <summary>Dropout before the output.</summary>
    internal Dropout OutputDropout { get; }

    /// <summary>From the hidden state to logits.</summary>
    internal Linear Output { get; }

    /// <summary>Saves configuration, vocabulary and weights: a safetensors file with PyTorch's names.</summary>
    /// <param name="path">Replaced atomically.</param>
    /// <exception cref="IOException">It can't be written; an older file is untouched.</exception>
    public void Save(string path) => Writer().Save(path);

    /// <summary>The same, to a stream.</summary>
    public void Save(Stream stream) => Writer().Save(stream);

    /// <summary>Loads what <see cref="Save(string)"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, altered, or no model of this kind.</exception>
    public static CharRnnModel Load(string path) => Load(SafetensorsReader.Open(path));

    /// <summary>The same, from a stream.</summary>
    public static CharRnnModel Load(Stream stream) => Load(SafetensorsReader.Read(stream));

    /// <summary>
    /// Writes the model for ONNX Runtime and other inference engines: <c>logits</c> [steps, batch, V] and <c>hn</c> of
    /// <c>indices</c> int64 [steps, batch] and <c>h0</c> [layers, batch, H], of an LSTM also <c>cn</c> of <c>c0</c>, as
    /// <see cref="OnnxExport"/> says. Metadata: the configuration, and the vocabulary as a JSON array, the symbol of an
    /// index at its place. Dropout is left out, and <see cref="Load(string)"/> can't read the file.
    /// </summary>
    /// <param name="path">Replaced atomically.</param>
    /// <param name="input">Indices (the default), or <c>one_hot</c> float [steps, batch, V] for engines that lack
    /// OneHot.</param>
    /// <returns>Names, types and shapes of what the file takes and gives.</returns>
    /// <exception cref="IOException">It can't be written; an older file is untouched.</exception>
    public OnnxSignature ExportOnnx(string path, OnnxInput input = OnnxInput.Indices) =>
        OnnxExport.Write(path, Parameters, Recurrent, Output, Onnx(input));

    /// <summary>The same, to a stream.</summary>
    public OnnxSignature ExportOnnx(Stream stream, OnnxInput input = OnnxInput.Indices) =>
        OnnxExport.Write(stream, Parameters, Recurrent, Output, Onnx(input));

    private static CharRnnModel Load(SafetensorsReader reader)
    {
        if (reader.Metadata.GetValueOrDefault(FormatKey) != Format)
        {
            Throw.NotACharRnn(reader.Name, Format, reader.Metadata.GetValueOrDefault(FormatKey));
        }

        if (!reader.VerifyChecksum())
        {
            Throw.ModelWithoutChecksum(reader.Name);
        }

        CharRnnOptions options = new()
        {
            Cell = Entry(reader, "cell", Name<RecurrentCell>),
            HiddenSize = Entry(reader, "hidden_size", NumberText.ParseWhole<int>),
            Layers = Entry(reader, "layers", NumberText.ParseWhole<int>),
            Dropout = Entry(reader, "dropout", NumberText.Parse<double>),
            TwoBiases = Entry(reader, "two_biases", bool.Parse),
            Initialization = Entry(reader, "initialization", Name<RecurrentInitialization>),
        };
        Vocabulary vocabulary = Entry(reader, "vocabulary", Vocabulary.FromSymbols);
        CheckSizes(reader, vocabulary.Count, options);
        try
        {
            return new CharRnnModel(vocabulary, options, reader);
        }
        catch (ArgumentException e)
        {
            throw Throw.ModelEntry(reader.Name, (e as ArgumentOutOfRangeException)?.ParamName ?? "size", e);
        }
    }

    // What the entries claim is proved by tensors of that size before anything is built from it.
    private static void CheckSizes(SafetensorsReader reader, int symbols, CharRnnOptions options)
    {
        const string Last = "fc.weight";   // [V, H]
        if (!reader.TryGetEntry(Last, out SafetensorsEntry? last) || !last.HasShape(symbols, options.HiddenSize))
        {
            Throw.ModelSize(reader.Name, FormattableString.Invariant($"hidden_size = {options.HiddenSize}"),
                FormattableString.Invariant($"a tensor '{Last}' of [{symbols}, {options.HiddenSize}]"),
                last?.ToString() ?? "none");
        }

        long tensors = (4L * options.Layers) + 2;   // weights and biases of input and state; those of the last layer
        if (reader.Entries.Count != tensors)
        {
            Throw.ModelSize(reader.Name, FormattableString.Invariant($"layers = {options.Layers}"),
                FormattableString.Invariant($"{tensors} tensors"), $"{reader.Entries.Count}");
        }
    }

    private static T Entry<T>(SafetensorsReader reader, string key, Func<string, T> parse)
    {
        try
        {
            return parse(reader.Metadata[key]);
        }
        catch (Exception e) when (e is KeyNotFoundException or ArgumentException or FormatException
            or OverflowException)
        {
            throw Throw.ModelEntry(reader.Name, key, e);
        }
    }

    // Names only: Enum.Parse alone would take numbers that name nothing.
    private static T Name<T>(string text)
        where T : struct, Enum => Enum.TryParse(text, out T value) && Enum.IsDefined(value)
            ? value
            : throw new FormatException();

    private SafetensorsWriter Writer()
    {
        SafetensorsWriter writer = new() { AddChecksum = true };
        writer.Metadata["format"] = "pt";
        writer.Metadata[FormatKey] = Format;
        foreach ((string key, string value) in Configuration())
        {
            writer.Metadata[key] = value;
        }

        StateDict.Write(writer, Parameters);
        return writer;
    }

    private OnnxOptions Onnx(OnnxInput input)
    {
        Dictionary<string, string> metadata = Configuration();
        metadata[FormatKey] = Format;
        metadata["vocabulary"] = Vocabulary.ToJson();
        return new OnnxOptions
        {
            Input = input,
            GraphName = "char-rnn",
            InputName = input == OnnxInput.Indices ? "indices" : "one_hot",
            OutputName = "logits",
            Metadata = metadata,
        };
    }

    private Dictionary<string, string> Configuration() => new(StringComparer.Ordinal)
    {
        ["cell"] = Options.Cell.ToString(),
        ["hidden_size"] = Options.HiddenSize.ToString(CultureInfo.InvariantCulture),
        ["layers"] = Options.Layers.ToString(CultureInfo.InvariantCulture),
        ["dropout"] = Options.Dropout.ToString("R", CultureInfo.InvariantCulture),
        ["two_biases"] = Options.TwoBiases ? "true" : "false",
        ["initialization"] = Options.Initialization.ToString(),
        ["vocabulary"] = Vocabulary.Symbols,
    };
}
