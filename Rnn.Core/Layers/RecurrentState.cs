using System;
using System.Collections.Generic;
using Rnn.Core.Diagnostics;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers;

/// <summary>
/// What a recurrent layer carries from one window to the next: for each cell, h [B, H] and for an LSTM c [B, H], in
/// the order layer 0 forward, layer 0 backward, layer 1 forward ... Also the shape of its gradient.
/// </summary>
public sealed class RecurrentState
{
    private readonly Tensor[] _parts;
    private readonly RecurrentState[] _children;

    /// <summary>The state of one cell, all zeros.</summary>
    internal RecurrentState(int batch, int hidden, int parts)
    {
        if (batch <= 0)
        {
            Throw.NotPositive(nameof(batch), batch);
        }

        Batch = batch;
        _children = [];
        _parts = new Tensor[parts];
        for (int i = 0; i < parts; i++)
        {
            _parts[i] = new Tensor(batch, hidden);
        }
    }

    /// <summary>The states of several layers as one; the parts are shared with them.</summary>
    internal RecurrentState(RecurrentState[] children)
    {
        Batch = children[0].Batch;
        _children = children;
        List<Tensor> parts = [];
        foreach (RecurrentState child in children)
        {
            parts.AddRange(child._parts);
        }

        _parts = [.. parts];
    }

    /// <summary>B, the number of rows.</summary>
    public int Batch { get; }

    /// <summary>How many matrices it has.</summary>
    public int Count => _parts.Length;

    /// <summary>Matrix number <paramref name="part"/> [B, H].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such matrix.</exception>
    public MatrixView this[int part]
    {
        get
        {
            if ((uint)part >= (uint)Count)
            {
                Throw.IndexOutside(nameof(RecurrentState), nameof(part), part, Count);
            }

            return _parts[part].AsMatrix();
        }
    }

    internal int ChildCount => _children.Length;

    internal RecurrentState Child(int index) => _children[index];

    /// <summary>All zeros: the beginning of a text.</summary>
    public void Clear()
    {
        foreach (Tensor part in _parts)
        {
            part.Span.Clear();
        }
    }

    /// <summary>Zeros for one row: a new session in that place of the batch.</summary>
    /// <param name="row">0 .. B-1.</param>
    public void Clear(int row)
    {
        if ((uint)row >= (uint)Batch)
        {
            Throw.IndexOutside(nameof(RecurrentState), nameof(row), row, Batch);
        }

        foreach (Tensor part in _parts)
        {
            part.AsMatrix().Row(row).Clear();
        }
    }

    /// <summary>Overwrites this with another state of the same shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void CopyFrom(RecurrentState other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Count != Count || other.Batch != Batch)
        {
            Throw.ShapeMismatch(nameof(RecurrentState), nameof(other), $"{Count} matrices with B={Batch}",
                $"{other.Count} matrices with B={other.Batch}");
        }

        for (int i = 0; i < _parts.Length; i++)
        {
            if (other._parts[i].Shape != _parts[i].Shape)
            {
                Throw.ShapeMismatch(nameof(RecurrentState), nameof(other), _parts[i].Shape.ToString(),
                    other._parts[i].Shape.ToString());
            }

            other._parts[i].Span.CopyTo(_parts[i].Span);
        }
    }
}
