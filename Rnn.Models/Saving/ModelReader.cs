using System;
using System.Collections.Generic;
using System.IO;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Saving;

/// <summary>A model's file, opened: its checksum is right, its format the expected one.</summary>
/// <typeparam name="TOptions">The options of the model.</typeparam>
public sealed class ModelReader<TOptions>
    where TOptions : class
{
    internal ModelReader(ModelFormat<TOptions> format, SafetensorsReader reader)
    {
        string? actual = reader.Metadata.GetValueOrDefault(ModelFormat<TOptions>.FormatKey);
        if (actual != format.Name)
            Throw.OtherModelFormat(reader.Name, format.Name, actual);

        if (!reader.VerifyChecksum())
            Throw.ModelWithoutChecksum(reader.Name);

        Tensors = reader;
        Options = JsonOptions.Read(format.Json, Text(ModelFormat<TOptions>.OptionsKey), reader.Name);
    }

    /// <summary>The file, as errors call it.</summary>
    public string Name => Tensors.Name;

    /// <summary>The options of the model; not checked.</summary>
    public TOptions Options { get; }

    /// <summary>Its tensors.</summary>
    public SafetensorsReader Tensors { get; }

    /// <summary>A text that was added under this key.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public string Text(string key) => Entry(key, text => text);

    /// <summary>What a text says.</summary>
    /// <param name="key">Under which it was added.</param>
    /// <param name="parse">May throw ArgumentException, FormatException or OverflowException.</param>
    /// <exception cref="InvalidDataException">There is none, or parse refuses it.</exception>
    public T Entry<T>(string key, Func<string, T> parse)
    {
        ArgumentNullException.ThrowIfNull(parse);
        try
        {
            return parse(Tensors.Metadata[key]);
        }
        catch (Exception e) when (e is KeyNotFoundException or ArgumentException or FormatException
            or OverflowException)
        {
            throw Throw.ModelEntry(Name, key, e);
        }
    }

    /// <summary>
    /// Makes a model from this file. Its constructor declares its parameters first: what the options claim is proved by
    /// tensors of that size before memory is taken for them (design decision D46).
    /// </summary>
    /// <param name="make">Calls the model's constructor with this file's parts.</param>
    /// <exception cref="InvalidDataException">An option is out of range, or the tensors are not those of such a
    /// model.</exception>
    public TModel Make<TModel>(Func<ModelReader<TOptions>, TModel> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        try
        {
            return make(this);
        }
        catch (ArgumentException e) when (e.ParamName == "maxTensors")
        {
            throw Throw.TooFewTensors(Name, Tensors.Entries.Count, e);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw Throw.ModelEntry(Name, (e as ArgumentOutOfRangeException)?.ParamName ?? "size", e);
        }
    }

    /// <summary>The values of a layout's parameters.</summary>
    internal ParameterBuffer Parameters(ParameterLayout layout)
    {
        StateDict.Check(Tensors, layout);
        ParameterBuffer parameters = new(layout);
        StateDict.Read(Tensors, parameters);
        return parameters;
    }
}
