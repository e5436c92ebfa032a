using System;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Layers;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>
/// y = x*m/(1-rate), m from the words of a Philox stream: word n of stream (hash of the name | step) under the seed
/// belongs to the element at place n, and drops it when it is below rate*2^32.
/// </summary>
internal sealed class DropoutOracle(string name, double rate, Mode mode)
{
    private readonly ulong _stream = (ulong)Hash(name) << 40;

    /// <summary>x[i] becomes y[i]; x[0] is at <paramref name="first"/>.</summary>
    public void Apply(Span<double> x, long first)
    {
        if (!mode.IsTraining || rate == 0)
            return;

        Philox words = new(mode.Seed, _stream | mode.Step) { Position = (ulong)first };
        foreach (ref double value in x)
            value = words.NextUInt32() >= rate * 4294967296.0 ? value / (1 - rate) : 0;
    }

    /// <summary>FNV-1a of the name, its upper 8 bits folded into the lower 24.</summary>
    private static uint Hash(string name)
    {
        uint hash = 2166136261;
        foreach (char c in name)
            hash = unchecked((hash ^ c) * 16777619);

        return Math.Max(1, (hash >> 24) ^ (hash & 0xFFFFFF));
    }
}
