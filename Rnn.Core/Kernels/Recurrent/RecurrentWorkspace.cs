using System;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Recurrent;

/// <summary>
/// The buffers of one recurrent cell for up to T steps of up to B rows, taken once. Smaller windows use the front of
/// each buffer, contiguously. No arithmetic of its own: it turns buffers into addresses for the time loop. One that
/// does not record has h of every step but no room for gradients, c once, and gates of some rows: where the time loop
/// does X*Wx itself, the gates of all steps lie in one place (design decision D33).
/// </summary>
internal sealed class RecurrentWorkspace
{
    /// <summary>Rows of gates without recording: enough for good use of Wx in one product.</summary>
    private const int UnrecordedRows = 512;

    private readonly int _hidden;
    private readonly int _gateStride;
    private readonly CellVariant _variant;
    private readonly int _productSize;
    private readonly int _apartSize;
    private readonly int[] _lengths;
    private int _raggedRows;

    public RecurrentWorkspace(int maxSteps, int maxBatch, int hidden, int gateStride, int productSize, int apartSize,
        bool hasCell, bool records, CellVariant variant)
    {
        Records = records;
        _hidden = hidden;
        _gateStride = gateStride;
        _productSize = productSize;
        _apartSize = apartSize;
        _variant = variant;
        long rows = (long)maxSteps * maxBatch;
        long gateRows = records ? rows : Math.Min(rows, Math.Max(maxBatch, UnrecordedRows));
        GateRows = (int)Math.Min(gateRows, int.MaxValue);
        Gates = new AlignedBuffer(gateRows * gateStride);
        Hidden = new AlignedBuffer((rows + maxBatch) * hidden);
        Cell = hasCell ? new AlignedBuffer((records ? rows + maxBatch : maxBatch) * hidden) : null;
        Bias = new AlignedBuffer(gateStride);
        if (records)
        {
            DBias = new AlignedBuffer(gateStride);
            DHidden = new AlignedBuffer((long)maxBatch * hidden);
            DCell = hasCell ? new AlignedBuffer((long)maxBatch * hidden) : null;
        }

        _lengths = new int[maxBatch];
        if (variant != default)
            Variant = new VariantBuffers(variant, maxSteps, maxBatch, hidden, productSize, GateRows, records);
    }

    /// <summary>Whether all is kept that Backward reads.</summary>
    public bool Records { get; }

    /// <summary>How many rows Gates has room for.</summary>
    public int GateRows { get; }

    public AlignedBuffer Gates { get; }

    public AlignedBuffer Hidden { get; }

    public AlignedBuffer? Cell { get; }

    public AlignedBuffer Bias { get; }

    /// <summary>[GateStride]: the sum of the rows of the gate gradients.</summary>
    public AlignedBuffer? DBias { get; }

    public AlignedBuffer? DHidden { get; }

    public AlignedBuffer? DCell { get; }

    /// <summary>What the cell's options need; null for a plain cell.</summary>
    public VariantBuffers? Variant { get; }

    /// <summary>[T, B, H], or null: the gradient of h of each step is not kept.</summary>
    public AlignedBuffer? KeptDHidden { get; set; }

    /// <summary>The steps of each row; empty when all have T.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, _raggedRows);

    public void SetLengths(ReadOnlySpan<int> lengths)
    {
        _raggedRows = lengths.Length;
        lengths.CopyTo(_lengths);
    }

    public unsafe void Forward<TCell>(int batch, int first, int count, in RecurrentMatrices wh, in StepInput input)
        where TCell : struct, IRecurrentCell
    {
        fixed (int* lengths = _lengths, indices = input.Indices)
        fixed (float* rows = input.Rows, table = input.Table)
        {
            RecurrentBuffers x = Buffers(batch, lengths, wh);
            if (!Records)
            {
                x.GateStep = input.Gates > 0 ? 0 : x.GateStep;
                x.Gates -= first * x.GateStep;   // X*Wx lies there for these steps alone
                x.CellStep = 0;
            }

            x.InputGates = input.Gates;
            x.InputSize = input.Size;
            x.Input = rows == null ? null : rows - ((long)first * batch * input.Size);
            x.InputWeights = rows == null ? default : input.Weights!.Panels;
            x.Indices = indices == null ? null : indices - ((long)first * batch);
            x.Table = table;
            RecurrentLoop.Run<TCell>(x, first, count, backward: false);
        }

        GC.KeepAlive(wh.Main);
        GC.KeepAlive(wh.Apart);
        GC.KeepAlive(input.Weights);
        GC.KeepAlive(this);
    }

    /// <summary>Steps first+count-1 down to first; dOutput is [count, B, H], or empty for zeros.</summary>
    public unsafe void Backward<TCell>(int batch, int first, int count, ReadOnlySpan<float> dOutput,
        in RecurrentMatrices wh, in StepInputGradient input)
        where TCell : struct, IRecurrentCell
    {
        fixed (int* lengths = _lengths)
        fixed (float* dOut = dOutput, dIn = input.Rows)
        {
            RecurrentBuffers x = Buffers(batch, lengths, wh);
            x.DOutput = dOut == null ? null : dOut - ((long)first * batch * _hidden);
            x.KeptDHidden = Pointer(KeptDHidden);
            x.InputGates = input.Gates;
            x.InputSize = input.Size;
            x.DInput = dIn == null ? null : dIn - ((long)first * batch * input.Size);
            x.InputWeightsBack = dIn == null ? default : input.Weights!.Panels;
            RecurrentLoop.Run<TCell>(x, first, count, backward: true);
        }

        GC.KeepAlive(wh.Main);
        GC.KeepAlive(wh.Apart);
        GC.KeepAlive(input.Weights);
        GC.KeepAlive(this);
    }

    /// <summary>Rows of x*Wx become xHat, and their gates gain*xHat.</summary>
    /// <param name="first">The first row, of x*Wx and of the gates.</param>
    /// <param name="count">How many.</param>
    public void NormalizeInput(int first, int count) => Normalize(Variant!.Input!, first, first, count, back: false);

    /// <summary>The first xHat of x*Wx become the gradients of x*Wx; the gates hold those of gain*xHat.</summary>
    public void NormalizeInputBack(int count) => Normalize(Variant!.Input!, 0, 0, count, back: true);

    /// <summary>The gradients of x*Wx of a step's rows [count, P]; their xHat are kept.</summary>
    public ReadOnlySpan<float> InputStepGradient(int first, int count)
    {
        Span<float> scratch = Variant!.InputStep.Span[..(count * _productSize)];
        Variant.Input!.Span.Slice(first * _productSize, scratch.Length).CopyTo(scratch);
        Normalize(Variant.InputStep, 0, first, count, back: true);
        return scratch;
    }

    // The columns that the cell keeps apart are normalised by themselves.
    private unsafe void Normalize(AlignedBuffer x, int from, int first, int count, bool back)
    {
        VariantBuffers v = Variant!;
        int main = _productSize - _apartSize;
        for (int column = 0, group = 0; column < _productSize; column += main, group++)
        {
            LayerNormRows rows = new()
            {
                Count = count,
                Columns = group == 0 ? main : _apartSize,
                X = x.Pointer + ((long)from * _productSize) + column,
                Stride = _productSize,
                Gain = v.InputGain!.Pointer + column,
                Y = Gates.Pointer + ((long)first * _gateStride) + column,
                YStride = _gateStride,
                Scales = v.InputScales!.Pointer + (first * 2L) + group,
                ScaleStride = 2,
            };
            if (back)
                LayerNormKernel.BackwardRows(rows);
            else
                LayerNormKernel.ForwardRows(rows);
        }

        GC.KeepAlive(x);
        GC.KeepAlive(this);
    }

    private unsafe RecurrentBuffers Buffers(int batch, int* lengths, in RecurrentMatrices wh)
    {
        RecurrentBuffers x = Plain(batch, lengths, wh);
        if (Variant is not { } v)
            return x;

        x.IsCoupled = _variant.IsCoupled;
        x.Peepholes = Pointer(v.Peepholes);
        x.CellGain = Pointer(v.CellGain);
        x.CellShift = Pointer(v.CellShift);
        x.CellHat = Pointer(v.CellHat);
        x.CellScales = Pointer(v.CellScales);
        x.DCellHat = Pointer(v.DCellHat);
        x.Product = Pointer(v.Product);
        x.ProductStep = Records ? (long)batch * _productSize : 0;
        x.ProductScales = Pointer(v.ProductScales);
        x.ProductGain = Pointer(v.ProductGain);
        x.DProduct = Pointer(v.DProduct);
        if (v.IsMasked)
        {
            x.Mask = Pointer(v.Mask);
            x.Masked = Pointer(v.Masked);
            x.MaskedStep = Records ? (long)batch * _hidden : 0;
            x.DMasked = Pointer(v.DMasked);
        }

        return x;
    }

    private static unsafe float* Pointer(AlignedBuffer? buffer) => buffer is null ? null : buffer.Pointer;

    private unsafe RecurrentBuffers Plain(int batch, int* lengths, in RecurrentMatrices wh) => new()
    {
        B = batch,
        H = _hidden,
        GateStride = _gateStride,
        GateStep = (long)batch * _gateStride,
        CellStep = (long)batch * _hidden,
        ProductSize = _productSize,
        ApartSize = _apartSize,
        Gates = Gates.Pointer,
        Bias = Bias.Pointer,
        Hidden = Hidden.Pointer,
        Cell = Pointer(Cell),
        DHidden = Pointer(DHidden),
        DCell = Pointer(DCell),
        Lengths = _raggedRows > 0 ? lengths : null,
        Weights = wh.Main.Panels,
        Weights2 = wh.Apart is null ? default : wh.Apart.Panels,
    };
}

/// <summary>Wh or its transpose, packed: whole, or in two parts.</summary>
/// <param name="Main">The columns of Wh whose product with h is added to X*Wx.</param>
/// <param name="Apart">Those of the gate whose product the cell keeps apart (GRU: n); null for others.</param>
internal readonly record struct RecurrentMatrices(PackedMatrix Main, PackedMatrix? Apart);

/// <summary>What the time loop itself multiplies with Wx; the default where the gates hold X*Wx already.</summary>
internal readonly ref struct StepInput
{
    /// <summary>[count, B, Size]: numbers, or empty.</summary>
    public ReadOnlySpan<float> Rows { get; init; }

    /// <summary>Columns of Rows.</summary>
    public int Size { get; init; }

    /// <summary>Wx, for Rows.</summary>
    public PackedMatrix? Weights { get; init; }

    /// <summary>[count, B]: one-hot rows, or empty.</summary>
    public ReadOnlySpan<int> Indices { get; init; }

    /// <summary>Wx [V, Gates], for Indices.</summary>
    public ReadOnlySpan<float> Table { get; init; }

    /// <summary>Columns of Wx.</summary>
    public int Gates { get; init; }
}

/// <summary>Where the time loop puts dX; the default where somebody else does, or nobody.</summary>
internal readonly ref struct StepInputGradient
{
    /// <summary>[count, B, Size], or empty.</summary>
    public Span<float> Rows { get; init; }

    /// <summary>Columns of Rows.</summary>
    public int Size { get; init; }

    /// <summary>Wx^T.</summary>
    public PackedMatrix? Weights { get; init; }

    /// <summary>Columns of Wx.</summary>
    public int Gates { get; init; }
}
