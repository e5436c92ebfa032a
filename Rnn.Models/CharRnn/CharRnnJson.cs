using System.Text.Json.Serialization;

namespace Rnn.Models.CharRnn;

/// <summary>What files hold of the options.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(CharRnnOptions))]
[JsonSerializable(typeof(CharRnnTrainingOptions))]
internal sealed partial class CharRnnJson : JsonSerializerContext;
