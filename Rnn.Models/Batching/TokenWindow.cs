using System;

namespace Rnn.Models.Batching;

/// <summary>A window of B pieces of a text, time-major.</summary>
/// <param name="Inputs">[T*B], tokens.</param>
/// <param name="Targets">[T*B], the token after each, or
/// <see cref="Rnn.Core.Losses.SoftmaxCrossEntropy.IgnoredTarget"/> where a piece has ended.</param>
/// <param name="Steps">T.</param>
/// <param name="Rows">B.</param>
/// <param name="IsFirst">Whether the pieces begin here: the carried state is cleared first.</param>
public readonly record struct TokenWindow(ReadOnlyMemory<int> Inputs, ReadOnlyMemory<int> Targets, int Steps, int Rows,
    bool IsFirst);
