using System;
using Rnn.Core.Buffers;
using Rnn.Core.Layers.Attention;

namespace Rnn.Core.Layers.Transformer;

/// <summary>The tape of one <see cref="TransformerBlock"/>.</summary>
internal sealed class TransformerBlockTape
{
    /// <param name="block">Whose.</param>
    /// <param name="sizes">The most of everything.</param>
    /// <param name="scratch">What all attention shares.</param>
    /// <param name="other">The tape of the layer below, whose scratch this one shares: in inference all but
    /// weights.</param>
    public TransformerBlockTape(TransformerBlock block, in TransformerSizes sizes, MultiHeadScratch scratch,
        TransformerBlockTape? other)
    {
        int rows = sizes.MaxSteps * sizes.MaxRows;
        bool share = other is not null && sizes.Use == TapeUse.Inference;
        Self = block.Self.CreateTape(sizes.MaxSteps, sizes.MaxRows, 0, isSelf: true, sizes.Use, scratch);
        Cross = block.Cross?.CreateTape(sizes.MaxSteps, sizes.MaxRows, sizes.MaxSource, isSelf: false, sizes.Use, scratch);
        Feed = new FeedForwardTape(block.Feed, rows, sizes.Use, other?.Feed);
        Branches = share ? other!.Branches : new NormRows[block.Branches];
        for (int i = 0; i < block.Branches && !share; i++)
            Branches[i] = new NormRows(rows, block.Feed.Size);
    }

    public MultiHeadAttentionTape Self { get; }

    public MultiHeadAttentionTape? Cross { get; }

    public FeedForwardTape Feed { get; }

    /// <summary>Where each branch joins the stream.</summary>
    public NormRows[] Branches { get; }
}

/// <summary>The rows of a normalisation: xHat (before it a branch's output), y, scales.</summary>
internal sealed class NormRows(int maxRows, int size)
{
    private readonly AlignedBuffer _normalized = new((long)maxRows * size);
    private readonly AlignedBuffer _y = new((long)maxRows * size);
    private readonly AlignedBuffer _scales = new(maxRows);

    /// <summary>[N, E]: the branch's output, then xHat, then the gradient of the output.</summary>
    public Span<float> Normalized(int rows) => _normalized.Span[..(rows * size)];

    /// <summary>[N, E].</summary>
    public Span<float> Y(int rows) => _y.Span[..(rows * size)];

    /// <summary>[N].</summary>
    public Span<float> Scales(int rows) => _scales.Span[..rows];
}

/// <summary>What a tape is made for.</summary>
internal readonly record struct TransformerSizes(int MaxSteps, int MaxRows, int MaxSource, TapeUse Use);
