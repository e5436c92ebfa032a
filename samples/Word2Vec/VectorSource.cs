using System;
using System.Collections.Generic;
using System.IO;
using Rnn.Models.Embeddings;
using Rnn.Models.Word2Vec;

namespace Rnn.Samples.Word2Vec;

/// <summary>Finished vectors, from whatever file they are in.</summary>
internal static class VectorSource
{
    /// <summary>Loads vectors.</summary>
    /// <exception cref="IOException">There are none, or they can't be read.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or none of word vectors.</exception>
    public static WordVectors Load(VectorOptions options)
    {
        string path = Directory.Exists(options.Path) ? WordFiles.VectorsIn(options.Path) : options.Path;
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There are no vectors '{path}': train some first, or name a file with --vectors.");
        }

        if (!path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            return WordVectorsFile.Load(path, new WordVectorsLoadOptions { Limit = options.Limit });
        }

        return Word2VecModel.Load(path).ToWordVectors(options.Limit);
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
