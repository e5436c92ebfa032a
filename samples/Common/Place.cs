using System;
using System.Collections.Generic;
using System.Linq.Expressions;
using System.Reflection;

namespace Rnn.Samples.Common;

/// <summary>A value's place in a record, or in one inside it (design decision D63): <c>s => s.Training.Epochs</c>.
/// </summary>
internal sealed class Place<TRecord, TValue>
    where TRecord : class
{
    private readonly PropertyInfo[] _path;

    /// <exception cref="ArgumentException">It is no path of properties.</exception>
    public Place(Expression<Func<TRecord, TValue>> path)
    {
        Stack<PropertyInfo> found = [];
        Expression? at = path.Body;
        for (; at is MemberExpression { Member: PropertyInfo property } member; at = member.Expression)
            found.Push(property);

        _path = at is ParameterExpression && found.Count > 0
            ? [.. found]
            : throw new ArgumentException($"A place is a path of properties, s => s.Training.Epochs; this is {path}.");
    }

    /// <summary>The value.</summary>
    public TValue Get(TRecord record) => (TValue)Walk(record, _path.Length)!;

    /// <summary>A copy of the record with another value there.</summary>
    public TRecord With(TRecord record, TValue value)
    {
        object? changed = value;
        for (int depth = _path.Length - 1; depth >= 0; depth--)
        {
            object copy = Copy(Walk(record, depth)!);
            _path[depth].SetValue(copy, changed, BindingFlags.DoNotWrapExceptions, null, null, null);
            changed = copy;
        }

        return (TRecord)changed!;
    }

    private object? Walk(object? record, int depth)
    {
        for (int i = 0; i < depth; i++)
            record = _path[i].GetValue(record);

        return record;
    }

    // What the compiler calls for "with".
    private static object Copy(object record) => record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
}
