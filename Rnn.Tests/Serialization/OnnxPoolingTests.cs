using System.IO;
using System.Linq;
using Rnn.Core.Layers.Pooling;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Onnx;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Onnx;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>A pooling layer in a file computes what the layer does, whatever stands past the lengths.</summary>
public class OnnxPoolingTests
{
    private const int T = 5, B = 3, F = 4;

    [Theory]
    [InlineData(PoolingKind.Last, false)]
    [InlineData(PoolingKind.Last, true)]
    [InlineData(PoolingKind.Mean, false)]
    [InlineData(PoolingKind.Max, false)]
    [InlineData(PoolingKind.Attention, false)]
    public void TheFileComputesWhatTheLayerDoes(PoolingKind kind, bool bidirectional)
    {
        foreach (int[] lengths in (int[][])[[], [5, 1, 3]])
        {
            ParameterLayout layout = new();
            SequencePooling layer = SequencePooling.Create(layout, "pool", kind, F, bidirectional,
                kind == PoolingKind.Attention ? 3 : 0);
            ParameterBuffer p = TestNumbers.Parameters(layout, 1);
            float[] x = TestNumbers.Uniform(T * B * F, 1, 1), y = new float[B * F];
            for (int i = 0; i < x.Length && lengths.Length > 0; i++)
            {
                if (i / F / B >= lengths[i / F % B])
                    x[i] = float.NaN;
            }

            layer.Forward(p, new ReadOnlySequenceView(x, T, B, F), lengths, [], new MatrixView(y, B, F),
                layer.CreateTape(T, B));
            OnnxNetwork net = new(p);
            OnnxValue? count = lengths.Length > 0 ? net.Lengths("lengths") : null;
            net.Output("y", net.Add(layer, net.Numbers("x", F), count));
            using MemoryStream stream = new();
            net.Write(stream);
            (string, OnnxTensor) input = ("x", OnnxTensor.Of([T, B, F], x));
            OnnxFile file = new(stream.ToArray());
            OnnxTensor result = (lengths.Length > 0
                ? OnnxInterpreter.Run(file, input, ("lengths", OnnxTensor.Of([B], lengths)))
                : OnnxInterpreter.Run(file, input))["y"];
            Assert.Equal([B, F], result.Shape);
            for (int i = 0; i < y.Length; i++)
                Assert.Equal(result.Data[i], y[i], 1e-6);

            Assert.Equal(layout.Slots.Select(slot => slot.Name).Order(),
                file.Initializers.Keys.Where(name => name.Contains('.', System.StringComparison.Ordinal)).Order());
        }
    }

    [Fact]
    public void OtherWidthsAreRefused()
    {
        ParameterLayout layout = new();
        SequencePooling layer = SequencePooling.Create(layout, "pool", PoolingKind.Mean, F);
        OnnxNetwork net = new(new ParameterBuffer(layout));
        Assert.Contains("'pool': x is x float [steps, batch, 5], expected float [..., 4].",
            Assert.Throws<System.ArgumentException>(() => net.Add(layer, net.Numbers("x", F + 1))).Message,
            System.StringComparison.Ordinal);
    }
}
