using Rnn.Samples.Common;

namespace Rnn.Samples.CharRnn;

/// <summary>The files of a run.</summary>
internal static class RunFileNames
{
    public const string Model = CommandLine.ModelName;

    public const string Checkpoint = "checkpoint.safetensors";

    public const string LossTable = "loss.csv";

    public const string Picture = "loss.png";

    public const string Summary = "summary.json";

    /// <summary>All of them.</summary>
    public static RunFiles All { get; } = new([Model, Checkpoint],
        [LossTable, LossTable + ".damaged", Picture, Summary, Checkpoint + ".previous"]);
}
