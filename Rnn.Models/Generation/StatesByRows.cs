using System;

namespace Rnn.Models.Generation;

/// <summary>A state for each number of rows, made at its first use: batches differ, and a step allocates
/// nothing.</summary>
/// <typeparam name="TState">A state of a fixed number of rows.</typeparam>
internal sealed class StatesByRows<TState>(int maxRows, Func<int, TState> create)
    where TState : class
{
    private readonly TState?[] _states = new TState?[maxRows + 1];

    /// <summary>The state of so many rows, as it was left.</summary>
    public TState this[int rows] => _states[rows] ??= create(rows);
}
