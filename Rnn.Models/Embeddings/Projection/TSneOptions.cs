using System.Threading;

namespace Rnn.Models.Embeddings.Projection;

/// <summary>Where the points of a t-SNE start.</summary>
public enum TSneStart
{
    /// <summary>The first two principal components, scaled to a standard deviation of 1e-4.</summary>
    PrincipalComponents,

    /// <summary>Normal random numbers of standard deviation 1e-4, from the seed.</summary>
    Random,
}

/// <summary>How t-SNE is run. The defaults are those of the authors' later implementations.</summary>
public sealed record TSneOptions
{
    /// <summary>How many neighbours a point is to have, roughly: at least 1 and less than N - 1.</summary>
    public double Perplexity { get; init; } = 30;

    /// <summary>Steps of gradient descent, more than 0.</summary>
    public int Iterations { get; init; } = 1000;

    /// <summary>The step size; 0 takes max(N / EarlyExaggeration / 4, 50) (Belkina et al. 2019).</summary>
    public double LearningRate { get; init; }

    /// <summary>What P is multiplied with at first, so that clusters form: 1 or more.</summary>
    public double EarlyExaggeration { get; init; } = 12;

    /// <summary>For so many steps P is exaggerated, with momentum 0.5; then momentum is 0.8.</summary>
    public int ExaggerationIterations { get; init; } = 250;

    /// <summary>Where the points start.</summary>
    public TSneStart Start { get; init; } = TSneStart.PrincipalComponents;

    /// <summary>The seed of a random start.</summary>
    public ulong Seed { get; init; }

    /// <summary>Ends the run early, with an <see cref="System.OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }
}
