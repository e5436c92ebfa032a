using System;
using System.Collections.Generic;
using Rnn.Core.Diagnostics;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>
/// What a recurrent layer carries from one window to the next: for each cell, h [B, H] and for an LSTM c [B, H], in
/// the order layer 0 forward, layer 0 backward, layer 1 forward ... Also the shape of its gradient.
/// </summary>
public sealed class RecurrentState
{
    private readonly Tensor[] _parts;
    private readonly RecurrentState[] _children;
    private readonly RecurrentState[] _layers;   // of each: that of a cell, or of two directions
    private readonly bool _isTwoDirections;

    /// <summary>The state of one cell, all zeros.</summary>
    internal RecurrentState(int batch, int hidden, int parts)
    {
        if (batch <= 0)
            Throw.NotPositive(nameof(batch), batch);

        Batch = batch;
        _children = [];
        _layers = [this];
        _parts = new Tensor[parts];
        for (int i = 0; i < parts; i++)
            _parts[i] = new Tensor(batch, hidden);
    }

    /// <summary>The states of several layers as one, or of the two directions of a layer; the parts are shared with
    /// them.</summary>
    internal RecurrentState(RecurrentState[] children, bool isTwoDirections = false)
    {
        Batch = children[0].Batch;
        _children = children;
        _isTwoDirections = isTwoDirections;
        List<Tensor> parts = [];
        List<RecurrentState> layers = [];
        foreach (RecurrentState child in children)
        {
            parts.AddRange(child._parts);
            layers.AddRange(child._layers);
        }

        _parts = [.. parts];
        _layers = isTwoDirections ? [this] : [.. layers];
    }

    /// <summary>B, the number of rows.</summary>
    public int Batch { get; }

    /// <summary>How many matrices it has.</summary>
    public int Count => _parts.Length;

    /// <summary>Number of layers.</summary>
    public int Layers => _layers.Length;

    /// <summary>h [B, H] of a layer.</summary>
    /// <param name="layer">0, the lowest, to Layers - 1.</param>
    /// <param name="backwards">Which of two directions: that which reads from the end; false by default.</param>
    /// <exception cref="ArgumentException">There is no such layer or direction.</exception>
    public MatrixView Hidden(int layer, bool backwards = false) => Of(layer, backwards)._parts[0].AsMatrix();

    /// <summary>c [B, H] of a layer of LSTM cells.</summary>
    /// <param name="layer">0, the lowest, to Layers - 1.</param>
    /// <param name="backwards">Which of two directions: that which reads from the end; false by default.</param>
    /// <exception cref="ArgumentException">There is no such layer or direction, or its cells have no c.</exception>
    public MatrixView Cell(int layer, bool backwards = false)
    {
        RecurrentState cell = Of(layer, backwards);
        if (cell._parts.Length < 2)
            Throw.NoCellState(nameof(layer), layer);

        return cell._parts[1].AsMatrix();
    }

    /// <summary>Matrix number <paramref name="part"/> [B, H].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such matrix.</exception>
    public MatrixView this[int part]
    {
        get
        {
            if ((uint)part >= (uint)Count)
                Throw.IndexOutside(nameof(RecurrentState), nameof(part), part, Count);

            return _parts[part].AsMatrix();
        }
    }

    internal int ChildCount => _children.Length;

    internal RecurrentState Child(int index) => _children[index];

    /// <summary>All zeros: the beginning of a text.</summary>
    public void Clear()
    {
        foreach (Tensor part in _parts)
            part.Span.Clear();
    }

    /// <summary>Zeros for one row: a new session in that place of the batch.</summary>
    /// <param name="row">0 .. B-1.</param>
    public void Clear(int row)
    {
        if ((uint)row >= (uint)Batch)
            Throw.IndexOutside(nameof(RecurrentState), nameof(row), row, Batch);

        foreach (Tensor part in _parts)
            part.AsMatrix().Row(row).Clear();
    }

    /// <summary>Row b becomes row parents[b] of another state: the survivors of a beam search.</summary>
    /// <param name="from">Another state of the same layers; its B may differ. Read.</param>
    /// <param name="parents">[B], each a row of from; a row may stand more than once. Read.</param>
    /// <exception cref="ArgumentException">The layers differ, it is this state itself, or there is no such
    /// row.</exception>
    public void GatherRows(RecurrentState from, ReadOnlySpan<int> parents)
    {
        ArgumentNullException.ThrowIfNull(from);
        if (ReferenceEquals(from, this))
            Throw.OwnRows(nameof(from));

        if (parents.Length != Batch)
            Throw.SpanLength(nameof(RecurrentState), nameof(parents), Batch, parents.Length);

        CheckParts(from);
        foreach (int parent in parents)
        {
            if ((uint)parent >= (uint)from.Batch)
                Throw.IndexOutside(nameof(RecurrentState), nameof(parents), parent, from.Batch);
        }

        for (int i = 0; i < _parts.Length; i++)
        {
            MatrixView rows = from._parts[i].AsMatrix(), to = _parts[i].AsMatrix();
            for (int b = 0; b < parents.Length; b++)
                rows.Row(parents[b]).CopyTo(to.Row(b));
        }
    }

    /// <summary>Overwrites this with another state of the same shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void CopyFrom(RecurrentState other)
    {
        ArgumentNullException.ThrowIfNull(other);
        CheckParts(other);
        if (other.Batch != Batch)
            Throw.ShapeMismatch(nameof(RecurrentState), nameof(other), $"B={Batch}", $"B={other.Batch}");

        for (int i = 0; i < _parts.Length; i++)
            other._parts[i].Span.CopyTo(_parts[i].Span);
    }

    private RecurrentState Of(int layer, bool backwards)
    {
        if ((uint)layer >= (uint)Layers)
            Throw.IndexOutside(nameof(RecurrentState), nameof(layer), layer, Layers);

        RecurrentState state = _layers[layer];
        if (!state._isTwoDirections)
        {
            if (backwards)
                Throw.OneDirection(nameof(backwards), layer);

            return state;
        }

        return state._children[backwards ? 1 : 0];
    }

    private void CheckParts(RecurrentState other)
    {
        if (other.Count != Count)
            Throw.ShapeMismatch(nameof(RecurrentState), nameof(other), $"{Count} matrices", $"{other.Count} matrices");

        if (other.Layers != Layers)
            Throw.ShapeMismatch(nameof(RecurrentState), nameof(other), $"{Layers} layers", $"{other.Layers} layers");

        for (int i = 0; i < _parts.Length; i++)
        {
            int size = _parts[i].Shape[1], actual = other._parts[i].Shape[1];
            if (actual != size)
                Throw.ShapeMismatch(nameof(RecurrentState), nameof(other), $"H={size}", $"H={actual}");
        }
    }
}
