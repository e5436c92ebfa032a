using System.Threading;
using Rnn.Core.Kernels.Products;

namespace Rnn.Core.Parameters;

/// <summary>
/// The weights of one version of a <see cref="ParameterBuffer"/>, in the order in which products read them: each part
/// is packed by whoever needs it first and then read by any number of threads, without a lock, and never written again.
/// </summary>
internal sealed class PackedParameters
{
    private readonly ParameterBuffer _values;
    private readonly WeightPrecision _precision;
    private readonly Lock _gate = new();
    private readonly Entry?[] _ofSlot;

    public PackedParameters(ParameterBuffer values)
    {
        _values = values;
        _precision = values.InferencePrecision;
        _ofSlot = new Entry?[values.Layout.Slots.Count];
    }

    /// <summary>The packed part.</summary>
    public PackedMatrix Get(in WeightPart part) => Find(part) ?? Add(part);

    private PackedMatrix? Find(in WeightPart part)
    {
        Entry? entry = Volatile.Read(ref _ofSlot[part.SlotIndex]);
        while (entry is not null && !entry.Is(part))
            entry = entry.Next;

        return entry?.Matrix;
    }

    private PackedMatrix Add(in WeightPart part)
    {
        lock (_gate)
        {
            if (Find(part) is { } others)
                return others;

            PackedMatrix matrix = part.CreateRoom(_precision);
            part.Pack(_values, matrix);
            ref Entry? first = ref _ofSlot[part.SlotIndex];
            Volatile.Write(ref first, new Entry(part, matrix, first));
            return matrix;
        }
    }

    private sealed class Entry(in WeightPart part, PackedMatrix matrix, Entry? next)
    {
        private readonly int _first = part.First;
        private readonly int _count = part.Count;
        private readonly bool _isTransposed = part.IsTransposed;

        public PackedMatrix Matrix { get; } = matrix;

        public Entry? Next { get; } = next;

        public bool Is(in WeightPart part) =>
            _first == part.First && _count == part.Count && _isTransposed == part.IsTransposed;
    }
}
