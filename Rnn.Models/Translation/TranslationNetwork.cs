using System;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Onnx;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;

namespace Rnn.Models.Translation;

/// <summary>From source and target so far to what the output reads: all that architectures differ in. It owns no
/// values.</summary>
internal abstract class TranslationNetwork
{
    /// <summary>R, elements of what the output reads at each step.</summary>
    public abstract int OutputSize { get; }

    /// <summary>The target's embedding: the table of the output, where weights are tied.</summary>
    public abstract Embedding TargetEmbedding { get; }

    /// <summary>What one thread needs to go forwards and back.</summary>
    public abstract TranslationTape CreateTape(BatchShape most, TapeUse use);

    /// <summary>Adds what reads a source, with its outputs.</summary>
    /// <param name="net">Receives it.</param>
    /// <param name="tokens">int64 [source_steps, batch].</param>
    /// <param name="lengths">int64 [batch].</param>
    public abstract void AddEncoder(OnnxNetwork net, OnnxValue tokens, OnnxValue lengths);

    /// <summary>Adds what reads a target so far, with its inputs and outputs.</summary>
    /// <param name="net">Receives it.</param>
    /// <param name="output">Receives what the output reads [batch, R] or [steps, batch, R].</param>
    public abstract void AddDecoder(OnnxNetwork net, Action<OnnxValue> output);

    /// <summary>What one thread needs to write a token at a time.</summary>
    /// <param name="parameters">Read at every step.</param>
    /// <param name="maxSources">The most texts that are read at once.</param>
    /// <param name="maxRows">The most texts that are written at once.</param>
    /// <param name="maxSteps">The most tokens of either, the end counted.</param>
    public abstract TranslationDecoding CreateDecoding(ParameterBuffer parameters, int maxSources, int maxRows, int maxSteps);
}

/// <summary>A way through a network with all targets known.</summary>
internal abstract class TranslationTape
{
    /// <summary>What the output reads at each step of each row [T*B, R]; may be written to. Valid until the next
    /// call.</summary>
    public abstract MatrixView Forward(ParameterBuffer p, in PairBatch batch, Mode mode);

    /// <summary>Backward of Forward.</summary>
    /// <param name="p">Parameters, as given to Forward. Read.</param>
    /// <param name="batch">As given to Forward. Read.</param>
    /// <param name="dOutput">[T*B, R], 0 past a row's end; may be what Forward returned. Overwritten.</param>
    /// <param name="g">Accumulated.</param>
    public abstract void Backward(ParameterBuffer p, in PairBatch batch, MatrixView dOutput, GradientBuffer g);

    /// <summary>Kinds of attention there are: 1, or layers times heads of a Transformer; 0 without attention.</summary>
    public abstract int Attentions { get; }

    /// <summary>How much of the last Forward's source row b was looked at in a step: shares that sum to 1.</summary>
    /// <param name="attention">0 to Attentions - 1.</param>
    /// <param name="step">t.</param>
    /// <param name="row">b.</param>
    /// <param name="shares">One for each of the row's source tokens. Overwritten.</param>
    public abstract void CopyWeights(int attention, int step, int row, Span<float> shares);
}

/// <summary>A way through a network that writes: the next token depends on the last output.</summary>
internal abstract class TranslationDecoding(int maxRows)
{
    private int[] _sources = new int[maxRows], _spare = new int[maxRows];

    /// <summary>Rows that are written.</summary>
    protected int Rows { get; private set; }

    /// <summary>[Rows], which of the sources each row is written for.</summary>
    protected ReadOnlySpan<int> Sources => _sources.AsSpan(0, Rows);

    /// <summary>Reads sources [S*N]; as many rows stand at the beginning, each for its own.</summary>
    public void Begin(ReadOnlySpan<int> sources, ReadOnlySpan<int> lengths)
    {
        Rows = lengths.Length;
        for (int i = 0; i < Rows; i++)
            _sources[i] = i;

        OnBegin(sources, lengths);
    }

    /// <summary>Reads a token of each row; writes what the output reads [rows, R].</summary>
    public abstract void Step(ReadOnlySpan<int> tokens, MatrixView output);

    /// <summary>Row i becomes what row parents[i] is.</summary>
    public void Reorder(ReadOnlySpan<int> parents)
    {
        for (int i = 0; i < parents.Length; i++)
            _spare[i] = _sources[parents[i]];

        (_sources, _spare) = (_spare, _sources);
        OnReorder(parents);
        Rows = parents.Length;
    }

    /// <summary>Does what <see cref="Begin"/> says.</summary>
    protected abstract void OnBegin(ReadOnlySpan<int> sources, ReadOnlySpan<int> lengths);

    /// <summary>Does what <see cref="Reorder"/> says; Rows is still the old number.</summary>
    protected abstract void OnReorder(ReadOnlySpan<int> parents);
}
