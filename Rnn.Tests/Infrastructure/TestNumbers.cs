using System;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Parameters;

namespace Rnn.Tests.Infrastructure;

/// <summary>Random numbers of a fixed seed.</summary>
internal static class TestNumbers
{
    /// <summary>Uniform in +-limit.</summary>
    public static float[] Uniform(int count, ulong seed, ulong stream, float limit = 1f)
    {
        float[] values = new float[count];
        Philox random = new(seed, stream);
        Initializer.Uniform(values, -limit, limit, ref random);
        return values;
    }

    /// <summary>Uniform in 0 .. limit-1.</summary>
    public static int[] Indices(int count, int limit, ulong seed, ulong stream)
    {
        int[] values = new int[count];
        Philox random = new(seed, stream);
        foreach (ref int value in values.AsSpan())
            value = random.NextInt32(limit);

        return values;
    }

    /// <summary>0 .. count-1 in random order.</summary>
    public static int[] Permutation(int count, ulong seed)
    {
        int[] order = new int[count];
        Philox random = new(seed, stream: 6);
        for (int i = 0; i < count; i++)
        {
            int j = random.NextInt32(i + 1);
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }

    /// <summary>All parameters of a layout, uniform in +-limit.</summary>
    public static ParameterBuffer Parameters(ParameterLayout layout, ulong seed, float limit = 0.7f)
    {
        ParameterBuffer p = new(layout);
        ParameterWriter writer = p.BeginWrite();
        Philox random = new(seed, stream: 1);
        foreach (ParameterSlot slot in layout.Slots)
            Initializer.Uniform(writer[slot].Span, -limit, limit, ref random);

        return p;
    }

    /// <summary>The same numbers, exactly, as double.</summary>
    public static double[] ToDouble(ReadOnlySpan<float> values)
    {
        double[] doubles = new double[values.Length];
        for (int i = 0; i < doubles.Length; i++)
            doubles[i] = values[i];

        return doubles;
    }
}
