using System.Text.Json.Serialization;

namespace Rnn.Models.LanguageModels;

/// <summary>What files hold of the options.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(LanguageModelOptions))]
[JsonSerializable(typeof(LanguageModelTrainingOptions))]
[JsonSerializable(typeof(ContinuousCacheOptions))]
internal sealed partial class LanguageModelJson : JsonSerializerContext;
