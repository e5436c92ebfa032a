using System;
using System.Diagnostics.CodeAnalysis;

namespace Rnn.Core.Diagnostics;

/// <content>Layers and their tapes.</content>
internal static partial class Throw
{
    [DoesNotReturn]
    public static void InputSize(string layer, int expected, int actual, string shape) =>
        throw new ArgumentException($"'{layer}': x has {actual} features, expected {expected} (InputSize). x is " +
            $"{shape}.", "x");

    [DoesNotReturn]
    public static void TapeNotRecorded(string stage) =>
        throw new InvalidOperationException(
            $"Backward needs a tape recorded by Forward; this one is {stage}. Call Forward first, and Backward " +
            $"once per Forward.");

    [DoesNotReturn]
    public static void TapeForInference(string layer) =>
        throw new InvalidOperationException($"'{layer}': the tape was made for inference and holds nothing for " +
            $"Backward to read. Create it for TapeUse.Training.");

    [DoesNotReturn]
    public static void TapeNotBegun(string stage) =>
        throw new InvalidOperationException($"A Forward step needs a tape that was begun; this one is {stage}. " +
            $"Call Begin first.");

    [DoesNotReturn]
    public static void TapeNotBegunBack(string stage) =>
        throw new InvalidOperationException(
            $"A Backward step needs a tape on its way back; this one is {stage}. Call BeginBackward first.");

    [DoesNotReturn]
    public static void StepOutOfOrder(string layer, int t, int expected) =>
        throw new InvalidOperationException(
            $"'{layer}': step {t} came, expected {expected}. Forward steps go from 0 up, Backward steps from " +
            $"T-1 down to 0.");

    [DoesNotReturn]
    public static void StepsMissing(string layer, int done, int steps) =>
        throw new InvalidOperationException($"'{layer}': {done} of {steps} steps were done. Do them all before " +
            $"the end.");

    [DoesNotReturn]
    public static void ParametersChanged(string layer) =>
        throw new InvalidOperationException(
            $"'{layer}': the parameters are not those that Forward read. Call Backward before changing them.");

    [DoesNotReturn]
    public static void OtherLayersTape(string layer, string other) =>
        throw new ArgumentException($"'{layer}': the tape was made by '{other}'. Use the tape that this layer's " +
            $"CreateTape gave.", "tape");

    [DoesNotReturn]
    public static void OtherLayersState(string layer) =>
        throw new ArgumentException($"'{layer}': the state has another layer's shape. Use the state that this " +
            $"layer's CreateState gave.", "state");

    [DoesNotReturn]
    public static void NoCellState(string what, int layer) =>
        throw new ArgumentException(
            $"RecurrentState: layer {layer} has an h, but no c; only LSTM cells have one. Ask for Hidden.", what);

    [DoesNotReturn]
    public static void OneDirection(string what, int layer) =>
        throw new ArgumentException(
            $"RecurrentState: layer {layer} reads in one direction, from the first step on; ask without '{what}'.",
            what);

    [DoesNotReturn]
    public static void OwnRows(string what) =>
        throw new ArgumentException(
            $"RecurrentState: '{what}' is this state itself; rows would be overwritten before they are read. Gather " +
            "from a copy.", what);

    [DoesNotReturn]
    public static void TapeTooSmall(string layer, int steps, int batch, int maxSteps, int maxBatch) =>
        throw new ArgumentException(
            $"'{layer}': the window is [T={steps}, B={batch}], but the tape holds 1 to {maxSteps} steps of 1 to " +
            $"{maxBatch} rows. Create a larger tape.", "tape");

    [DoesNotReturn]
    public static void NoSteps(string layer) =>
        throw new NotSupportedException($"'{layer}' reads the sequence in both directions and can't run step by " +
            $"step. Use Forward.");

    [DoesNotReturn]
    public static void OtherLayoutsGradients(string layer) =>
        throw new ArgumentException($"'{layer}': the gradients are of another layout than the parameters that Forward " +
            "read. Make the GradientBuffer from the same ParameterLayout.", "g");

    [DoesNotReturn]
    public static void LstmOption(string layer, string option) =>
        throw new ArgumentException($"'{layer}': {option} is an option of LSTM cells alone. Leave it false.", "options");

    [DoesNotReturn]
    public static void NoGradientOfIndices(string layer) =>
        throw new ArgumentException($"'{layer}': one-hot input has no gradient. Pass default for dX.", "dX");

    [DoesNotReturn]
    public static void AttentionSize(string layer, string kind, int size) =>
        throw new ArgumentException($"'{layer}': attentionSize is {size}, but pooling by {kind} has no attention. Leave " +
            "it 0.", "attentionSize");

    [DoesNotReturn]
    public static void OddFeatures(string layer, int features) =>
        throw new ArgumentException($"'{layer}': features is {features}, expected an even number: two directions have " +
            "half of them each.", nameof(features));

    [DoesNotReturn]
    public static void FirstRows(string layer, int index, int value, int batch) =>
        throw new ArgumentException($"'{layer}': firstRows[{index}] is {value}; expected numbers that rise from 0 to " +
            $"{batch} (B), so that each item has at least one row.", "firstRows");

    [DoesNotReturn]
    public static void OtherItems(string layer, string what) =>
        throw new ArgumentException($"'{layer}': {what} are not those that Forward was given. Give Backward the same.",
            what);

    [DoesNotReturn]
    public static void NoPoolingWeights(string layer) =>
        throw new InvalidOperationException($"'{layer}': the tape holds no Forward, so there are no weights. Call " +
            "Forward first.");

    [DoesNotReturn]
    public static void NoAttentionSize(string layer, string score, int size) =>
        throw new ArgumentException($"'{layer}': attentionSize is {size}, but the score {score} has none. Leave it 0, or " +
            "choose Additive.", "attentionSize");

    [DoesNotReturn]
    public static void DotSizes(string layer, string score, int querySize, int memorySize) =>
        throw new ArgumentException($"'{layer}': the score {score} multiplies query and memory element by element, but " +
            $"querySize is {querySize} and memorySize {memorySize}. Use equal sizes, or choose General or Additive.",
            nameof(querySize));

    [DoesNotReturn]
    public static void SourcesInTraining(string layer) =>
        throw new ArgumentException($"'{layer}': rows share sources with a tape for inference alone. Create the tape for " +
            "TapeUse.Inference, or give no sources.", "sources");

    [DoesNotReturn]
    public static void StepNeedsInference(string layer) =>
        throw new InvalidOperationException($"'{layer}': single steps need a tape for inference. Create it for " +
            "TapeUse.Inference, or call Forward.");

    [DoesNotReturn]
    public static void DecoderSizes(string layer, string what, int expected, int actual) =>
        throw new ArgumentException($"'{layer}': {what} is {actual}, expected {expected}, the recurrent layer's " +
            "OutputSize.", "attention");

    [DoesNotReturn]
    public static void DecoderInput(string layer, int inputSize, int fed) =>
        throw new ArgumentException($"'{layer}': the recurrent layer reads {inputSize} features, of which {fed} are fed " +
            "back, so that nothing is left for x. Make it with the size that AttentionDecoder.RecurrentInputSize gives.",
            "recurrent");

    [DoesNotReturn]
    public static void OptionNeedsOrder(string layer, string option, string order) =>
        throw new ArgumentException($"'{layer}': {option} is an option of the order {order} alone. Leave it false.",
            "options");
}
