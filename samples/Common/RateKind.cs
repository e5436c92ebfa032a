namespace Rnn.Samples.Common;

/// <summary>How a run's learning rate changes.</summary>
public enum RateKind
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It rises in the steps of the warm-up, then falls to 0 along half a cosine.</summary>
    Cosine,

    /// <summary>It rises in the steps of the warm-up, then falls with the square root of the step.</summary>
    InverseRoot,
}
