using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Transformer;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Normalization;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Transformer;

/// <summary>
/// What encoder and decoder have in common: layers of branches, and how branches join the stream. Where a branch ends,
/// its bias, dropout, the sum and the next normalisation are one pass over memory (<see cref="ResidualNormKernel"/>):
/// with NormFirst that of the next branch, or the final one; else the branch's own. Arguments are checked.
/// </summary>
internal sealed class TransformerStack
{
    public TransformerStack(ParameterLayout layout, string name, TransformerOptions options, bool isDecoder)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Name = name;
        Size = options.Size;
        Heads = options.Heads;
        NormFirst = options.NormFirst;
        IsDecoder = isDecoder;
        Blocks = new TransformerBlock[options.Layers];
        for (int i = 0; i < Blocks.Length; i++)
            Blocks[i] = new TransformerBlock(layout, $"{name}.layers.{i}", options, isDecoder);

        FinalNorm = options.FinalNorm ? new LayerNorm(layout, $"{name}.norm", options.Size) : null;
    }

    public string Name { get; }

    /// <summary>E.</summary>
    public int Size { get; }

    public int Heads { get; }

    public bool NormFirst { get; }

    public bool IsDecoder { get; }

    public TransformerBlock[] Blocks { get; }

    public LayerNorm? FinalNorm { get; }

    public void Forward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySequenceView memory, ReadOnlySpan<int> lengths,
        Mode mode, TransformerTape tape)
    {
        tape.Begin(p, x.Steps, x.Batch, memory.Steps, lengths, mode);
        PaddedRows.Clean(x.Span, x.Batch, Size, IsDecoder ? default : lengths, tape.Input);
        if (IsDecoder)
            PaddedRows.Clean(memory.Span, memory.Batch, Size, lengths, tape.Memory);

        ForwardBranches(p, tape, cache: null, sources: default);
        tape.Stamp.Record();
    }

    public void Backward(ParameterBuffer p, ReadOnlySequenceView dY, TransformerTape tape, GradientBuffer g,
        SequenceView dX, SequenceView dMemory)
    {
        tape.Stamp.Consume();
        PaddedRows.Clean(dY.Span, dY.Batch, Size, IsDecoder ? default : tape.Blocks[0].Self.Lengths, tape.Gradient);
        BackwardBranches(p, tape, g, dMemory.Span);
        if (!dX.IsEmpty)
            tape.Gradient.CopyTo(dX.Span);
    }

    /// <summary>One step of a decoder, of whose cache the tape is.</summary>
    public void Step(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> sources, TransformerCache cache,
        MatrixView output)
    {
        TransformerTape tape = cache.Tape;
        tape.Begin(p, 1, x.Rows, 1, default, Mode.Inference);
        x.Span.CopyTo(tape.Input);
        ForwardBranches(p, tape, cache, sources);
        tape.Output.Span.CopyTo(output.Span);
    }

    /// <summary>What Forward of encoder and decoder have in common to refuse.</summary>
    public void CheckInput(ReadOnlySequenceView x, TransformerTape tape)
    {
        CheckTape(tape);
        if (x.Features != Size)
            Throw.InputSize(Name, Size, x.Features, x.ToString());

        if (x.Steps < 1 || x.Steps > tape.MaxSteps || x.Batch < 1 || x.Batch > tape.MaxRows)
            Throw.TapeTooSmall(Name, x.Steps, x.Batch, tape.MaxSteps, tape.MaxRows);
    }

    /// <summary>The same of Backward.</summary>
    public void CheckBack(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySequenceView dY, TransformerTape tape,
        GradientBuffer g, SequenceView dX)
    {
        CheckTape(tape);
        tape.Stamp.Check(Name, tape.Use, p, g);
        MultiHeadAttention.CheckShape(Name, nameof(x), x, tape.Steps, tape.Batch, Size);
        MultiHeadAttention.CheckShape(Name, nameof(dY), dY, tape.Steps, tape.Batch, Size);
        if (!dX.IsEmpty)
            MultiHeadAttention.CheckShape(Name, nameof(dX), dX, tape.Steps, tape.Batch, Size);
    }

    private void CheckTape(TransformerTape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (!ReferenceEquals(tape.Stack, this))
            Throw.OtherLayersTape(Name, tape.Stack.Name);
    }

    private void ForwardBranches(ParameterBuffer p, TransformerTape tape, TransformerCache? cache,
        ReadOnlySpan<int> sources)
    {
        Span<float> stream = tape.Input, input = stream;
        if (NormFirst)
        {
            ResidualNormKernel.Forward(ApartRows(p, Blocks[0].Norms[0], tape) with { Residual = stream });
            input = tape.Apart!.Y(tape.Rows);
        }

        for (int i = 0; i < Blocks.Length; i++)
        {
            for (int j = 0; j < Blocks[i].Branches; j++)
            {
                ForwardBranch(p, i, j, input, tape, cache, sources);
                ResidualNormRows rows = JoinRows(p, i, j, tape);
                rows.Residual = stream;
                rows.Sum = NormFirst ? stream : default;
                ResidualNormKernel.Forward(rows);
                input = rows.Gain.IsEmpty ? stream : rows.Y;
                if (!NormFirst)
                    stream = input;
            }
        }

        if (FinalNorm is { } norm && !NormFirst)
            ResidualNormKernel.Forward(ApartRows(p, norm, tape) with { Residual = stream });
    }

    private void BackwardBranches(ParameterBuffer p, TransformerTape tape, GradientBuffer g, Span<float> dMemory)
    {
        // d is the gradient of the stream. With NormFirst, dn is that of what a branch reads, which comes back to the
        // stream through the branch's norm; else a branch reads the stream.
        Span<float> d = tape.Gradient, dn = NormFirst ? tape.NormGradient : d;
        if (FinalNorm is { } norm && !NormFirst)
        {
            norm.AddGradients(d, tape.Apart!.Normalized(tape.Rows), g);
            ResidualNormKernel.Backward(ApartRows(p, norm, tape), d, d, add: false);
        }

        for (int i = Blocks.Length - 1; i >= 0; i--)
        {
            for (int j = Blocks[i].Branches - 1; j >= 0; j--)
            {
                bool isLast = i == Blocks.Length - 1 && j == Blocks[i].Branches - 1;
                Span<float> dY = isLast ? d : dn;
                ResidualNormRows rows = JoinRows(p, i, j, tape);
                NormAfter(i, j)?.AddGradients(dY, rows.A, g);
                ResidualNormKernel.Backward(rows, dY, d, add: NormFirst && !isLast);
                BackwardBranch(p, i, j, InputOf(i, j, tape), rows.A, tape, g, dn, dMemory);
            }
        }

        if (NormFirst)
        {
            LayerNorm first = Blocks[0].Norms[0];
            first.AddGradients(dn, tape.Apart!.Normalized(tape.Rows), g);
            ResidualNormKernel.Backward(ApartRows(p, first, tape), dn, d, add: true);
        }
    }

    /// <summary>A branch's output without its last bias, into the place where it joins the stream.</summary>
    private void ForwardBranch(ParameterBuffer p, int i, int j, ReadOnlySpan<float> input, TransformerTape tape,
        TransformerCache? cache, ReadOnlySpan<int> sources)
    {
        TransformerBlock block = Blocks[i];
        TransformerBlockTape t = tape.Blocks[i];
        Span<float> y = t.Branches[j].Normalized(tape.Rows);
        if (j == block.Branches - 1)
            block.Feed.ForwardRows(p, input, tape.Mode, y, t.Feed, keepPacked: cache is not null);
        else if (cache is not null && j == 0)
            cache.StepSelf(p, i, block.Self, input, t.Self, y);
        else if (cache is not null)
            cache.StepCross(p, i, block.Cross!, input, sources, t.Cross!, y);
        else if (j == 0)
            block.Self.ForwardSelf(p, input, isCausal: IsDecoder, tape.Mode, y, t.Self);
        else
            block.Cross!.ForwardCross(p, input, tape.Memory, tape.Mode, y, t.Cross!);
    }

    /// <summary>From the gradient of a branch's output to that of its input: added to the stream's, or, with NormFirst,
    /// by itself. The last layer's gradient of the memory is overwritten, the others' are added.</summary>
    private void BackwardBranch(ParameterBuffer p, int i, int j, ReadOnlySpan<float> input, ReadOnlySpan<float> dY,
        TransformerTape tape, GradientBuffer g, Span<float> dInput, Span<float> dMemory)
    {
        TransformerBlock block = Blocks[i];
        TransformerBlockTape t = tape.Blocks[i];
        bool add = !NormFirst;
        if (j == block.Branches - 1)
        {
            block.Feed.BackwardRows(p, input, dY, t.Feed, g, dInput, add);
        }
        else if (j == 0)
        {
            block.Self.BackwardSelf(p, input, dY, t.Self, g, dInput, add);
        }
        else
        {
            block.Cross!.BackwardCross(p, input, tape.Memory, dY, t.Cross!, g, dInput, add, dMemory,
                addMemory: i < Blocks.Length - 1);
        }
    }

    /// <summary>What a branch read.</summary>
    private ReadOnlySpan<float> InputOf(int i, int j, TransformerTape tape)
    {
        if (i == 0 && j == 0)
            return NormFirst ? tape.Apart!.Y(tape.Rows) : tape.Input;

        return (j > 0 ? tape.Blocks[i].Branches[j - 1] : tape.Blocks[i - 1].Branches[^1]).Y(tape.Rows);
    }

    /// <summary>The normalisation that a branch's sum goes into, if any.</summary>
    private LayerNorm? NormAfter(int i, int j)
    {
        if (!NormFirst)
            return Blocks[i].Norms[j];

        return j < Blocks[i].Branches - 1 ? Blocks[i].Norms[j + 1]
            : i < Blocks.Length - 1 ? Blocks[i + 1].Norms[0] : FinalNorm;
    }

    private ResidualNormRows JoinRows(ParameterBuffer p, int i, int j, TransformerTape tape)
    {
        NormRows place = tape.Blocks[i].Branches[j];
        Span<float> a = place.Normalized(tape.Rows), scales = place.Scales(tape.Rows);
        ResidualNormRows rows = NormAfter(i, j) is { } norm ? norm.Rows(p, a, scales) : new() { Columns = Size, A = a };
        rows.HasBranch = true;
        rows.Bias = p[Blocks[i].BiasOf(j)].Span;
        rows.Y = place.Y(tape.Rows);
        rows.Dropout = Blocks[i].Dropouts[j].Draw(tape.Mode);
        return rows;
    }

    private static ResidualNormRows ApartRows(ParameterBuffer p, LayerNorm norm, TransformerTape tape)
    {
        NormRows place = tape.Apart!;
        return norm.Rows(p, place.Normalized(tape.Rows), place.Scales(tape.Rows)) with { Y = place.Y(tape.Rows) };
    }
}
