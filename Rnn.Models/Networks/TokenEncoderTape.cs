using System;
using Rnn.Core.Kernels.Vectors;
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
    private readonly float[] _ones, _factors;   // [V]; empty where whole tokens are never dropped
    private int _steps, _rows;

    internal TokenEncoderTape(TokenEncoder encoder, int maxSteps, int maxRows, TapeUse use)
    {
        Recurrent = encoder.Recurrent.CreateTape(maxSteps, maxRows, use);
        _vectors = new Tensor(encoder.Embedding is null ? 0 : checked(maxSteps * maxRows),
            encoder.Options.EmbeddingSize);
        bool drops = encoder.TokenDropout.Rate > 0 && use == TapeUse.Training;
        _ones = new float[drops ? encoder.Vocabulary : 0];
        _factors = new float[_ones.Length];
        Array.Fill(_ones, 1f);
    }

    /// <summary>The hidden states [T, B, OutputSize]; past a row's length they repeat its last. Valid until the next
    /// Forward.</summary>
    public SequenceView Output => Recurrent.Output;

    /// <summary>Room for the output after dropout: <see cref="OutputGradient"/>'s memory, before that is
    /// written.</summary>
    public SequenceView DroppedOutput => Recurrent.DroppedOutput;

    /// <summary>Room for the gradient of the output.</summary>
    public SequenceView OutputGradient => Recurrent.OutputGradient;

    /// <summary>
    /// The vectors of the last batch [T, B, E], after dropout; after Backward their gradient, before dropout. Empty where
    /// tokens are one-hot.
    /// </summary>
    public SequenceView Vectors
    {
        get
        {
            int size = _vectors.Shape[1];
            return new SequenceView(_vectors.Span[..(_vectors.Shape[0] == 0 ? 0 : _steps * _rows * size)],
                _vectors.Shape[0] == 0 ? 0 : _steps, _rows, size);
        }
    }

    /// <summary>The recurrent layers' tape.</summary>
    public RecurrentTape Recurrent { get; }

    /// <summary>Room for the vectors of a batch of this shape.</summary>
    internal SequenceView ShapeVectors(int steps, int rows)
    {
        if ((long)steps * rows > _vectors.Shape[0])
            Throw.EncoderTapeTooSmall(nameof(TokenEncoder), steps, rows, Recurrent.MaxSteps, Recurrent.MaxBatch);

        (_steps, _rows) = (steps, rows);
        return Vectors;
    }

    /// <summary>Each token's row times its factor, which is 0 or 1/(1-rate): the same for all its occurrences in a
    /// step.</summary>
    internal void ScaleTokens(Dropout dropout, ReadOnlySpan<int> tokens, Mode mode, MatrixView x)
    {
        dropout.Forward(_ones, _factors, mode);
        for (int i = 0; i < tokens.Length; i++)
            Elementwise.Scale(x.Row(i), _factors[tokens[i]], x.Row(i));
    }
}
