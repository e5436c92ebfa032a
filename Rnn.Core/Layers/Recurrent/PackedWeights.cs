using System;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Parameters;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>
/// The packed copy of a part of the weights that a training tape keeps for itself: packed again in the same memory when
/// the parameters' version has moved (design decision D16), as it does at every step. Tapes for inference share the
/// copy that the parameters keep. Always asked for the same part.
/// </summary>
internal sealed class PackedWeights
{
    private object? _of;
    private long _version;
    private PackedMatrix? _packed;

    /// <summary>The part's values, as a layer multiplies with them: packed by its tape, in place, at every step of
    /// training; what the parameters keep, where the tape is for inference.</summary>
    /// <param name="p">The values.</param>
    /// <param name="part">Which of them.</param>
    /// <param name="own">The tape's; null for inference.</param>
    public static PackedMatrix Of(ParameterBuffer p, in WeightPart part, PackedWeights? own) =>
        own is null ? p.Packed(part) : own.Get(p, part);

    /// <summary>The part's values.</summary>
    public PackedMatrix Get(ParameterBuffer p, in WeightPart part)
    {
        if (MustPack(p, p.Version, part))
            part.Pack(p, _packed!);

        return _packed!;
    }

    /// <summary>The part of values that stand in for a slot's.</summary>
    /// <param name="of">Whose they are.</param>
    /// <param name="version">Another one after every change of them.</param>
    /// <param name="values">[Rows, Cols] of the slot. Read.</param>
    /// <param name="part">Which of them.</param>
    public PackedMatrix Get(object of, long version, ReadOnlySpan<float> values, in WeightPart part)
    {
        if (MustPack(of, version, part))
            part.Pack(values, _packed!);

        return _packed!;
    }

    private bool MustPack(object of, long version, in WeightPart part)
    {
        if (_packed is not null && ReferenceEquals(_of, of) && _version == version)
            return false;

        _packed ??= part.CreateRoom();
        (_of, _version) = (of, version);
        return true;
    }
}

/// <summary>The packed weights of a training tape.</summary>
internal sealed class CellWeights
{
    /// <summary>Wh.</summary>
    public PackedWeights Recurrent { get; } = new();

    /// <summary>The columns of Wh whose product the cell keeps apart (GRU).</summary>
    public PackedWeights Apart { get; } = new();

    /// <summary>Wh^T, for the way back.</summary>
    public PackedWeights RecurrentBack { get; } = new();

    /// <summary>Its rows of those columns.</summary>
    public PackedWeights ApartBack { get; } = new();

    /// <summary>Wx, where the time loop multiplies with it.</summary>
    public PackedWeights Input { get; } = new();

    /// <summary>Wx^T, for the way back.</summary>
    public PackedWeights InputBack { get; } = new();
}
