using System;
using System.Collections.Generic;

namespace Rnn.Core.Serialization.Safetensors;

/// <summary>
/// What a file calls the parameters where it doesn't call them as the layers do. A network of the same modules under
/// other names, one module saved by itself, or a weight that two modules share are said here; by default a tensor has
/// the name of its parameter.
/// </summary>
public sealed record StateDictNames
{
    /// <summary>
    /// The file's name of a module or a tensor, by ours: <c>["encoder.lstm"] = "rnn"</c> takes
    /// <c>encoder.lstm.weight_ih_l0</c> from <c>rnn.weight_ih_l0</c>. Of several that fit the longest counts. An empty
    /// name of the file's leaves the module's name out, as where it was saved by itself (<c>["lstm"] = ""</c>); an empty
    /// name of ours is the whole network (<c>[""] = "model"</c>).
    /// </summary>
    public IReadOnlyDictionary<string, string> Modules { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Tensors that a file has twice since two modules share them, by the file's names: a copy and the tensor that it must
    /// equal, <c>["decoder.weight"] = "embedding.weight"</c>. Written, both are there; read, they are compared.
    /// </summary>
    public IReadOnlyDictionary<string, string> Copies { get; init; } = new Dictionary<string, string>();

    /// <summary>What of a file isn't read: tensors, or modules with all that they have, by the file's names.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>The file's name of a parameter.</summary>
    /// <param name="name">Ours.</param>
    public string InFile(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string? longest = null;
        foreach (string module in Modules.Keys)
        {
            if (IsWithin(name, module) && (longest is null || module.Length > longest.Length))
                longest = module;
        }

        if (longest is null)
            return name;

        string rest = name[longest.Length..].TrimStart('.'), there = Modules[longest];
        return there.Length == 0 ? rest : rest.Length == 0 ? there : $"{there}.{rest}";
    }

    /// <summary>Whether a tensor of a file isn't read.</summary>
    internal bool IsIgnored(string name)
    {
        foreach (string ignored in Ignored)
        {
            if (IsWithin(name, ignored))
                return true;
        }

        return false;
    }

    private static bool IsWithin(string name, string module) => module.Length == 0 || name == module
        || (name.StartsWith(module, StringComparison.Ordinal) && name[module.Length] == '.');
}
