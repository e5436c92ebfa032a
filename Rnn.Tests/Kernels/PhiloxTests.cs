using Rnn.Core.Kernels.RandomNumbers;
using Xunit;

namespace Rnn.Tests.Kernels;

public class PhiloxTests
{
    // The known-answer vectors published with the Random123 library (philox4x32, 10 rounds).
    [Theory]
    [InlineData(0x00000000u, 0x00000000u, 0x00000000u, 0x00000000u, 0x00000000u, 0x00000000u,
        0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu,
        0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u,
        0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void KnownAnswers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint a, uint b, uint c, uint d) =>
        Assert.Equal((a, b, c, d), Philox.Block(c0, c1, c2, c3, k0, k1));

    [Fact]
    public void PositionRestoresTheSequence()
    {
        Philox random = new(seed: 7, stream: 3);
        for (int i = 0; i < 13; i++)
            random.NextUInt32();

        Philox copy = new(seed: 7, stream: 3) { Position = random.Position };
        for (int i = 0; i < 9; i++)
            Assert.Equal(random.NextUInt32(), copy.NextUInt32());
    }

    [Fact]
    public void StreamsAndSeedsDiffer()
    {
        Assert.NotEqual(new Philox(1, 0).NextUInt64(), new Philox(1, 1).NextUInt64());
        Assert.NotEqual(new Philox(1, 0).NextUInt64(), new Philox(2, 0).NextUInt64());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(300, 0)]
    [InlineData(1000, 3)]
    public void ManySinglesAreTheSameAsOneByOne(int count, int first)
    {
        Philox one = new(seed: 5, stream: 9) { Position = (ulong)first }, many = one;
        float[] numbers = new float[count];
        many.NextSingles(numbers);
        foreach (float number in numbers)
            Assert.Equal(one.NextSingle(), number);

        Assert.Equal(one.Position, many.Position);
        Assert.Equal(one.NextUInt32(), many.NextUInt32());
    }

    [Fact]
    public void MomentsAreRight()
    {
        Philox random = new(seed: 11);
        double sum = 0, squares = 0, uniform = 0;
        int[] counts = new int[7];
        const int n = 200_000;
        for (int i = 0; i < n; i++)
        {
            double x = random.NextNormal();
            sum += x;
            squares += x * x;
            uniform += random.NextSingle();
            counts[random.NextInt32(7)]++;
        }

        Assert.InRange(sum / n, -0.01, 0.01);
        Assert.InRange(squares / n, 0.98, 1.02);
        Assert.InRange(uniform / n, 0.498, 0.502);
        Assert.All(counts, c => Assert.InRange(c, (n / 7) - 1000, (n / 7) + 1000));
    }
}
