using System;
using Rnn.Core.Kernels.RandomNumbers;
using Xunit;

namespace Rnn.Tests.Kernels;

public class DropoutMaskTests
{
    private const ulong Seed = 0x123456789ABCDEF0, Stream = 0xFEDCBA9876543210;

    private static float Expected(float x, ulong word, uint threshold, float scale) =>
        new Philox(Seed, Stream) { Position = word }.NextUInt32() >= threshold ? x * scale : 0f;

    // The second start crosses the 32-bit boundary of the block number, the third one the end of the stream's words.
    [Theory]
    [InlineData(0ul)]
    [InlineData((1ul << 34) - 45)]
    [InlineData(ulong.MaxValue - 60)]
    public void AgreesWithPhiloxWordForWord(ulong start)
    {
        const uint threshold = 0x60000000;
        for (int length = 0; length <= 300; length += length < 140 ? 1 : 13)
        {
            for (uint skip = 0; skip < 5; skip++)
            {
                ulong firstWord = start + skip;
                Guarded x = new(length, (int)skip, i => i + 1), y = new(length, 3);
                DropoutMask.Apply(x.Span, y.Span, Seed, Stream, firstWord, threshold, 1.6f);
                for (int i = 0; i < length; i++)
                {
                    if (firstWord + (ulong)i < firstWord)
                        continue;   // past the last word

                    Assert.Equal(Expected(i + 1, firstWord + (ulong)i, threshold, 1.6f), y.Span[i]);
                }

                DropoutMask.Apply(x.Span, x.Span, Seed, Stream, firstWord, threshold, 1.6f);
                Bits.AssertEqual(y.Span, x.Span);
                x.AssertUntouched();
                y.AssertUntouched();
            }
        }
    }

    // Which words pass a threshold tells the word: bisect each one down to its 32 bits.
    [Fact]
    public void EveryBitOfAWordCounts()
    {
        float[] ones = new float[131], y = new float[131];
        Array.Fill(ones, 1f);
        uint[] words = new uint[131];
        for (int i = 0; i < words.Length; i++)
            words[i] = new Philox(Seed, Stream) { Position = (ulong)i }.NextUInt32();

        for (int i = 0; i < words.Length; i++)
        {
            DropoutMask.Apply(ones, y, Seed, Stream, 0, words[i], 1f);
            Assert.Equal(1f, y[i]);
            DropoutMask.Apply(ones, y, Seed, Stream, 0, words[i] + 1, 1f);
            Assert.Equal(0f, y[i]);
        }
    }

    [Fact]
    public void DroppedElementsAreZeroWhateverTheyHeld()
    {
        float[] x = new float[200], y = new float[200];
        for (int i = 0; i < x.Length; i++)
            x[i] = Bits.Sample(i);

        DropoutMask.Apply(x, y, Seed, Stream, 2, 0x80000000, 2f);
        for (int i = 0; i < x.Length; i++)
            Assert.True(Bits.Same(Expected(x[i], (ulong)i + 2, 0x80000000, 2f), y[i]));

        DropoutMask.Apply(x, y, Seed, Stream, 2, 0, 1f);
        Bits.AssertEqual(x, y);
    }

    [Fact]
    public void LengthsAreChecked() =>
        Assert.Throws<ArgumentException>(() => DropoutMask.Apply(new float[2], new float[3], 0, 0, 0, 0, 1f));

    // The first known-answer vector of Random123: 6627e8d5 e169c58d bc57ac4c 9b00dbd8.
    [Fact]
    public void TheMaskOfTheKnownAnswer()
    {
        float[] y = new float[4];
        DropoutMask.Apply([1, 2, 3, 4], y, seed: 0, stream: 0, firstWord: 0, threshold: 0x80000000, scale: 2);
        Assert.Equal([0, 4, 6, 8], y);
        DropoutMask.Apply([1, 2, 3, 4], y, seed: 0, stream: 0, firstWord: 0, threshold: 0xBC57AC4C, scale: 4);
        Assert.Equal([0, 8, 12, 0], y);   // a word equal to the threshold is kept
    }
}
