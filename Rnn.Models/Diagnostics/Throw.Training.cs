using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;

namespace Rnn.Models.Diagnostics;

/// <content>Training, batches, networks, model files.</content>
internal static partial class Throw
{
    // ---- Training ---------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void NoBatches(string what, int count, int needed) =>
        throw new ArgumentException($"The {what} set has {count} batches, expected at least {needed}.", what);

    [DoesNotReturn]
    public static void OtherModelsOptimizer() =>
        throw new ArgumentException(
            "The optimiser was made for another layout. Make it from the layout of the model's parameters.",
                "optimizer");

    [DoesNotReturn]
    public static void OtherConfiguration(string file, string key, string saved, string now) =>
        throw new InvalidDataException(
            $"'{file}' was saved with another configuration: {key} was '{Short(saved)}' there and is " +
            $"'{Short(now)}' now. " +
            "Resume with the options of the run that saved it.");

    public static string NotFinite(long step, string tensor, double rate) =>
        FormattableString.Invariant(
            $"Training diverged: in step {step} {(tensor == "loss" ? "the loss" : $"the gradient of '{tensor}'")} is ") +
        FormattableString.Invariant(
            $"not finite. The parameters are as before that step. Choose a lower learning rate (it was {rate:G3}), or ") +
        "clip the gradient's norm.";

    public static string Diverged(long step, double loss, double most, double rate) =>
        FormattableString.Invariant(
            $"Training diverged: after step {step} the mean loss of the last steps is {loss:G4}, expected at most ") +
        FormattableString.Invariant($"{most:G4}. Choose a lower learning rate (it was {rate:G3}).");

    [DoesNotReturn]
    public static void TwoRates(string first, double rate, string second, string description) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"{first} is {rate} and {second} is '{description}'; expected one of them. Leave {first} at 0 where {second} ") +
            "gives the rates.", second);

    [DoesNotReturn]
    public static void NothingMeasured(string what, string option, string description) =>
        throw new ArgumentException(
            $"{option} is '{description}', which begins when measurements get worse, but there are no validation batches. " +
            "Give some, or a step to begin with.", what);

    [DoesNotReturn]
    public static void MeasureTwice(string what, string name) =>
        throw new ArgumentException($"There are two measures named '{name}'; expected each name once.", what);

    [DoesNotReturn]
    public static void NotMeasured(string name, string known) =>
        throw new ArgumentException($"'{name}' is not measured here; expected one of: {known}.", "measure");

    [DoesNotReturn]
    public static void CarriedState(string what, int size) =>
        throw new ArgumentException(
            $"The model carries state from batch to batch, which {size} processes can't share out. Train it in one.", what);

    [DoesNotReturn]
    public static void ExchangeRank(string what, int rank, int size) =>
        throw new ArgumentException($"{what}: Rank is {rank} and Size {size}; expected 0 to Size - 1 of at least 1.", what);

    [DoesNotReturn]
    public static void StepsOfProcesses(long step, double sum, int size) =>
        throw new InvalidOperationException(FormattableString.Invariant(
            $"This process stands at step {step}, the {size} processes on average at {sum / size}. Resume all of them ") +
            "from one checkpoint.");

    [DoesNotReturn]
    public static void IdentityTwice(string name, string first, string second) =>
        throw new ArgumentException(
            $"What must agree on resuming has '{name}' twice, as '{Short(first)}' and '{Short(second)}'. Give one of them " +
            "another name.", nameof(name));

    // ---- Model files ------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void OtherModelFormat(string file, string expected, string? actual) =>
        throw new InvalidDataException(
            $"'{file}' is no model of this kind: its format is {(actual is null ? "not given" : $"'{actual}'")}, " +
            $"expected '{expected}'.");

    [DoesNotReturn]
    public static void UnknownModelOption(string file, string name) =>
        throw new InvalidDataException(
            $"'{file}' has an option '{name}' that this version doesn't know; it was saved by a newer one.");

    public static Exception TooFewTensors(string file, int actual, Exception inner) =>
        new InvalidDataException(
            $"'{file}' claims options that need more than the {actual} tensors that it has. It is damaged or was " +
            "altered; use another copy.", inner);

    public static Exception ModelNotComplete(string model) =>
        new InvalidOperationException($"{model}: the parameters have no values yet; its constructor ends with Complete.");

    // ---- Batches ----------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void LabelCount(string what, int labels, int sequences) =>
        throw new ArgumentException(
            $"There are {sequences} sequences and {labels} {what}; expected one label for each of at least one sequence.",
            what);

    [DoesNotReturn]
    public static void PairCount(string what, int sources, int targets) =>
        throw new ArgumentException(
            $"There are {sources} sources and {targets} {what}; expected one target for each of at least one source.", what);

    public static ArgumentException EmptySequence(string what, int index) =>
        new($"Sequence {index} of '{what}' is empty; expected one token at least. Leave it out, or give it a token.",
            what);

    [DoesNotReturn]
    public static void WindowRows(int rows, int expected) =>
        throw new ArgumentException(
            $"The window has {rows} rows, the one before had {expected}, whose state it carries on. Set IsFirst where the " +
            "rows begin anew.", "batch");

    // ---- Networks ---------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void EncoderTapeTooSmall(string who, int steps, int rows, int maxSteps, int maxRows) =>
        throw new ArgumentException(
            $"{who}: the window is [T={steps}, B={rows}], but the tape holds up to {maxSteps} steps of {maxRows} rows. " +
            "Create a larger tape.", "tape");

    [DoesNotReturn]
    public static void LearntStateGiven(string who, string option) =>
        throw new InvalidOperationException(
            $"{who}: its initial state is learnt ({option}), so that no state can be given. Use the Forward of whole " +
            "sequences, or leave the option false.");
}
