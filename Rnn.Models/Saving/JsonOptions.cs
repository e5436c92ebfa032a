using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Saving;

/// <summary>Options as JSON: whole, or nothing (D53).</summary>
internal static class JsonOptions
{
    public static string Write<T>(JsonTypeInfo<T> json, T options) => JsonSerializer.Serialize(options, json);

    /// <summary>The options of a text that has exactly the properties that Write gives.</summary>
    /// <exception cref="InvalidDataException">It has others, or a value is none.</exception>
    public static T Read<T>(JsonTypeInfo<T> json, string text, string file)
        where T : class
    {
        try
        {
            T options = JsonSerializer.Deserialize(text, json) ?? throw new JsonException("null");
            HashSet<string> expected = Names(JsonSerializer.SerializeToElement(options, json));
            using JsonDocument document = JsonDocument.Parse(text);
            HashSet<string> actual = Names(document.RootElement);
            if (actual.Except(expected).FirstOrDefault() is { } unknown)
                Throw.UnknownModelOption(file, unknown);

            return expected.Except(actual).FirstOrDefault() is { } missing
                ? throw Throw.ModelEntry(file, missing, new KeyNotFoundException())
                : options;
        }
        catch (JsonException e)
        {
            throw Throw.ModelEntry(file, e.Path is { Length: > 2 } path ? path[2..] : "options", e);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // A number that JSON can't write again, such as 1e999; a name that is half a character.
            throw Throw.ModelEntry(file, "options", e);
        }
    }

    /// <summary>Each property with its value, those of nested objects as "encoder.layers".</summary>
    public static IEnumerable<(string Name, string Value)> Properties<T>(JsonTypeInfo<T> json, T options) =>
        Leaves("", JsonSerializer.SerializeToElement(options, json));

    private static HashSet<string> Names(JsonElement element) =>
        [.. Leaves("", element).Select(leaf => leaf.Name)];

    private static IEnumerable<(string Name, string Value)> Leaves(string prefix, JsonElement element) =>
        element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject().SelectMany(property =>
                Leaves(prefix.Length == 0 ? property.Name : $"{prefix}.{property.Name}", property.Value))
            : [(prefix, element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText())];
}
