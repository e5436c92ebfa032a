namespace Rnn.Models.Classification;

/// <summary>What is told after each run through the texts.</summary>
/// <param name="Label">The class that is told from the others; 1 where there are two.</param>
/// <param name="Epoch">Runs done for it, from 1.</param>
/// <param name="RelativeGap">
/// About the duality gap as a part of the objective, summed as the texts were visited: it falls to the tolerance,
/// mostly by about the same factor a run.
/// </param>
public readonly record struct LinearTrainingProgress(int Label, int Epoch, double RelativeGap);
