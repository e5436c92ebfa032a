using System;
using Rnn.Core.Buffers;
using Rnn.Core.Diagnostics;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>Where a tape stands.</summary>
public enum TapeStage
{
    /// <summary>Nothing recorded.</summary>
    Empty,

    /// <summary>Begun for step-by-step use; Forward steps are being recorded.</summary>
    Recording,

    /// <summary>Forward has recorded; Backward may read.</summary>
    Recorded,

    /// <summary>Backward steps are reading it.</summary>
    Consuming,

    /// <summary>Backward has overwritten what Forward recorded (design decision D6).</summary>
    Consumed,
}

/// <summary>
/// What Forward wrote so that Backward can read it, and all the scratch a layer needs, sized once. Made by
/// <see cref="SequenceLayer.CreateTape"/> and used with that layer only; one tape for each thread that runs it.
/// </summary>
public abstract class RecurrentTape
{
    private ParameterBuffer? _parameters;
    private long _version;
    private AlignedBuffer? _gradient;

    private protected RecurrentTape(SequenceLayer layer, int maxSteps, int maxBatch, TapeUse use)
    {
        if (maxSteps <= 0 || maxBatch <= 0)
            Throw.NotPositive(maxSteps <= 0 ? nameof(maxSteps) : nameof(maxBatch), Math.Min(maxSteps, maxBatch));

        Layer = layer;
        MaxSteps = maxSteps;
        MaxBatch = maxBatch;
        Use = use;
    }

    /// <summary>The most steps that fit.</summary>
    public int MaxSteps { get; }

    /// <summary>The most rows that fit.</summary>
    public int MaxBatch { get; }

    /// <summary>Whether Backward may read it.</summary>
    public TapeUse Use { get; }

    /// <summary>T of what is recorded.</summary>
    public int Steps { get; private set; }

    /// <summary>B of what is recorded.</summary>
    public int Batch { get; private set; }

    /// <summary>The mode of what is recorded.</summary>
    public Mode Mode { get; private set; }

    /// <summary>Where the tape stands.</summary>
    public TapeStage Stage { get; private set; }

    /// <summary>
    /// The layer's output [T, B, OutputSize]. Past a row's length it repeats the row's last state, and Backward reads no
    /// gradient there. Valid until the next Forward; Backward leaves it.
    /// </summary>
    public abstract SequenceView Output { get; }

    /// <summary>
    /// After Backward, the whole gradient of h of every step [T, B, H], where the layer was asked to keep it; else
    /// empty.
    /// </summary>
    public virtual SequenceView StateGradients => default;

    /// <summary>
    /// Room for the gradient of the output [T, B, OutputSize]. It may be given to Backward as dY; Backward then may
    /// overwrite it, which is what saves the memory of a gradient between the layers of a stack (design decision D30).
    /// Made at first use.
    /// </summary>
    public virtual SequenceView OutputGradient =>
        new(GradientBuffer(Layer.OutputSize).Span[..(Steps * Batch * Layer.OutputSize)], Steps, Batch,
            Layer.OutputSize);

    /// <summary>
    /// Room for the output after dropout [T, B, OutputSize], which the layer above reads instead of the output. It is
    /// <see cref="OutputGradient"/>'s memory under its name before Backward: dY may take its place element by element,
    /// as a linear layer's dX may be its x.
    /// </summary>
    public SequenceView DroppedOutput => OutputGradient;

    internal SequenceLayer Layer { get; }

    /// <summary>Steps recorded so far, or on the way back steps left: steps come in order or not at all.</summary>
    internal int StepsDone { get; set; }

    /// <summary>The buffer of <see cref="OutputGradient"/>, wide enough for so many features.</summary>
    private protected AlignedBuffer GradientBuffer(int features) =>
        _gradient ??= new AlignedBuffer((long)MaxSteps * MaxBatch * features);

    /// <summary>Of this tape and those of the layers within.</summary>
    internal virtual void Record(int steps, int batch, Mode mode, TapeStage stage)
    {
        Steps = steps;
        Batch = batch;
        Mode = mode;
        Stage = stage;
        StepsDone = 0;
        BeganFresh = false;
    }

    /// <summary>Remembers which parameters Forward read: Backward refuses others (D25).</summary>
    internal void RememberParameters(ParameterBuffer p) => (_parameters, _version) = (p, p.Version);

    /// <summary>Whether these are still the values that Forward read.</summary>
    internal bool WasRecordedWith(ParameterBuffer p) => ReferenceEquals(_parameters, p) && _version == p.Version;

    /// <summary>Whether these are gradients of the parameters that Forward read.</summary>
    internal bool HasLayoutOf(GradientBuffer g) => ReferenceEquals(_parameters?.Layout, g.Layout);

    /// <summary>Of this tape and those of the layers within.</summary>
    internal virtual void MoveTo(TapeStage stage) => Stage = stage;

    /// <summary>Loads an initial state (children included), for steps to follow.</summary>
    internal abstract void LoadState(RecurrentState state);

    /// <summary>Whether Forward began from the layer's own initial state.</summary>
    internal bool BeganFresh { get; set; }

    /// <summary>The layer's own initial state: zeros, or what it has learnt.</summary>
    internal abstract void BeginState(ParameterBuffer p);

    /// <summary>After Backward: adds the gradient of a learnt initial state.</summary>
    internal abstract void AccumulateInitialState(GradientBuffer g);

    /// <summary>Copies the final state out.</summary>
    internal abstract void SaveState(RecurrentState state);

    /// <summary>Loads the gradient of the final state.</summary>
    internal abstract void LoadStateGradient(RecurrentState dState);

    /// <summary>A gradient of zeros of the final state.</summary>
    internal abstract void ClearStateGradient();

    /// <summary>Copies the gradient of the initial state out.</summary>
    internal abstract void SaveStateGradient(RecurrentState dState);

    // What the tape's layer does with it, called with the tape's own type (D56); arguments are checked.
    internal abstract void Forward(ParameterBuffer p, RecurrentInput x, ReadOnlySpan<int> lengths);

    internal abstract void Backward(ParameterBuffer p, RecurrentInput x, ReadOnlySequenceView dY, GradientBuffer g,
        SequenceView dX);

    // The same step by step, for those that support it.
    internal virtual void BeginSteps() => Throw.NoSteps(Layer.Name);

    internal virtual void ForwardStep(ParameterBuffer p, RecurrentInput x, int t) => Throw.NoSteps(Layer.Name);

    internal virtual void BackwardStep(ParameterBuffer p, int t, ReadOnlyMatrixView dY, MatrixView dX) =>
        Throw.NoSteps(Layer.Name);

    internal virtual void AccumulateGradients(RecurrentInput x, GradientBuffer g) => Throw.NoSteps(Layer.Name);
}
