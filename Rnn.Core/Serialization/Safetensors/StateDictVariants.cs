using System;
using System.Globalization;

namespace Rnn.Core.Serialization.Safetensors;

/// <summary>
/// What a tensor that doesn't fit says about the network that it comes from: variants of PyTorch's layers that the layers
/// here don't have, or options that differ. Sources: the parameters that PyTorch's documentation lists for nn.RNN, nn.LSTM,
/// nn.GRU, nn.MultiheadAttention, nn.LayerNorm; Keras's for its layers.
/// </summary>
internal static class StateDictVariants
{
    private const string Reverse = "_reverse";

    /// <summary>Why there is a tensor that the network has no place for; null if that isn't known.</summary>
    /// <param name="name">The file's.</param>
    /// <param name="isKnown">Whether the network has a place for a name.</param>
    public static string? OfExtra(string name, Predicate<string> isKnown)
    {
        string last = name[(name.LastIndexOf('.') + 1)..];
        if (last.StartsWith("weight_hr_l", StringComparison.Ordinal))
            return "an LSTM with proj_size, expected one without";

        if (last is "q_proj_weight" or "k_proj_weight" or "v_proj_weight")
            return "a MultiheadAttention with kdim or vdim, expected both to be embed_dim (in_proj_weight)";

        if (last is "bias_k" or "bias_v" && isKnown(name[..^last.Length] + "in_proj_weight"))
            return "a MultiheadAttention with add_bias_kv=True, expected False";

        if (last is "running_mean" or "running_var" or "num_batches_tracked")
            return "a batch normalisation, of which there is no layer here";

        if (last.EndsWith("_g", StringComparison.Ordinal) && isKnown(name[..^2]))
            return "a weight under weight_norm, expected a plain one; call remove_weight_norm before saving";

        if (name.Contains("parametrizations.", StringComparison.Ordinal))
            return "a parametrised weight, expected a plain one; call remove_parametrizations before saving";

        if (last.EndsWith("_raw", StringComparison.Ordinal) && isKnown(name[..^4]))
            return "a weight under weight dropout, expected the plain one";

        if (name.EndsWith("kernel", StringComparison.Ordinal) || name.EndsWith("embeddings", StringComparison.Ordinal))
            return "one of Keras's names; KerasWeights reads those";

        if (last.EndsWith(Reverse, StringComparison.Ordinal) && isKnown(name[..^Reverse.Length]))
            return "a layer of two directions (bidirectional=True), expected one";

        return LayerBelow(last) is { } below && isKnown(name[..^last.Length] + below)
            ? "a network with more layers (num_layers)"
            : null;
    }

    /// <summary>Why a tensor isn't there; null if that isn't known.</summary>
    /// <param name="name">The file's.</param>
    /// <param name="shape">That it should have.</param>
    /// <param name="reader">The file.</param>
    /// <param name="isKnown">Whether the network has a place for a name.</param>
    public static string? OfMissing(string name, ReadOnlySpan<long> shape, SafetensorsReader reader,
        Predicate<string> isKnown)
    {
        string last = name[(name.LastIndexOf('.') + 1)..], module = name[..^last.Length];
        if (last.Contains("bias", StringComparison.Ordinal)
            && reader.Contains(module + last.Replace("bias", "weight", StringComparison.Ordinal))
            && !reader.Contains(module + last.Replace("_ih", "_hh", StringComparison.Ordinal))
            && !reader.Contains(module + last.Replace("_hh", "_ih", StringComparison.Ordinal)))
        {
            return "the layer was made with bias=False, expected a bias";
        }

        if (last.EndsWith(Reverse, StringComparison.Ordinal) && reader.Contains(name[..^Reverse.Length]))
            return "the layer has one direction (bidirectional=False), expected two";

        if (LayerBelow(last) is { } below && reader.Contains(module + below))
            return "the network has fewer layers (num_layers)";

        foreach (SafetensorsEntry entry in reader.Entries)
        {
            if (!isKnown(entry.Name) && entry.Name.EndsWith(last, StringComparison.Ordinal)
                && entry.Shape.SequenceEqual(shape))
            {
                return $"if '{entry.Name}' is what is meant, say so with StateDictNames";
            }
        }

        return null;
    }

    /// <summary>Why a tensor has another shape; null if that isn't known.</summary>
    /// <param name="name">The file's.</param>
    /// <param name="expected">The layer's shape.</param>
    /// <param name="actual">The file's.</param>
    public static string? OfShape(string name, ReadOnlySpan<long> expected, ReadOnlySpan<long> actual)
    {
        string last = name[(name.LastIndexOf('.') + 1)..];
        bool isRecurrent = last.StartsWith("weight_hh_l", StringComparison.Ordinal);
        bool isInput = last.StartsWith("weight_ih_l", StringComparison.Ordinal);
        if ((!isRecurrent && !isInput) || expected.Length != 2 || actual.Length != 2)
            return null;

        // As many columns, and rows in the proportion of two cells' gates: the same sizes, another cell.
        foreach (int here in (int[])[4, 3, 1])
        {
            foreach (int there in (int[])[4, 3, 1])
            {
                if (here != there && expected[1] == actual[1] && expected[0] % here == 0
                    && expected[0] / here * there == actual[0]
                    && (isInput || expected[0] == here * expected[1]))
                {
                    return $"its rows are those of {Cell(there)}, expected those of {Cell(here)}";
                }
            }
        }

        return null;

        static string Cell(int gates) => gates switch
        {
            4 => "an LSTM (4 gates)",
            3 => "a GRU (3 gates)",
            _ => "an RNN (1 gate)",
        };
    }

    // "weight_ih_l0" of "weight_ih_l1"; null of layer 0 and of other names.
    private static string? LayerBelow(string name)
    {
        int at = name.LastIndexOf("_l", StringComparison.Ordinal);
        string number = at < 0 ? "" : name[(at + 2)..].Replace(Reverse, "", StringComparison.Ordinal);
        return number.Length is > 0 and < 9 && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture,
            out int layer) && layer > 0
            ? string.Create(CultureInfo.InvariantCulture,
                $"{name[..(at + 2)]}{layer - 1}{name[(at + 2 + number.Length)..]}")
            : null;
    }
}
