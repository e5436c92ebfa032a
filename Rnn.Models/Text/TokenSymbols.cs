using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text;

/// <summary>Tokens as one string, a JSON array: what a model file stores of a vocabulary. And how often tokens
/// occur.</summary>
internal static class TokenSymbols
{
    /// <summary>The tokens as a JSON array, in their order.</summary>
    /// <param name="tokens">Read.</param>
    public static string Write(IReadOnlyList<string> tokens)
    {
        ArrayBufferWriter<byte> json = new();
        using (Utf8JsonWriter writer = new(json, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartArray();
            foreach (string token in tokens)
                writer.WriteStringValue(token);
            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    /// <summary>The tokens that <see cref="Write"/> wrote: none is empty.</summary>
    /// <param name="symbols">A JSON array of strings.</param>
    /// <param name="who">Whose they are, for messages.</param>
    /// <param name="expected">What the array should have: "each token once".</param>
    /// <param name="seen">Tokens are added to it, and one that is there already is refused; null: they may come
    /// again.</param>
    /// <exception cref="FormatException">It is something else; the message says what is wrong.</exception>
    public static List<string> Read(string symbols, string who, string expected, HashSet<string>? seen)
    {
        List<string> tokens = [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(symbols);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                Throw.TokenSymbols(who, "the text is JSON, but no array", expected);
            foreach (JsonElement element in document.RootElement.EnumerateArray())
            {
                string? token = element.ValueKind == JsonValueKind.String ? element.GetString() : null;
                if (string.IsNullOrEmpty(token))
                    Throw.TokenSymbols(who, $"element {tokens.Count} is no string, or an empty one", expected);
                if (seen is not null && !seen.Add(token!))
                    Throw.TokenSymbols(who, $"'{token}' is there twice", expected);
                tokens.Add(token!);
            }
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            // The latter two are halves of characters, as they are or escaped.
            throw Throw.TokenSymbolsNoJson(who, expected, error);
        }

        return tokens;
    }

    /// <summary>How often each token occurs.</summary>
    /// <param name="tokens">One or more. Read once.</param>
    /// <param name="who">Who asks, for messages.</param>
    /// <param name="what">What the caller calls them.</param>
    /// <exception cref="ArgumentException">A token is null or empty, or there is none.</exception>
    public static Dictionary<string, long> Count(IEnumerable<string> tokens, string who, string what)
    {
        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        long position = 0;
        foreach (string token in tokens)
        {
            if (string.IsNullOrEmpty(token))
                Throw.EmptyToken(who, what, position);
            counts[token] = counts.GetValueOrDefault(token) + 1;
            position++;
        }

        if (position == 0)
            Throw.NoTokens(who, what);
        return counts;
    }
}
