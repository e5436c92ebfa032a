using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO;

namespace Rnn.Models.Diagnostics;

/// <summary>Word vectors and how they are learnt.</summary>
internal static partial class Throw
{
    [DoesNotReturn]
    public static void TooFewWords(int count) =>
        throw new ArgumentException(
            $"The vocabulary has {count} word, expected at least 2: a word is told from others. Lower the minimum " +
            $"count, or take more text.", "vocabulary");

    [DoesNotReturn]
    public static void OtherCorpus(long length, long expected) =>
        throw new ArgumentException(
            $"The corpus has {length} entries, expected the {expected} of the run that was cancelled: give the same " +
            $"text, prepared the same way.", "corpus");

    [DoesNotReturn]
    public static void OtherCorpus() =>
        throw new ArgumentException(
            "The corpus has other words than the one of the run that was cancelled, though as many: give the same " +
            "text, prepared the same way.", "corpus");

    [DoesNotReturn]
    public static void OtherVocabulary(int count, int expected) =>
        throw new ArgumentException(
            $"The corpus' vocabulary has {count} words, expected the {expected} of the model: set " +
            $"WordCorpusOptions.Vocabulary to it.", "corpus");

    [DoesNotReturn]
    public static void OtherVocabulary(int index, string word, string expected) =>
        throw new ArgumentException(
            $"Word {index} of the corpus' vocabulary is '{word}', expected '{expected}', the model's: set " +
            $"WordCorpusOptions.Vocabulary to it.", "corpus");

    [DoesNotReturn]
    public static void RunUnderWay() =>
        throw new InvalidOperationException(
            "Training was cancelled and isn't done; call Train again before words are added.");

    [DoesNotReturn]
    public static void OtherDimensions(string parameter, int dimensions, int expected) =>
        throw new ArgumentException(
            $"The options ask for {dimensions} dimensions, and the model has {expected}: give {expected}, or begin " +
            $"anew.", parameter);

    public static Exception NothingToLearn(long words, long sentences, double sample) =>
        new InvalidDataException(
            $"There was nothing to learn: of the {words} known words in {sentences} sentences no two were left " +
            "beside each other" + (sentences == words
                ? ". Every sentence is one word: put the words of a sentence on one line, and allow longer sentences."
                : string.Create(CultureInfo.InvariantCulture, $" by the subsampling at {sample:g3}. ") +
                    "Give more text, or raise the threshold of subsampling (0 keeps all words)."));

    public static string VectorsDiverged(long block, int epoch, double loss, double most, double rate, double usualRate,
        bool isFresh)
    {
        string cause = rate > usualRate
            ? FormattableString.Invariant(
                $"The learning rate (LearningRate) was {rate:G3}, and {usualRate} is usual: begin anew with a lower ") +
                "one."
            : isFresh
                ? FormattableString.Invariant($"Begin anew with a lower learning rate (LearningRate) than {rate:G3}.")
                : "The vectors that the run began with are damaged or come from an unstable run: begin anew without " +
                    "them.";
        return FormattableString.Invariant(
            $"Training diverged: in block {block} (epoch {epoch}) the mean loss is {loss:G4}, expected at most ") +
            FormattableString.Invariant($"{most:G4}. {cause}");
    }

    [DoesNotReturn]
    public static void TooManyVectors(int words, int dimensions) =>
        throw new InvalidOperationException(
            $"{words} vectors of {dimensions} floats don't fit into one array of 2^31; write them to a file with " +
            $"WordVectorsFile.WriteBinary(path, model.Vocabulary.Words, {dimensions}, model.CopyVector).");

    [DoesNotReturn]
    public static void WordWithLineFeed(string word) =>
        throw new InvalidDataException(
            $"The word '{word.Replace("\n", "\\n", StringComparison.Ordinal)}' holds a line feed, which separates " +
            $"words in a model file; leave it out of the vocabulary.");

    // ---- Word vectors trained by batches ----------------------------------------------------------------------------

    [DoesNotReturn]
    public static void WordOutside(string what, int place, int word, int count) =>
        throw new ArgumentException(
            $"{what}: word {place} is {word}, expected 0 to {count - 1}, or -1 for the end of a sentence.", what);

    [DoesNotReturn]
    public static void WordCounts(int actual, int expected) =>
        throw new ArgumentException(
            $"counts has {actual} elements, expected {expected}: one for each word of the network.", "counts");

    [DoesNotReturn]
    public static void NoContexts(string what, int length, int kept) =>
        throw new ArgumentException(
            $"{what} has {length} entries, of which subsampling keeps {kept} words, and none has another beside it " +
            "in its sentence. Use a longer text, or a higher subsampling threshold.", what);
}
