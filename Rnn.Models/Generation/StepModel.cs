using System;
using Rnn.Core.Tensors;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Generation;

/// <summary>
/// A model that writes: it reads a token of each of several rows at a time, and says what may come next. What carries
/// on from step to step is inside. One thread at a time uses it.
/// </summary>
public abstract class StepModel
{
    /// <summary>A model of one empty row.</summary>
    /// <param name="vocabulary">V, different tokens, more than 0.</param>
    /// <param name="maxRows">The most rows, more than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    protected StepModel(int vocabulary, int maxRows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabulary);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxRows);
        Vocabulary = vocabulary;
        MaxRows = maxRows;
        Rows = 1;
    }

    /// <summary>V.</summary>
    public int Vocabulary { get; }

    /// <summary>The most rows.</summary>
    public int MaxRows { get; }

    /// <summary>Rows there are.</summary>
    public int Rows { get; private set; }

    /// <summary>Whether anything was read since the last Clear.</summary>
    public bool HasRead { get; private protected set; }

    /// <summary>One row that has read nothing.</summary>
    /// <exception cref="NotSupportedException">The model begins otherwise, with what it is to read first.</exception>
    public void Clear()
    {
        OnClear();
        Rows = 1;
        HasRead = false;
    }

    /// <summary>Reads the next token of every row.</summary>
    /// <param name="tokens">[Rows], each 0 .. V-1. Read.</param>
    /// <exception cref="ArgumentException">There is another number of tokens.</exception>
    public void Read(ReadOnlySpan<int> tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(tokens.Length, Rows, nameof(tokens));
        OnRead(tokens);
        HasRead = true;
    }

    /// <summary>What may come next, not normalised.</summary>
    /// <param name="logits">[Rows, V]. Overwritten.</param>
    /// <exception cref="InvalidOperationException">Nothing was read yet.</exception>
    public void Logits(MatrixView logits)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Rows, Rows, nameof(logits));
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Cols, Vocabulary, nameof(logits));
        if (!HasRead)
            Throw.NothingRead();

        OnLogits(logits);
    }

    /// <summary>From now on there are as many rows as parents, and row b stands where row parents[b] stood.</summary>
    /// <param name="parents">1 to MaxRows numbers, each 0 .. Rows-1; one may stand more than once. Read.</param>
    /// <exception cref="ArgumentException">There are too few or too many, or there is no such row.</exception>
    public void Reorder(ReadOnlySpan<int> parents)
    {
        ArgumentOutOfRangeException.ThrowIfZero(parents.Length, nameof(parents));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parents.Length, MaxRows, nameof(parents));
        foreach (int parent in parents)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(parent, nameof(parents));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(parent, Rows, nameof(parents));
        }

        OnReorder(parents);
        Rows = parents.Length;
    }

    /// <summary>So many rows that have read nothing, each for itself: where a model begins with several texts at
    /// once.</summary>
    /// <param name="rows">1 to <see cref="MaxRows"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are none, or too many.</exception>
    protected void Begin(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, MaxRows);
        Rows = rows;
        HasRead = false;
    }

    /// <summary>Does what <see cref="Clear"/> says.</summary>
    protected abstract void OnClear();

    /// <summary>Does what <see cref="Read"/> says; there are Rows tokens.</summary>
    protected abstract void OnRead(ReadOnlySpan<int> tokens);

    /// <summary>Does what <see cref="Logits"/> says; the shape is right.</summary>
    protected abstract void OnLogits(MatrixView logits);

    /// <summary>Does what <see cref="Reorder"/> says; Rows is still the old number.</summary>
    protected abstract void OnReorder(ReadOnlySpan<int> parents);
}
