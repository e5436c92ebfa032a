using System;

namespace Rnn.Models.TimeSeries;

/// <summary>Windows of B series, time-major: T steps, of which those from FirstTarget on have targets.</summary>
/// <param name="Inputs">[T*B*F], what <see cref="SeriesModel"/> reads at each step.</param>
/// <param name="Series">[B], which series of the model a row is; 0 is unknown.</param>
/// <param name="Targets">[(T-FirstTarget)*B], in the row's unit; counts as they are.</param>
/// <param name="Weights">[(T-FirstTarget)*B], 0 for a target that doesn't count, else what its unit has grown by: 1, more
/// where it lies seasons beyond its anchor.</param>
/// <param name="Scales">[(T-FirstTarget)*B], the row's unit, for counts.</param>
/// <param name="Steps">T.</param>
/// <param name="Rows">B.</param>
/// <param name="FirstTarget">The steps before it have no target.</param>
public readonly record struct SeriesBatch(ReadOnlyMemory<float> Inputs, ReadOnlyMemory<int> Series,
    ReadOnlyMemory<float> Targets, ReadOnlyMemory<float> Weights, ReadOnlyMemory<float> Scales, int Steps, int Rows,
    int FirstTarget);
