using Rnn.Core.Buffers;

namespace Rnn.Core.Kernels.Recurrent;

/// <summary>What a cell does beyond the plain one.</summary>
internal readonly record struct CellVariant
{
    /// <summary>Whether x*Wx and h*Wh are normalised, each row by itself.</summary>
    public bool IsNormalized { get; init; }

    /// <summary>LSTM: whether c is normalised on its way to h.</summary>
    public bool NormalizesCell { get; init; }

    /// <summary>LSTM: whether the input gate is 1 - f.</summary>
    public bool IsCoupled { get; init; }

    /// <summary>LSTM: whether the gates see c.</summary>
    public bool HasPeepholes { get; init; }

    /// <summary>Whether h may be dropped out on its way to Wh.</summary>
    public bool HasMask { get; init; }

    /// <summary>Whether an LSTM's pointwise half is the plain one.</summary>
    public bool IsPlainLstm => !NormalizesCell && !IsCoupled && !HasPeepholes;
}

/// <summary>The buffers that a <see cref="CellVariant"/> needs beside the workspace's, for T steps of B rows.</summary>
internal sealed class VariantBuffers
{
    private readonly int _maxBatch;
    private AlignedBuffer? _inputStep;

    public VariantBuffers(CellVariant variant, int maxSteps, int maxBatch, int hidden, int productSize, int gateRows,
        bool records)
    {
        _maxBatch = maxBatch;
        long rows = records ? (long)maxSteps * maxBatch : maxBatch;
        if (variant.HasMask)
        {
            Mask = new AlignedBuffer((long)maxBatch * hidden);
            Masked = new AlignedBuffer(rows * hidden);
            DMasked = records ? new AlignedBuffer((long)maxBatch * hidden) : null;
        }

        if (variant.IsNormalized)
        {
            Input = new AlignedBuffer((long)gateRows * productSize);
            InputScales = new AlignedBuffer(gateRows * 2L);
            InputGain = new AlignedBuffer(productSize);
            Product = new AlignedBuffer(rows * productSize);
            ProductScales = new AlignedBuffer(rows * 2);
            ProductGain = new AlignedBuffer(productSize);
            DProduct = records ? new AlignedBuffer(rows * productSize) : null;
        }

        if (variant.NormalizesCell)
        {
            long withInitial = records ? rows + maxBatch : rows;
            CellGain = new AlignedBuffer(hidden);
            CellShift = new AlignedBuffer(hidden);
            CellHat = new AlignedBuffer(withInitial * hidden);
            CellScales = new AlignedBuffer(withInitial);
            DCellHat = records ? new AlignedBuffer(withInitial * hidden) : null;
        }

        if (variant.HasPeepholes)
            Peepholes = new AlignedBuffer((variant.IsCoupled ? 2L : 3L) * hidden);
    }

    /// <summary>Whether the window now on the tape drops h out.</summary>
    public bool IsMasked { get; set; }

    /// <summary>[B, H]: 0, or 1/(1-rate).</summary>
    public AlignedBuffer? Mask { get; }

    /// <summary>[T, B, H]: h*Mask; without recording of one step.</summary>
    public AlignedBuffer? Masked { get; }

    public AlignedBuffer? DMasked { get; }

    /// <summary>[T, B, P]: x*Wx normalised; without recording of some rows.</summary>
    public AlignedBuffer? Input { get; }

    /// <summary>[B, P]: scratch for the gradient of x*Wx of one step. Made at first use.</summary>
    public AlignedBuffer InputStep => _inputStep ??= new AlignedBuffer((long)_maxBatch * InputGain!.Length);

    /// <summary>[T, B, 2]: the scales of Input's rows.</summary>
    public AlignedBuffer? InputScales { get; }

    public AlignedBuffer? InputGain { get; }

    /// <summary>[T, B, P]: h*Wh normalised; without recording of one step.</summary>
    public AlignedBuffer? Product { get; }

    public AlignedBuffer? ProductScales { get; }

    public AlignedBuffer? ProductGain { get; }

    public AlignedBuffer? DProduct { get; }

    public AlignedBuffer? CellGain { get; }

    public AlignedBuffer? CellShift { get; }

    /// <summary>[T+1, B, H], as c lies; without recording of one step.</summary>
    public AlignedBuffer? CellHat { get; }

    public AlignedBuffer? CellScales { get; }

    public AlignedBuffer? DCellHat { get; }

    public AlignedBuffer? Peepholes { get; }
}
