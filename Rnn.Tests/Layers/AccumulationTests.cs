using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

/// <summary>
/// Parameter gradients accumulate (design decision D9): two Backwards give the sum, everything else is overwritten. The
/// recurrent layers' part is in RecurrentPropertyTests.
/// </summary>
public class AccumulationTests
{
    [Fact]
    public void Linear()
    {
        const int n = 5, inputs = 3, outputs = 4;
        ParameterLayout layout = new();
        Linear layer = new(layout, "linear", inputs, outputs);
        ParameterBuffer p = TestNumbers.Parameters(layout, 1);
        float[] x = TestNumbers.Uniform(n * inputs, 1, 2), dY = TestNumbers.Uniform(n * outputs, 1, 3);
        float[] dX = new float[n * inputs];
        GradientBuffer g = new(layout);
        Backward();
        float[] once = g.Dense.ToArray(), dXOnce = [.. dX];
        Backward();
        CheckTwice(once, g.Dense.ToArray());
        Bits.Same(dXOnce, dX, "dX");

        void Backward() => layer.Backward(p, new ReadOnlyMatrixView(x, n, inputs), new ReadOnlyMatrixView(dY, n,
            outputs),
            g, new MatrixView(dX, n, inputs));
    }

    [Theory]
    [InlineData(SlotStorage.ByRow)]
    [InlineData(SlotStorage.Dense)]
    public void Embedding(SlotStorage storage)
    {
        int[] indices = [4, 1, 4];
        ParameterLayout layout = new();
        Embedding layer = new(layout, "embedding", 7, 2, storage);
        ReadOnlyMatrixView dY = new(TestNumbers.Uniform(indices.Length * 2, 1, 3), indices.Length, 2);
        GradientBuffer g = new(layout);
        layer.Backward(indices, dY, g);
        float[] once = Gradients();
        layer.Backward(indices, dY, g);
        CheckTwice(once, Gradients());

        float[] Gradients() => (storage == SlotStorage.Dense ? g.Dense : g.Rows(layer.Table).Values.Span).ToArray();
    }

    private static void CheckTwice(float[] once, float[] twice)
    {
        Assert.Contains(once, value => value != 0);
        Assert.Equal(once.Length, twice.Length);
        for (int i = 0; i < once.Length; i++)
            Assert.Equal(2 * once[i], twice[i], 1e-6f);
    }
}
