
namespace Rnn.Models.Embeddings.Projection;

/// <summary>Where a run of t-SNE stands.</summary>
/// <param name="Iteration">Steps done.</param>
/// <param name="Iterations">Steps in all.</param>
/// <param name="Divergence">KL(P || Q) now, in nats, without exaggeration.</param>
public readonly record struct TSneProgress(int Iteration, int Iterations, double Divergence);
