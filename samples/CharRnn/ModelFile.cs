using System.IO;
using Rnn.Models.CharRnn;

namespace Rnn.Samples.CharRnn;

/// <summary>A model that a command needs.</summary>
internal static class ModelFile
{
    /// <summary>Loads a model, from its file or the folder of its run.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static CharRnnModel Load(string path)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, CommandLine.ModelName) : path;
        return File.Exists(file)
            ? CharRnnModel.Load(file)
            : throw new FileNotFoundException(
                $"There is no model '{file}': train one first, or name its file with --model.");
    }
}
