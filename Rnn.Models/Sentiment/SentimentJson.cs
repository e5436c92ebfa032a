using System.Text.Json.Serialization;

namespace Rnn.Models.Sentiment;

/// <summary>What files hold of the options.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(SentimentOptions))]
[JsonSerializable(typeof(SentimentTrainingOptions))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class SentimentJson : JsonSerializerContext;
