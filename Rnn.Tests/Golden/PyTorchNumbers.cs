using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Safetensors;
using Xunit;

namespace Rnn.Tests.Golden;

/// <summary>Numbers that anybody can type again, in PyTorch's order, and what PyTorch printed for them.</summary>
internal static class PyTorchNumbers
{
    /// <summary>scale*f(shift + k) for k = 0, 1, ...</summary>
    public static float[] Fill(Func<double, double> f, int count, double scale, int shift = 0) =>
        [.. Enumerable.Range(shift, count).Select(k => (float)(scale * f(k)))];

    /// <summary>Parameter number n of PyTorch's is 0.5*sin(100n + k), k the index in PyTorch's order: read from a state
    /// dict, as PyTorch would have saved it.</summary>
    public static ParameterBuffer Load(ParameterLayout layout)
    {
        SafetensorsWriter writer = new();
        int n = 0;
        foreach (ParameterSlot slot in layout.Slots)
        {
            Add(slot.Name);
            if (slot.ZeroTwin is { } second)
                Add(second);

            void Add(string name) => writer.Add(name, slot.Orientation switch
            {
                SlotOrientation.AsStored => [slot.Rows, slot.Cols],
                SlotOrientation.Transposed => [slot.Cols, slot.Rows],
                _ => (long[])[slot.Cols],
            }, Fill(Math.Sin, slot.Count, 0.5, 100 * n++));
        }

        ParameterBuffer p = new(layout);
        StateDict.Read(File(writer), p);
        return p;
    }

    /// <summary>All gradients by PyTorch's names, in the order in which their parameters were declared, written as a state
    /// dict.</summary>
    public static List<(string Name, float[] Values)> Gradients(GradientBuffer g)
    {
        SafetensorsWriter writer = new();
        StateDict.Write(writer, g);
        SafetensorsReader reader = File(writer);
        List<(string, float[])> gradients = [];
        foreach (ParameterSlot slot in g.Layout.Slots)
        {
            foreach (string name in slot.ZeroTwin is { } second ? (string[])[slot.Name, second] : [slot.Name])
            {
                float[] values = new float[slot.Count];
                reader.CopyTo(name, values);
                gradients.Add((name, values));
            }
        }

        return gradients;
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

    private static SafetensorsReader File(SafetensorsWriter writer)
    {
        MemoryStream stream = new();
        writer.Save(stream);
        stream.Position = 0;
        return SafetensorsReader.Read(stream);
    }
}
