using System;
using System.Collections.Generic;
using Rnn.Core.Parameters;
using TorchSharp;
using TorchSharp.Modules;

namespace Rnn.Benchmarks.Peers.Checking;

/// <summary>The parameters of a TorchSharp network, paired with ours by name.</summary>
internal sealed class TorchParameters
{
    private readonly Dictionary<string, Parameter> _parameters = new(StringComparer.Ordinal);

    public TorchParameters(IEnumerable<(string Name, Parameter Parameter)> parameters)
    {
        foreach ((string name, Parameter parameter) in parameters)
            _parameters.Add(name, parameter);
    }

    /// <summary>Gives them the values of ours.</summary>
    /// <exception cref="InvalidOperationException">The names aren't the same, or a shape differs.</exception>
    public void CopyFrom(ParameterBuffer ours)
    {
        if (ours.Layout.Slots.Count != _parameters.Count)
        {
            throw new InvalidOperationException($"Ours has {ours.Layout.Slots.Count} parameters, theirs " +
                $"{_parameters.Count}: {string.Join(", ", _parameters.Keys)}.");
        }

        using IDisposable noGrad = torch.no_grad();
        foreach (ParameterSlot slot in ours.Layout.Slots)
        {
            using torch.Tensor values = torch.tensor(PyTorchLayout.Values(ours, slot), PyTorchLayout.Shape(slot));
            Parameter theirs = _parameters[slot.Name];
            if (!theirs.shape.AsSpan().SequenceEqual(values.shape))
                throw new InvalidOperationException($"{slot.Name} has other shapes.");

            theirs.copy_(values);
        }
    }

    /// <summary>The differences of all gradients.</summary>
    public IEnumerable<(string Name, Difference Difference)> CompareGradients(GradientBuffer ours)
    {
        foreach (ParameterSlot slot in ours.Layout.Slots)
        {
            using torch.Tensor gradient = _parameters[slot.Name].grad!.contiguous();
            yield return (slot.Name,
                Difference.Of(PyTorchLayout.Gradient(ours, slot), gradient.data<float>().ToArray()));
        }
    }
}
