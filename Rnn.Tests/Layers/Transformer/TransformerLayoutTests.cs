using System;
using System.Linq;
using Rnn.Core.Layers.Normalization;
using Rnn.Core.Layers.Transformer;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers.Transformer;

/// <summary>Names, shapes and initial values of the parameters: those of PyTorch.</summary>
public class TransformerLayoutTests
{
    private static readonly TransformerOptions s_options = new() { Size = 64, Heads = 4, Layers = 2, FeedForwardSize = 96 };

    [Fact]
    public void ADecodersParametersAreNamedAsInPyTorch()
    {
        ParameterLayout layout = new();
        _ = new TransformerDecoder(layout, "decoder", s_options with { FinalNorm = true });
        string[] layer =
        [
            "self_attn.in_proj_weight", "self_attn.in_proj_bias", "self_attn.out_proj.weight", "self_attn.out_proj.bias",
            "multihead_attn.in_proj_weight", "multihead_attn.in_proj_bias", "multihead_attn.out_proj.weight",
            "multihead_attn.out_proj.bias", "linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias",
            "norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias", "norm3.weight", "norm3.bias",
        ];
        Assert.Equal(
            [.. layer.Select(name => $"decoder.layers.0.{name}"), .. layer.Select(name => $"decoder.layers.1.{name}"),
                "decoder.norm.weight", "decoder.norm.bias"],
            layout.Slots.Select(slot => slot.Name));
        ParameterSlot slot = layout["decoder.layers.1.self_attn.in_proj_weight"];
        Assert.Equal((64, 192, SlotOrientation.Transposed), (slot.Rows, slot.Cols, slot.Orientation));
    }

    [Fact]
    public void MatricesAreGlorotUniformAndNormsBeginAtOne()
    {
        ParameterLayout layout = new();
        _ = new TransformerEncoder(layout, "encoder", s_options);
        ParameterBuffer p = new(layout);
        p.Initialize(1);
        foreach (ParameterSlot slot in layout.Slots)
        {
            float[] values = p[slot].Span.ToArray();
            if (slot.Name.Contains("norm", StringComparison.Ordinal))
            {
                Assert.All(values, value => Assert.Equal(slot.Name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0, value));
            }
            else if (slot.Name.Contains("proj", StringComparison.Ordinal) && slot.Name.EndsWith("bias", StringComparison.Ordinal))
            {
                Assert.All(values, value => Assert.Equal(0, value));
            }
            else if (slot.Rows > 1)
            {
                double limit = Math.Sqrt(6.0 / (slot.Rows + slot.Cols));
                Assert.InRange(values.Max(), 0.99 * limit, limit);
            }
        }
    }

    [Fact]
    public void ANormalisedRowHasMeanZeroAndVarianceOne()
    {
        ParameterLayout layout = new();
        LayerNorm layer = new(layout, "norm", 50);
        ParameterBuffer p = new(layout);
        p.Initialize(1);
        float[] x = TestNumbers.Uniform(3 * 50, 1, 2, limit: 100), y = new float[x.Length];
        layer.Forward(p, new(x, 3, 50), new MatrixView(y, 3, 50), layer.CreateTape(4));
        for (int row = 0; row < 3; row++)
        {
            float[] values = y[(row * 50)..((row + 1) * 50)];
            Assert.Equal(0, values.Average(), 5);
            Assert.Equal(1, values.Select(value => value * value).Average(), 5);
        }

        layer.Forward(p, new(Enumerable.Repeat(7f, 50).ToArray(), 1, 50), new MatrixView(y.AsSpan(0, 50), 1, 50),
            layer.CreateTape(1));
        Assert.All(y[..50], value => Assert.Equal(0, value));
    }
}
