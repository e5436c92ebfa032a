using System;
using Rnn.Core.Buffers;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Attention;

/// <summary>
/// The projected keys of a memory, the weights of each step, and what Backward needs, sized once. Made by
/// <see cref="GlobalAttention.CreateTape"/> and used with that layer only; one tape for each thread that runs it.
/// </summary>
public sealed class GlobalAttentionTape
{
    private readonly int[] _lengths;
    private readonly int[] _rowsOf;
    private readonly AlignedBuffer? _keys;
    private readonly AlignedBuffer? _projected;
    private readonly AlignedBuffer? _dProjected;
    private readonly AlignedBuffer _weights;
    private readonly AlignedBuffer? _dScores;
    private readonly AlignedBuffer? _dKeys;
    private readonly AlignedBuffer? _dV;
    private readonly int _keySize;
    private AlignedBuffer? _dContexts;
    private AlignedBuffer? _cleared;
    private ParameterBuffer? _parameters;
    private long _version;
    private bool _isRagged;

    internal GlobalAttentionTape(GlobalAttention layer, int maxSteps, int maxRows, int maxSource, TapeUse use)
    {
        if (maxSteps <= 0 || maxRows <= 0)
            Throw.NotPositive(maxSteps <= 0 ? nameof(maxSteps) : nameof(maxRows), Math.Min(maxSteps, maxRows));

        if (maxSource <= 0)
            Throw.NotPositive(nameof(maxSource), maxSource);

        Layer = layer;
        MaxSteps = maxSteps;
        MaxRows = maxRows;
        MaxSource = maxSource;
        Use = use;
        bool isTraining = use == TapeUse.Training, projects = layer.ProjectsKeys, isAdditive = layer.ProjectsQueries;
        _keySize = layer.KeySize;
        long rows = (long)maxSteps * maxRows, sources = (long)maxSource * maxRows;
        _lengths = new int[maxRows];
        _rowsOf = new int[maxSteps];
        _keys = projects ? new AlignedBuffer(sources * _keySize) : null;
        _dKeys = projects && isTraining ? new AlignedBuffer(sources * _keySize) : null;
        _projected = isAdditive ? new AlignedBuffer((isTraining ? rows : maxRows) * _keySize) : null;
        _dProjected = isAdditive && isTraining ? new AlignedBuffer(rows * _keySize) : null;
        _dV = isAdditive && isTraining ? new AlignedBuffer((long)maxRows * _keySize) : null;
        _weights = new AlignedBuffer(rows * maxSource);
        _dScores = isTraining ? new AlignedBuffer(rows * maxSource) : null;
        QueryWeights = isAdditive && isTraining ? new PackedWeights() : null;
        QueryWeightsBack = isAdditive && isTraining ? new PackedWeights() : null;
    }

    /// <summary>The most steps that fit.</summary>
    public int MaxSteps { get; }

    /// <summary>The most rows that fit.</summary>
    public int MaxRows { get; }

    /// <summary>The most steps of a source that fit.</summary>
    public int MaxSource { get; }

    /// <summary>Whether Backward may read it.</summary>
    public TapeUse Use { get; }

    /// <summary>T of what was begun.</summary>
    public int Steps { get; private set; }

    /// <summary>S of what was begun.</summary>
    public int Source { get; private set; }

    /// <summary>Rows of the memory.</summary>
    public int Batch { get; private set; }

    /// <summary>Where the tape stands.</summary>
    public TapeStage Stage { get; private set; }

    internal GlobalAttention Layer { get; }

    /// <summary>Steps recorded so far, or on the way back steps left.</summary>
    internal int StepsDone { get; set; }

    /// <summary>Of a training tape, Wq and its transpose, packed.</summary>
    internal PackedWeights? QueryWeights { get; }

    internal PackedWeights? QueryWeightsBack { get; }

    /// <summary>[N], the steps of each source, or empty.</summary>
    internal ReadOnlySpan<int> Lengths => _isRagged ? _lengths.AsSpan(0, Batch) : default;

    /// <summary>Elements from a step's weights to the next one's.</summary>
    internal int WeightStep => MaxRows * Source;

    /// <summary>a of every step [T, B, S], WeightStep apart.</summary>
    internal Span<float> AllWeights => _weights.Span;

    /// <summary>The gradient of the scores, laid out as the weights.</summary>
    internal Span<float> DScores => _dScores!.Span;

    /// <summary>[S*N, K].</summary>
    internal MatrixView Keys => Of(_keys!, 0, Source * Batch);

    /// <summary>[S*N, K].</summary>
    internal MatrixView DKeys => Of(_dKeys!, 0, Source * Batch);

    /// <summary>[N, K], each row's share of the gradient of v.</summary>
    internal MatrixView DV => Of(_dV!, 0, Batch);

    /// <summary>
    /// a of step <paramref name="t"/> [B, S], each row 0 past its source's length. Valid until the step, or another
    /// sequence, is recorded; Backward leaves it.
    /// </summary>
    /// <param name="t">0 .. Steps - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    public ReadOnlyMatrixView Weights(int t)
    {
        if ((uint)t >= (uint)Steps)
            Throw.IndexOutside(nameof(GlobalAttentionTape), nameof(t), t, Steps);

        int rows = _rowsOf[t];
        return new ReadOnlyMatrixView(_weights.Span.Slice(t * WeightStep, rows * Source), rows, Source);
    }

    internal void Begin(ParameterBuffer p, int steps, int batch, int source, ReadOnlySpan<int> lengths)
    {
        (Steps, Batch, Source) = (steps, batch, source);
        (_parameters, _version) = (p, p.Version);
        _isRagged = !lengths.IsEmpty;
        lengths.CopyTo(_lengths);
        _rowsOf.AsSpan(0, steps).Clear();
        StepsDone = 0;
        Stage = TapeStage.Recording;
    }

    internal void MoveTo(TapeStage stage) => Stage = stage;

    /// <summary>Whether these are still the values that Begin read.</summary>
    internal bool WasRecordedWith(ParameterBuffer p) => ReferenceEquals(_parameters, p) && _version == p.Version;

    /// <summary>Whether these are gradients of the parameters that Begin read.</summary>
    internal bool HasLayoutOf(GradientBuffer g) => ReferenceEquals(_parameters?.Layout, g.Layout);

    /// <summary>Step t has been done for so many rows.</summary>
    internal void Did(int t, int rows) => _rowsOf[t] = rows;

    /// <summary>q*Wq of some steps [count*B, K]; for inference of the last ones only.</summary>
    internal MatrixView Projected(int first, int count, int rows) =>
        Of(_projected!, Use == TapeUse.Training ? first * rows : 0, count * rows);

    /// <summary>Its gradient.</summary>
    internal MatrixView DProjected(int first, int count, int rows) => Of(_dProjected!, first * rows, count * rows);

    /// <summary>The gradient of contexts [T, B, M], where the caller keeps none of all steps.</summary>
    internal SequenceView DContexts(int features)
    {
        _dContexts ??= new AlignedBuffer((long)MaxSteps * MaxRows * features);
        return new SequenceView(_dContexts.Span[..(Steps * Batch * features)], Steps, Batch, features);
    }

    /// <summary>
    /// The memory as a product over all its steps may read it: itself, or where NaN or an infinity stands past a
    /// length, a copy with zeros there (D44).
    /// </summary>
    internal ReadOnlySequenceView WithoutPadding(ReadOnlySequenceView memory)
    {
        if (IsPaddingFinite(memory))
            return memory;

        _cleared ??= new AlignedBuffer((long)MaxSource * MaxRows * memory.Features);
        SequenceView cleared = new(_cleared.Span[..memory.Span.Length], memory.Steps, memory.Batch, memory.Features);
        memory.Span.CopyTo(cleared.Span);
        for (int b = 0; b < Batch; b++)
        {
            for (int s = _lengths[b]; s < Source; s++)
                cleared[s].Row(b).Clear();
        }

        return cleared;
    }

    private bool IsPaddingFinite(ReadOnlySequenceView memory)
    {
        for (int b = 0; b < Batch && _isRagged; b++)
        {
            for (int s = _lengths[b]; s < Source; s++)
            {
                if (!Reductions.AllFinite(memory[s].Row(b)))
                    return false;
            }
        }

        return true;
    }

    private MatrixView Of(AlignedBuffer buffer, int first, int rows) =>
        new(buffer.Span.Slice(first * _keySize, rows * _keySize), rows, _keySize);
}
