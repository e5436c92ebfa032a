using System;
using System.IO;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Safetensors;

namespace Rnn.Models.Saving;

/// <summary>A model's file, being put together: options, texts, parameters. Written at once.</summary>
public sealed class ModelWriter
{
    private readonly SafetensorsWriter _writer = new() { AddChecksum = true };

    internal ModelWriter(string format, string options)
    {
        _writer.Metadata["format"] = "pt";   // what PyTorch's readers look for
        _writer.Metadata[ModelFormat<string>.FormatKey] = format;
        _writer.Metadata[ModelFormat<string>.OptionsKey] = options;
    }

    /// <summary>Where tensors that are no parameters go.</summary>
    public SafetensorsWriter Tensors => _writer;

    /// <summary>Adds a text, such as a vocabulary.</summary>
    /// <param name="key">Not added before.</param>
    /// <param name="text">Any text.</param>
    /// <exception cref="ArgumentException">The key is taken.</exception>
    public void Add(string key, string text) => _writer.Metadata.Add(key, text);

    /// <summary>Adds all parameters, under PyTorch's names.</summary>
    public void Add(ParameterBuffer parameters) => StateDict.Write(_writer, parameters);

    /// <summary>Writes the file.</summary>
    /// <param name="path">Replaced atomically.</param>
    /// <exception cref="IOException">It can't be written; an older file is untouched.</exception>
    public void Save(string path) => _writer.Save(path);

    /// <summary>The same, to a stream.</summary>
    public void Save(Stream stream) => _writer.Save(stream);
}
