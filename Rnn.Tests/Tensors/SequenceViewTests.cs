using System;
using System.Linq;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Tensors;
using Xunit;

namespace Rnn.Tests.Tensors;

public class SequenceViewTests
{
    private const int T = 3, B = 2, F = 6;

    // Element (t, b, f) is 100*t + 10*b + f.
    private static float[] Values() =>
        [.. Enumerable.Range(0, T * B * F).Select(i => (100f * (i / (B * F))) + (10 * (i / F % B)) + (i % F))];

    [Fact]
    public void ASampleIsOneRowThroughAllSteps()
    {
        float[] values = Values();
        SequenceView x = new(values, T, B, F);
        for (int b = 0; b < B; b++)
        {
            MatrixView sample = x.Sample(b);
            Assert.Equal((T, F, B * F), (sample.Rows, sample.Cols, sample.Stride));
            ReadOnlyMatrixView read = x.AsReadOnly().Sample(b);
            for (int t = 0; t < T; t++)
            {
                for (int f = 0; f < F; f++)
                {
                    Assert.Equal(x[t][b, f], sample[t, f]);
                    Assert.Equal(x[t][b, f], read[t, f]);
                }
            }
        }

        x.Sample(1).Clear();
        Assert.Equal(T * F, values.Count(value => value == 0) - 1);   // (0, 0, 0) was 0 before
        Assert.Equal(B * F, x[0].Span.Length);
        Assert.True(new SequenceView([], 0, B, F).Sample(1).IsEmpty);
        Assert.Equal(T, new ReadOnlySequenceView([], T, B, 0).Sample(1).Rows);
    }

    [Fact]
    public void HeadsAreColumnsOfSamples()
    {
        SequenceView x = new(Values(), T, B, F);
        MatrixBatchView heads = x.Heads(3), right = x.Heads(2, 2, 2);
        Assert.Equal((6, T, 2), (heads.Count, heads.Rows, heads.Cols));
        Assert.Equal((4, T, 2), (right.Count, right.Rows, right.Cols));
        Assert.Equal("6 x [3, 2]", heads.ToString());
        ReadOnlyMatrixBatchView read = x.AsReadOnly().Heads(3);
        for (int b = 0; b < B; b++)
        {
            for (int h = 0; h < 3; h++)
            {
                MatrixView expected = x.Sample(b).Columns(h * 2, 2);
                for (int t = 0; t < T; t++)
                {
                    Assert.Equal(expected.Row(t).ToArray(), heads[(b * 3) + h].Row(t).ToArray());
                    Assert.Equal(expected.Row(t).ToArray(), read[(b * 3) + h].Row(t).ToArray());
                    if (h > 0)
                        Assert.Equal(expected.Row(t).ToArray(), right[(b * 2) + h - 1].Row(t).ToArray());
                }
            }
        }

        Assert.Equal(6, new SequenceView([], 0, B, F).Heads(3).Count);
    }

    [Fact]
    public void MisuseIsRefused()
    {
        float[] values = new float[T * B * F];
        MatrixViewTests.Says<ArgumentOutOfRangeException>(() => new SequenceView(values, T, B, F).Sample(2),
            "b holds 2");
        MatrixViewTests.Says<ArgumentOutOfRangeException>(() => new ReadOnlySequenceView(values, T, B, F).Sample(-1),
            "b holds -1");
        MatrixViewTests.Says<ArgumentException>(() => new SequenceView(values, T, B, F).Heads(4),
            "6 features can't be cut into 4 heads");
        MatrixViewTests.Says<ArgumentException>(() => new ReadOnlySequenceView(values, T, B, F).Heads(0), "0 heads");
        MatrixViewTests.Says<ArgumentException>(() => new SequenceView(values, T, B, F).Heads(3, 2, 2),
            "2 heads of 2 columns from number 3");
        MatrixViewTests.Says<ArgumentException>(() => _ = new MatrixBatchView(values, 2, 3, 4), "2 x [3, 4]",
            "36 elements");
        MatrixViewTests.Says<ArgumentException>(() => _ = new ReadOnlyMatrixBatchView(values, 4, 3, 4), "4 x [3, 4]");
        MatrixViewTests.Says<ArgumentException>(
            () => _ = new MatrixBatchView(values, new BatchLayout(3, 4, 8, 2, 4, 2, 30)), "(54 elements)",
            "36 elements");
        MatrixViewTests.Says<ArgumentOutOfRangeException>(() => _ = new MatrixBatchView(values, 3, 3, 4)[3],
            "i holds 3");
    }
}
