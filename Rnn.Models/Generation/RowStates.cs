using System;

namespace Rnn.Models.Generation;

/// <summary>Row b of a state becomes row parents[b] of another one.</summary>
internal delegate void GatherRows<in TState>(TState to, TState from, ReadOnlySpan<int> parents);

/// <summary>The state of rows that come, go and change places: two for each number of rows, since a new one is gathered
/// from the last.</summary>
/// <typeparam name="TState">A state of a fixed number of rows.</typeparam>
internal sealed class RowStates<TState>(int maxRows, Func<int, TState> create, GatherRows<TState> gather)
    where TState : class
{
    private StatesByRows<TState> _now = new(maxRows, create), _next = new(maxRows, create);
    private TState? _current;

    /// <summary>The state of the rows there are.</summary>
    public TState Current => _current!;

    /// <summary>So many rows; what they begin with is the caller's to write.</summary>
    public TState Begin(int rows) => _current = _now[rows];

    /// <summary>There are as many rows as parents, and row b becomes what row parents[b] was.</summary>
    public void Reorder(ReadOnlySpan<int> parents)
    {
        TState to = _next[parents.Length];
        gather(to, Current, parents);
        _current = to;
        (_now, _next) = (_next, _now);
    }
}
