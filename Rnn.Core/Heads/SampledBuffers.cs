using System;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Heads;

namespace Rnn.Core.Heads;

/// <summary>The words of a step, and a block of its rows: S words, at most 896 rows.</summary>
internal sealed class SampledBuffers
{
    /// <summary>Those of <see cref="SoftmaxHeadWorkspace"/>, for the same reason: logits of all rows would grow with
    /// N.</summary>
    public const int RowsPerBlock = SoftmaxHeadWorkspace.RowsPerBlock;

    private readonly int _inputSize;
    private readonly AlignedBuffer _x, _logits, _words, _dWords, _offsets, _dOffsets, _coefficients;
    private readonly int[] _samples, _targets, _rowOf, _targetColumns, _ones;
    private int _count;

    public SampledBuffers(int inputSize, int maxSamples, int maxRows)
    {
        int rows = Math.Min(maxRows, RowsPerBlock);
        _inputSize = inputSize;
        _x = new AlignedBuffer((long)rows * inputSize);
        _logits = new AlignedBuffer((long)rows * (maxSamples + 1));
        _words = new AlignedBuffer((long)maxSamples * inputSize);
        _dWords = new AlignedBuffer((long)maxSamples * inputSize);
        _offsets = new AlignedBuffer(maxSamples + 1);
        _dOffsets = new AlignedBuffer(maxSamples);
        _coefficients = new AlignedBuffer(rows);
        _samples = new int[maxSamples];
        _targets = new int[rows];
        _rowOf = new int[rows];
        _targetColumns = new int[rows];
        _ones = new int[rows];
        _ones.AsSpan().Fill(1);
    }

    public long Bytes => sizeof(float) * ((long)_x.Length + _logits.Length + _words.Length + _dWords.Length
        + _offsets.Length + _dOffsets.Length + _coefficients.Length + _samples.Length + (4L * _targets.Length));

    /// <summary>Memory for the words of a step.</summary>
    public Span<int> AllSamples => _samples;

    /// <summary>[S], ascending.</summary>
    public ReadOnlySpan<int> Samples => _samples.AsSpan(0, _count);

    /// <summary>[S, E], the rows of W.</summary>
    public Span<float> Words => _words.Span[..(_count * _inputSize)];

    /// <summary>[S, E], their gradients.</summary>
    public Span<float> DWords => _dWords.Span[..(_count * _inputSize)];

    /// <summary>[S], what is added to their logits.</summary>
    public Span<float> Offsets => _offsets.Span[.._count];

    /// <summary>[S + 1], the same and 0.</summary>
    public ReadOnlySpan<float> OffsetsAndZero => _offsets.Span[..(_count + 1)];

    /// <summary>[S], their gradients.</summary>
    public Span<float> DOffsets => _dOffsets.Span[.._count];

    /// <summary>Rows of the block.</summary>
    public int Rows { get; private set; }

    /// <summary>[Rows, E], copies of rows of x.</summary>
    public Span<float> X => _x.Span[..(Rows * _inputSize)];

    /// <summary>[Rows, S + 1], logits, the target's last; then their gradients.</summary>
    public Span<float> Logits => _logits.Span[..(Rows * (_count + 1))];

    /// <summary>[Rows], of the targets: what is added to their logits, then the gradients of these.</summary>
    public Span<float> Coefficients => _coefficients.Span[..Rows];

    /// <summary>[Rows], words.</summary>
    public ReadOnlySpan<int> Targets => _targets.AsSpan(0, Rows);

    /// <summary>[Rows], which rows of x they are.</summary>
    public ReadOnlySpan<int> RowOf => _rowOf.AsSpan(0, Rows);

    /// <summary>[Rows], all S: where the targets' logits stand.</summary>
    public ReadOnlySpan<int> TargetColumns => _targetColumns.AsSpan(0, Rows);

    /// <summary>[Rows], all 1: each row has one target.</summary>
    public ReadOnlySpan<int> Ones => _ones.AsSpan(0, Rows);

    /// <summary>A step of so many words, which stand in AllSamples.</summary>
    public void Begin(int count)
    {
        _count = count;
        _offsets.Span[count] = 0;
        _targetColumns.AsSpan().Fill(count);
        DWords.Clear();
        DOffsets.Clear();
    }

    /// <summary>Copies the next counted rows of x together; returns where the search goes on.</summary>
    public int Take(ReadOnlySpan<float> x, ReadOnlySpan<int> targets, int ignored, int next, int rows)
    {
        Rows = rows;
        for (int taken = 0; taken < rows; next++)
        {
            if (targets[next] != ignored)
            {
                x.Slice(next * _inputSize, _inputSize).CopyTo(_x.Span.Slice(taken * _inputSize, _inputSize));
                _targets[taken] = targets[next];
                _rowOf[taken++] = next;
            }
        }

        return next;
    }
}
