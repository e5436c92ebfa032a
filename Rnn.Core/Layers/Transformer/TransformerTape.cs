using System;
using Rnn.Core.Buffers;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Transformer;

/// <summary>
/// What Forward of a <see cref="TransformerEncoder"/> or a <see cref="TransformerDecoder"/> wrote so that Backward can
/// read it, and all the scratch it needs, sized once. Made by its CreateTape and used with it only; one tape for each
/// thread that runs it. For inference its layers share all buffers but those of attention.
/// </summary>
public sealed class TransformerTape
{
    private readonly TransformerSizes _sizes;
    private readonly AlignedBuffer _input;
    private readonly AlignedBuffer? _memory;
    private readonly AlignedBuffer? _gradient;
    private readonly AlignedBuffer? _normGradient;
    private TapeStamp _stamp;

    internal TransformerTape(TransformerStack stack, in TransformerSizes sizes)
    {
        _sizes = sizes;
        Stack = stack;
        long rows = (long)sizes.MaxSteps * sizes.MaxRows, length = rows * stack.Size;
        if (length > Array.MaxLength)
            Throw.TooLarge(nameof(TransformerTape), length);

        _input = new AlignedBuffer(length);
        _memory = stack.IsDecoder ? new AlignedBuffer((long)sizes.MaxSource * sizes.MaxRows * stack.Size) : null;
        if (sizes.Use == TapeUse.Training)
        {
            _gradient = new AlignedBuffer(length);
            _normGradient = stack.NormFirst ? new AlignedBuffer(length) : null;
        }

        Apart = stack.NormFirst || stack.FinalNorm is not null ? new NormRows((int)rows, stack.Size) : null;
        MultiHeadScratch scratch = new();
        Blocks = new TransformerBlockTape[stack.Blocks.Length];
        for (int i = 0; i < Blocks.Length; i++)
            Blocks[i] = new TransformerBlockTape(stack.Blocks[i], sizes, scratch, i == 0 ? null : Blocks[i - 1]);
    }

    /// <summary>The most steps that fit.</summary>
    public int MaxSteps => _sizes.MaxSteps;

    /// <summary>The most rows that fit.</summary>
    public int MaxRows => _sizes.MaxRows;

    /// <summary>The most steps of a memory that fit; 0 of an encoder's tape.</summary>
    public int MaxSource => _sizes.MaxSource;

    /// <summary>Whether Backward may read it.</summary>
    public TapeUse Use => _sizes.Use;

    /// <summary>T of what is recorded.</summary>
    public int Steps { get; private set; }

    /// <summary>B of what is recorded.</summary>
    public int Batch { get; private set; }

    /// <summary>S of what is recorded; 0 of an encoder's tape.</summary>
    public int SourceSteps { get; private set; }

    /// <summary>The output of the last layer [T, B, E]; past a row's length finite numbers of no meaning.</summary>
    public SequenceView Output => View(OutputSpan);

    /// <summary>Where the gradient of the output may be put, to be given to Backward [T, B, E]. Backward overwrites
    /// it.</summary>
    /// <exception cref="InvalidOperationException">The tape was made for inference.</exception>
    public SequenceView OutputGradient
    {
        get
        {
            if (_gradient is null)
                Throw.TapeForInference(Stack.Name);

            return View(Of(_gradient));
        }
    }

    internal TransformerStack Stack { get; }

    internal ref TapeStamp Stamp => ref _stamp;

    internal TransformerBlockTape[] Blocks { get; }

    internal Mode Mode { get; private set; }

    /// <summary>The normalisation that follows no branch: the first of NormFirst, else the final one.</summary>
    internal NormRows? Apart { get; }

    /// <summary>T*B.</summary>
    internal int Rows => Steps * Batch;

    /// <summary>x with zeros past the lengths; with NormFirst the stream, to which each branch is added.</summary>
    internal Span<float> Input => Of(_input);

    /// <summary>The memory with zeros past its lengths.</summary>
    internal Span<float> Memory => _memory!.Span[..(SourceSteps * Batch * Stack.Size)];

    /// <summary>The gradient of the stream.</summary>
    internal Span<float> Gradient => Of(_gradient!);

    /// <summary>With NormFirst, the gradient of a branch's input.</summary>
    internal Span<float> NormGradient => Of(_normGradient!);

    private Span<float> OutputSpan =>
        Stack.FinalNorm is null && Stack.NormFirst ? Input
            : Stack.FinalNorm is not null && !Stack.NormFirst ? Apart!.Y(Rows) : Blocks[^1].Branches[^1].Y(Rows);

    /// <summary>
    /// The attention of the last Forward, before dropout: of a decoder over the memory, of an encoder over the sequence
    /// itself. B*H matrices [T, S], matrix b*H + h that of row b and head h; 0 past a row's length.
    /// </summary>
    /// <param name="layer">0 .. Layers-1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    /// <exception cref="InvalidOperationException">The tape holds no Forward.</exception>
    public ReadOnlyMatrixBatchView Weights(int layer)
    {
        if ((uint)layer >= (uint)Blocks.Length)
            Throw.IndexOutside(Stack.Name, nameof(layer), layer, Blocks.Length);

        return (Blocks[layer].Cross ?? Blocks[layer].Self).Weights;
    }

    /// <summary>The same of one row and head: [T, S].</summary>
    /// <param name="layer">0 .. Layers-1.</param>
    /// <param name="row">0 .. B-1.</param>
    /// <param name="head">0 .. Heads-1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer, row or head.</exception>
    /// <exception cref="InvalidOperationException">The tape holds no Forward.</exception>
    public ReadOnlyMatrixView Weights(int layer, int row, int head)
    {
        ReadOnlyMatrixBatchView all = Weights(layer);
        if ((uint)row >= (uint)Batch)
            Throw.IndexOutside(Stack.Name, nameof(row), row, Batch);

        if ((uint)head >= (uint)Stack.Heads)
            Throw.IndexOutside(Stack.Name, nameof(head), head, Stack.Heads);

        return all[(row * Stack.Heads) + head];
    }

    /// <summary>The shape of what Forward begins with.</summary>
    internal void Begin(ParameterBuffer p, int steps, int batch, int sourceSteps, ReadOnlySpan<int> lengths,
        Mode mode)
    {
        _stamp.Begin(p);
        (Steps, Batch, SourceSteps, Mode) = (steps, batch, sourceSteps, mode);
        foreach (TransformerBlockTape block in Blocks)
        {
            block.Self.Set(p, steps, batch, steps, Stack.IsDecoder ? default : lengths);
            block.Cross?.Set(p, steps, batch, sourceSteps, lengths);
        }
    }

    private SequenceView View(Span<float> span) => new(span, Steps, Batch, Stack.Size);

    private Span<float> Of(AlignedBuffer buffer) => buffer.Span[..(Rows * Stack.Size)];
}
