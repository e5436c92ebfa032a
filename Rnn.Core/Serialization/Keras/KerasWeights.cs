using System;
using System.Collections.Generic;
using System.IO;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Numpy;
using Rnn.Core.Serialization.Safetensors;

namespace Rnn.Core.Serialization.Keras;

/// <summary>
/// Weights of Keras's layers, from a file that has them by their paths: an .npz of <c>numpy.savez(path, **{w.path:
/// w.numpy() for w in model.weights})</c>, or safetensors with the same names. Each layer is read by itself, with the path
/// that Keras gives it:
/// <code>
/// KerasWeights weights = KerasWeights.Open("model.npz");
/// weights.Load(parameters, embedding, "embedding");
/// weights.Load(parameters, lstm, "lstm/lstm_cell");
/// weights.Load(parameters, output, "dense");
/// </code>
/// Keras has weights as [in, out], as they are here, and the gates of a GRU in another order. What a file doesn't say must
/// agree: activations (sigmoid and tanh, not hard_sigmoid), masking, and go_backwards. Source: the layers' build methods in
/// Keras 3; Exchange.md has the names of all layers, and what is refused.
/// </summary>
public sealed partial class KerasWeights
{
    private static readonly int[] s_oneGate = [0];
    private static readonly int[] s_lstmGates = [0, 1, 2, 3];   // i, f, c, o is our i, f, g, o
    private static readonly int[] s_gruGates = [1, 0, 2];       // z, r, h out of our r, z, n, and the other way round

    private readonly SafetensorsReader? _safetensors;
    private readonly NpzReader? _npz;
    private readonly List<string> _names = [];

    private KerasWeights(SafetensorsReader? safetensors, NpzReader? npz)
    {
        _safetensors = safetensors;
        _npz = npz;
        foreach (SafetensorsEntry entry in safetensors?.Entries ?? [])
            _names.Add(entry.Name);

        foreach (NpzEntry entry in npz?.Entries ?? [])
            _names.Add(entry.Name);
    }

    /// <summary>The file's name, as it stands in errors.</summary>
    public string Name => _safetensors?.Name ?? _npz!.Name;

    /// <summary>The paths of all weights, in the file's order.</summary>
    public IReadOnlyList<string> Paths => _names;

    /// <summary>Opens a file: one that ends in .npz is a numpy archive, any other safetensors.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such file; one sentence says why.</exception>
    public static KerasWeights Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase)
            ? new KerasWeights(null, NpzReader.Open(path))
            : new KerasWeights(SafetensorsReader.Open(path), null);
    }

    /// <summary>Overwrites the parameters of a cell with those of Keras's LSTM, GRU or SimpleRNN.</summary>
    /// <param name="parameters">Of the network. The cell's are overwritten; untouched where an exception is
    /// thrown.</param>
    /// <param name="cell">An <see cref="Lstm"/>, <see cref="Gru"/> or <see cref="SimpleRnn"/>: of a stack, one of its
    /// layers; of both directions, each by itself.</param>
    /// <param name="path">Keras's, for instance "lstm/lstm_cell", "bidirectional/forward_lstm/lstm_cell".</param>
    /// <exception cref="ArgumentException">The cell has an option that Keras's haven't.</exception>
    /// <exception cref="InvalidDataException">A weight is missing, too many or of another shape: another layer, or one
    /// with use_bias=False or reset_after=False.</exception>
    public void Load(ParameterBuffer parameters, RecurrentCellLayer cell, string path)
    {
        int[] gates = GatesOf(parameters, cell, path);
        int units = cell.HiddenSize, wide = gates.Length * units;
        CheckExtra(path, "kernel", "recurrent_kernel", "bias");
        float[] kernel = Read(path, "kernel", cell, gates.Length, cell.InputSize, wide);
        float[] recurrent = Read(path, "recurrent_kernel", cell, gates.Length, units, wide);
        float[] bias = cell is Gru
            ? Read(path, "bias", cell, gates.Length, 2, wide)      // rows: input, recurrent
            : Read(path, "bias", cell, gates.Length, wide);
        ParameterWriter writer = parameters.BeginWrite();
        Reorder(kernel, gates, units, writer[cell.InputWeights].Span);
        Reorder(recurrent, gates, units, writer[cell.RecurrentWeights].Span);
        Reorder(bias.AsSpan(0, wide), gates, units, writer[cell.InputBias].Span);
        if (cell.RecurrentBias is not { } second)
            return;

        writer[second].Span.Clear();
        if (cell is Gru)
            Reorder(bias.AsSpan(wide), gates, units, writer[second].Span);
    }

    /// <summary>Overwrites the parameters of a linear layer with those of Keras's Dense.</summary>
    /// <param name="parameters">Of the network. The layer's are overwritten; untouched where an exception is
    /// thrown.</param>
    /// <param name="linear">The layer; without a bias it is one with use_bias=False.</param>
    /// <param name="path">Keras's, for instance "dense".</param>
    /// <exception cref="InvalidDataException">A weight is missing, too many or of another shape.</exception>
    public void Load(ParameterBuffer parameters, Linear linear, string path)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(linear);
        ArgumentNullException.ThrowIfNull(path);
        CheckExtra(path, linear.Bias is null ? ["kernel"] : ["kernel", "bias"]);
        float[] kernel = Read(path, "kernel", null, 0, linear.InputSize, linear.OutputSize);
        float[] bias = linear.Bias is null ? [] : Read(path, "bias", null, 0, linear.OutputSize);
        ParameterWriter writer = parameters.BeginWrite();
        kernel.CopyTo(writer[linear.Weights].Span);
        if (linear.Bias is { } slot)
            bias.CopyTo(writer[slot].Span);
    }

    /// <summary>Overwrites a table with that of Keras's Embedding.</summary>
    /// <param name="parameters">Of the network. The layer's are overwritten; untouched where an exception is
    /// thrown.</param>
    /// <param name="embedding">The layer.</param>
    /// <param name="path">Keras's, for instance "embedding".</param>
    /// <exception cref="InvalidDataException">The table is missing or of another shape.</exception>
    public void Load(ParameterBuffer parameters, Embedding embedding, string path)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentNullException.ThrowIfNull(path);
        CheckExtra(path, "embeddings");
        float[] table = Read(path, "embeddings", null, 0, embedding.Table.Rows, embedding.Size);
        table.CopyTo(parameters.BeginWrite()[embedding.Table].Span);
    }

    private static int[] GatesOf(ParameterBuffer parameters, RecurrentCellLayer cell, string path)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(path);
        string? option = cell.InitialHidden is null
            ? cell.OptionBeyondPlain
            : nameof(RecurrentOptions.LearnInitialState);
        if (option is not null)
            Throw.KerasOption(cell.Name, option);

        return cell switch { Lstm => s_lstmGates, Gru => s_gruGates, _ => s_oneGate };
    }

    /// <summary>Each row's blocks in the other order; one order is the other's inverse, as gates of two change
    /// places.</summary>
    private static void Reorder(ReadOnlySpan<float> from, int[] gates, int units, Span<float> to)
    {
        int wide = gates.Length * units;
        for (int row = 0; row < from.Length; row += wide)
        {
            for (int gate = 0; gate < gates.Length; gate++)
                from.Slice(row + (gates[gate] * units), units).CopyTo(to[(row + (gate * units))..]);
        }
    }

    /// <summary>A weight of a layer, once its shape is known to be the layer's.</summary>
    private float[] Read(string path, string weight, RecurrentCellLayer? cell, int gates, params long[] shape)
    {
        string name = $"{path}/{weight}";
        string? found = Find(name);
        if (found is null)
        {
            string? why = weight == "bias" && Find($"{path}/kernel") is not null
                ? "the layer was made with use_bias=False, expected a bias"
                : null;
            Throw.KerasMissing(Name, name, Text(shape), why);
        }

        long[] actual = ShapeOf(found);
        if (!actual.AsSpan().SequenceEqual(shape))
        {
            Throw.KerasShape(Name, name, Text(shape), Text(actual),
                cell is null ? null : Variant(weight, gates, shape, actual));
        }

        long count = 1;
        foreach (long size in shape)
            count *= size;

        float[] values = new float[count];
        if (_npz is not null)
            _npz.CopyTo(found, values);
        else
            _safetensors!.CopyTo(found, values);

        return values;
    }

    /// <summary>What a weight of another shape says about the layer that it comes from; null if that isn't
    /// known.</summary>
    private static string? Variant(string weight, int gates, long[] expected, long[] actual)
    {
        if (weight == "bias")
        {
            return gates == 3 && actual.AsSpan().SequenceEqual([expected[^1]])
                ? "a GRU with reset_after=False, which is another cell; expected one with reset_after=True"
                : null;
        }

        if (actual.Length != 2)
            return "a layer over images, or with several inputs";

        foreach ((int there, string name) in ((int, string)[])[(4, "an LSTM"), (3, "a GRU"), (1, "a SimpleRNN")])
        {
            if (there != gates && actual[0] == expected[0] && actual[1] == expected[1] / gates * there)
                return $"the columns are those of {name}";
        }

        return null;
    }

    private void CheckExtra(string path, params ReadOnlySpan<string> weights)
    {
        foreach (string name in _names)
        {
            if (!name.StartsWith($"{path}/", StringComparison.Ordinal))
                continue;

            string rest = Plain(name)[(path.Length + 1)..];
            if (weights.Contains(rest) || rest.EndsWith("seed_generator_state", StringComparison.Ordinal))
                continue;   // of dropout, and no weight

            Throw.KerasExtra(Name, name, rest.Contains("peephole", StringComparison.Ordinal)
                ? "a cell with peepholes"
                : rest.Contains('/', StringComparison.Ordinal)
                ? $"a layer inside it, whose path is '{Plain(name)[..Plain(name).LastIndexOf('/')]}'"
                : rest == "bias" ? "a layer with use_bias=True" : "another layer");
        }
    }

    /// <summary>The name in the file, which Keras 2 ended with ":0".</summary>
    private string? Find(string name) => _names.Contains(name) ? name : _names.Contains($"{name}:0") ? $"{name}:0" : null;

    private static string Plain(string name) => name.EndsWith(":0", StringComparison.Ordinal) ? name[..^2] : name;

    private long[] ShapeOf(string name)
    {
        if (_npz is not null && _npz.TryGetEntry(name, out NpzEntry? array))
            return array.Shape.ToArray();

        return _safetensors is not null && _safetensors.TryGetEntry(name, out SafetensorsEntry? tensor)
            ? tensor.Shape.ToArray()
            : [];
    }

    private static string Text(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
