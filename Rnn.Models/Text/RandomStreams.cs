
namespace Rnn.Models.Text;

/// <summary>Which stream of random numbers under a seed serves which purpose: no two share one.</summary>
internal static class RandomStreams
{
    /// <summary>Initial weights.</summary>
    public const ulong InitialWeights = 0;

    /// <summary>Sampled text.</summary>
    public const ulong Generation = 1;
}
