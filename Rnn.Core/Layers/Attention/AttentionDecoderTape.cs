using System;
using Rnn.Core.Buffers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Attention;

/// <summary>
/// What Forward of an <see cref="AttentionDecoder"/> wrote so that Backward can read it, and all its scratch, sized
/// once. Made by <see cref="AttentionDecoder.CreateTape"/> and used with that decoder only; one tape for each thread
/// that runs it.
/// </summary>
public sealed class AttentionDecoderTape
{
    private readonly AttentionDecoder _decoder;
    private readonly AlignedBuffer? _inputs;
    private readonly AlignedBuffer? _queries;
    private readonly AlignedBuffer? _joined;
    private readonly AlignedBuffer? _dInputs;
    private readonly AlignedBuffer? _dJoined;
    private readonly AlignedBuffer? _dCombined;
    private readonly AlignedBuffer? _dHidden;
    private readonly AlignedBuffer? _dQueries;
    private readonly AlignedBuffer _output;
    private AlignedBuffer? _outputGradient;

    internal AttentionDecoderTape(AttentionDecoder decoder, int maxSteps, int maxRows, int maxSource, TapeUse use)
    {
        _decoder = decoder;
        Attention = decoder.Attention.CreateTape(maxSteps, maxRows, maxSource, use);
        Recurrent = decoder.Recurrent.CreateTape(maxSteps, maxRows, use);
        bool isTraining = use == TapeUse.Training;
        bool isAfter = decoder.Options.Order == AttentionOrder.After, atOnce = !decoder.RunsStepByStep;
        int hidden = decoder.Recurrent.OutputSize;
        long rows = (long)maxSteps * maxRows, perCall = atOnce ? rows : maxRows;
        _inputs = atOnce ? null : Room(isTraining ? rows : maxRows, decoder.Recurrent.InputSize);
        _queries = isTraining && !isAfter ? Room(rows, hidden) : null;
        _joined = isAfter ? Room(isTraining ? rows : perCall, decoder.JoinedSize) : null;
        _output = Room(rows, decoder.OutputSize);
        Combine = isTraining && isAfter ? new PackedWeights() : null;
        CombineBack = isTraining && isAfter ? new PackedWeights() : null;
        if (!isTraining)
            return;

        _dInputs = atOnce ? null : Room(isAfter ? maxRows : rows, decoder.Recurrent.InputSize);
        _dJoined = isAfter ? Room(rows, decoder.JoinedSize) : null;
        _dCombined = isAfter ? Room(rows, decoder.OutputSize) : null;
        _dHidden = Room(perCall, hidden);
        _dQueries = Room(perCall, hidden);

        static AlignedBuffer Room(long count, int features) => new(count * features);
    }

    /// <summary>The most steps that fit.</summary>
    public int MaxSteps => Attention.MaxSteps;

    /// <summary>The most rows that fit.</summary>
    public int MaxRows => Attention.MaxRows;

    /// <summary>The most steps of a source that fit.</summary>
    public int MaxSource => Attention.MaxSource;

    /// <summary>Whether Backward may read it.</summary>
    public TapeUse Use => Attention.Use;

    /// <summary>T of what is recorded.</summary>
    public int Steps { get; private set; }

    /// <summary>B of what is recorded.</summary>
    public int Batch { get; private set; }

    /// <summary>S of what is recorded.</summary>
    public int Source => Attention.Source;

    /// <summary>Where the tape stands.</summary>
    public TapeStage Stage { get; private set; }

    /// <summary>The output of Forward [T, B, OutputSize]. Valid until the next Forward; Backward leaves it.</summary>
    public SequenceView Output => View(_output, Steps, _decoder.OutputSize);

    /// <summary>Room for the gradient of the output [T, B, OutputSize], which may be given to Backward as dY. Made at
    /// first use.</summary>
    public SequenceView OutputGradient => View(
        _outputGradient ??= new AlignedBuffer((long)MaxSteps * MaxRows * _decoder.OutputSize), Steps,
        _decoder.OutputSize);

    internal AttentionDecoder Decoder => _decoder;

    internal GlobalAttentionTape Attention { get; }

    internal RecurrentTape Recurrent { get; }

    /// <summary>Of a training tape, Wc and its transpose, packed.</summary>
    internal PackedWeights? Combine { get; }

    internal PackedWeights? CombineBack { get; }

    /// <summary>What the cell reads [T, B, I], of inference one step.</summary>
    internal SequenceView Inputs => View(_inputs!, StepsKept, _decoder.Recurrent.InputSize);

    /// <summary>Before: the queries of all steps [T, B, H]; nothing for inference.</summary>
    internal SequenceView Queries => _queries is null ? default : View(_queries, Steps, _decoder.Recurrent.OutputSize);

    /// <summary>After: [c; h] of all steps [T, B, M + H], of inference step by step one.</summary>
    internal SequenceView Joined => View(_joined!, StepsKept, _decoder.JoinedSize);

    /// <summary>The gradient of Inputs: of all steps where it holds the contexts' (Before), else of one.</summary>
    internal SequenceView DInputs =>
        View(_dInputs!, _decoder.Options.Order == AttentionOrder.Before ? Steps : 1, _decoder.Recurrent.InputSize);

    /// <summary>After: the gradient of [c; h] of all steps.</summary>
    internal SequenceView DJoined => View(_dJoined!, Steps, _decoder.JoinedSize);

    /// <summary>After: the gradient of what tanh was taken of [T, B, H].</summary>
    internal SequenceView DCombined => View(_dCombined!, Steps, _decoder.OutputSize);

    /// <summary>The gradient of h, of all steps where they run at once, else of one.</summary>
    internal SequenceView DHidden => View(_dHidden!, _decoder.RunsStepByStep ? 1 : Steps, _decoder.Recurrent.OutputSize);

    /// <summary>The gradient of the queries, of as many steps.</summary>
    internal SequenceView DQueries =>
        View(_dQueries!, _decoder.RunsStepByStep ? 1 : Steps, _decoder.Recurrent.OutputSize);

    private int StepsKept => _decoder.RunsStepByStep && Use == TapeUse.Inference ? 1 : Steps;

    /// <summary>The weights of step t [B, S]: 0 past a source's length. Of generation, those of the last
    /// Step for t = 0.</summary>
    /// <param name="t">0 .. Steps - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    public ReadOnlyMatrixView Weights(int t) => Attention.Weights(t);

    internal void Record(int steps, int batch, TapeStage stage) => (Steps, Batch, Stage) = (steps, batch, stage);

    internal void MoveTo(TapeStage stage) => Stage = stage;

    private SequenceView View(AlignedBuffer buffer, int steps, int features) =>
        new(buffer.Span[..(steps * Batch * features)], steps, Batch, features);
}
