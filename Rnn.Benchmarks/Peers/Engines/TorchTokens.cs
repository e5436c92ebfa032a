using System;
using Rnn.Benchmarks.Models;
using TorchSharp;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>The windows of a text as tensors [T, B], and one-hot rows of them.</summary>
internal sealed class TorchTokens
{
    private readonly MadeUpText _windows;
    private readonly torch.Tensor[] _inputs;
    private readonly torch.Tensor[] _targets;
    private readonly torch.Tensor? _unit;

    /// <summary>Tensors of all windows.</summary>
    /// <param name="windows">The text.</param>
    /// <param name="oneHotByGather">Whether one-hot rows are looked up in a unit matrix.</param>
    public TorchTokens(MadeUpText windows, bool oneHotByGather = false)
    {
        _windows = windows;
        _inputs = new torch.Tensor[windows.Count];
        _targets = new torch.Tensor[windows.Count];
        for (int w = 0; w < windows.Count; w++)
        {
            _inputs[w] = Indices(windows.Inputs(w), windows.Steps, windows.Batch);
            _targets[w] = Indices(windows.Targets(w), windows.Steps * windows.Batch);
        }

        _unit = oneHotByGather ? torch.eye(windows.Vocabulary) : null;
    }

    /// <summary>Inputs [T, B] and targets [T*B] of the next window.</summary>
    public (torch.Tensor Inputs, torch.Tensor Targets) Next()
    {
        int window = _windows.Next();
        return (_inputs[window], _targets[window]);
    }

    /// <summary>[T, B, V].</summary>
    public torch.Tensor OneHot(torch.Tensor inputs) => _unit is not null
        ? _unit.index_select(0, inputs.view(-1)).view(inputs.shape[0], inputs.shape[1], _windows.Vocabulary)
        : torch.nn.functional.one_hot(inputs, _windows.Vocabulary).to(torch.float32);

    private static torch.Tensor Indices(int[] indices, params long[] shape) =>
        torch.tensor(Array.ConvertAll(indices, index => (long)index), shape);
}
