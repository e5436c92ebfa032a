using System.Collections.Generic;
using System.IO;
using Rnn.Core.Serialization.Safetensors;

namespace Rnn.Models.Saving;

/// <summary>What can be said of a model's file before it is known which model is in it.</summary>
public static class ModelFile
{
    /// <summary>The name of a file's format, such as "char-rnn/1", as <see cref="ModelFormat{TOptions}.Name"/> has it; null:
    /// tensors that no model of this library saved. Nothing but the header is read.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no safetensors file.</exception>
    public static string? FormatOf(string path) =>
        SafetensorsReader.Open(path).Metadata.GetValueOrDefault(ModelFormat<object>.FormatKey);
}
