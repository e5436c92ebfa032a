using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Tensors;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Networks;

/// <summary>
/// What a <see cref="TokenEncoder"/> needs for one thread, sized once: the recurrent layers' tape and the tokens'
/// vectors. Made by <see cref="TokenEncoder.CreateTape"/> and used with that encoder only.
/// </summary>
public sealed class TokenEncoderTape
{
    private readonly Tensor _vectors;   // [T*B, E]; no rows where tokens are one-hot

    internal TokenEncoderTape(TokenEncoder encoder, int maxSteps, int maxRows, TapeUse use)
    {
        Recurrent = encoder.Recurrent.CreateTape(maxSteps, maxRows, use);
        _vectors = new Tensor(encoder.Embedding is null ? 0 : checked(maxSteps * maxRows),
            encoder.Options.EmbeddingSize);
    }

    /// <summary>The hidden states [T, B, OutputSize]; past a row's length they repeat its last. Valid until the next
    /// Forward.</summary>
    public SequenceView Output => Recurrent.Output;

    /// <summary>Room for the output after dropout: <see cref="OutputGradient"/>'s memory, before that is
    /// written.</summary>
    public SequenceView DroppedOutput => Recurrent.DroppedOutput;

    /// <summary>Room for the gradient of the output.</summary>
    public SequenceView OutputGradient => Recurrent.OutputGradient;

    /// <summary>The recurrent layers' tape.</summary>
    public RecurrentTape Recurrent { get; }

    internal SequenceView Vectors(int steps, int rows)
    {
        int size = _vectors.Shape[1];
        if ((long)steps * rows > _vectors.Shape[0])
            Throw.EncoderTapeTooSmall(nameof(TokenEncoder), steps, rows, Recurrent.MaxSteps, Recurrent.MaxBatch);

        return new SequenceView(_vectors.Span[..(steps * rows * size)], steps, rows, size);
    }
}
