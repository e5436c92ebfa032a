using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rnn.Core.Serialization.Safetensors;
using Xunit;

namespace Rnn.Tests.Infrastructure;

/// <summary>Files of ours with something changed, under a checksum that agrees with the change.</summary>
internal static class Forgery
{
    /// <summary>The same file with another metadata entry.</summary>
    /// <param name="file">A safetensors file. Read.</param>
    /// <param name="key">Of the entry.</param>
    /// <param name="value">What it says now; null: it is missing.</param>
    public static byte[] WithEntry(byte[] file, string key, string? value) => Rewrite(file, metadata =>
    {
        metadata.Remove(key);
        if (value is not null)
            metadata[key] = value;
    });

    /// <summary>The same model's file with another option in its JSON.</summary>
    /// <param name="file">A safetensors file. Read.</param>
    /// <param name="key">Of the option.</param>
    /// <param name="value">What it says now, a number if it reads as one, else a text; null: it is missing.</param>
    public static byte[] WithOption(byte[] file, string key, string? value) => Rewrite(file, metadata =>
    {
        JsonObject options = JsonNode.Parse(metadata["options"])!.AsObject();
        Assert.True(options.Remove(key), $"There is no option '{key}'.");
        metadata["options"] = options.ToJsonString();
        if (value is null)
            return;

        bool isBare = Regex.IsMatch(value, @"^-?\d+(\.\d+)?(e\d+)?$") || value is "true" or "false";
        string raw = isBare ? value : JsonSerializer.Serialize(value);
        string separator = options.Count > 0 ? "," : "";
        metadata["options"] = $"{metadata["options"][..^1]}{separator}\"{key}\":{raw}}}";
    });

    /// <summary>The same file without a tensor, or with another in its place.</summary>
    /// <param name="file">A safetensors file. Read.</param>
    /// <param name="name">Of the tensor.</param>
    /// <param name="shape">Its shape now, of zeros; null: it is missing.</param>
    public static byte[] WithTensor(byte[] file, string name, long[]? shape) => Rewrite(file, _ => { }, entry =>
    {
        if (entry.Name != name)
            return (entry.Shape.ToArray(), null);

        long width = SafetensorsEntry.WidthOf(entry.Type);
        return shape is null ? null : (shape, new byte[shape.Aggregate(width, (product, size) => product * size)]);
    });

    /// <summary>The same file with other bytes in a tensor.</summary>
    public static byte[] WithBytes(byte[] file, string name, byte[] bytes) =>
        Rewrite(file, _ => { }, entry => (entry.Shape.ToArray(), entry.Name == name ? bytes : null));

    /// <summary>The same file with other numbers in a tensor of floats.</summary>
    /// <param name="file">A safetensors file. Read.</param>
    /// <param name="name">Of the tensor.</param>
    /// <param name="value">The number of each place.</param>
    public static byte[] WithFloats(byte[] file, string name, Func<int, float> value) =>
        Rewrite(file, _ => { }, entry =>
        {
            float[] values = [.. Enumerable.Range(0, (int)entry.ElementCount).Select(value)];
            return (entry.Shape.ToArray(), entry.Name == name ? MemoryMarshal.AsBytes<float>(values).ToArray() : null);
        });

    private static byte[] Rewrite(byte[] file, Action<IDictionary<string, string>> edit,
        Func<SafetensorsEntry, (long[] Shape, byte[]? Bytes)?>? replace = null)
    {
        SafetensorsReader reader = SafetensorsReader.Read(new MemoryStream(file));
        SafetensorsWriter writer = new() { AddChecksum = true };
        foreach ((string key, string value) in reader.Metadata)
            writer.Metadata[key] = value;

        edit(writer.Metadata);
        foreach (SafetensorsEntry entry in reader.Entries)
        {
            byte[] bytes = new byte[entry.ByteLength];
            reader.CopyBytesTo(entry.Name, bytes);
            (long[] Shape, byte[]? Bytes)? tensor = replace is null ? (entry.Shape.ToArray(), null) : replace(entry);
            if (tensor is { } kept)
                writer.AddBytes(entry.Name, entry.Type, kept.Shape, kept.Bytes ?? bytes);
        }

        using MemoryStream stream = new();
        writer.Save(stream);
        return stream.ToArray();
    }
}
