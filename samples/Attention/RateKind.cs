namespace Rnn.Samples.Attention;

/// <summary>How a learning rate changes.</summary>
internal enum RateKind
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It falls to 0 along half a cosine.</summary>
    Cosine,

    /// <summary>It falls with the square root of the step.</summary>
    InverseRoot,
}
