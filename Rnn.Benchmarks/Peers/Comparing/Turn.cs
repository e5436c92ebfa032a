namespace Rnn.Benchmarks.Peers.Comparing;

/// <summary>What one process measured in one round.</summary>
internal sealed record Turn(int Round, string Label, Child Child);
