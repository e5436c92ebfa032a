using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Networks;

namespace Rnn.Models.Generation;

/// <summary>
/// A <see cref="TokenEncoder"/>, a step at a time: any number of texts side by side, each with its state. What predicts
/// from the state is the derived class's.
/// </summary>
public abstract class EncoderSteps : StepModel
{
    private readonly TokenEncoder _encoder;
    private readonly RecurrentTape _tape;
    private readonly Tensor _vectors;                      // [maxRows, E]; no rows where tokens are one-hot
    private readonly RowStates<RecurrentState> _states;

    /// <summary>An encoder that has read nothing.</summary>
    /// <param name="encoder">What reads, in one direction.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="maxRows">The most rows, more than 0.</param>
    protected EncoderSteps(TokenEncoder encoder, ParameterBuffer parameters, int maxRows)
        : base((encoder ?? throw new ArgumentNullException(nameof(encoder))).Vocabulary, maxRows)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _encoder = encoder;
        Parameters = parameters;
        _tape = encoder.Recurrent.CreateTape(1, maxRows, TapeUse.Inference);
        _vectors = new Tensor(encoder.Embedding is null ? 0 : maxRows, encoder.Options.EmbeddingSize);
        _states = new RowStates<RecurrentState>(maxRows, encoder.CreateState,
            (to, from, parents) => to.GatherRows(from, parents));
        _states.Begin(1);
    }

    /// <summary>Those of the encoder and of what predicts.</summary>
    protected ParameterBuffer Parameters { get; }

    /// <summary>[Rows, H]: the state of the uppermost layer, which predictions are made from.</summary>
    protected ReadOnlyMatrixView Hidden => State.Hidden(State.Layers - 1);

    private RecurrentState State => _states.Current;

    /// <summary>Stands where another one of the same model stands, which has one row.</summary>
    public virtual void ContinueFrom(EncoderSteps other)
    {
        ArgumentNullException.ThrowIfNull(other);
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Rows, 1, nameof(other));
        Clear();
        State.CopyFrom(other.State);
        HasRead = other.HasRead;
    }

    /// <inheritdoc/>
    protected override void OnClear() => _states.Begin(1).Clear();

    /// <inheritdoc/>
    protected override void OnRead(ReadOnlySpan<int> tokens)
    {
        RecurrentLayer layer = _encoder.Recurrent;
        layer.Begin(State, 1, Mode.Inference, _tape);
        layer.ForwardStep(Parameters, Input(tokens), 0, _tape);
        layer.End(State, _tape);
    }

    /// <inheritdoc/>
    protected override void OnReorder(ReadOnlySpan<int> parents) => _states.Reorder(parents);

    private RecurrentInput Input(ReadOnlySpan<int> tokens)
    {
        if (_encoder.Embedding is null)
            return RecurrentInput.OneHot(tokens, 1, tokens.Length, Vocabulary);

        MatrixView vectors = _vectors.AsMatrix().Slice(0, tokens.Length);
        _encoder.Embedding.Forward(Parameters, tokens, vectors);
        return vectors;
    }
}
