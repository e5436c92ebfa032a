using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Models.Text.Words;
using Rnn.Models.Word2Vec;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>Small files that claim what they don't hold are refused in little time and memory, and say why.</summary>
public class ForgedModelTests
{
    private const long Memory = 1_000_000;

    private static readonly string[] Claims =
    [
        "0", "-1", "3", "1000000", "2147483647", "-2147483648", "9223372036854775807", "99999999999999999999", "1e9",
        "1.5", "NaN", "Infinity", "x", "", "0x10",
    ];

    [Theory]
    [InlineData(RecurrentCell.Lstm)]
    [InlineData(RecurrentCell.Gru)]
    [InlineData(RecurrentCell.RnnTanh)]
    public void ACharRnn(RecurrentCell cell)
    {
        using MemoryStream stream = new();
        new CharRnnModel(Vocabulary.FromText("abcd"), new() { Cell = cell, HiddenSize = 2, Layers = 1, Dropout = 0.1 })
            .Save(stream);
        byte[] file = stream.ToArray();
        CheckAll(file, ["hidden_size", "layers"], Claims, forged => CharRnnModel.Load(new MemoryStream(forged)));
        CheckAll(file, ["cell", "two_biases", "initialization"], ["7", "-1", "None", ""],
            forged => CharRnnModel.Load(new MemoryStream(forged)));
        CheckAll(file, ["dropout"], ["-1", "1", "NaN", "Infinity", "x", ""],
            forged => CharRnnModel.Load(new MemoryStream(forged)));
        CheckAll(file, ["vocabulary"], ["abc", "abcde", "abca", ""],
            forged => CharRnnModel.Load(new MemoryStream(forged)));
        CheckTensors(file, forged => CharRnnModel.Load(new MemoryStream(forged)));
    }

    [Fact]
    public void AMillionLayersInAThousandBytes()
    {
        using MemoryStream stream = new();
        new CharRnnModel(Vocabulary.FromText("abcd"), new() { HiddenSize = 1, Layers = 1 }).Save(stream);
        byte[] forged = Forgery.WithOption(stream.ToArray(), "layers", "1000000");
        Assert.Equal("'stream' claims options that need more than the 6 tensors that it has. It is damaged or was altered; "
            + "use another copy.", Refused(() => CharRnnModel.Load(new MemoryStream(forged))));
        forged = Forgery.WithOption(stream.ToArray(), "hidden_size", "5368709");
        Assert.Contains("no valid entry 'lstm.weight_hh_l0'", Refused(() => CharRnnModel.Load(new MemoryStream(forged))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void AnOptionOfANewerVersionIsNamed()
    {
        using MemoryStream stream = new();
        new CharRnnModel(Vocabulary.FromText("abcd"), new() { HiddenSize = 1, Layers = 1 }).Save(stream);
        byte[] file = stream.ToArray();
        string options = SafetensorsReader.Read(new MemoryStream(file)).Metadata["options"];
        byte[] newer = Forgery.WithEntry(file, "options", options.Replace("{", "{\"wings\":2,", StringComparison.Ordinal));
        Assert.Contains("has an option 'wings' that this version doesn't know",
            Refused(() => CharRnnModel.Load(new MemoryStream(newer))), StringComparison.Ordinal);
        foreach (string other in (string[])["", "null", "[]", "7", "{", "{}"])
            Refused(() => CharRnnModel.Load(new MemoryStream(Forgery.WithEntry(file, "options", other))));
    }

    [Fact]
    public void AWord2Vec()
    {
        using Infrastructure.TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "model");
        WordVocabulary words = WordVocabulary.FromWords(["a", "b", "c"], [3, 2, 1]);
        new Word2VecModel(words, new() { Dimensions = 4 }).Save(path);
        byte[] file = File.ReadAllBytes(path);
        void Load(byte[] forged)
        {
            File.WriteAllBytes(path, forged);
            Word2VecModel.Load(path);
        }

        CheckAll(file, ["dimensions"], Claims, Load);
        CheckAll(file, ["window", "negatives", "epochs"], ["0", "-1", "99999999999999999999", "1.5", "x", ""], Load);
        CheckAll(file, ["window", "negatives", "shards"], Claims.Where(claim => claim is not ("0" or "3")), Load);
        CheckAll(file, ["run.position"], Claims.Where(claim => claim != "0"), Load);
        CheckAll(file, ["run.corpus_length", "run.loss_count"], ["-1", "99999999999999999999", "1.5", "x", ""], Load);
        CheckAll(file, ["noise_power", "subsampling_threshold", "learning_rate", "min_learning_rate", "run.loss_sum"],
            ["NaN", "Infinity", "x", ""], Load);
        CheckAll(file, ["vocabulary"], ["a\nb", "a\nb\nc\nd", "a\na\nb", "a\n\nb", ""], Load);
        CheckAll(file, ["architecture"], ["7", "None"], Load);
        CheckTensors(file, Load);
    }

    [Theory]
    [InlineData(-1, 1, 1)]
    [InlineData(long.MaxValue, 1, 0)]
    [InlineData(long.MaxValue, long.MaxValue, 2)]
    public void CountsOfWordsThatNoTextCanHave(long first, long second, long third)
    {
        using Infrastructure.TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "model");
        new Word2VecModel(WordVocabulary.FromWords(["a", "b", "c"], [3, 2, 1]), new() { Dimensions = 4 }).Save(path);
        byte[] file = File.ReadAllBytes(path);
        byte[] counts = [.. BitConverter.GetBytes(3L), .. BitConverter.GetBytes(2L), .. BitConverter.GetBytes(1L)];
        int at = file.AsSpan().IndexOf(counts);
        byte[] forged = Forgery.WithBytes(file, "counts",
            [.. BitConverter.GetBytes(first), .. BitConverter.GetBytes(second), .. BitConverter.GetBytes(third)]);
        Assert.True(at > 0);
        File.WriteAllBytes(path, forged);
        Assert.Contains("no valid entry 'counts'", Refused(() => Word2VecModel.Load(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void ATypeWithoutAWidthProvesNothing()
    {
        string json = """{"fc.weight":{"dtype":"X","shape":[4,1000000000],"data_offsets":[0,0]}""";
        byte[] header = Encoding.UTF8.GetBytes(json + "}");
        SafetensorsReader reader = SafetensorsReader.Read(new MemoryStream(
            [.. BitConverter.GetBytes((long)header.Length), .. header]));
        Assert.False(reader.Entries[0].HasShape(4, 1_000_000_000));
    }

    private static void CheckAll(byte[] file, IEnumerable<string> keys, IEnumerable<string> values, Action<byte[]> load)
    {
        foreach (string key in keys)
        {
            foreach (string? value in values.Append(null))
            {
                bool isEntry = key == "vocabulary" || key.StartsWith("run.", StringComparison.Ordinal);
                byte[] forged = isEntry
                    ? Forgery.WithEntry(file, key, value)
                    : Forgery.WithOption(file, key, value);
                Assert.False(string.IsNullOrEmpty(Refused(() => load(forged))), $"{key} = {value}");
            }
        }
    }

    private static void CheckTensors(byte[] file, Action<byte[]> load)
    {
        load(file);   // what isn't forged is read
        SafetensorsReader reader = SafetensorsReader.Read(new MemoryStream(file));
        foreach (SafetensorsEntry entry in reader.Entries.Where(entry => entry.Name != "epoch_losses"))
        {
            long[] shape = entry.Shape.ToArray();
            foreach (long[]? other in new long[]?[] { null, [0], [.. shape, 1], [shape[0] + 1, .. shape[1..]],
                [0, 1L << 40], [.. shape, 0] })
            {
                byte[] forged = Forgery.WithTensor(file, entry.Name, other);
                Refused(() => load(forged));
            }
        }
    }

    private static string Refused(Action load)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        InvalidDataException e = Assert.Throws<InvalidDataException>(load);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Memory);
        return e.Message;
    }
}
