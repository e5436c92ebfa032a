using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Optimizers;
using Rnn.Core.Serialization.Onnx;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Models.CharRnn;
using Rnn.Models.Generation;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Onnx;
using Xunit;

namespace Rnn.Tests.CharRnn;

public class CharRnnModelTests
{
    private const string Text = "the quick brown fox jumps over the lazy dog; the dog \U0001F98A sleeps. ";

    private static readonly CharRnnOptions Tiny = new() { HiddenSize = 12, Layers = 2, Dropout = 0.2 };

    [Theory]
    [InlineData(RecurrentCell.Lstm)]
    [InlineData(RecurrentCell.Gru)]
    [InlineData(RecurrentCell.RnnTanh)]
    public void OverfitsATinyText(RecurrentCell cell)
    {
        string text = string.Concat(Enumerable.Repeat("abcde fghij. ", 40));
        CharRnnModel model = new(Vocabulary.FromText(text), new()
        {
            Cell = cell,
            HiddenSize = 24,
            Layers = 1,
            Dropout = 0
        });
        TrainingResult result = model.Train(text, new()
        {
            BatchSize = 4,
            SequenceLength = 13,
            ValidationFraction = 0,
            Epochs = 40,
            Schedule = new ConstantSchedule(2e-2),
        });
        Assert.InRange(result.Loss, 0, 0.02);
        Assert.Equal("cde fghij. abcde fghij. ", model.Generate("ab", 24, SamplingOptions.Greedy));
    }

    [Theory]
    [InlineData(RecurrentCell.Lstm, false)]
    [InlineData(RecurrentCell.Lstm, true)]
    [InlineData(RecurrentCell.Gru, false)]
    [InlineData(RecurrentCell.RnnRelu, true)]
    public void SaveAndLoadKeepEveryBit(RecurrentCell cell, bool twoBiases)
    {
        CharRnnModel model = new(Vocabulary.FromText(Text), Tiny with { Cell = cell, TwoBiases = twoBiases }, seed: 5);
        using MemoryStream stream = new();
        model.Save(stream);
        stream.Position = 0;
        CharRnnModel loaded = CharRnnModel.Load(stream);
        Assert.Equal(model.Parameters.Dense.ToArray(), loaded.Parameters.Dense.ToArray());
        Assert.Equal(model.Options, loaded.Options);
        Assert.Equal(model.Vocabulary.Symbols, loaded.Vocabulary.Symbols);
        Assert.Equal(model.Generate("the", 50, seed: 9), loaded.Generate("the", 50, seed: 9));
    }

    /// <summary>A last layer of another size, and weights dropped in training, are saved, read and generated
    /// from.</summary>
    [Fact]
    public void TheLastLayerMayHaveASizeOfItsOwn()
    {
        CharRnnModel model = new(Vocabulary.FromText(Text), Tiny with { LastHiddenSize = 7, WeightDropout = 0.3 }, seed: 5);
        model.Train(Text, new() { BatchSize = 4, SequenceLength = 5, ValidationFraction = 0, Epochs = 1, MaxSteps = 3 });
        using MemoryStream stream = new();
        model.Save(stream);
        stream.Position = 0;
        CharRnnModel loaded = CharRnnModel.Load(stream);
        Assert.Equal(model.Options, loaded.Options);
        Assert.Equal(model.Generate("the", 50, seed: 9), loaded.Generate("the", 50, seed: 9));
        Assert.Equal(7, loaded.Output.InputSize);
        Assert.Equal("[3, 7]", loaded.HiddenStates("the").Shape.ToString());
        Assert.Equal("[3, 12]", loaded.HiddenStates("the", layer: 0).Shape.ToString());
        Assert.Equal(model.HiddenStates("the").Span.ToArray(), loaded.HiddenStates("the").Span.ToArray());
    }

    [Fact]
    public void FilesHoldPyTorchsNamesAndShapes()
    {
        CharRnnModel model = new(Vocabulary.FromText(Text), Tiny);
        using MemoryStream stream = new();
        model.Save(stream);
        stream.Position = 0;
        SafetensorsReader reader = SafetensorsReader.Read(stream);
        int v = model.Vocabulary.Count;
        Assert.Equal([48, v], Shape("lstm.weight_ih_l0"));
        Assert.Equal([48, 12], Shape("lstm.weight_hh_l0"));
        Assert.Equal([48], Shape("lstm.bias_ih_l0"));
        Assert.Equal([48], Shape("lstm.bias_hh_l0"));
        Assert.Equal([48, 12], Shape("lstm.weight_ih_l1"));
        Assert.Equal([v, 12], Shape("fc.weight"));
        Assert.Equal([v], Shape("fc.bias"));
        Assert.Equal(10, reader.Entries.Count);
        Assert.Equal("pt", reader.Metadata["format"]);

        long[] Shape(string name) => reader.TryGetEntry(name, out SafetensorsEntry? entry) ? entry.Shape.ToArray() : [];
    }

    [Theory]
    [InlineData(RecurrentCell.Lstm, OnnxInput.Indices)]
    [InlineData(RecurrentCell.Lstm, OnnxInput.Numbers)]
    [InlineData(RecurrentCell.Gru, OnnxInput.Indices)]
    [InlineData(RecurrentCell.RnnTanh, OnnxInput.Numbers)]
    [InlineData(RecurrentCell.RnnRelu, OnnxInput.Indices)]
    public void ExportedToOnnxItWritesTheSameText(RecurrentCell cell, OnnxInput input)
    {
        CharRnnModel model = new(Vocabulary.FromText(Text), Tiny with { Cell = cell }, seed: 3);
        using MemoryStream stream = new();
        OnnxSignature signature = model.ExportOnnx(stream, input);
        OnnxFile file = new(stream.ToArray());
        Assert.Equal(file.Inputs, signature.Inputs);
        string[] symbols = JsonSerializer.Deserialize<string[]>(file.Metadata["vocabulary"])!;
        Assert.Equal(model.Vocabulary.Symbols, string.Concat(symbols));
        Assert.Equal("char-rnn/1", file.Metadata["rnn.model"]);
        Assert.Contains($"\"cell\":\"{cell}\"", file.Metadata["options"], StringComparison.Ordinal);

        string[] parts = cell == RecurrentCell.Lstm ? ["h", "c"] : ["h"];
        (string, OnnxTensor)[] state = [.. parts.Select(part => ($"{part}0", new OnnxTensor([2, 1, 12], new double[24])))];
        string text = "t";
        string last = text;
        for (int i = 0; i < 30; i++)
        {
            int index = Array.IndexOf(symbols, last);
            double[] row = new double[symbols.Length];
            row[index] = 1;
            (string, OnnxTensor) x = input == OnnxInput.Indices
                ? ("indices", OnnxTensor.Of([1, 1], [index]))
                : ("one_hot", new OnnxTensor([1, 1, row.Length], row));
            Dictionary<string, OnnxTensor> step = OnnxInterpreter.Run(file, [x, .. state]);
            double[] logits = step["logits"].Data;
            last = symbols[Array.IndexOf(logits, logits.Max())];
            text += last;
            state = [.. parts.Select(part => ($"{part}0", step[$"{part}n"]))];
        }

        Assert.Equal("t" + model.Generate("t", 30, SamplingOptions.Greedy), text);
    }

    [Fact]
    public void TheLessonsModelHasItsParameters()
    {
        string symbols = new(Enumerable.Range(0x100, 83).Select(i => (char)i).ToArray());
        CharRnnModel model = new(Vocabulary.FromSymbols(symbols), new() { TwoBiases = true });
        Assert.Equal(3_366_483, model.Parameters.Layout.ParameterCount);
    }

    [Fact]
    public void GenerationIsSeededAndStreamable()
    {
        CharRnnModel model = new(Vocabulary.FromText(Text), Tiny, seed: 3);
        string text = model.Generate("the ", 80, new() { Temperature = 1.2 }, seed: 4);
        Assert.Equal(text, model.Generate("the ", 80, new() { Temperature = 1.2 }, seed: 4));
        Assert.NotEqual(text, model.Generate("the ", 80, new() { Temperature = 1.2 }, seed: 5));
        CharRnnGenerator generator = model.CreateGenerator(new() { Temperature = 1.2 }, seed: 4);
        generator.Read("the ");
        Assert.Equal(text, generator.Write(30) + generator.Write(50));
        Assert.Equal(80, new StringInfo(text).LengthInTextElements);
    }

    [Fact]
    public void UnknownPrimeCharactersAreRefusedOrSkipped()
    {
        CharRnnModel model = new(Vocabulary.FromText(Text), Tiny);
        ArgumentException e = Assert.Throws<ArgumentException>(() => model.Generate("the Z", 5));
        Assert.Contains("'Z' (U+005A)", e.Message, StringComparison.Ordinal);
        Assert.Equal(model.Generate("the ", 5), model.Generate("the Z", 5, skipUnknown: true));
        Assert.Throws<ArgumentException>(() => model.Generate("Z", 5, skipUnknown: true));
        Assert.Throws<InvalidOperationException>(() => model.CreateGenerator().Next());
    }

    [Fact]
    public void EvaluationDoesNotDependOnTheWindowAndAgreesWithGenerationsModel()
    {
        // In one piece: the same characters in windows of 1, 7 and 49 steps give the same loss.
        CharRnnModel model = new(Vocabulary.FromText(Text), Tiny);
        string text = string.Concat(Enumerable.Repeat(Text.Replace("\U0001F98A", "fox", StringComparison.Ordinal),
            8))[..((49 * 7) + 1)];
        CharRnnEvaluation whole = model.Evaluate(text, batchSize: 1, sequenceLength: 49);
        Assert.Equal(49 * 7, whole.Characters);
        Assert.Equal(whole.Sum, model.Evaluate(text, 1, 7).Sum, 1e-9 * whole.Sum);
        Assert.Equal(whole.Sum, model.Evaluate(text, 1, 1).Sum, 1e-9 * whole.Sum);
        Assert.Equal(whole.NatsPerCharacter / Math.Log(2), whole.BitsPerCharacter, 12);
    }

    [Fact]
    public void EveryTruncationAndEveryAlteredByteIsRefused()
    {
        CharRnnModel model = new(Vocabulary.FromText("ab c"), new() { HiddenSize = 2, Layers = 1, Dropout = 0 });
        using MemoryStream stream = new();
        model.Save(stream);
        byte[] bytes = stream.ToArray();
        for (int length = 0; length < bytes.Length; length += 7)
            Assert.Throws<InvalidDataException>(() => CharRnnModel.Load(new MemoryStream(bytes[..length])));

        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] altered = (byte[])bytes.Clone();
            altered[i] ^= 0x04;
            Assert.Throws<InvalidDataException>(() => CharRnnModel.Load(new MemoryStream(altered)));
        }
    }

    [Fact]
    public void AnotherModelsFileIsRefusedByName()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "other.safetensors");
        SafetensorsWriter writer = new();
        writer.Add("x", [1], [1f]);
        writer.Save(path);
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => CharRnnModel.Load(path));
        Assert.Contains("is no model of this kind: its format is not given", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFullDiskIsReportedAndTheOlderModelStays()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "model.safetensors");
        CharRnnModel model = new(Vocabulary.FromText(Text), Tiny);
        model.Save(path);
        byte[] before = File.ReadAllBytes(path);
        Assert.Throws<IOException>(() => model.Save(new ThrowingStream(100)));
        Assert.Throws<IOException>(() => model.Save(Path.Combine(path, "below.safetensors")));
        if (OperatingSystem.IsLinux())
        {
            IOException e = Assert.Throws<IOException>(() => model.Save("/dev/full"));
            Assert.Contains("No space left on device", e.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, File.ReadAllBytes(path));
    }

    /// <summary>A disk that is full after some bytes.</summary>
    private sealed class ThrowingStream(long room) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Length + buffer.Length > room)
                throw new IOException("No space left on device");

            base.Write(buffer);
        }
    }
}
