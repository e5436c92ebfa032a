using System;
using System.Collections.Generic;
using System.IO;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Files;
using Rnn.Models.Word2Vec;
using Rnn.Samples.Common;

namespace Rnn.Samples.Word2Vec;

/// <summary>Finished vectors, from whatever file they are in.</summary>
internal static class VectorSource
{
    /// <summary>Loads vectors.</summary>
    /// <param name="place">A file, or a folder of a training run.</param>
    /// <param name="limit">Reads the first so many; 0 for all.</param>
    /// <param name="tolerant">Whether odd rows of a file of vectors are skipped.</param>
    /// <exception cref="IOException">There are none, or they can't be read.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or none of word vectors.</exception>
    public static WordVectors Load(string place, int limit, bool tolerant)
    {
        string path = Directory.Exists(place) ? WordFiles.VectorsIn(place) : place;
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There are no vectors '{path}': train some first, or name a file with --vectors.");
        }

        if (!path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            WordVectors vectors = WordVectorsFile.Load(path, new WordVectorsLoadOptions
            {
                Limit = limit,
                SkipOddRows = tolerant,
            }, out WordVectorsLoadReport report);
            Report(path, report);
            return vectors;
        }

        return Word2VecModel.Load(path).ToWordVectors(limit);
    }

    // On the error stream: what a question is answered with stands alone.
    private static void Report(string path, WordVectorsLoadReport report)
    {
        (long Count, string What)[] met =
        [
            (report.SkippedRows, "rows skipped that are no word and its numbers"),
            (report.Duplicates, "words left out that were there before"),
            (report.InvalidWords, "words with invalid UTF-8, which became U+FFFD"),
        ];
        foreach ((long count, string what) in met)
        {
            if (count > 0)
                Screen.Warn($"'{path}': {what}: {count}.");
        }
    }

    /// <summary>Sees to it that words that a user typed are known.</summary>
    /// <exception cref="InvalidDataException">One of them is unknown; the nearest spellings are named.</exception>
    public static void Check(WordVectors vectors, params IEnumerable<string> words)
    {
        foreach (string word in words)
        {
            if (!vectors.TryGetIndex(word, out _))
            {
                IReadOnlyList<string> near = vectors.Suggest(word);
                throw new InvalidDataException($"The word '{word}' is not among the {vectors.Count} known ones"
                    + (near.Count == 0 ? "." : $"; the nearest spellings are '{string.Join("', '", near)}'."));
            }
        }
    }
}
