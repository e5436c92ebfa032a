using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace Rnn.Tests.Infrastructure.Onnx;

/// <summary>
/// Runs a graph in double precision, by <see cref="OnnxOperators"/>. What goes in and what comes out must have the
/// types and shapes that the file declares, each named dimension the same size throughout.
/// </summary>
internal static class OnnxInterpreter
{
    public static Dictionary<string, OnnxTensor> Run(OnnxFile file, params (string Name, OnnxTensor Value)[] inputs)
    {
        Dictionary<string, OnnxTensor> values = new(file.Initializers);
        foreach ((string name, OnnxTensor value) in inputs)
            values.Add(name, value);

        Dictionary<string, long> sizes = [];
        file.Inputs.ForEach(input => CheckDeclared(input, values, sizes));
        Assert.Equal(file.Inputs.Count, inputs.Length);
        foreach (OnnxNode node in file.Nodes)
        {
            OnnxTensor?[] read = [.. node.Inputs.Select(name => name == "" ? null : values[name])];
            OnnxTensor[] results = OnnxOperators.Run(node, read);
            if (results.Length != node.Outputs.Length)
                throw new InvalidDataException($"{node.Operation} gives {results.Length} results.");

            for (int i = 0; i < results.Length; i++)
                values.Add(node.Outputs[i], results[i]);
        }

        file.Outputs.ForEach(output => CheckDeclared(output, values, sizes));
        return file.Outputs.Select(OnnxFile.NameOf).ToDictionary(name => name, name => values[name]);
    }

    // "x float [steps, batch, 3]".
    private static void CheckDeclared(string declared, Dictionary<string, OnnxTensor> values,
        Dictionary<string, long> sizes)
    {
        string name = OnnxFile.NameOf(declared);
        OnnxTensor value = values[name];
        string[] dimensions = declared[(declared.IndexOf('[') + 1)..^1].Split(", ");
        for (int i = 0; i < Math.Min(dimensions.Length, value.Rank); i++)
        {
            if (!char.IsAsciiDigit(dimensions[i][0]))
            {
                sizes.TryAdd(dimensions[i], value.Shape[i]);
                dimensions[i] = $"{sizes[dimensions[i]]}";
            }
        }

        Assert.Equal($"{name} {declared[(name.Length + 1)..declared.IndexOf('[')]}[{string.Join(", ", dimensions)}]",
            $"{name} {value.Element.ToString().ToLowerInvariant()} [{string.Join(", ", value.Shape)}]");
    }
}
