using System;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

/// <summary>Every slot draws its own values.</summary>
public class InitialValuesTests
{
    [Fact]
    public void ValuesDependOnNameShapeAndSeedAlone()
    {
        ParameterLayout one = new(), two = new();
        Linear first = new(one, "fc", 5, 7);
        _ = new Lstm(two, "before", 3, 4);
        Linear second = new(two, "fc", 5, 7), other = new(two, "other", 5, 7);
        ParameterBuffer a = new(one), b = new(two), c = new(two);
        a.Initialize(seed: 3);
        b.Initialize(seed: 3);
        c.Initialize(seed: 4);
        Bits.Same(a[first.Weights].Span.ToArray(), b[second.Weights].Span, "another layer came");
        Assert.NotEqual(b[second.Weights].Span.ToArray(), b[other.Weights].Span.ToArray());
        Assert.NotEqual(b[second.Weights].Span.ToArray(), c[second.Weights].Span.ToArray());
        Assert.NotEqual(b[second.Weights].Span[..7].ToArray(), b[second.Bias!.Value].Span.ToArray());
    }

    [Fact]
    public void EveryRuleIsWhatItSays()
    {
        ParameterLayout layout = new();
        ParameterSlot Slot(string name, int rows, int cols, InitialValues? initial) =>
            layout.Add(name, rows, cols, SlotOrientation.AsStored, initial: initial);
        ParameterSlot zeros = Slot("zeros", 2, 3, null), constant = Slot("constant", 2, 3, InitialValues.Constant(0.5f));
        ParameterSlot blocks = Slot("blocks", 2, 6, InitialValues.Blocks(1, 2, 3));
        ParameterSlot uniform = Slot("uniform", 50, 60, InitialValues.Uniform(0.3f));
        ParameterSlot inputs = Slot("inputs", 50, 60, InitialValues.UniformByInputs(25));
        ParameterSlot normal = Slot("normal", 50, 60, InitialValues.Normal(2)), glorot = Slot("glorot", 50, 10, InitialValues.Glorot);
        ParameterSlot own = Slot("own", 2, 2, new Counting());
        ParameterBuffer p = new(layout);
        Fill(p, 9);   // whatever stood there
        p.Initialize(seed: 1);
        Assert.All(p[zeros].Span.ToArray(), value => Assert.Equal(0, value));
        Assert.All(p[constant].Span.ToArray(), value => Assert.Equal(0.5f, value));
        Assert.Equal([1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3], p[blocks].Span.ToArray());
        Assert.InRange(p[uniform].Span.ToArray().Max(Math.Abs), 0.29f, 0.3f);
        Assert.InRange(p[inputs].Span.ToArray().Max(Math.Abs), 0.19f, 0.2f);
        Assert.InRange(p[glorot].Span.ToArray().Max(Math.Abs), 0.3f, MathF.Sqrt(0.1f));
        double square = p[normal].Span.ToArray().Average(value => (double)value * value);
        Assert.InRange(Math.Sqrt(square), 1.9, 2.1);
        Assert.Equal([0, 1, 2, 3], p[own].Span.ToArray());
    }

    /// <summary>As in PyTorch.</summary>
    [Fact]
    public void WordsBeginWithAStandardDeviationOfOne()
    {
        ParameterLayout layout = new();
        Embedding words = new(layout, "words", 200, 30);
        ParameterBuffer p = new(layout);
        p.Initialize(seed: 1);
        Assert.InRange(Math.Sqrt(p[words.Table].Span.ToArray().Average(value => (double)value * value)), 0.95, 1.05);
    }

    [Fact]
    public void AModelMayChooseOthersThanALayer()
    {
        ParameterLayout layout = new(), elsewhere = new();
        Linear layer = new(layout, "fc", 3, 4);
        layout.SetInitial(layer.Weights, InitialValues.Constant(7));
        Assert.NotSame(layout.InitialOf(layer.Weights), layout.InitialOf(layer.Bias!.Value));
        ParameterBuffer p = new(layout);
        p.Initialize(seed: 1);
        Assert.All(p[layer.Weights].Span.ToArray(), value => Assert.Equal(7, value));
        Assert.ThrowsAny<ArgumentException>(() => elsewhere.SetInitial(layer.Weights, InitialValues.Zeros));
        Assert.ThrowsAny<ArgumentException>(() => elsewhere.InitialOf(layer.Weights));
    }

    [Fact]
    public void RulesOutOfRangeAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("limit", () => InitialValues.Uniform(-1));
        Assert.Throws<ArgumentOutOfRangeException>("limit", () => InitialValues.Uniform(float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("inputs", () => InitialValues.UniformByInputs(0));
        Assert.Throws<ArgumentOutOfRangeException>("deviation", () => InitialValues.Normal(-1));
        Assert.Throws<ArgumentOutOfRangeException>("blocks", () => InitialValues.Orthogonal(0));
    }

    private static void Fill(ParameterBuffer p, float value) => p.BeginWrite().Dense.Fill(value);

    private sealed class Counting : InitialValues
    {
        public override void Fill(MatrixView values, ref Philox random)
        {
            for (int i = 0; i < values.Span.Length; i++)
                values.Span[i] = i;
        }
    }
}
