using System;
using Rnn.Core.Buffers;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Transformer;

/// <summary>
/// x[t] += w[t], a vector for each position, so that attention, to which all steps are alike, can tell them apart.
/// Sinusoidal: w[t, 2i] = sin(t/10000^(2i/E)), w[t, 2i+1] = cos(t/10000^(2i/E)), no parameters. Learnt: w is a
/// parameter. The derivation of Backward is in PositionalEncoding.md. Source: Vaswani et al. 2017, section 3.5.
/// </summary>
public sealed class PositionalEncoding
{
    private readonly Lazy<AlignedBuffer>? _table;   // when it is read: sizes in a damaged file cost nothing

    private PositionalEncoding(string name, int maxLength, int size, ParameterSlot? weights)
    {
        Name = name;
        MaxLength = maxLength;
        Size = size;
        Weights = weights;
        if (weights is null)
            _table = new Lazy<AlignedBuffer>(Sines);
    }

    /// <summary>The name that its parameter begins with.</summary>
    public string Name { get; }

    /// <summary>Positions 0 .. MaxLength-1 have a vector.</summary>
    public int MaxLength { get; }

    /// <summary>E.</summary>
    public int Size { get; }

    /// <summary>w [MaxLength, E], or null where it is no parameter.</summary>
    public ParameterSlot? Weights { get; }

    /// <summary>w where it is no parameter [MaxLength, E]; empty where it is.</summary>
    internal ReadOnlySpan<float> Table => _table is null ? default : _table.Value.Span;

    /// <summary>Waves of rising length; no parameters.</summary>
    /// <param name="size">E, more than 0.</param>
    /// <param name="maxLength">The most steps, more than 0; 1024 by default. So many rows of E numbers are
    /// made by the first Forward.</param>
    /// <param name="name">Its name in error texts; "positions" by default.</param>
    /// <exception cref="ArgumentException">The name is empty, or a size is not positive.</exception>
    public static PositionalEncoding Sinusoidal(int size, int maxLength = 1024, string name = "positions")
    {
        Check(name, maxLength, size);
        return new PositionalEncoding(name, maxLength, size, null);
    }

    /// <summary>A vector for each position, learnt.</summary>
    /// <param name="layout">Receives "name.weight" [maxLength, E].</param>
    /// <param name="name">What the parameter's name begins with.</param>
    /// <param name="maxLength">The most steps, more than 0.</param>
    /// <param name="size">E, more than 0.</param>
    /// <param name="initial">Its values before training; null (the default) for standard normal ones, as an embedding
    /// has.</param>
    /// <exception cref="ArgumentException">The name is taken or empty, or a size is not positive.</exception>
    public static PositionalEncoding Learnt(ParameterLayout layout, string name, int maxLength, int size,
        InitialValues? initial = null)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Check(name, maxLength, size);
        return new PositionalEncoding(name, maxLength, size, layout.Add($"{name}.weight", maxLength, size,
            SlotOrientation.AsStored, initial: initial ?? InitialValues.Normal(1)));
    }

    /// <summary>x[t] += w[firstStep + t] in every row.</summary>
    /// <param name="p">Parameters. Read where it is learnt.</param>
    /// <param name="x">[T, B, E]. Accumulated.</param>
    /// <param name="firstStep">The position of step 0: in generation, how many steps came before. 0 by default.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the layer's, or a position is beyond its
    /// last.</exception>
    public void Forward(ParameterBuffer p, SequenceView x, int firstStep = 0)
    {
        ArgumentNullException.ThrowIfNull(p);
        Check(x, firstStep);
        ReadOnlySpan<float> table = Weights is { } weights ? p[weights].Span : _table!.Value.Span;
        for (int t = 0; t < x.Steps; t++)
            SharedPasses.AddRow(table.Slice((firstStep + t) * Size, Size), x[t].Span);
    }

    /// <summary>dw[firstStep + t] += sum over rows of dX[t]; x's own gradient is that of the sum, dX.</summary>
    /// <param name="dX">[T, B, E]. Read.</param>
    /// <param name="g">The gradient of w. Accumulated; without parameters nothing is done.</param>
    /// <param name="firstStep">As given to Forward.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the layer's, or a position is beyond its
    /// last.</exception>
    public void Backward(ReadOnlySequenceView dX, GradientBuffer g, int firstStep = 0)
    {
        ArgumentNullException.ThrowIfNull(g);
        Check(dX, firstStep);
        if (Weights is not { } weights)
            return;

        Span<float> d = g[weights].Span;
        for (int t = 0; t < dX.Steps; t++)
            Reductions.SumRows(dX[t].Span, dX.Batch, d.Slice((firstStep + t) * Size, Size));   // x[t] += w[t]
    }

    private static void Check(string name, int maxLength, int size)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (maxLength <= 0 || size <= 0)
            Throw.NotPositive(maxLength <= 0 ? nameof(maxLength) : nameof(size), Math.Min(maxLength, size));
    }

    private AlignedBuffer Sines()
    {
        AlignedBuffer table = new((long)MaxLength * Size);
        for (int t = 0; t < MaxLength; t++)
        {
            for (int j = 0; j < Size; j++)
            {
                double angle = t / Math.Pow(10000, (double)(j - (j % 2)) / Size);
                table.Span[(t * Size) + j] = (float)(j % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
            }
        }

        return table;
    }

    private void Check(ReadOnlySequenceView x, int firstStep)
    {
        if (x.Features != Size)
            Throw.InputSize(Name, Size, x.Features, x.ToString());

        if (firstStep < 0 || x.Steps > MaxLength - firstStep)
            Throw.PositionsOutside(Name, firstStep, x.Steps, MaxLength);
    }
}
