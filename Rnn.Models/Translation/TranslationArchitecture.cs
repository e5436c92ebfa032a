namespace Rnn.Models.Translation;

/// <summary>What a <see cref="TranslationModel"/> is made of.</summary>
public enum TranslationArchitecture
{
    /// <summary>A recurrent encoder whose final state is all that a recurrent decoder knows of the source. Source:
    /// Sutskever, Vinyals and Le 2014.</summary>
    EncoderDecoder,

    /// <summary>A recurrent decoder that looks at all states of the encoder, anew for each word. Sources: Bahdanau, Cho
    /// and Bengio 2015; Luong, Pham and Manning 2015.</summary>
    Attention,

    /// <summary>Attention alone, no recurrence. Source: Vaswani et al. 2017.</summary>
    Transformer,
}
