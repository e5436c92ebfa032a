using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rnn.Benchmarks.Guarding;

/// <summary>What bounds the speed of a piece of code.</summary>
internal enum GuardBound
{
    /// <summary>Multiply-adds on numbers of the first-level cache: <c>TilePeak</c>.</summary>
    Compute,

    /// <summary>Reading 4 MB from cache over and over.</summary>
    Cache,
}

/// <summary>A row of guard.json: what bounds the code, and the least share of that bound that it must reach.</summary>
/// <param name="Of">The bound.</param>
/// <param name="Least">More than 0, less than 1.</param>
internal sealed record GuardLimit(
    [property: JsonRequired] GuardBound Of,
    [property: JsonRequired] double Least)
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNameCaseInsensitive = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
    };

    /// <summary>The rows of a file of limits, by name.</summary>
    /// <exception cref="JsonException">It isn't JSON of that form.</exception>
    /// <exception cref="InvalidDataException">It is empty, or a share is not between 0 and 1.</exception>
    public static Dictionary<string, GuardLimit> Read(string json)
    {
        Dictionary<string, GuardLimit>? limits =
            JsonSerializer.Deserialize<Dictionary<string, GuardLimit>>(json, s_options);
        if (limits is null || limits.Count == 0)
            throw new InvalidDataException("The file of limits holds nothing; expected a limit for each row.");

        foreach ((string name, GuardLimit limit) in limits)
        {
            if (limit is null || !(limit.Least > 0 && limit.Least < 1))
            {
                throw new InvalidDataException(
                    $"The limit of {name} is {limit?.Least}; expected a share of more than 0 and less than 1.");
            }
        }

        return limits;
    }

    /// <summary>What the code reached of its bound, which was measured before and after it.</summary>
    /// <param name="rate">Operations or bytes a second.</param>
    /// <param name="before">The bound before, in the same unit.</param>
    /// <param name="after">The bound after.</param>
    public static double Share(double rate, double before, double after) => 2 * rate / (before + after);

    /// <summary>Whether a share is enough; NaN is not.</summary>
    public bool Allows(double share) => share >= Least;
}
