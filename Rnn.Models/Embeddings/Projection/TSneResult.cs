
namespace Rnn.Models.Embeddings.Projection;

/// <summary>A picture of points in the plane.</summary>
/// <param name="Points">[N, 2], row-major, with mean 0.</param>
/// <param name="Divergence">KL(P || Q) of the picture, in nats: the smaller, the truer.</param>
public sealed record TSneResult(double[] Points, double Divergence);
