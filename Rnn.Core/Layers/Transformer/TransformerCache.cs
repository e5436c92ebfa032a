using System;
using Rnn.Core.Buffers;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Transformer;

/// <summary>
/// What a <see cref="TransformerDecoder"/> remembers while it generates: for each layer the keys and values of the
/// memory, and of every step before, so that a step costs its own row and not the sequence again. Made by
/// <see cref="TransformerDecoder.CreateCache"/>; one cache for each thread that generates.
/// </summary>
public sealed class TransformerCache
{
    private readonly AlignedBuffer[] _own;
    private readonly AlignedBuffer[] _memory;
    private readonly AlignedBuffer[] _weights;
    private readonly AlignedBuffer _ownWeights;
    private readonly int[] _lengths;
    private AlignedBuffer _spare;
    private ParameterBuffer? _parameters;
    private long _version;
    private bool _isRagged;
    private int _lastRows;

    internal TransformerCache(TransformerStack stack, int maxRows, int maxSteps, int maxSources, int maxSource)
    {
        Stack = stack;
        MaxRows = maxRows;
        MaxSteps = maxSteps;
        MaxSources = maxSources;
        MaxSource = maxSource;
        int layers = stack.Blocks.Length;
        long own = (long)maxSteps * KeyStep;
        _own = new AlignedBuffer[layers];
        _memory = new AlignedBuffer[layers];
        _weights = new AlignedBuffer[layers];
        for (int i = 0; i < layers; i++)
        {
            _own[i] = new AlignedBuffer(own);
            _memory[i] = new AlignedBuffer((long)maxSource * maxSources * 2 * stack.Size);
            _weights[i] = new AlignedBuffer((long)maxRows * stack.Heads * maxSource);
        }

        _spare = new AlignedBuffer(own);
        _ownWeights = new AlignedBuffer((long)maxRows * stack.Heads * maxSteps);
        _lengths = new int[maxSources];
        Tape = new TransformerTape(stack, new(1, maxRows, 1, TapeUse.Inference));
    }

    /// <summary>The most rows of a step.</summary>
    public int MaxRows { get; }

    /// <summary>The most steps.</summary>
    public int MaxSteps { get; }

    /// <summary>The most rows of a memory.</summary>
    public int MaxSources { get; }

    /// <summary>The most steps of a memory.</summary>
    public int MaxSource { get; }

    /// <summary>How many steps were done since Begin.</summary>
    public int Steps { get; private set; }

    /// <summary>Rows of the next step, as the step before had or Reorder left; 0 before the first.</summary>
    public int Rows { get; private set; }

    /// <summary>B of the memory.</summary>
    public int Sources { get; private set; }

    /// <summary>S of the memory.</summary>
    public int SourceSteps { get; private set; }

    internal TransformerStack Stack { get; }

    internal TransformerTape Tape { get; }

    private int KeyStep => MaxRows * 2 * Stack.Size;

    private ReadOnlySpan<int> Lengths => _isRagged ? _lengths.AsSpan(0, Sources) : default;

    /// <summary>Row i goes on from what row parents[i] has read: for beams that go, stay and divide. There may then be
    /// fewer or more rows than before.</summary>
    /// <param name="parents">[new rows], each a row of the step before; at most MaxRows. Read.</param>
    /// <exception cref="ArgumentException">There is no row left, or there are too many.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such parent.</exception>
    public void Reorder(ReadOnlySpan<int> parents)
    {
        if (parents.IsEmpty || parents.Length > MaxRows)
            Throw.CacheRows(Stack.Name, parents.Length, 0, MaxRows);

        bool isSame = true;
        for (int i = 0; i < parents.Length; i++)
        {
            if ((uint)parents[i] >= (uint)Rows)
                Throw.IndexOutside(nameof(TransformerCache), nameof(parents), parents[i], Rows);

            isSame &= parents[i] == i;
        }

        Rows = parents.Length;
        if (isSame)
            return;

        int size = 2 * Stack.Size;
        for (int layer = 0; layer < _own.Length; layer++)
        {
            for (int t = 0; t < Steps; t++)
            {
                Gather.CopyRows(_own[layer].Span.Slice(t * KeyStep, KeyStep), size, parents,
                    _spare.Span.Slice(t * KeyStep, parents.Length * size), size);
            }

            (_own[layer], _spare) = (_spare, _own[layer]);
        }
    }

    /// <summary>The attention over the memory of the last step [rows, S]: rows as that step had them, 0 past a
    /// length.</summary>
    /// <param name="layer">0 .. Layers-1.</param>
    /// <param name="head">0 .. Heads-1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or head.</exception>
    /// <exception cref="InvalidOperationException">No step was done.</exception>
    public ReadOnlyMatrixView Weights(int layer, int head)
    {
        if (_lastRows == 0)
            Throw.NoAttentionWeights(Stack.Name);

        if ((uint)layer >= (uint)_weights.Length)
            Throw.IndexOutside(nameof(TransformerCache), nameof(layer), layer, _weights.Length);

        if ((uint)head >= (uint)Stack.Heads)
            Throw.IndexOutside(nameof(TransformerCache), nameof(head), head, Stack.Heads);

        return new ReadOnlyMatrixView(_weights[layer].Span[(head * MaxSource)..], _lastRows, SourceSteps,
            Stack.Heads * MaxSource);
    }

    internal void Begin(ParameterBuffer p, ReadOnlySequenceView memory, ReadOnlySpan<int> lengths)
    {
        (_parameters, _version) = (p, p.Version);
        (Steps, Rows, Sources, SourceSteps, _lastRows) = (0, 0, memory.Batch, memory.Steps, 0);
        _isRagged = !lengths.IsEmpty;
        lengths.CopyTo(_lengths);
        int rows = memory.Steps * memory.Batch;
        for (int i = 0; i < _memory.Length; i++)
            Stack.Blocks[i].Cross!.ProjectMemory(p, memory.Span, rows, _memory[i].Span[..(rows * 2 * Stack.Size)]);
    }

    internal void CheckStep(ParameterBuffer p, int rows, ReadOnlySpan<int> sources)
    {
        if (_parameters is null)
            Throw.CacheNotBegun(Stack.Name);

        if (!ReferenceEquals(_parameters, p) || _version != p.Version)
            Throw.CacheParameters(Stack.Name);

        if (Steps == MaxSteps)
            Throw.CacheFull(Stack.Name, MaxSteps);

        if (rows < 1 || rows > MaxRows || (Rows > 0 && rows != Rows))
            Throw.CacheRows(Stack.Name, rows, Rows, MaxRows);

        if (sources.IsEmpty ? rows != Sources : sources.Length != rows)
            Throw.SpanLength(Stack.Name, nameof(sources), rows, sources.IsEmpty ? Sources : sources.Length);

        foreach (int source in sources)
        {
            if ((uint)source >= (uint)Sources)
                Throw.IndexOutside(Stack.Name, nameof(sources), source, Sources);
        }
    }

    internal void StepSelf(ParameterBuffer p, int layer, MultiHeadAttention attention, ReadOnlySpan<float> x,
        MultiHeadAttentionTape tape, Span<float> y) =>
        attention.StepSelf(p, x, Steps, _own[layer].Span, KeyStep, tape, _ownWeights.Span, MaxSteps, y);

    internal void StepCross(ParameterBuffer p, int layer, MultiHeadAttention attention, ReadOnlySpan<float> x,
        ReadOnlySpan<int> sources, MultiHeadAttentionTape tape, Span<float> y) =>
        attention.StepCross(p, x, _memory[layer].Span, SourceSteps, Sources, Lengths, sources, tape, _weights[layer].Span,
            MaxSource, y);

    internal void EndStep(int rows)
    {
        Steps++;
        Rows = rows;
        _lastRows = rows;
    }
}
