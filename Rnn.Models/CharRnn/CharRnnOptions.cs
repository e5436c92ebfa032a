using Rnn.Models.Diagnostics;
using Rnn.Models.Networks;

namespace Rnn.Models.CharRnn;

/// <summary>
/// The shape of a <see cref="CharRnnModel"/>, saved with it: that of its encoder. By default two layers of 512 LSTM cells and
/// a dropout of 0.5, between layers and before the output. Characters are one-hot, read in one direction, from a state of
/// zeros (design decision D62).
/// </summary>
public sealed record CharRnnOptions : TokenEncoderOptions
{
    /// <summary>The defaults.</summary>
    public CharRnnOptions() => (HiddenSize, Layers, Dropout) = (512, 2, 0.5);

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        if (EmbeddingSize > 0 || Bidirectional || LearnInitialState)
        {
            Throw.NoCharacterOption(EmbeddingSize > 0 ? nameof(EmbeddingSize)
                : Bidirectional ? nameof(Bidirectional)
                : nameof(LearnInitialState));
        }
    }
}
