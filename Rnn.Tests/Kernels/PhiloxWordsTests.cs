using System;
using Rnn.Core.Kernels.RandomNumbers;
using Xunit;

namespace Rnn.Tests.Kernels;

public class PhiloxWordsTests
{
    private const ulong Seed = 0x0123456789ABCDEF, Stream = (7UL << 32) + 5;

    [Fact]
    public void EveryLengthFromEveryPlaceInABlock()
    {
        for (int length = 0; length <= 130; length++)
        {
            for (ulong first = 0; first < 5; first++)
                Check(length, first);
        }
    }

    [Theory]
    [InlineData(31, 33)]
    [InlineData(95, 97)]
    [InlineData(127, 129)]
    [InlineData(191, 193)]
    [InlineData(2047, 2049)]
    public void LengthsAroundGroups(int shortest, int longest)
    {
        for (int length = shortest; length <= longest; length++)
        {
            for (ulong first = 28; first < 36; first++)
                Check(length, first);
        }
    }

    [Theory]
    [InlineData((1UL << 34) - 9)]    // the block's number passes 32 bits
    [InlineData((1UL << 34) + 3)]
    [InlineData((1UL << 61) - 1)]
    public void FarAlongTheStream(ulong first)
    {
        Check(130, first);
        Check(3, first);
    }

    private static void Check(int length, ulong first)
    {
        const uint untouched = 0xDEADBEEF;
        uint[] words = new uint[length + 40];
        Array.Fill(words, untouched);
        PhiloxWords.Fill(words.AsSpan(20, length), Seed, Stream, first);
        Philox random = new(Seed, Stream) { Position = first };
        for (int i = 0; i < length; i++)
        {
            if (random.NextUInt32() != words[20 + i])
                Assert.Fail($"Word {i} of {length} from {first} is another.");
        }

        Assert.Equal(-1, words.AsSpan(0, 20).IndexOfAnyExcept(untouched));
        Assert.Equal(-1, words.AsSpan(20 + length).IndexOfAnyExcept(untouched));
    }
}
