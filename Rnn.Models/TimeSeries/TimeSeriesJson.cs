using System.Text.Json.Serialization;

namespace Rnn.Models.TimeSeries;

/// <summary>What files hold of the options.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(SequenceRegressorOptions))]
[JsonSerializable(typeof(SeriesOptions))]
[JsonSerializable(typeof(SeriesTrainingOptions))]
internal sealed partial class TimeSeriesJson : JsonSerializerContext;
