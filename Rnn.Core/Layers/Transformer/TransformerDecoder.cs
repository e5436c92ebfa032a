using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Transformer;

/// <summary>
/// The decoder of a Transformer: layers of causal self-attention, attention over a memory, and feed-forward, each of
/// which adds to what it reads: s = norm(s + dropout(f(s))), or with NormFirst s = s + dropout(f(norm(s))). A step sees
/// the steps up to its own, and the memory up to its row's length.
/// <para>In generation, <see cref="Begin"/> projects the memory once and <see cref="Step"/> adds one step to the keys
/// and values of a <see cref="TransformerCache"/>; its bits are those of Forward. A row's result has the same bits
/// alone and in any batch, on any number of threads. Nothing is allocated. The derivation is in
/// TransformerDecoder.md.</para>
/// <para>Rows of a ragged batch of targets need no lengths: what stands past a target's end changes nothing before it;
/// its numbers must be finite, and its dY 0.</para>
/// <para>Source: Vaswani et al. 2017, "Attention Is All You Need". Parameters have the names of PyTorch's
/// TransformerDecoder, and the initial values of its Transformer: matrices Glorot-uniform.</para>
/// </summary>
public sealed class TransformerDecoder
{
    private readonly TransformerStack _stack;

    /// <summary>Declares the parameters of a decoder.</summary>
    /// <param name="layout">Receives the parameters of all layers.</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="options">Sizes, dropout, arrangement.</param>
    /// <exception cref="ArgumentException">The name is taken or empty, or an option is out of range.</exception>
    public TransformerDecoder(ParameterLayout layout, string name, TransformerOptions options)
    {
        _stack = new TransformerStack(layout, name, options, isDecoder: true);
        Options = options;
    }

    /// <summary>The name that its parameters begin with.</summary>
    public string Name => _stack.Name;

    /// <summary>As it was made.</summary>
    public TransformerOptions Options { get; }

    /// <summary>E.</summary>
    public int Size => _stack.Size;

    /// <summary>Its layers.</summary>
    internal TransformerStack Stack => _stack;

    /// <summary>A tape for targets of up to so many steps and rows.</summary>
    /// <param name="maxSteps">The most steps, more than 0.</param>
    /// <param name="maxRows">The most rows, more than 0.</param>
    /// <param name="maxSource">The most steps of the memory, more than 0.</param>
    /// <param name="use">Whether Backward will follow, as by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or too large.</exception>
    public TransformerTape CreateTape(int maxSteps, int maxRows, int maxSource, TapeUse use = TapeUse.Training)
    {
        if (maxSteps <= 0 || maxRows <= 0 || maxSource <= 0)
        {
            Throw.NotPositive(maxSteps <= 0 ? nameof(maxSteps) : maxRows <= 0 ? nameof(maxRows) : nameof(maxSource),
                Math.Min(maxSteps, Math.Min(maxRows, maxSource)));
        }

        return new TransformerTape(_stack, new(maxSteps, maxRows, maxSource, use));
    }

    /// <summary>tape.Output = the decoded sequence.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[T, B, E]. Read.</param>
    /// <param name="memory">[S, B, E], for instance an encoder's output. Read up to each row's length.</param>
    /// <param name="lengths">Steps of each row of the memory [B], 1 .. S; empty when all have S. Read.</param>
    /// <param name="mode">Inference, or training with the key of the masks.</param>
    /// <param name="tape">This decoder's. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape or length disagrees, or the tape is another's or too
    /// small.</exception>
    public void Forward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySequenceView memory, ReadOnlySpan<int> lengths,
        Mode mode, TransformerTape tape)
    {
        ArgumentNullException.ThrowIfNull(p);
        _stack.CheckInput(x, tape);
        MultiHeadAttention.CheckMemory(Name, Size, x.Batch, memory, tape.MaxSource);
        MultiHeadAttention.CheckLengths(Name, lengths, x.Batch, memory.Steps);
        _stack.Forward(p, x, memory, lengths, mode, tape);
    }

    /// <summary>Backward of Forward.</summary>
    /// <param name="p">Parameters, as given to Forward. Read.</param>
    /// <param name="x">[T, B, E], as given to Forward; the tape has a copy. Its shape is checked.</param>
    /// <param name="memory">[S, B, E], as given to Forward; the tape has a copy. Its shape is checked.</param>
    /// <param name="dY">[T, B, E], the gradient of the output; may be tape.OutputGradient, or tape.Output's memory.
    /// Read.</param>
    /// <param name="tape">As recorded by Forward. Consumed.</param>
    /// <param name="g">Gradients of the parameters. Accumulated.</param>
    /// <param name="dX">[T, B, E]; may be x's or dY's memory; default to skip it. Overwritten.</param>
    /// <param name="dMemory">[S, B, E]; may be memory's; default to skip it. Overwritten, with 0 past the
    /// lengths.</param>
    /// <exception cref="InvalidOperationException">The tape holds no Forward, was consumed, or is for inference, or the
    /// parameters have changed since.</exception>
    /// <exception cref="ArgumentException">A shape disagrees with Forward's.</exception>
    public void Backward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySequenceView memory, ReadOnlySequenceView dY,
        TransformerTape tape, GradientBuffer g, SequenceView dX, SequenceView dMemory)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(g);
        _stack.CheckBack(p, x, dY, tape, g, dX);
        MultiHeadAttention.CheckShape(Name, nameof(memory), memory, tape.SourceSteps, tape.Batch, Size);
        if (!dMemory.IsEmpty)
            MultiHeadAttention.CheckShape(Name, nameof(dMemory), dMemory, tape.SourceSteps, tape.Batch, Size);

        _stack.Backward(p, dY, tape, g, dX, dMemory);
    }

    /// <summary>The keys and values of generation.</summary>
    /// <param name="maxRows">The most rows of a step, more than 0: beams of all sources.</param>
    /// <param name="maxSteps">The most steps, more than 0.</param>
    /// <param name="maxSources">The most rows of a memory, more than 0.</param>
    /// <param name="maxSource">The most steps of a memory, more than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or too large.</exception>
    public TransformerCache CreateCache(int maxRows, int maxSteps, int maxSources, int maxSource)
    {
        Positive(nameof(maxRows), maxRows);
        Positive(nameof(maxSteps), maxSteps);
        Positive(nameof(maxSources), maxSources);
        Positive(nameof(maxSource), maxSource);
        return new TransformerCache(_stack, maxRows, maxSteps, maxSources, maxSource);
    }

    /// <summary>Generation begins: the memory's keys and values of every layer, and no step yet.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="memory">[S, B, E]. Read up to each row's length, and not again.</param>
    /// <param name="lengths">Steps of each row [B], 1 .. S; empty when all have S. Read.</param>
    /// <param name="cache">This decoder's. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape or length disagrees, or the cache is another's or too
    /// small.</exception>
    public void Begin(ParameterBuffer p, ReadOnlySequenceView memory, ReadOnlySpan<int> lengths, TransformerCache cache)
    {
        ArgumentNullException.ThrowIfNull(p);
        CheckCache(cache);
        MultiHeadAttention.CheckMemory(Name, Size, memory.Batch, memory, cache.MaxSource);
        if (memory.Batch < 1 || memory.Batch > cache.MaxSources)
            Throw.CacheSources(Name, memory.Batch, cache.MaxSources);

        MultiHeadAttention.CheckLengths(Name, lengths, memory.Batch, memory.Steps);
        cache.Begin(p, memory, lengths);
    }

    /// <summary>The next step of every row: output = what Forward gives at this step, to the bit.</summary>
    /// <param name="p">Parameters, as given to Begin. Read.</param>
    /// <param name="x">[rows, E], contiguous. Read.</param>
    /// <param name="sources">[rows]: the row of the memory that each reads; empty when row b reads row b. Read.</param>
    /// <param name="cache">As begun. Gains one step.</param>
    /// <param name="output">[rows, E], contiguous; may be x. Overwritten.</param>
    /// <exception cref="InvalidOperationException">The cache was not begun or is full, or the parameters have changed
    /// since.</exception>
    /// <exception cref="ArgumentException">A shape or source disagrees, or the rows are not those of the step
    /// before.</exception>
    public void Step(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> sources, TransformerCache cache,
        MatrixView output)
    {
        ArgumentNullException.ThrowIfNull(p);
        CheckCache(cache);
        if (x.Cols != Size)
            Throw.InputSize(Name, Size, x.Cols, x.ToString());

        if (output.Rows != x.Rows || output.Cols != Size)
            Throw.ShapeMismatch(Name, nameof(output), $"[{x.Rows}, {Size}]", output.ToString());

        cache.CheckStep(p, x.Rows, sources);
        _stack.Step(p, x, sources, cache, output);
        cache.EndStep(x.Rows);
    }

    private void CheckCache(TransformerCache cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        if (!ReferenceEquals(cache.Stack, _stack))
            Throw.OtherLayersCache(Name, cache.Stack.Name);
    }

    private static void Positive(string what, int value)
    {
        if (value <= 0)
            Throw.NotPositive(what, value);
    }
}
