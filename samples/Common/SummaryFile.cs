using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rnn.Core.Serialization;

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
}
