using System.Text.Json.Serialization;

namespace Rnn.Models.Word2Vec;

/// <summary>What files hold of the options.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Word2VecOptions))]
[JsonSerializable(typeof(BatchedWord2VecOptions))]
[JsonSerializable(typeof(BatchedWord2VecTrainingOptions))]
internal sealed partial class Word2VecJson : JsonSerializerContext;
