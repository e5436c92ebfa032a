using System;

namespace Rnn.Models.TimeSeries;

/// <summary>A window of B sequences of numbers, time-major, with what is to be predicted at each step.</summary>
/// <param name="Inputs">[T*B*I].</param>
/// <param name="Targets">[T*B*O].</param>
/// <param name="Steps">T.</param>
/// <param name="Rows">B.</param>
/// <param name="IsFirst">Whether the sequences begin here: the carried state is cleared first.</param>
public readonly record struct RegressionWindow(ReadOnlyMemory<float> Inputs, ReadOnlyMemory<float> Targets, int Steps,
    int Rows, bool IsFirst);
