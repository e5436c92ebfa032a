using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Networks;

/// <summary>
/// Tokens to hidden states: one-hot or embedding -> dropout -> recurrent layers in one direction or both. What most
/// networks for texts begin with. It owns no values: parameters, gradients and tape are handed in. Forward is
/// <see cref="Embed"/> and Read: those who look at the vectors themselves call the two.
/// </summary>
public sealed class TokenEncoder
{
    private const float OneHotDeviation = 0.5f;

    /// <summary>Declares the parameters: "embedding.weight", and those of PyTorch's "lstm", "gru" or "rnn".</summary>
    /// <param name="layout">Receives them.</param>
    /// <param name="vocabulary">V, different tokens.</param>
    /// <param name="options">Its shape.</param>
    /// <param name="prefix">What all names begin with: "encoder."; nothing by default.</param>
    /// <param name="embedding">How the gradient of the embedding is kept: by row, the default, or dense, as a head
    /// needs it that has the same table (<see cref="Rnn.Core.Heads.SoftmaxHead"/>). Its initial values, standard
    /// normal, are too large for a head: see <see cref="ParameterLayout.SetInitial"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a name is taken.</exception>
    public TokenEncoder(ParameterLayout layout, int vocabulary, TokenEncoderOptions options, string prefix = "",
        SlotStorage embedding = SlotStorage.ByRow)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        Vocabulary = vocabulary;
        int inputs = vocabulary;
        if (options.EmbeddingSize > 0)
        {
            Embedding = new Embedding(layout, $"{prefix}embedding", vocabulary, options.EmbeddingSize, embedding);
            inputs = options.EmbeddingSize;
        }

        TokenDropout = new Dropout($"{prefix}embedding.tokens", options.TokenDropout);
        EmbeddingDropout = new Dropout($"{prefix}embedding.dropout", options.EmbeddingDropout, options.LockedDropout);
        string name = options.Cell switch { RecurrentCell.Lstm => "lstm", RecurrentCell.Gru => "gru", _ => "rnn" };
        Recurrent = RecurrentStack.Create(layout, $"{prefix}{name}", options.Cell, inputs, options.HiddenSize,
            options.Layers, options.Dropout, options.Bidirectional, options, options.LockedDropout,
            options.LastHiddenSize);
        if (Embedding is null && options.Initialization == RecurrentInitialization.Orthogonal)
            SetTable(layout, Recurrent.Layers[0]);
    }

    /// <summary>Its shape.</summary>
    public TokenEncoderOptions Options { get; }

    /// <summary>V.</summary>
    public int Vocabulary { get; }

    /// <summary>Tokens to vectors; null where they are one-hot.</summary>
    public Embedding? Embedding { get; }

    /// <summary>Of whole tokens: in a training step, every occurrence of a token keeps its vector or none
    /// does.</summary>
    public Dropout TokenDropout { get; }

    /// <summary>Of the vectors' elements.</summary>
    public Dropout EmbeddingDropout { get; }

    /// <summary>The recurrent layers.</summary>
    public RecurrentStack Recurrent { get; }

    /// <summary>Elements of an output row: H, or 2H in two directions.</summary>
    public int OutputSize => Recurrent.OutputSize;

    /// <summary>A tape for windows of up to this many steps and rows.</summary>
    /// <param name="maxSteps">The most steps, more than 0.</param>
    /// <param name="maxRows">The most rows, more than 0.</param>
    /// <param name="use">Whether Backward will follow, as by default.</param>
    public TokenEncoderTape CreateTape(int maxSteps, int maxRows, TapeUse use = TapeUse.Training) =>
        new(this, maxSteps, maxRows, use);

    /// <summary>A state to carry from window to window, all zeros.</summary>
    /// <param name="rows">B.</param>
    public RecurrentState CreateState(int rows) => Recurrent.CreateState(rows);

    /// <summary>Reads sequences of which nothing came before.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="tokens">[T*B], each 0 .. V-1, time-major. Read.</param>
    /// <param name="lengths">[B], steps of each row. Read.</param>
    /// <param name="mode">Inference, or training with the key of dropout.</param>
    /// <param name="tape">Overwritten; holds the output.</param>
    public void Forward(ParameterBuffer p, ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, Mode mode,
        TokenEncoderTape tape)
    {
        Embed(p, tokens, lengths.Length, mode, tape);
        Read(p, tokens, lengths, mode, tape);
    }

    /// <summary>Reads windows that go on from a state; all rows have T steps.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="tokens">[T*B], each 0 .. V-1, time-major; B is the state's. Read.</param>
    /// <param name="state">Initial state. Read, then overwritten with the final state.</param>
    /// <param name="mode">Inference, or training with the key of dropout.</param>
    /// <param name="tape">Overwritten; holds the output.</param>
    /// <exception cref="InvalidOperationException">The initial state is learnt: none can be given.</exception>
    public void Forward(ParameterBuffer p, ReadOnlySpan<int> tokens, RecurrentState state, Mode mode,
        TokenEncoderTape tape)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (Options.LearnInitialState)
            Throw.LearntStateGiven(nameof(TokenEncoder), nameof(Options.LearnInitialState));

        Embed(p, tokens, state.Batch, mode, tape);
        Recurrent.Forward(p, Input(tokens, state.Batch, tape), default, state, mode, tape.Recurrent);
    }

    /// <summary>The vectors of the tokens, after dropout, in <see cref="TokenEncoderTape.Vectors"/>; nothing where
    /// tokens are one-hot.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="tokens">[T*B], each 0 .. V-1, time-major. Read.</param>
    /// <param name="rows">B.</param>
    /// <param name="mode">Inference, or training with the key of dropout.</param>
    /// <param name="tape">Its vectors are overwritten.</param>
    public void Embed(ParameterBuffer p, ReadOnlySpan<int> tokens, int rows, Mode mode, TokenEncoderTape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (Embedding is null)
            return;

        SequenceView x = tape.ShapeVectors(rows == 0 ? 0 : tokens.Length / rows, rows);
        Embedding.Forward(p, tokens, x.Flattened);
        if (TokenDropout.IsActive(mode))
            tape.ScaleTokens(TokenDropout, tokens, mode, x.Flattened);

        EmbeddingDropout.Forward(x, x, mode);
    }

    /// <summary>Reads sequences whose vectors are embedded.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="tokens">[T*B], as given to Embed. Read.</param>
    /// <param name="lengths">[B], steps of each row. Read.</param>
    /// <param name="mode">Inference, or training with the key of dropout.</param>
    /// <param name="tape">Overwritten, but for the vectors, which are read.</param>
    public void Read(ParameterBuffer p, ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, Mode mode,
        TokenEncoderTape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Recurrent.Forward(p, Input(tokens, lengths.Length, tape), lengths, mode, tape.Recurrent);
    }

    /// <summary>Reads sequences whose vectors are embedded, and keeps the state in which each ends: what a decoder
    /// begins with.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="tokens">[T*B], as given to Embed. Read.</param>
    /// <param name="lengths">[B], steps of each row. Read.</param>
    /// <param name="final">Overwritten: of each row after its last step, or its first in the direction that reads from
    /// the end.</param>
    /// <param name="mode">Inference, or training with the key of dropout.</param>
    /// <param name="tape">Overwritten, but for the vectors, which are read.</param>
    public void Read(ParameterBuffer p, ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, RecurrentState final,
        Mode mode, TokenEncoderTape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Recurrent.LoadInitialState(p, final);
        Recurrent.Forward(p, Input(tokens, lengths.Length, tape), lengths, final, mode, tape.Recurrent);
    }

    /// <summary>Backward of Forward, with or without a state; the loss reads the output alone. It leaves in
    /// <see cref="TokenEncoderTape.Vectors"/> the gradient of the embedded vectors, before dropout.</summary>
    /// <param name="p">Parameters, as given to Forward. Read.</param>
    /// <param name="tokens">As given to Forward. Read.</param>
    /// <param name="dY">[T, B, OutputSize], gradient of the output, read up to each row's length. May lie in
    /// <see cref="TokenEncoderTape.OutputGradient"/>, and is overwritten then.</param>
    /// <param name="tape">As recorded by Forward. Consumed.</param>
    /// <param name="g">Gradients of all parameters. Accumulated; nothing is added to a frozen table's.</param>
    public void Backward(ParameterBuffer p, ReadOnlySpan<int> tokens, ReadOnlySequenceView dY, TokenEncoderTape tape,
        GradientBuffer g)
    {
        ArgumentNullException.ThrowIfNull(tape);
        RecurrentInput x = Input(tokens, tape.Recurrent.Batch, tape);
        Recurrent.Backward(p, x, dY, tape.Recurrent, g, tape.Vectors);   // in x's place, which has been read by then
        BackwardVectors(tokens, tape, g);
    }

    /// <summary>Backward of the Read that keeps the final state, and of Embed.</summary>
    /// <param name="p">Parameters, as given to Forward. Read.</param>
    /// <param name="tokens">As given to Forward. Read.</param>
    /// <param name="dY">[T, B, OutputSize], gradient of the output, read up to each row's length.</param>
    /// <param name="dFinal">The gradient of the final state. Read, then overwritten.</param>
    /// <param name="tape">As recorded by Forward. Consumed.</param>
    /// <param name="g">Gradients of all parameters. Accumulated; nothing is added to a frozen table's.</param>
    public void Backward(ParameterBuffer p, ReadOnlySpan<int> tokens, ReadOnlySequenceView dY, RecurrentState dFinal,
        TokenEncoderTape tape, GradientBuffer g)
    {
        ArgumentNullException.ThrowIfNull(tape);
        RecurrentInput x = Input(tokens, tape.Recurrent.Batch, tape);
        Recurrent.Backward(p, x, dY, dFinal, tape.Recurrent, g, tape.Vectors);
        Recurrent.AccumulateInitialState(dFinal, g);
        BackwardVectors(tokens, tape, g);
    }

    private void BackwardVectors(ReadOnlySpan<int> tokens, TokenEncoderTape tape, GradientBuffer g)
    {
        if (Embedding is null)
            return;

        SequenceView dX = tape.Vectors;
        Mode mode = tape.Recurrent.Mode;
        EmbeddingDropout.Backward(dX, dX, mode);
        if (TokenDropout.IsActive(mode))
            tape.ScaleTokens(TokenDropout, tokens, mode, dX.Flattened);

        if (!Options.FrozenEmbedding)
            Embedding.Backward(tokens, dX.Flattened, g);
    }

    // Tokens by index take one row of a table each: it has a fan-in of 1, not of V.
    private static void SetTable(ParameterLayout layout, SequenceLayer layer)
    {
        if (layer is Bidirectional both)
        {
            SetTable(layout, both.Forwards);
            SetTable(layout, both.Backwards);
        }
        else if (layer is RecurrentCellLayer cell)
        {
            layout.SetInitial(cell.InputWeights, InitialValues.Normal(OneHotDeviation));
        }
    }

    private RecurrentInput Input(ReadOnlySpan<int> tokens, int rows, TokenEncoderTape tape)
    {
        int steps = rows == 0 ? 0 : tokens.Length / rows;
        return Embedding is null ? OneHot(tokens, steps, rows) : tape.ShapeVectors(steps, rows);
    }

    private RecurrentInput OneHot(ReadOnlySpan<int> tokens, int steps, int rows) =>
        RecurrentInput.OneHot(tokens, steps, rows, Vocabulary);
}
