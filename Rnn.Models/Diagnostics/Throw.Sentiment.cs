using System;
using System.Diagnostics.CodeAnalysis;

namespace Rnn.Models.Diagnostics;

/// <content>Texts of the sentiment model.</content>
internal static partial class Throw
{
    [DoesNotReturn]
    public static void TooFewClasses(string what, int count) =>
        throw new ArgumentException($"SentimentModel: {what} has {count}, expected 2 or more.", what);

    [DoesNotReturn]
    public static void OtherClasses(string what, string actual, string expected) =>
        throw new ArgumentException(
            $"SentimentModel: {what} have the classes {actual}, expected those of the model: {expected}. Read them with the " +
            "model's classes.", what);

    [DoesNotReturn]
    public static void NoModels(string what) =>
        throw new ArgumentException($"SentimentEnsemble: {what} is empty, expected one model or more.", what);

    [DoesNotReturn]
    public static void OtherNumberOfClasses(string what, int actual, int expected) =>
        throw new ArgumentException($"SentimentEnsemble: the {what} classifier has {actual} classes, expected those of the models, "
            + $"{expected}.", what);

    [DoesNotReturn]
    public static void OtherPredictions(string what, int texts, int classes) =>
        throw new ArgumentException(
            $"SentimentEnsemble: {what} has other predictions than those of {texts} texts with {classes} classes each.", what);

    public static ArgumentException VectorsOfOtherSize(string what, int actual, int expected) =>
        new(expected == 0
            ? "SentimentModel: it has no embedding (EmbeddingSize 0) that could begin with word vectors."
            : $"SentimentModel: {what} have {actual} dimensions, expected {expected} (EmbeddingSize).", what);

    [DoesNotReturn]
    public static void PretrainingSeesAhead(string what, int layers) =>
        throw new ArgumentException(
            $"SentimentPretraining: the {what} has {layers} layers that read in both directions: the second would see the " +
            "word that it is to predict. Use 1 layer, or one direction.", what);

    [DoesNotReturn]
    public static void NothingToPretrain(string what, string size) =>
        throw new ArgumentException(
            $"SentimentPretraining: the {what} reads words one-hot ({size} 0), expected an embedding.", what);

    [DoesNotReturn]
    public static void LineInClass(string what, int index) =>
        throw new ArgumentException(
            $"SentimentModel: {what}[{index}] has a line feed, expected a name on one line.", what);

    [DoesNotReturn]
    public static void OtherPretraining(string what) =>
        throw new ArgumentException(
            $"SentimentPretraining: the {what} has other options or words than the one that was pre-trained.", what);

    [DoesNotReturn]
    public static void NoVectorsToExplain(string size) =>
        throw new InvalidOperationException(
            $"SentimentModel: Explain looks at the vectors of words; this model has none, its tokens are one-hot ({size} 0).");

    [DoesNotReturn]
    public static void NothingFrozen(string option, string size) =>
        throw new ArgumentException(
            $"{option} is true, and there is no embedding to freeze: tokens are one-hot ({size} 0). Leave it false.",
            option);
}
