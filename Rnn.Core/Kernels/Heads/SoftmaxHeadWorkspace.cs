using System;
using System.Diagnostics;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Products;

namespace Rnn.Core.Kernels.Heads;

/// <summary>
/// Linear + softmax cross-entropy of any number of rows, a block of rows at a time, and the buffers for that, taken
/// once: memory grows with RowsPerBlock * V, not with N * V (D27). Rows whose target is ignored are left out of the
/// blocks.
/// </summary>
internal sealed unsafe class SoftmaxHeadWorkspace
{
    /// <summary>
    /// Most rows of a block, whole panels and seven blocks of rows of Gemm. W and dW are streamed once a block: fewer
    /// rows cost time (448: 3%), more cost memory.
    /// </summary>
    public const int RowsPerBlock = 896;

    private readonly int _vocabulary, _inputSize;
    private readonly AlignedBuffer _logits, _factors, _sums, _targetLogits, _x, _packedXT, _packedX;
    private readonly AlignedBuffer? _logitSums, _shares;   // where labels are smoothed
    private readonly int[] _targets, _rowOf;   // of the block: the targets, and which rows of x they belong to

    public SoftmaxHeadWorkspace(int vocabulary, int inputSize, int maxRows, bool smooths = false)
    {
        _vocabulary = vocabulary;
        _inputSize = inputSize;
        int rows = Math.Min(maxRows, RowsPerBlock);
        int lanes = Gemm.PaddedColumns(rows);
        int chunks = SoftmaxHeadBlock.ChunksOf(vocabulary);
        _logits = new AlignedBuffer((long)vocabulary * lanes);
        _factors = new AlignedBuffer((long)chunks * lanes);
        _sums = new AlignedBuffer((long)chunks * lanes);
        _targetLogits = new AlignedBuffer(lanes);
        _x = new AlignedBuffer((long)rows * inputSize);
        _packedXT = new AlignedBuffer((long)inputSize * lanes);
        _packedX = new AlignedBuffer((long)rows * Gemm.PaddedColumns(inputSize));
        _targets = new int[rows];
        _rowOf = new int[rows];
        if (smooths)
        {
            _logitSums = new AlignedBuffer((long)chunks * lanes);
            _shares = new AlignedBuffer(lanes);
        }
    }

    /// <summary>
    /// The buffers of another workspace for another shape, none of whose sizes is larger: the two run one after
    /// another.
    /// </summary>
    public SoftmaxHeadWorkspace(SoftmaxHeadWorkspace shared, int vocabulary, int inputSize)
    {
        Debug.Assert(vocabulary <= shared._vocabulary && inputSize <= shared._inputSize);
        _vocabulary = vocabulary;
        _inputSize = inputSize;
        _logits = shared._logits;
        _factors = shared._factors;
        _sums = shared._sums;
        _targetLogits = shared._targetLogits;
        _x = shared._x;
        _packedXT = shared._packedXT;
        _packedX = shared._packedX;
        _targets = shared._targets;
        _rowOf = shared._rowOf;
    }

    /// <summary>Bytes of all buffers.</summary>
    public long Bytes => sizeof(float) * ((long)_logits.Length + _factors.Length + _sums.Length + _targetLogits.Length
        + _x.Length + _packedXT.Length + _packedX.Length + _targets.Length + _rowOf.Length
        + (_logitSums?.Length ?? 0) + (_shares?.Length ?? 0));

    /// <summary>Memory for the logits of one row, until the next call.</summary>
    /// <param name="length">At most V.</param>
    public Span<float> Scratch(int length) => _logits.Span[..length];

    /// <summary>Rows of so many numbers that fit in it, at least one.</summary>
    public int ScratchRows(int columns) => Math.Max(1, _logits.Length / columns);

    /// <summary>The sum of the losses of the rows whose target isn't ignored.</summary>
    /// <param name="x">[N, E]. Read.</param>
    /// <param name="targets">[N], 0 .. V-1 or ignored. Read.</param>
    /// <param name="ignored">The target of rows that don't count.</param>
    /// <param name="counted">How many rows do.</param>
    /// <param name="weights">W [V, E]. Read.</param>
    /// <param name="bias">b [V], or empty. Read.</param>
    public double Forward(ReadOnlySpan<float> x, ReadOnlySpan<int> targets, int ignored, int counted,
        ReadOnlySpan<float> weights, ReadOnlySpan<float> bias) =>
        Run(x, targets, ignored, counted, weights, bias, 0, 0, default, default, default);

    /// <summary>The same, and the gradients of scale times that sum.</summary>
    /// <param name="x">[N, E]. Read.</param>
    /// <param name="targets">[N], 0 .. V-1 or ignored. Read.</param>
    /// <param name="ignored">The target of rows that don't count; their gradient is 0.</param>
    /// <param name="counted">How many rows do.</param>
    /// <param name="weights">W [V, E]. Read.</param>
    /// <param name="bias">b [V], or empty. Read.</param>
    /// <param name="smoothing">The part of each target that is spread over all words, 0 .. 1; above 0 only where the
    /// workspace was made for it.</param>
    /// <param name="scale">What the loss is multiplied with. Only in the gradients.</param>
    /// <param name="dWeights">[V, E]. Accumulated.</param>
    /// <param name="dBias">[V], or empty. Accumulated.</param>
    /// <param name="dX">[N, E], or empty; may be x. Overwritten.</param>
    public double ForwardBackward(ReadOnlySpan<float> x, ReadOnlySpan<int> targets, int ignored, int counted,
        ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, float smoothing, float scale, Span<float> dWeights,
        Span<float> dBias, Span<float> dX) =>
        Run(x, targets, ignored, counted, weights, bias, smoothing, scale, dWeights, dBias, dX);

    private double Run(ReadOnlySpan<float> x, ReadOnlySpan<int> targets, int ignored, int counted,
        ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, float smoothing, float scale, Span<float> dWeights,
        Span<float> dBias, Span<float> dX)
    {
        Debug.Assert(smoothing == 0 || _shares is not null);
        double loss = 0;
        fixed (float* w = weights, b = bias, dw = dWeights, db = dBias)
        fixed (int* t = _targets)
        {
            SoftmaxHeadBlock block = new()
            {
                Vocabulary = _vocabulary,
                InputSize = _inputSize,
                Weights = w,
                Bias = b,
                PackedXT = _packedXT.Pointer,
                PackedX = _packedX.Pointer,
                Targets = t,
                Logits = _logits.Pointer,
                TargetLogits = _targetLogits.Pointer,
                Factors = _factors.Pointer,
                Sums = _sums.Pointer,
                DWeights = dw,
                DBias = db,
                Scale = scale,
                Smoothing = smoothing,
                LogitSums = smoothing > 0 ? _logitSums!.Pointer : null,
                Shares = smoothing > 0 ? _shares!.Pointer : null,
            };

            // Blocks of nearly equal size, but in whole panels: only the last lanes of all may be without a row.
            int blocks = (counted + RowsPerBlock - 1) / RowsPerBlock, done = 0, next = 0;
            for (int i = 0; i < blocks; i++)
            {
                block.Rows = Math.Min(counted, WholePanels(counted, i + 1, blocks)) - done;
                block.Lanes = Gemm.PaddedColumns(block.Rows);
                done += block.Rows;
                next = Take(x, targets, ignored, next, block.Rows);
                PackX(block.Rows, transposed: true);
                loss += block.Forward();
                if (dw == null)
                    continue;

                PackX(block.Rows, transposed: false);
                block.Backward();
                if (!dX.IsEmpty)
                    InputGradient(block, weights, dX);
            }
        }

        for (int row = 0; row < targets.Length && !dX.IsEmpty; row++)
        {
            if (targets[row] == ignored)
                dX.Slice(row * _inputSize, _inputSize).Clear();
        }

        GC.KeepAlive(this);
        return loss;
    }

    /// <summary>Where a part of rows ends.</summary>
    private static int WholePanels(int rows, int part, int parts)
    {
        long panels = Gemm.PaddedColumns(rows) / MicroKernel.Columns;
        return (int)(panels * part / parts * MicroKernel.Columns);
    }

    /// <summary>Copies the next counted rows of x together; returns where the search goes on.</summary>
    private int Take(ReadOnlySpan<float> x, ReadOnlySpan<int> targets, int ignored, int next, int rows)
    {
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

    private void PackX(int rows, bool transposed)
    {
        PackJob pack = new()
        {
            B = _x.Pointer,
            Ldb = _inputSize,
            Transposed = transposed,
            K = transposed ? _inputSize : rows,
            N = transposed ? rows : _inputSize,
            Packed = PackedPanels.OfFloats(transposed ? _packedXT.Pointer : _packedX.Pointer),
        };
        pack.RunAll();
    }

    /// <summary>dX of the block's rows; X is no longer needed and gives its memory.</summary>
    private void InputGradient(in SoftmaxHeadBlock block, ReadOnlySpan<float> weights, Span<float> dX)
    {
        int rows = block.Rows;
        Span<float> d = _x.Span.Slice(0, rows * _inputSize);
        Gemm.Multiply(GemmForm.TN, rows, _inputSize, _vocabulary, _logits.Span, block.Lanes, weights, _inputSize, d,
            _inputSize);                                                                 // l = x*W^T: dx = dl*W
        for (int i = 0; i < rows; i++)
            d.Slice(i * _inputSize, _inputSize).CopyTo(dX.Slice(_rowOf[i] * _inputSize, _inputSize));
    }
}
