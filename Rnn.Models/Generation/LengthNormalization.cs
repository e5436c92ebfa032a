namespace Rnn.Models.Generation;

/// <summary>What <see cref="BeamSearch"/> divides the log probability of a sequence of n tokens by, a being the length
/// penalty.</summary>
public enum LengthNormalization
{
    /// <summary>n^a.</summary>
    Power,

    /// <summary>((5 + n) / 6)^a: nearly 1 for a short sequence. Source: Wu et al. 2016, equation 14.</summary>
    Wu,
}
