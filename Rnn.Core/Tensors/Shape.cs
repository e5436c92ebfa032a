using System;
using System.Globalization;
using System.Linq;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Tensors;

/// <summary>The sizes of a tensor, outermost first. Rank 0 is a scalar.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    private readonly int[]? _sizes;

    /// <summary>A shape of these sizes.</summary>
    /// <param name="sizes">Each 0 or more; their product at most <see cref="Array.MaxLength"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or the product too large.</exception>
    public Shape(params ReadOnlySpan<int> sizes)
    {
        long count = 1;
        foreach (int size in sizes)
        {
            if (size < 0)
                Throw.NegativeSize(nameof(sizes), size);

            count = Math.Min(count * size, long.MaxValue / int.MaxValue);
        }

        if (count > Array.MaxLength)
            Throw.TooLarge(nameof(sizes), count);

        _sizes = sizes.ToArray();
        Count = (int)count;
    }

    /// <summary>Number of sizes.</summary>
    public int Rank => Sizes.Length;

    /// <summary>Number of elements: the product of the sizes.</summary>
    public int Count { get; }

    /// <summary>The sizes.</summary>
    public ReadOnlySpan<int> Sizes => _sizes;

    /// <summary>Size number <paramref name="axis"/>, 0 the outermost.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such size.</exception>
    public int this[int axis]
    {
        get
        {
            if ((uint)axis >= (uint)Rank)
                Throw.IndexOutside(nameof(Shape), nameof(axis), axis, Rank);

            return Sizes[axis];
        }
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Sizes.SequenceEqual(other.Sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int size in Sizes)
            hash.Add(size);

        return hash.ToHashCode();
    }

    /// <summary>"[2, 3]".</summary>
    public override string ToString() =>
        $"[{string.Join(", ", (_sizes ?? []).Select(size => size.ToString(CultureInfo.InvariantCulture)))}]";

    /// <summary>Whether all sizes agree.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether a size differs.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);
}
