using System;

namespace Rnn.Models.Batching;

/// <summary>Sizes that a batch has at most.</summary>
/// <param name="Rows">B, rows: texts, sessions, predictions. At least 1.</param>
/// <param name="Steps">T, steps of a row's input, at least 1 (the default).</param>
/// <param name="Targets">
/// What is predicted for a row, where that differs from its steps: steps of a translation, or a prediction's target with
/// its negatives. At least 1 (the default).
/// </param>
public readonly record struct BatchShape(int Rows, int Steps = 1, int Targets = 1)
{
    /// <summary>B*T.</summary>
    /// <exception cref="OverflowException">It is more than an int holds.</exception>
    public int Items => checked(Rows * Steps);

    /// <summary>What holds batches of either shape.</summary>
    public static BatchShape Max(BatchShape a, BatchShape b) =>
        new(Math.Max(a.Rows, b.Rows), Math.Max(a.Steps, b.Steps), Math.Max(a.Targets, b.Targets));
}
