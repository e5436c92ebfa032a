namespace Rnn.Core.Kernels.WordVectors;

/// <summary>What one shard knows of a batch: sums over its columns, which the shards' sums make whole.</summary>
internal unsafe struct WindowResults
{
    /// <summary>Floats behind the dot products.</summary>
    public const int SquaresLength = 2 * WindowSettings.MostParts;

    /// <summary>[batch.Dots]: x . w, part after part, context after context.</summary>
    public float* Dots;

    /// <summary>[batch.Count]: the sum of |x|^2 over the contexts of a part; CBOW: |mean|^2.</summary>
    public float* ContextSquares;

    /// <summary>[batch.Count]: the sum of |w|^2 over the targets of a part.</summary>
    public float* TargetSquares;
}
