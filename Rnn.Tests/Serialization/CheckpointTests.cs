using System;
using System.IO;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Checkpoints;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Serialization;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void IsReadBackAsItWasWritten()
    {
        CheckpointReader reader = Write(writer =>
        {
            writer.Add("numbers", [1.5f, -0f]);
            writer.Add("text", "a\nb");
            writer.Add("whole", long.MinValue);
            writer.Add("third", 1.0 / 3);
            writer.Add("nan", double.NaN);
        });
        float[] numbers = new float[2];
        reader.CopyTo("numbers", numbers);
        Assert.Equal([1.5f, -0f], numbers);
        Assert.Equal(("a\nb", long.MinValue), (reader.Text("text"), reader.WholeNumber("whole")));
        Assert.Equal((1.0 / 3, double.NaN), (reader.FiniteNumber("third"), reader.Number("nan")));
        Assert.Equal((true, false), (reader.Contains("numbers"), reader.Contains("text")));
    }

    [Fact]
    public void AnotherKindIsRefused()
    {
        Write(_ => { });
        string path = _folder["checkpoint"];
        Assert.Equal($"'{path}' is a checkpoint of 'kind', expected one of 'other'.", Says(() => Open("other")));
        Assert.Equal($"'{path}' is a checkpoint of 'kind', expected one of 'Kind'.", Says(() => Open("Kind")));
        Assert.NotNull(Open("kind"));
    }

    [Fact]
    public void WhatIsNoCheckpointIsRefused()
    {
        SafetensorsWriter model = new() { AddChecksum = true };
        model.Save(_folder["checkpoint"]);
        Assert.Contains("is no checkpoint of a training run", Says(() => Open()), StringComparison.Ordinal);

        SafetensorsWriter unchecked_ = new() { Metadata = { ["rnn.checkpoint"] = "kind", ["rnn.version"] = "1" } };
        unchecked_.Save(_folder["checkpoint"]);
        Assert.Contains("has no checksum", Says(() => Open()), StringComparison.Ordinal);

        Write(_ => { });
        foreach (string? version in new[] { "2", null })
        {
            Forge(file => Forgery.WithEntry(file, "rnn.version", version));
            Assert.EndsWith($"is a checkpoint of format {version ?? "none"}; this version reads format 1.",
                Says(() => Open()), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void EntriesAreNamedWithWhatWasExpected()
    {
        CheckpointReader reader = Write(writer =>
        {
            writer.Add("text", "five");
            writer.Add("five", 5);
            writer.Add("nan", double.NaN);
            writer.Add("padded", "5\0");
            writer.Add("numbers", [1f]);
        });
        Assert.Contains("has no valid entry 'none'", Says(() => reader.Text("none")), StringComparison.Ordinal);
        Assert.Contains("has no valid entry 'none'", Says(() => reader.Number("none")), StringComparison.Ordinal);
        (string, Action)[] wrong =
        [
            ("'text' is 'five', expected a whole number;", () => reader.WholeNumber("text")),
            ("'padded' is '5\0', expected a whole number;", () => reader.WholeNumber("padded")),
            ("'text' is 'five', expected a number;", () => reader.Number("text")),
            ("'padded' is '5\0', expected a number;", () => reader.Number("padded")),
            ("'nan' is 'NaN', expected a finite number;", () => reader.FiniteNumber("nan")),
            ("'five' is '5', expected 6 or more;", () => reader.WholeNumber("five", least: 6)),
            ("'five' is '5', expected 0 to 4;", () => reader.WholeNumber("five", 0, 4)),
        ];
        Assert.All(wrong, pair => Assert.Contains(pair.Item1, Says(pair.Item2), StringComparison.Ordinal));
        Assert.Equal(5, reader.WholeNumber("five", 5, 5));
        Assert.Contains("has no tensor 'none' [1]", Says(() => reader.CopyTo("none", new float[1])),
            StringComparison.Ordinal);
        Assert.Contains("tensor 'numbers' is [1], expected [2]", Says(() => reader.CopyTo("numbers", new float[2])),
            StringComparison.Ordinal);
    }

    [Fact]
    public void NamesAreGivenOnce()
    {
        CheckpointWriter writer = new("kind");
        writer.Add("a", [1f]);
        writer.Add("a", "a text may have an array's name");
        Assert.StartsWith("A tensor named 'a' was already added.",
            Assert.Throws<ArgumentException>(() => writer.Add("a", [1f])).Message, StringComparison.Ordinal);
        foreach (Action add in new Action[] { () => writer.Add("a", "b"), () => writer.Add("a", 1),
            () => writer.Add("a", 1.5), () => writer.Add("rnn.version", "2") })
        {
            Assert.Contains("was already added. Give each a name of its own.",
                Assert.Throws<ArgumentException>(add).Message, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentNullException>(() => writer.Add("b", (string)null!));
    }

    [Fact]
    public void AFileThatIsNotThereIsNamed()
    {
        foreach (string path in new[] { _folder["none"], _folder["none/below"] })
        {
            FileNotFoundException e = Assert.Throws<FileNotFoundException>(() => CheckpointReader.Open(path, "kind"));
            Assert.Equal($"There is no file '{path}'.", e.Message);
        }

        FileNotFoundException relative =
            Assert.Throws<FileNotFoundException>(() => CheckpointReader.Open("none", "kind"));
        Assert.Equal($"There is no file 'none' (that is '{Path.GetFullPath("none")}').", relative.Message);
        Directory.CreateDirectory(_folder["folder"]);
        Assert.Equal($"'{_folder["folder"]}' is a folder, expected a file. Name a file inside it.",
            Says(() => CheckpointReader.Open(_folder["folder"], "kind")));
    }

    [Fact]
    public void NothingIsCopiedUnlessAllOfItFits()
    {
        ParameterLayout layout = new();
        _ = new Embedding(layout, "table", 4, 3);   // kept by row
        _ = new Linear(layout, "fc", 3, 2);
        RecurrentLayer stack = RecurrentStack.Create(new ParameterLayout(), "rnn", RecurrentCell.Lstm, 2, 3, layers: 2);
        ParameterBuffer p = TestNumbers.Parameters(layout, 1), other = TestNumbers.Parameters(layout, 2);
        RecurrentState state = stack.CreateState(2), filled = stack.CreateState(2);
        filled[0].Span.Fill(1f);
        Adam adam = new(layout), stepped = new(layout);
        stepped.State[0].Dense.Fill(1f);
        ReduceOnPlateau plateau = new(1, patience: 0), reduced = new(1, patience: 0);
        reduced.Observe(1);
        reduced.Observe(1);
        Write(writer =>
        {
            writer.Add("p", other);
            writer.Add("state", filled);
            writer.Add("adam", stepped);
            writer.Add("plateau", reduced);
        });
        float[] before = [.. p.Dense, .. p.ByRow];
        foreach (string last in new[] { "p.by_row", "state.3", $"adam.{adam.State[^1].Name}.by_row", "plateau" })
        {
            byte[] whole = File.ReadAllBytes(_folder["checkpoint"]);
            Forge(file => Forgery.WithTensor(file, last, [1]));
            CheckpointReader reader = Open();
            string name = last.Split('.')[0];
            Says(() => Copy(reader, name));
            File.WriteAllBytes(_folder["checkpoint"], whole);
        }

        float[] after = [.. p.Dense, .. p.ByRow];
        Assert.Equal(before, after);
        Assert.All(RecurrentSetup.Flatten(state), value => Assert.Equal(0f, value));
        Assert.All(adam.State[0].Dense.ToArray(), value => Assert.Equal(0f, value));
        Assert.Equal(1, plateau.CurrentRate);

        CheckpointReader good = Open();
        Array.ForEach(["p", "state", "adam", "plateau"], name => Copy(good, name));
        float[] expected = [.. other.Dense, .. other.ByRow], copied = [.. p.Dense, .. p.ByRow];
        Assert.Equal(expected, copied);
        Assert.Equal(1f, state[0].Span[0]);
        Assert.Equal(1f, adam.State[0].Dense[0]);
        Assert.Equal(reduced.CurrentRate, plateau.CurrentRate);

        void Copy(CheckpointReader reader, string name)
        {
            Action copy = name switch
            {
                "p" => () => reader.CopyTo(name, p),
                "state" => () => reader.CopyTo(name, state),
                "adam" => () => reader.CopyTo(name, adam),
                _ => () => reader.CopyTo(name, plateau),
            };
            copy();
        }
    }

    [Theory]
    [InlineData(-0.5, 1, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(double.NaN, 1, 0)]
    [InlineData(1, double.NaN, 0)]
    [InlineData(1, double.PositiveInfinity, 0)]
    [InlineData(1, 1, -1)]
    [InlineData(1, 1, double.NaN)]
    [InlineData(1, 1, 1e300)]
    public void AScheduleThatCannotBeIsRefused(double rate, double best, double count)
    {
        Write(writer => writer.Add("plateau", new ReduceOnPlateau(1)));
        double[] state = [rate, best, count];
        Forge(file => Forgery.WithBytes(file, "plateau", [.. state.SelectMany(BitConverter.GetBytes)]));
        Assert.Contains("the entry 'plateau' is no state of this schedule: [",
            Says(() => Open().CopyTo("plateau", new ReduceOnPlateau(1))), StringComparison.Ordinal);
    }

    private CheckpointReader Write(Action<CheckpointWriter> add)
    {
        CheckpointWriter writer = new("kind");
        add(writer);
        writer.Save(_folder["checkpoint"]);
        return Open();
    }

    private void Forge(Func<byte[], byte[]> change) =>
        File.WriteAllBytes(_folder["checkpoint"], change(File.ReadAllBytes(_folder["checkpoint"])));

    private CheckpointReader Open(string kind = "kind") => CheckpointReader.Open(_folder["checkpoint"], kind);

    private static string Says(Action action) => Assert.Throws<InvalidDataException>(action).Message;
}
