using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Xunit;

namespace Rnn.Tests.Golden;

/// <summary>Numbers that anybody can type again, in PyTorch's order, and what PyTorch printed for them.</summary>
internal static class PyTorchNumbers
{
    /// <summary>scale*f(shift + k) for k = 0, 1, ...</summary>
    public static float[] Fill(Func<double, double> f, int count, double scale, int shift = 0) =>
        [.. Enumerable.Range(shift, count).Select(k => (float)(scale * f(k)))];

    /// <summary>Parameter number n is 0.5*sin(100n + k), k the index in PyTorch's order.</summary>
    public static ParameterBuffer Load(ParameterLayout layout)
    {
        ParameterBuffer p = new(layout);
        ParameterWriter writer = p.BeginWrite();
        foreach (ParameterSlot slot in layout.Slots)
        {
            float[] values = Fill(Math.Sin, slot.Count, 0.5, 100 * slot.Index);
            MatrixView matrix = writer[slot];
            for (int k = 0; k < values.Length; k++)
            {
                (int row, int col) = Place(slot, k);
                matrix[row, col] = values[k];
            }
        }

        return p;
    }

    /// <summary>A slot's values as PyTorch's tensor has them.</summary>
    public static float[] InPyTorchOrder(ParameterSlot slot, MatrixView matrix)
    {
        float[] values = new float[slot.Count];
        for (int k = 0; k < values.Length; k++)
        {
            (int row, int col) = Place(slot, k);
            values[k] = matrix[row, col];
        }

        return values;
    }

    /// <summary>Whether the numbers are PyTorch's.</summary>
    /// <param name="expected">PyTorch's.</param>
    /// <param name="actual">Ours.</param>
    /// <param name="what">They are, for the message.</param>
    /// <param name="tolerance">Absolute, and relative.</param>
    public static void Near(float[] expected, float[] actual, string what, double tolerance = 2e-6)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs((double)actual[i] - expected[i]);
            Assert.True(error <= tolerance + (tolerance * Math.Abs(expected[i])), string.Create(
                CultureInfo.InvariantCulture, $"{what}[{i}] is {actual[i]:G9}, PyTorch says {expected[i]:G9}"));
        }
    }

    /// <summary>What a script printed: a line "# name" begins a case; the others are a key and its numbers.</summary>
    /// <param name="resource">The file.</param>
    public static Dictionary<string, Dictionary<string, float[]>> Read(string resource)
    {
        Dictionary<string, Dictionary<string, float[]>> cases = [];
        Dictionary<string, float[]> current = [];
        using StreamReader reader = new(typeof(PyTorchNumbers).Assembly.GetManifestResourceStream(resource)!);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                cases.Add(line[2..], current = []);
                continue;
            }

            string[] words = line.Split(' ');
            int keyWords = words[0] == "d" ? 2 : 1;
            current.Add(string.Join(' ', words[..keyWords]),
                [.. words[keyWords..].Select(word => float.Parse(word, CultureInfo.InvariantCulture))]);
        }

        return cases;
    }

    /// <summary>Where element k of PyTorch's tensor lies: weights are [out, in] there and [in, out] here.</summary>
    private static (int Row, int Col) Place(ParameterSlot slot, int k) => slot.Orientation == SlotOrientation.Transposed
        ? (k % slot.Rows, k / slot.Rows)
        : (k / slot.Cols, k % slot.Cols);
}
