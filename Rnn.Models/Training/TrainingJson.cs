using System.Text.Json.Serialization;

namespace Rnn.Models.Training;

/// <summary>What JSON holds of the trainer's options.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TrainingOptions))]
internal sealed partial class TrainingJson : JsonSerializerContext;
