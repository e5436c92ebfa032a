using System;
using System.Threading;
using Rnn.Core.Buffers;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Tensors;

namespace Rnn.Core.Parameters;

/// <summary>
/// The values of all parameters of a layout: one flat buffer of the dense slots, one of the by-row slots. Reading is
/// free for any number of threads; writing goes through <see cref="BeginWrite"/>, which raises <see cref="Version"/>,
/// so that packed copies of weights are never stale (design decision D16). It keeps a packed copy of the weights that
/// inference multiplies with, one for all threads, from their first use until the next write.
/// </summary>
public sealed class ParameterBuffer
{
    private readonly AlignedBuffer _dense;
    private readonly AlignedBuffer _byRow;
    private PackedParameters? _packed;

    /// <summary>Zeros for every slot of the layout, which is closed by this.</summary>
    public ParameterBuffer(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        layout.Close();
        Layout = layout;
        _dense = new AlignedBuffer(layout.DenseLength);
        _byRow = new AlignedBuffer(layout.ByRowLength);
    }

    /// <summary>What the parameters are.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Raised by every <see cref="BeginWrite"/>.</summary>
    public long Version { get; private set; }

    /// <summary>
    /// In which numbers inference keeps the packed copies of weights that it multiplies with: those of recurrent layers,
    /// of the steps of attention and Transformers that write, of linear layers whose weights are kept packed, and of a
    /// softmax over a vocabulary (which has no copy otherwise). <see cref="WeightPrecision.BFloat16"/> halves what a step
    /// of few rows waits for, which is reading them. The values themselves and tapes for training stay as they are, and so
    /// does what reads weights where they lie. Full is the default. Set it before other threads use the parameters
    /// (design decision D108).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such precision.</exception>
    public WeightPrecision InferencePrecision
    {
        get;
        set
        {
            if (!Enum.IsDefined(value))
                Throw.OutOfRange(nameof(InferencePrecision), (int)value, $"{WeightPrecision.Full} or {WeightPrecision.BFloat16}");

            if (field == value)
                return;

            field = value;
            _packed = null;
        }
    }

    /// <summary>The flat buffer of the dense slots, gaps included. Gaps hold 0.</summary>
    public ReadOnlySpan<float> Dense => _dense.Span;

    /// <summary>The flat buffer of the by-row slots, gaps included. Gaps hold 0.</summary>
    public ReadOnlySpan<float> ByRow => _byRow.Span;

    /// <summary>The values of one slot [Rows, Cols].</summary>
    /// <exception cref="ArgumentException">The slot is not in the layout.</exception>
    public ReadOnlyMatrixView this[ParameterSlot slot]
    {
        get
        {
            Layout.Check(slot);
            return new ReadOnlyMatrixView(
                (slot.Storage == SlotStorage.Dense ? Dense : ByRow).Slice(slot.Offset, slot.Count), slot.Rows,
                slot.Cols);
        }
    }

    /// <summary>
    /// Hands out the writable values; whoever keeps copies of the old ones learns of it by Version. Write at once:
    /// what is written after the next Forward may not be seen. Call this again for every change.
    /// </summary>
    public ParameterWriter BeginWrite()
    {
        Version++;
        _packed = null;
        return new ParameterWriter(Layout, _dense.Span, _byRow.Span);
    }

    /// <summary>A packed copy of weights as they are now: made at its first use, shared, immutable (D17).</summary>
    internal PackedMatrix Packed(in WeightPart part)
    {
        PackedParameters? packed = Volatile.Read(ref _packed);
        if (packed is null)
        {
            packed = new PackedParameters(this);
            packed = Interlocked.CompareExchange(ref _packed, packed, null) ?? packed;
        }

        return packed.Get(part);
    }

    /// <summary>
    /// Draws the initial values of all slots, each from the stream of its own name under the seed: a slot's values depend
    /// on its name, its shape and its rule, and where the rule draws normal or orthogonal ones on the SIMD width too.
    /// </summary>
    /// <param name="seed">The same seed gives the same bits.</param>
    public void Initialize(ulong seed)
    {
        ParameterWriter writer = BeginWrite();
        foreach (ParameterSlot slot in Layout.Slots)
        {
            Philox random = new(seed, StreamOf(slot.Name));
            Layout.InitialOf(slot).Fill(writer[slot], ref random);
        }
    }

    /// <summary>Overwrites all values with another buffer's of the same layout.</summary>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public void CopyFrom(ParameterBuffer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!ReferenceEquals(other.Layout, Layout))
            Throw.OtherLayout();

        ParameterWriter writer = BeginWrite();
        other.Dense.CopyTo(writer.Dense);
        other.ByRow.CopyTo(writer.ByRow);
    }

    /// <summary>40 bits of a name (FNV-1a, folded): the upper 24 bits, which tell masks of dropout apart,
    /// are 0.</summary>
    private static ulong StreamOf(string name)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in name)
            hash = (hash ^ c) * 1099511628211;

        return (hash ^ (hash >> 40)) & ((1UL << 40) - 1);
    }
}
