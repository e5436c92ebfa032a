using System;
using System.Linq;
using System.Text;
using Rnn.Models.Batching;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Xunit;

namespace Rnn.Tests.Text;

public class SymbolTextTests
{
    /// <summary>At each edge of the widths, with the last symbols of the vocabulary and characters of two
    /// chars.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    public void ATextIsTheSameInAnyWidth(int symbols)
    {
        StringBuilder all = new();
        foreach (int value in Enumerable.Range(1, 0x10FFFF).Where(Rune.IsValid).Take(symbols - 1).Append(0x1F600))
            all.Append(new Rune(value));

        string text = all.ToString();
        Vocabulary vocabulary = Vocabulary.FromSymbols(text);
        SymbolText encoded = vocabulary.EncodeText(text + text);
        Assert.Equal(2 * symbols, encoded.Length);
        int[] back = new int[encoded.Length];
        encoded.CopyTo(0, back);
        Assert.Equal(vocabulary.Encode(text + text), back);

        SymbolText part = encoded.Slice(symbols / 2, symbols);
        int[] end = new int[symbols - (symbols / 3)];
        part.CopyTo(symbols / 3, end);
        Assert.Equal(symbols, part.Length);
        Assert.Equal(back.AsSpan((symbols / 2) + (symbols / 3), end.Length).ToArray(), end);
    }

    [Fact]
    public void UnknownSymbolsAreLeftOutOrRefused()
    {
        Vocabulary vocabulary = Vocabulary.FromText("ab");
        SymbolText encoded = vocabulary.EncodeText("xa\U0001F600b\n", skipUnknown: true);
        int[] back = new int[2];
        encoded.CopyTo(0, back);
        Assert.Equal(2, encoded.Length);
        Assert.Equal([0, 1], back);
        Assert.Throws<ArgumentException>(() => vocabulary.EncodeText("abx"));
    }

    /// <summary>A byte a character, once for training and validation together.</summary>
    [Fact]
    public void ATrainerKeepsALongTextOnce()
    {
        string text = string.Concat(Enumerable.Repeat("to be, or not to be: that is the question. ", 50_000));
        CharRnnModel model = new(Vocabulary.FromText(text), new() { HiddenSize = 4, Layers = 1, Dropout = 0 });
        CharRnnTrainingOptions options = new() { BatchSize = 2, SequenceLength = 10, Epochs = 1, LearningRate = 1e-3 };
        model.CreateTrainer(text[..1000], options);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Trainer<TokenWindow> trainer = model.CreateTrainer(text, options);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, text.Length, text.Length + 100_000);
        GC.KeepAlive(trainer);
    }
}
