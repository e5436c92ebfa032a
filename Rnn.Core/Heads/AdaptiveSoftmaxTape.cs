using System;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Tensors;

namespace Rnn.Core.Heads;

/// <summary>
/// All the scratch of an <see cref="AdaptiveSoftmax"/>. Head and tails run one after another, in the same memory.
/// </summary>
internal sealed class AdaptiveSoftmaxTape : VocabularyHeadTape
{
    private readonly SoftmaxHeadWorkspace _shared;
    private readonly AlignedBuffer _rows, _projected;
    private readonly int[] _headTargets, _order, _tailTargets, _starts, _next;
    private readonly int _inputSize;

    public AdaptiveSoftmaxTape(AdaptiveSoftmax owner, SoftmaxHead head, SoftmaxHead[] tails, int projectedSize,
        int maxRows, TapeUse use)
        : base(owner, maxRows, use)
    {
        int largest = head.Vocabulary;
        foreach (SoftmaxHead tail in tails)
            largest = Math.Max(largest, tail.Vocabulary);

        int tailRows = tails.Length == 0 ? 0 : maxRows;
        _inputSize = owner.InputSize;
        _shared = new SoftmaxHeadWorkspace(largest, _inputSize, maxRows);
        _rows = new AlignedBuffer((long)tailRows * _inputSize);
        _projected = new AlignedBuffer((long)tailRows * projectedSize);
        _headTargets = new int[maxRows];
        _order = new int[tailRows];
        _tailTargets = new int[tailRows];
        _starts = new int[tails.Length + 1];
        _next = new int[tails.Length];
        Clusters = new float[tails.Length];
        HeadTape = new SoftmaxHeadTape(head, maxRows, use, _shared);
        TailTapes = Array.ConvertAll(tails, tail => new SoftmaxHeadTape(tail, maxRows, use, _shared));
    }

    public override long Bytes => _shared.Bytes + (sizeof(float) * ((long)_rows.Length + _projected.Length
        + _headTargets.Length + _order.Length + _tailTargets.Length));

    /// <summary>The head's.</summary>
    public SoftmaxHeadTape HeadTape { get; }

    /// <summary>Each tail's.</summary>
    public SoftmaxHeadTape[] TailTapes { get; }

    /// <summary>A number for each cluster.</summary>
    public float[] Clusters { get; }

    /// <summary>The rows of x that belong to tails, one tail's after another's.</summary>
    public ReadOnlySpan<int> Order => _order.AsSpan(0, _starts[^1]);

    /// <summary>Counts of rows by tail, all 0.</summary>
    public Span<int> Begin()
    {
        _next.AsSpan().Clear();
        return _next;
    }

    /// <summary>The counts become the places where each tail's rows begin.</summary>
    public void Place()
    {
        for (int i = 0; i < _next.Length; i++)
        {
            _starts[i + 1] = _starts[i] + _next[i];
            _next[i] = _starts[i];
        }
    }

    /// <summary>Row n of x, whose target is that word of its cluster, has a place.</summary>
    public void Put(int place, int n, int target)
    {
        _order[place] = n;
        _tailTargets[place] = target;
    }

    /// <summary>Where a tail's rows begin, and how many they are.</summary>
    public (int First, int Count) RowsOf(int tail) => (_starts[tail], _starts[tail + 1] - _starts[tail]);

    /// <summary>[rows], of the head.</summary>
    public Span<int> HeadTargets(int rows) => _headTargets.AsSpan(0, rows);

    /// <summary>[rows], within the tail.</summary>
    public ReadOnlySpan<int> TailTargets(int first, int rows) => _tailTargets.AsSpan(first, rows);

    /// <summary>[rows, E], copies of x in the order of tails.</summary>
    public MatrixView Rows(int first, int rows) =>
        new(_rows.Span.Slice(first * _inputSize, rows * _inputSize), rows, _inputSize);

    /// <summary>[rows, size].</summary>
    public MatrixView Projected(int rows, int size) => new(_projected.Span[..(rows * size)], rows, size);
}
