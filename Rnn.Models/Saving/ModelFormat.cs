using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json.Serialization.Metadata;
using Rnn.Core.Serialization.Onnx;
using Rnn.Core.Serialization.Safetensors;

namespace Rnn.Models.Saving;

/// <summary>
/// A kind of model file: safetensors with PyTorch's names, and in its metadata the name of the format, the options as
/// one JSON text, and whatever else the model adds (a vocabulary). A checksum covers all of it.
/// </summary>
/// <typeparam name="TOptions">The options of the model: a record that JSON holds entirely.</typeparam>
public sealed class ModelFormat<TOptions>
    where TOptions : class
{
    internal const string FormatKey = "rnn.model", OptionsKey = "options";

    /// <summary>A format.</summary>
    /// <param name="name">Its name and version, such as "char-rnn/1": files of another one are refused.</param>
    /// <param name="options">How JSON holds the options: from a source-generated context, so that it works in
    /// Native-AOT programs.</param>
    public ModelFormat(string name, JsonTypeInfo<TOptions> options)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(options);
        Name = name;
        Json = options;
    }

    /// <summary>Its name and version.</summary>
    public string Name { get; }

    internal JsonTypeInfo<TOptions> Json { get; }

    /// <summary>Opens a model's file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, altered, or of another format, or its options are not this version's.
    /// </exception>
    public ModelReader<TOptions> Open(string path) => new(this, SafetensorsReader.Open(path));

    /// <summary>The same, from a stream.</summary>
    /// <param name="stream">Read to its end.</param>
    /// <param name="name">What errors call it; "stream" by default.</param>
    public ModelReader<TOptions> Read(Stream stream, string name = "stream") =>
        new(this, SafetensorsReader.Read(stream, name));

    /// <summary>A file to which the model's parts are added.</summary>
    /// <param name="options">Of the model.</param>
    public ModelWriter CreateWriter(TOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ModelWriter(Name, JsonOptions.Write(Json, options));
    }

    /// <summary>What an ONNX file of such a model says about itself: the format, the options, and more texts.</summary>
    /// <param name="graphName">Of the graph.</param>
    /// <param name="options">Of the model.</param>
    /// <param name="more">Key and text of whatever else belongs to the model: a vocabulary.</param>
    internal OnnxOptions ForOnnx(string graphName, TOptions options, params ReadOnlySpan<(string Key, string Text)> more)
    {
        Dictionary<string, string> metadata = new()
        {
            [FormatKey] = Name,
            [OptionsKey] = JsonOptions.Write(Json, options),
        };
        foreach ((string key, string text) in more)
            metadata.Add(key, text);

        return new OnnxOptions { GraphName = graphName, Metadata = metadata };
    }
}
