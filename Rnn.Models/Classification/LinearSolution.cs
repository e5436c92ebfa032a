namespace Rnn.Models.Classification;

/// <summary>How training ended: what was reached of the minimum of f(w) = |w|^2 / 2 + C * sum of losses.</summary>
/// <param name="Epochs">Runs through the texts.</param>
/// <param name="Objective">f(w), by the trained weights.</param>
/// <param name="DualityGap">f(w) is no further than this from its minimum.</param>
/// <param name="Converged">Whether the gap is within the tolerance.</param>
public readonly record struct LinearSolution(int Epochs, double Objective, double DualityGap, bool Converged);
