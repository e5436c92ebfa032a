using System.IO;
using Rnn.Models.CharRnn;

namespace Rnn.Samples.CharRnn;

/// <summary>A model that a command needs.</summary>
internal static class ModelFile
{
    /// <summary>Loads a model.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static CharRnnModel Load(string path) => File.Exists(path)
        ? CharRnnModel.Load(path)
        : throw new FileNotFoundException(
            $"There is no model '{path}': train one first, or name its file with --model.");
}
