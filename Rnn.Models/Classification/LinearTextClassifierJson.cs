using System.Text.Json.Serialization;

namespace Rnn.Models.Classification;

/// <summary>What files hold of the options, and the words.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(LinearTextClassifierOptions))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class LinearTextClassifierJson : JsonSerializerContext;
