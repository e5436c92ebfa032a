namespace Rnn.Samples.Common;

/// <summary>What a sample's run is about, in words.</summary>
/// <param name="Unit">What is counted a second: "chars".</param>
/// <param name="Loss">What a loss is: "nats per character".</param>
/// <param name="DefaultFolder">Where it writes if nobody says where.</param>
/// <param name="Saved">What is saved besides the checkpoint.</param>
/// <param name="Sample">What is shown of what it has learnt.</param>
public sealed record RunWords(string Unit, string Loss, string DefaultFolder, string Saved = "model",
    string Sample = "What it writes");
