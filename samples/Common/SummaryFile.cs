using System;
using System.Collections.Generic;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Rnn.Core.Serialization;
using Rnn.Models.Training;

namespace Rnn.Samples.Common;

/// <summary>summary.json: a record as JSON, for people and programs.</summary>
public static class SummaryFile
{
    private static readonly JsonSerializerOptions s_format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,   // the file is no part of a web page
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { KeepValues } },
    };

    /// <summary>A record as JSON.</summary>
    public static string Text(object record) => JsonSerializer.Serialize(record, s_format);

    /// <summary>A record from its JSON.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static T Parse<T>(string json) => JsonSerializer.Deserialize<T>(json, s_format)
        ?? throw new JsonException("null");

    /// <summary>Writes a record, whole or not at all.</summary>
    /// <exception cref="System.IO.IOException">It can't be written.</exception>
    public static void Save(string path, object summary)
    {
        byte[] json = Encoding.UTF8.GetBytes(Text(summary) + "\n");
        AtomicFile.Write(path, stream => stream.Write(json));
    }

    // Of the library's options: all that is a value. JSON itself leaves out of training options what needn't agree when
    // a run is resumed, such as the number of steps, and can't hold a vocabulary.
    private static void KeepValues(JsonTypeInfo type)
    {
        if (type.Type.Assembly != typeof(TrainingOptions).Assembly)
            return;

        foreach (JsonPropertyInfo each in (JsonPropertyInfo[])[.. type.Properties])
        {
            if (each is { Get: null, AttributeProvider: PropertyInfo property, PropertyType: { IsPrimitive: true } or { IsEnum: true } })
            {
                JsonPropertyInfo number = type.CreateJsonPropertyInfo(each.PropertyType, each.Name);
                number.Get = property.GetValue;
                number.Set = property.SetValue;
                type.Properties.Add(number);
                type.Properties.Remove(each);
            }
            else if (each.PropertyType is { IsValueType: false } other && other != typeof(string) && !IsRecord(other) && !IsNumbers(other))
            {
                type.Properties.Remove(each);
            }
        }
    }

    private static bool IsNumbers(Type type) => type.IsGenericType
        && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) && type.GenericTypeArguments[0].IsPrimitive;

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;
}
