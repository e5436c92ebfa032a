namespace Rnn.Core.Layers.Transformer;

/// <summary>What a feed-forward block does between its two products.</summary>
public enum TransformerActivation
{
    /// <summary>max(0, z), as in the first Transformer.</summary>
    Relu,

    /// <summary>z*Phi(z), Phi the normal distribution (Hendrycks and Gimpel 2016); exact, not its approximation with
    /// tanh.</summary>
    Gelu,
}
