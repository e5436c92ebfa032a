using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers;

/// <summary>
/// Inverted dropout: in training y = x*m/(1-rate), each m 0 with probability rate, else 1; in inference y = x. The mask
/// is a function of the run's seed, the step, this layer's name and the element's place, so Backward draws it again
/// instead of keeping it (design decision D21). Locked dropout has one mask [B, F] for all steps of a window. The
/// derivation is in Dropout.md.
/// Source: Srivastava et al. 2014; locked: Gal and Ghahramani 2016.
/// </summary>
public sealed class Dropout
{
    private readonly ulong _stream;
    private readonly uint _threshold;
    private readonly float _scale;

    /// <summary>Dropout at a rate.</summary>
    /// <param name="name">Distinguishes its masks from those of other layers.</param>
    /// <param name="rate">Probability of 0, in [0, 1).</param>
    /// <param name="isLocked">Whether all steps of a sequence share one mask; by default each has its own.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in [0, 1).</exception>
    public Dropout(string name, double rate, bool isLocked = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!(rate >= 0 && rate < 1))
            Throw.OutOfRange(nameof(rate), rate, "0 or more and below 1");

        Name = name;
        Rate = rate;
        IsLocked = isLocked;
        _threshold = (uint)Math.Round(rate * 4294967296.0);
        _scale = (float)(1.0 / (1.0 - rate));
        _stream = (ulong)HashOf(name) << Mode.StepBits;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Probability of 0.</summary>
    public double Rate { get; }

    /// <summary>Whether all steps of a sequence share one mask.</summary>
    public bool IsLocked { get; }

    /// <summary>Whether it changes anything in this mode.</summary>
    public bool IsActive(Mode mode) => mode.IsTraining && Rate > 0;

    /// <summary>y = x*m/(1-rate) in training, y = x in inference.</summary>
    /// <param name="x">Any number of elements. Read.</param>
    /// <param name="y">As many. Overwritten; may be x itself.</param>
    /// <param name="mode">Inference, or training with the key of the mask.</param>
    /// <param name="first">The place of the first element among all that share the mask: a step's offset in its
    /// window; 0 by default.</param>
    public void Forward(ReadOnlySpan<float> x, Span<float> y, Mode mode, long first = 0) => Apply(x, y, mode, first);

    /// <summary>dx = dy*m/(1-rate) in training, dx = dy in inference.</summary>
    /// <param name="dY">Any number of elements. Read.</param>
    /// <param name="dX">As many. Overwritten; may be dY itself.</param>
    /// <param name="mode">As given to Forward.</param>
    /// <param name="first">As given to Forward; 0 by default.</param>
    public void Backward(ReadOnlySpan<float> dY, Span<float> dX, Mode mode, long first = 0) =>
        Apply(dY, dX, mode, first);

    /// <summary>The same over the steps of a window.</summary>
    /// <param name="x">[T, B, F]. Read.</param>
    /// <param name="y">[T, B, F]. Overwritten; may be x itself.</param>
    /// <param name="mode">Inference, or training with the key of the mask.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Forward(ReadOnlySequenceView x, SequenceView y, Mode mode) => Apply(x, y, mode);

    /// <summary>Backward of Forward over the steps of a window.</summary>
    /// <param name="dY">[T, B, F]. Read.</param>
    /// <param name="dX">[T, B, F]. Overwritten; may be dY itself.</param>
    /// <param name="mode">As given to Forward.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Backward(ReadOnlySequenceView dY, SequenceView dX, Mode mode) => Apply(dY, dX, mode);

    /// <summary>The same at one step of a window; the bits are those of Forward over all.</summary>
    /// <param name="x">[B, F]. Read.</param>
    /// <param name="y">[B, F]. Overwritten; may be x itself.</param>
    /// <param name="step">0 .. T-1.</param>
    /// <param name="mode">Inference, or training with the key of the mask.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void ForwardStep(ReadOnlyMatrixView x, MatrixView y, int step, Mode mode) =>
        Apply(x.Span, y.Span, mode, First(step, x.Span.Length));

    /// <summary>Backward of ForwardStep.</summary>
    /// <param name="dY">[B, F]. Read.</param>
    /// <param name="dX">[B, F]. Overwritten; may be dY itself.</param>
    /// <param name="step">As given to ForwardStep.</param>
    /// <param name="mode">As given to ForwardStep.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void BackwardStep(ReadOnlyMatrixView dY, MatrixView dX, int step, Mode mode) =>
        Apply(dY.Span, dX.Span, mode, First(step, dY.Span.Length));

    /// <summary>The mask of a training step for kernels that draw it themselves; none in inference.</summary>
    internal DropoutDraw Draw(Mode mode) =>
        IsActive(mode) ? new DropoutDraw(mode.Seed, _stream | mode.Step, _threshold, _scale) : default;

    private long First(int step, int length) => IsLocked ? 0 : (long)step * length;

    private void Apply(ReadOnlySequenceView from, SequenceView to, Mode mode)
    {
        if (from.Steps != to.Steps || from.Batch != to.Batch || from.Features != to.Features)
            Throw.ShapeMismatch(Name, nameof(to), from.ToString(), to.ToString());

        if (!IsLocked || !IsActive(mode))
        {
            Apply(from.Span, to.Span, mode, 0);
            return;
        }

        for (int t = 0; t < from.Steps; t++)
            Apply(from[t].Span, to[t].Span, mode, 0);
    }

    private void Apply(ReadOnlySpan<float> from, Span<float> to, Mode mode, long first)
    {
        if (from.Length != to.Length)
            Throw.SpanLength(Name, nameof(to), from.Length, to.Length);

        if (IsActive(mode))
            DropoutMask.Apply(from, to, mode.Seed, _stream | mode.Step, (ulong)first, _threshold, _scale);
        else
            from.CopyTo(to);
    }

    /// <summary>24 bits of a name (FNV-1a, folded); never 0, which is the stream of initial values.</summary>
    internal static uint HashOf(string name)
    {
        uint hash = 2166136261;
        foreach (char c in name)
            hash = (hash ^ c) * 16777619;

        return Math.Max(1, (hash >> 24) ^ (hash & 0xFFFFFF));
    }
}
