using System;
using Rnn.Core.Buffers;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Transformer;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Attention;

/// <summary>
/// What Forward of a <see cref="MultiHeadAttention"/> wrote so that Backward can read it, and all the scratch the layer
/// needs, sized once. Made by that layer's CreateTape and used with it only; one tape for each thread that runs it.
/// </summary>
public sealed class MultiHeadAttentionTape
{
    private readonly MultiHeadScratch _scratch;
    private readonly AlignedBuffer _projected;
    private readonly AlignedBuffer? _source;
    private readonly AlignedBuffer _weights;
    private readonly AlignedBuffer _context;
    private readonly int[] _lengths;
    private AlignedBuffer? _cleaned;
    private AlignedBuffer? _cleanedGradient;
    private bool _isRagged;
    private TapeStamp _stamp;

    internal MultiHeadAttentionTape(MultiHeadAttention layer, int maxSteps, int maxRows, int maxSource, bool isSelf,
        TapeUse use, MultiHeadScratch? scratch)
    {
        Layer = layer;
        MaxSteps = maxSteps;
        MaxRows = maxRows;
        MaxSource = maxSource;
        IsSelf = isSelf;
        Use = use;
        long rows = (long)maxSteps * maxRows, sourceRows = (long)maxSource * maxRows;
        long weights = rows * layer.Heads * maxSource, projected = rows * layer.Size * (isSelf ? 3 : 1);
        long source = isSelf ? 0 : sourceRows * layer.Size * 2;
        _projected = new AlignedBuffer(projected);
        _source = isSelf ? null : new AlignedBuffer(source);
        _weights = new AlignedBuffer(weights);
        _context = new AlignedBuffer(rows * layer.Size);
        _lengths = new int[maxRows];
        _scratch = scratch ?? new MultiHeadScratch();
        if (use == TapeUse.Training)
        {
            _scratch.NeedGradients(weights, rows * layer.Size, projected, source);
            if (layer.DropoutRate > 0)
                _scratch.NeedDropped(weights);
        }
    }

    /// <summary>The most steps that fit.</summary>
    public int MaxSteps { get; }

    /// <summary>The most rows that fit.</summary>
    public int MaxRows { get; }

    /// <summary>The most steps of the memory that fit; MaxSteps where it is the sequence itself.</summary>
    public int MaxSource { get; }

    /// <summary>Whether it is for sequences over themselves, or for a memory.</summary>
    public bool IsSelf { get; }

    /// <summary>Whether Backward may read it.</summary>
    public TapeUse Use { get; }

    /// <summary>T of what is recorded.</summary>
    public int Steps { get; private set; }

    /// <summary>B of what is recorded.</summary>
    public int Batch { get; private set; }

    /// <summary>S of what is recorded: the steps that are attended to.</summary>
    public int SourceSteps { get; private set; }

    /// <summary>The weights P of the last Forward, before dropout: B*H matrices [T, S], matrix b*H + h that of row b
    /// and head h. 0 where masked; each row's sum is 1.</summary>
    /// <exception cref="InvalidOperationException">The tape holds no Forward.</exception>
    public ReadOnlyMatrixBatchView Weights
    {
        get
        {
            if (!_stamp.HasForward)
                Throw.NoAttentionWeights(Layer.Name);

            return WeightsView;
        }
    }

    internal MultiHeadAttention Layer { get; }

    internal ref TapeStamp Stamp => ref _stamp;

    internal AttentionShape Shape { get; private set; }

    internal DropoutDraw Draw { get; private set; }

    internal ReadOnlySpan<int> Lengths => _isRagged ? _lengths.AsSpan(0, Batch) : default;

    /// <summary>T*B.</summary>
    internal int Rows => Steps * Batch;

    /// <summary>S*B.</summary>
    internal int SourceRows => SourceSteps * Batch;

    /// <summary>Q, K and V side by side, or Q alone.</summary>
    internal Span<float> Projected => _projected.Span[..(Rows * ProjectedSize)];

    internal SequenceView ProjectedView => new(Projected, Steps, Batch, ProjectedSize);

    /// <summary>K and V of a memory.</summary>
    internal Span<float> Source => _source!.Span[..(SourceRows * 2 * Layer.Size)];

    internal SequenceView SourceView => new(Source, SourceSteps, Batch, 2 * Layer.Size);

    internal Span<float> WeightsSpan => _weights.Span[..Shape.Length];

    internal MatrixBatchView WeightsView => Matrices(_weights);

    internal Span<float> DroppedSpan => Draw.IsActive ? _scratch.Dropped.Span[..Shape.Length] : default;

    /// <summary>The weights after dropout, if there is any.</summary>
    internal MatrixBatchView DroppedView => Draw.IsActive ? Matrices(_scratch.Dropped) : WeightsView;

    internal Span<float> Context => _context.Span[..(Rows * Layer.Size)];

    internal SequenceView ContextView => new(Context, Steps, Batch, Layer.Size);

    internal Span<float> ScoreGradient => _scratch.ScoreGradient.Span[..Shape.Length];

    internal MatrixBatchView ScoreGradientView => Matrices(_scratch.ScoreGradient);

    internal Span<float> ContextGradient => _scratch.ContextGradient.Span[..(Rows * Layer.Size)];

    internal SequenceView ContextGradientView => new(ContextGradient, Steps, Batch, Layer.Size);

    internal Span<float> ProjectedGradient => _scratch.ProjectedGradient.Span[..(Rows * ProjectedSize)];

    internal SequenceView ProjectedGradientView => new(ProjectedGradient, Steps, Batch, ProjectedSize);

    internal Span<float> SourceGradient => _scratch.SourceGradient.Span[..(SourceRows * 2 * Layer.Size)];

    internal SequenceView SourceGradientView => new(SourceGradient, SourceSteps, Batch, 2 * Layer.Size);

    private int ProjectedSize => IsSelf ? 3 * Layer.Size : Layer.Size;

    /// <summary>The shape of what Forward begins with. The lengths are copied: Backward masks by them.</summary>
    internal void Set(ParameterBuffer p, int steps, int batch, int sourceSteps, ReadOnlySpan<int> lengths)
    {
        _stamp.Begin(p);
        (Steps, Batch, SourceSteps) = (steps, batch, sourceSteps);
        _isRagged = !lengths.IsEmpty;
        lengths.CopyTo(_lengths);
    }

    internal void SetMask(bool isCausal, in DropoutDraw draw)
    {
        Draw = draw;
        Shape = new AttentionShape(Batch, Layer.Heads, Steps, SourceSteps, isCausal);
        if (draw.IsActive)
            _scratch.NeedDropped(_weights.Length);   // training on a tape for inference
    }

    /// <summary>x itself, or a copy with zeros past the lengths.</summary>
    internal ReadOnlySpan<float> Cleaned(ReadOnlySequenceView x, ReadOnlySpan<int> lengths) =>
        lengths.IsEmpty ? x.Span : Clean(ref _cleaned, x, lengths);

    /// <summary>The same of the gradient of y.</summary>
    internal ReadOnlySpan<float> CleanedGradient(ReadOnlySequenceView dY) =>
        _isRagged ? Clean(ref _cleanedGradient, dY, Lengths) : dY.Span;

    private ReadOnlySpan<float> Clean(ref AlignedBuffer? buffer, ReadOnlySequenceView x, ReadOnlySpan<int> lengths)
    {
        buffer ??= new AlignedBuffer((long)MaxSource * MaxRows * Layer.Size);
        Span<float> clean = buffer.Span[..x.Span.Length];
        PaddedRows.Clean(x.Span, x.Batch, x.Features, lengths, clean);
        return clean;
    }

    private MatrixBatchView Matrices(AlignedBuffer buffer) =>
        new(buffer.Span[..Shape.Length], Shape.Count, Shape.Queries, Shape.Keys);
}
