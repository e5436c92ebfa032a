using System;
using Rnn.Core.Kernels.Products;
using Xunit;

namespace Rnn.Tests.Kernels;

public class RowDotsTests
{
    public static TheoryData<int, int> RowsAndWords { get; } = new()
    {
        { 1, 1 }, { 1, 4 }, { 2, 3 }, { 2, 4 }, { 3, 9 }, { 5, 6 }, { 16, 8 }, { 17, 5 }, { 18, 300 }, { 35, 257 },
    };

    [Theory]
    [MemberData(nameof(RowsAndWords))]
    public void AnElementHasTheBitsOfItsTwoRowsAlone(int rows, int words)
    {
        foreach (int size in new[] { 1, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 100, 130 })
        {
            float[] x = Values(rows * size, 1), w = Values(words * size, 2), b = Values(words, 3);
            int stride = words + 3;
            foreach (float[] bias in new[] { b, [] })
            {
                Guarded y = new(((rows - 1) * stride) + words, 1, _ => -7);
                RowDots.Run(x, rows, w, words, size, bias, y.Span, stride);
                y.AssertUntouched();
                float[] one = new float[1];
                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < words; j++)
                    {
                        RowDots.Run(x.AsSpan(i * size, size), 1, w.AsSpan(j * size, size), 1, size,
                            bias.Length == 0 ? [] : bias.AsSpan(j, 1), one, 1);
                        Assert.Equal(BitConverter.SingleToInt32Bits(one[0]),
                            BitConverter.SingleToInt32Bits(y.Span[(i * stride) + j]));
                        Assert.Equal(Exact(x, i, w, j, size) + (bias.Length == 0 ? 0 : bias[j]), one[0], 1e-3);
                    }

                    for (int j = words; j < stride && i < rows - 1; j++)
                        Assert.Equal(-7, y.Span[(i * stride) + j]);
                }
            }
        }
    }

    private static double Exact(float[] x, int row, float[] w, int word, int size)
    {
        double sum = 0;
        for (int i = 0; i < size; i++)
            sum += (double)x[(row * size) + i] * w[(word * size) + i];

        return sum;
    }

    private static float[] Values(int count, int seed)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = MathF.Sin((i * 1.37f) + seed);

        return values;
    }
}
