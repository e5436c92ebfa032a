using System.Text.Json.Serialization;

namespace Rnn.Models.Translation;

/// <summary>What files hold of the options.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(TranslationOptions))]
[JsonSerializable(typeof(TranslationTrainingOptions))]
internal sealed partial class TranslationJson : JsonSerializerContext;
