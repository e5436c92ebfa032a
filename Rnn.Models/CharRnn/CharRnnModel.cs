using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading;
using Rnn.Core.Kernels;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text;
using Rnn.Models.Training;

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

    /// <summary>Trains on a text; its last part is held out for validation.</summary>
    /// <param name="text">Each of its characters must be in the vocabulary.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Receives a report for every step and measurement.</param>
    /// <param name="cancellation">Ends the run after the current step.</param>
    /// <exception cref="ArgumentException">The text is too short for one window, or holds an unknown
    /// character.</exception>
    /// <exception cref="NotFiniteException">A loss or gradient is not finite.</exception>
    public TrainingResult Train(string text, CharRnnTrainingOptions? options = null,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellation = default) =>
        CreateTrainer(text, options).Run(progress, cancellation);

    /// <summary>The trainer of a text, for those who resume from a checkpoint or watch its steps.</summary>
    /// <inheritdoc cref="Train"/>
    public Trainer<CharBatch> CreateTrainer(string text, CharRnnTrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= new CharRnnTrainingOptions();
        options.Check();
        int[] symbols = Vocabulary.Encode(text);
        int held = (int)(symbols.Length * options.ValidationFraction);
        CharBatches training = new(symbols[..^held], options.BatchSize, options.SequenceLength, "the training part");
        CharBatches? validation = held == 0
            ? null
            : new CharBatches(symbols[^held..], options.BatchSize, options.SequenceLength, "the validation part");
        return new Trainer<CharBatch>(
            new CharRnnTask(this, options.BatchSize, options.SequenceLength),
            options.Optimizer?.Invoke(_layout) ?? new Adam(_layout),
            training,
            validation,
            options.Training,
            Configuration(options, text));
    }

    /// <summary>The loss of a text, read in windows with the state carried, as validation does.</summary>
    /// <param name="text">Each of its characters must be in the vocabulary.</param>
    /// <param name="batchSize">B, how many pieces are read side by side; 1 reads the text in one piece.</param>
    /// <param name="sequenceLength">T, characters of a window.</param>
    /// <exception cref="ArgumentException">The text is too short for one window, or holds an unknown
    /// character.</exception>
    public CharRnnEvaluation Evaluate(string text, int batchSize = 128, int sequenceLength = 100)
    {
        ArgumentNullException.ThrowIfNull(text);
        CharBatches batches = new(Vocabulary.Encode(text), batchSize, sequenceLength);
        CharRnnTask task = new(this, batchSize, sequenceLength, TapeUse.Inference);
        LossSum loss = default;
        for (int i = 0; i < batches.Count; i++)
        {
            loss += task.Evaluate(batches.Get(0, i));
        }

        return new CharRnnEvaluation(loss.Sum, loss.Count);
    }

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
    /// Writes the model for ONNX Runtime and other inference engines: <c>logits</c> [steps, batch, V], <c>hn</c> and
    /// <c>cn</c> of <c>indices</c> int64 [steps, batch], <c>h0</c> and <c>c0</c> [layers, batch, H], as
    /// <see cref="OnnxExport"/> says. Metadata: the configuration, and the vocabulary as a JSON array, the symbol of an
    /// index at its place. Dropout is left out, and <see cref="Load(string)"/> can't read the file.
    /// </summary>
    /// <param name="path">Replaced atomically.</param>
    /// <param name="input">Indices, or <c>one_hot</c> float [steps, batch, V] for engines that lack OneHot.</param>
    /// <exception cref="ArgumentException">The cell is not an LSTM.</exception>
    /// <exception cref="IOException">It can't be written; an older file is untouched.</exception>
    public void ExportOnnx(string path, OnnxInput input = OnnxInput.Indices) =>
        OnnxExport.Write(path, Parameters, Recurrent, Output, Onnx(input));

    /// <summary>The same, to a stream.</summary>
    public void ExportOnnx(Stream stream, OnnxInput input = OnnxInput.Indices) =>
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
        try
        {
            return new CharRnnModel(vocabulary, options, reader);
        }
        catch (ArgumentException e)
        {
            throw Throw.ModelEntry(reader.Name, (e as ArgumentOutOfRangeException)?.ParamName ?? "size", e);
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

    private static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan())))[..16];

    private Dictionary<string, string> Configuration(CharRnnTrainingOptions options, string text)
    {
        Dictionary<string, string> all = Configuration();
        all["batch size"] = options.BatchSize.ToString(CultureInfo.InvariantCulture);
        all["sequence length"] = options.SequenceLength.ToString(CultureInfo.InvariantCulture);
        all["validation fraction"] = options.ValidationFraction.ToString("R", CultureInfo.InvariantCulture);
        all["text"] = $"{text.Length} characters, sha256 {Hash(text)}";
        return all;
    }
}
